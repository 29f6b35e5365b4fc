import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Put, Query } from '@nestjs/common';
import { auditStore } from '../../features/audit/audit.store.js';
import { dayOf, isoDay, isoMonth } from '../../domain/day.js';
import { monthOf, type PlanContent } from '../../domain/group-posts/plan-node.js';
import { Engine } from '../../engine/engine.js';
import {
  addPlanNode,
  changePlanNode,
  copyPlanMonth,
  movePlanNode,
  removePlanNode,
} from '../../features/group-posts/edit-plan.js';
import type { Run } from '../../features/run.js';
import { CLOCK, type Clock } from '../../platform/clock.js';
import { Database } from '../../platform/database/database.js';
import { parseInput } from '../../platform/http/parse-input.js';
import { Who, type Principal } from '../auth/principal.js';
import { WORK_LOOP, type WorkLoop } from '../console.tokens.js';
import {
  changedNodeBody,
  copyBody,
  movedNodeBody,
  newNodeBody,
  nodeId,
  planQuery,
  previewBody,
  seenQuery,
} from './plan-requests.js';
import { planView, previewOfPost } from './plan-view.js';
import { waitForEngine } from './wait-for-engine.js';

/** The calendar of posts in groups: a month with what is planned, said and kept free, and the edits of the plan. */
@Controller('console/api/plan')
export class PlanController {
  constructor(
    @Inject(Database) private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(Engine) private readonly engine: Engine,
    @Inject(WORK_LOOP) private readonly workLoop: WorkLoop,
  ) {}

  @Get()
  async month(@Query() query: unknown) {
    const context = await this.engine.context();
    const now = this.clock.now();
    const { month: first } = parseInput(planQuery, query);
    const today = dayOf(now, context.timeZone);
    return planView(this.db.read, { context, today, now, month: monthOf(first ?? today) });
  }

  /** How a text reads in the first of its groups now, in how many groups it is said, and how many owners must tap. */
  @Post('preview')
  @HttpCode(200)
  async preview(@Body() body: unknown) {
    const context = await this.engine.context();
    return previewOfPost({ tx: this.db.read, context, now: this.clock.now() }, parseInput(previewBody, body));
  }

  @Post('nodes')
  @HttpCode(200)
  async add(@Body() body: unknown, @Who() who: Principal) {
    const content = parseInput(newNodeBody, body);
    const id = await this.edit(who, content, (run) => addPlanNode(run, content, who.name));
    return { id };
  }

  @Put('nodes/:id')
  async change(@Param('id') id: string, @Body() body: unknown, @Who() who: Principal) {
    const { base, ...content } = parseInput(changedNodeBody, body);
    const seen = { id: parseInput(nodeId, id), base };
    await this.edit(who, content, (run) => changePlanNode(run, seen, content));
    return { id: seen.id };
  }

  @Post('nodes/:id/move')
  @HttpCode(200)
  async move(@Param('id') id: string, @Body() body: unknown, @Who() who: Principal) {
    const { base, day } = parseInput(movedNodeBody, body);
    const seen = { id: parseInput(nodeId, id), base };
    await this.audited('plan_moved', who, { note: isoDay(day) }, (run) => movePlanNode(run, seen, day));
    return { id: seen.id };
  }

  @Delete('nodes/:id')
  async remove(@Param('id') id: string, @Query() query: unknown, @Who() who: Principal) {
    const { base } = parseInput(seenQuery, query);
    const seen = { id: parseInput(nodeId, id), base };
    const outcome = await this.audited('plan_removed', who, {}, (run) => removePlanNode(run, seen));
    return { id: seen.id, outcome };
  }

  @Post('copy')
  @HttpCode(200)
  async copy(@Body() body: unknown, @Who() who: Principal) {
    const { month } = parseInput(copyBody, body);
    const note = isoMonth(month);
    const copied = await this.audited('plan_copied', who, { note }, (run) => copyPlanMonth(run, month, who.name));
    return { copied };
  }

  private edit<T>(who: Principal, { day, name }: PlanContent, work: (run: Run) => Promise<T>): Promise<T> {
    return this.audited('plan_saved', who, { name, note: isoDay(day) }, work);
  }

  private async audited<T>(
    what: string,
    who: Principal,
    detail: { readonly name?: string; readonly note?: string },
    work: (run: Run) => Promise<T>,
  ): Promise<T> {
    const context = await this.engine.context();
    const now = this.clock.now();
    const done = await this.db.write(async (tx) => {
      const outcome = await work({ tx, context, now });
      await auditStore.append(tx, { who: who.name, what, detail }, now);
      return outcome;
    });
    await waitForEngine(this.workLoop);
    return done;
  }
}
