import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { documentLabels } from '../../domain/rule-document.js';
import { tierOf } from '../../domain/ruleset.js';
import { answerTask } from '../../engine/answer-task.js';
import { brakeStore, type StoredBrake } from '../../engine/brakes/brake.store.js';
import { Engine } from '../../engine/engine.js';
import { isUnseen } from '../../features/ruleset/unseen-ruleset.js';
import { RulesService } from '../../features/ruleset/rules.service.js';
import { CLOCK, type Clock } from '../../platform/clock.js';
import { Database } from '../../platform/database/database.js';
import { OperatorMistake } from '../../platform/errors.js';
import { parseInput } from '../../platform/http/parse-input.js';
import { Who, type Principal } from '../auth/principal.js';
import { WORK_LOOP, type WorkLoop } from '../console.tokens.js';
import { brakeAnswerBody, brakeParam, brakeRestoreBody, brakesQuery } from './brake-requests.js';
import { publishedOrRefused } from './rules-published.js';
import { waitForEngine } from './wait-for-engine.js';

/** Runs that stopped before their first effect, and what people answered. */
@Controller('api/v1/brakes')
export class BrakesController {
  constructor(
    @Inject(Database) private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(Engine) private readonly engine: Engine,
    @Inject(RulesService) private readonly rules: RulesService,
    @Inject(WORK_LOOP) private readonly workLoop: WorkLoop,
  ) {}

  @Get()
  async list(@Query() query: unknown) {
    const { limit } = parseInput(brakesQuery, query);
    const stops = await brakeStore.list(this.db.read, limit);
    return { items: await Promise.all(stops.map((stop) => this.view(stop))), next: null };
  }

  /** Same effect as an operator's 同意 or 不同意. A run that was answered before does not change. */
  @Post(':id/answer')
  @HttpCode(200)
  async answer(@Param() params: unknown, @Body() body: unknown, @Who() who: Principal) {
    const { answer } = parseInput(brakeAnswerBody, body);
    const stop = await this.stopOf(params);
    const context = await this.engine.context();
    const { outcome, words } = await this.db.write((tx) =>
      answerTask(
        { tx, context, now: this.clock.now() },
        {
          ...{ task: stop.task, by: who.name, isOperator: true },
          answer: answer === 'yes' ? 'approve' : 'refuse',
        },
      ),
    );
    await waitForEngine(this.workLoop);
    return { taken: outcome === 'taken', words, brake: await this.view(await this.stopOf(params)) };
  }

  /** Puts the rules of before into force again; the run is then over. */
  @Post(':id/restore')
  @HttpCode(200)
  async restore(@Param() params: unknown, @Body() body: unknown, @Who() who: Principal) {
    const { note } = parseInput(brakeRestoreBody, body ?? {});
    const stop = await this.stopOf(params);
    const result = !(await this.isByRules(stop))
      ? null
      : await this.rules.restoreBefore(stop.rulesetVersion, { note, by: who.name, now: this.clock.now() });
    if (result === null)
      throw new OperatorMistake(
        'nothing_to_restore',
        '没有可以恢复的上一版：这次改动已经结束，或不是由规则引起的 (there are no earlier rules to restore: the run is over, or rules have not caused it)',
        undefined,
        { status: 409 },
      );
    return publishedOrRefused(result);
  }

  private async stopOf(params: unknown): Promise<StoredBrake> {
    const { id } = parseInput(brakeParam, params);
    const stop = await brakeStore.byId(this.db.read, id);
    if (stop) return stop;
    throw new OperatorMistake('no_such_brake', '没有这次刹车 (there is no such stop)', undefined, { status: 404 });
  }

  /** Rules that no review has let pass have caused it; otherwise facts have. */
  private async isByRules({ state, rulesetVersion }: StoredBrake): Promise<boolean> {
    return state !== 'done' && state !== 'dropped' && (await isUnseen(this.db.read, rulesetVersion));
  }

  private async view(stop: StoredBrake) {
    const { id, state, figures, day, rulesetVersion: ruleset, openedAt, decidedBy, decidedAt } = stop;
    const { ruleset: rules } = await this.engine.context();
    const tier = (key: string) => ({ key, label: tierOf(rules, key)?.label ?? { zh: key, en: key } });
    const restorable = (await this.isByRules(stop)) ? [...(await this.rules.restorable(ruleset))] : [];
    return {
      ...{ id, state, day, ruleset, openedAt, decidedBy, decidedAt, writtenTo: figures.writtenTo },
      moves: figures.moves.map(({ from, to, n }) => ({ from: tier(from), to: tier(to), n })),
      reasons: figures.reasons.map((reason) =>
        reason.kind === 'moved' ? { ...reason, tier: tier(reason.tier) } : { ...reason, tier: null, of: null },
      ),
      restores: restorable.map(([document, version]) => ({ document, label: documentLabels[document], version })),
    };
  }
}
