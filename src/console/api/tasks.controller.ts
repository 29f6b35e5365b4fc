import { Controller, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { z } from 'zod';
import { answerTask, taskAnswers } from '../../engine/answer-task.js';
import { Engine } from '../../engine/engine.js';
import { CLOCK, type Clock } from '../../platform/clock.js';
import { Database } from '../../platform/database/database.js';
import { OperatorMistake } from '../../platform/errors.js';
import { parseInput } from '../../platform/http/parse-input.js';
import { Who, type Principal } from '../auth/principal.js';
import { PUMP, type Pump } from '../console.tokens.js';
import { settledSoon } from './settled-soon.js';

const params = z.object({ id: z.coerce.number().int().positive(), answer: z.enum(taskAnswers) });
const statuses = { no_such_task: 404, not_yours: 403, not_fitting: 409 } as const;

/** An admin answers a task, as an operator would by its card. Answered before, it says so and changes nothing. */
@Controller('console/api/tasks')
export class TasksController {
  constructor(
    @Inject(Database) private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(Engine) private readonly engine: Engine,
    @Inject(PUMP) private readonly pump: Pump,
  ) {}

  @Post(':id/:answer')
  @HttpCode(200)
  async answer(@Param() given: unknown, @Who() who: Principal) {
    const { id, answer } = parseInput(params, given);
    const on = await this.engine.circumstances();
    const { outcome, words } = await this.db.write((tx) =>
      answerTask(tx, { task: id, answer, by: who.name, isOperator: true }, on, this.clock.now()),
    );
    if (outcome !== 'taken' && outcome !== 'already')
      throw new OperatorMistake(outcome, words, undefined, statuses[outcome]);
    await settledSoon(this.pump);
    return { outcome, words };
  }
}
