import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { answersTo, answerTask, taskAnswers } from '../../engine/answer-task.js';
import { Engine } from '../../engine/engine.js';
import type { NewTask } from '../../features/tasks/task.store.js';
import { listTasks } from '../../insights/tasks.js';
import { CLOCK, type Clock } from '../../platform/clock.js';
import { Database } from '../../platform/database/database.js';
import { OperatorMistake } from '../../platform/errors.js';
import { parseInput } from '../../platform/http/parse-input.js';
import { Who, type Principal } from '../auth/principal.js';
import { WORK_LOOP, type WorkLoop } from '../console.tokens.js';
import { paging } from './list-query.js';
import { waitForEngine } from './wait-for-engine.js';

const query = z.object({ ...paging, state: z.enum(['open', 'overdue', 'done', 'cancelled', 'all']).default('open') });
const params = z.object({ id: z.coerce.number().int().positive(), answer: z.enum(taskAnswers) });
/** `words`: the answer that the member's page shows, when the task is to answer a member's message. */
const body = z.object({ words: z.string().max(1_000).optional() });
const statuses = { no_such_task: 404, not_yours: 403, not_fitting: 409 } as const;

/** Tasks that only a person can do, and an admin's answers to them. */
@Controller('console/api/tasks')
export class TasksController {
  constructor(
    @Inject(Database) private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(Engine) private readonly engine: Engine,
    @Inject(WORK_LOOP) private readonly workLoop: WorkLoop,
  ) {}

  @Get()
  async list(@Query() asked: unknown) {
    const { state, ...page } = parseInput(query, asked);
    const now = this.clock.now();
    const { items, next } = await listTasks(this.db.read, { ...page, state: state === 'all' ? undefined : state }, now);
    return {
      items: items.map((task) => {
        const stored = { ...task, kind: task.kind as NewTask['kind'], isOpen: task.state === 'open' };
        return { ...task, answers: answersTo(stored, now) };
      }),
      next,
    };
  }

  /** Same effect as an operator's answer on the task card. A task answered before does not change; the answer says so. */
  @Post(':id/:answer')
  @HttpCode(200)
  async answer(@Param() given: unknown, @Body() sent: unknown, @Who() who: Principal) {
    const { id, answer } = parseInput(params, given);
    const { words: answerWords } = parseInput(body, sent ?? {});
    const context = await this.engine.context();
    const { outcome, words } = await this.db.write((tx) =>
      answerTask(
        { tx, context, now: this.clock.now() },
        { task: id, answer, words: answerWords, by: who.name, isOperator: true },
      ),
    );
    if (outcome !== 'taken' && outcome !== 'already')
      throw new OperatorMistake(outcome, words, undefined, { status: statuses[outcome] });
    await waitForEngine(this.workLoop);
    return { outcome, words };
  }
}
