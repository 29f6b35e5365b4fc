import type { OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import type { DryRunKind, StoredDryRun } from '../../engine/dry-runs/dry-run.store.js';
import { dryRunRules } from '../../engine/dry-runs/dry-run-rules.js';
import type { DryRuns } from '../../engine/dry-runs/dry-runs.js';
import { replayRules } from '../../engine/replays/replay-rules.js';
import type { Engine } from '../../engine/engine.js';
import type { RuleTexts } from '../../features/ruleset/documents.js';
import type { RulesService } from '../../features/ruleset/rules.service.js';
import { rulesNow } from '../../insights/explain.js';
import { MAX_RECEIVERS } from '../../outbox/mass-sends/rows.js';
import type { Clock } from '../../platform/clock.js';
import type { Database } from '../../platform/database/database.js';
import { OperatorMistake } from '../../platform/errors.js';
import { parseInput } from '../../platform/http/parse-input.js';
import type { ChannelList } from '../console.tokens.js';
import { dryRunInList, dryRunView } from './dry-run-view.js';
import { replayView } from './replay-view.js';
import { endedOr, proposedRules } from './proposed-rules.js';
import { dryRunParam, dryRunsQuery } from './requests.js';

/** A run that is faster than this is answered with its report. */
const ANSWER_WITHIN_MS = 1_000;
const REPLAY_LIMIT_MS = 10 * 60_000;

export interface RuleDryRunsDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly engine: Engine;
  readonly rules: RulesService;
  readonly channels: ChannelList;
  readonly dryRuns: DryRuns;
}

/** Dry runs of whole rule documents: asked for, read and cancelled. */
export class RuleDryRuns implements OnModuleInit, OnModuleDestroy {
  constructor(private readonly deps: RuleDryRunsDeps) {}

  onModuleInit(): Promise<void> {
    return this.deps.dryRuns.interruptEarlier();
  }

  onModuleDestroy(): Promise<void> {
    return this.deps.dryRuns.close();
  }

  /** Answers the report when it takes less than a second, else a run that is under way. */
  async start(texts: Partial<RuleTexts>, askedBy: string) {
    const inForce = await this.deps.engine.context();
    const { proposed, base, changesFigures } = await proposedRules(this.deps.rules, texts, inForce);
    const now = this.deps.clock.now();
    const { id, finished } = await this.deps.dryRuns.start({
      kind: 'dry_run',
      askedBy,
      base,
      proposal: { texts },
      run: (sql, progress) => {
        const forecast: ChannelList['forecast'] = (work) => this.deps.channels.forecast(work);
        return dryRunRules(
          sql,
          { inForce, proposed, now, changesFigures, forecast, receiversPerTask: MAX_RECEIVERS },
          progress,
        );
      },
    });
    await endedOr(finished, ANSWER_WITHIN_MS);
    return this.one('dry_run', { id });
  }

  /** The rules with these texts over the last days. Without texts, the rules in force. */
  async startReplay({ texts, days }: { readonly texts: Partial<RuleTexts>; readonly days: number }, askedBy: string) {
    const inForce = await this.deps.engine.context();
    const { proposed, base } = await proposedRules(this.deps.rules, texts, inForce);
    const now = this.deps.clock.now();
    const { id, finished } = await this.deps.dryRuns.start({
      kind: 'replay',
      askedBy,
      base,
      proposal: { texts, days },
      limitMs: REPLAY_LIMIT_MS,
      run: (sql, progress) =>
        replayRules(sql, { context: proposed, tiersInForce: inForce.ruleset.tiers, days, now }, progress),
    });
    await endedOr(finished, ANSWER_WITHIN_MS);
    return this.one('replay', { id });
  }

  async list(kind: DryRunKind, query: unknown) {
    const { cursor, limit } = parseInput(dryRunsQuery, query);
    const before = cursor === undefined ? null : Number(cursor);
    const runs = await this.deps.dryRuns.list(kind, { before: Number.isSafeInteger(before) ? before : null, limit });
    return { items: runs.map(dryRunInList), next: runs.length < limit ? null : String(runs.at(-1)!.id) };
  }

  async one(kind: DryRunKind, params: unknown) {
    const { rules, vocabulary } = this.deps.engine;
    const run = await this.runOf(kind, params);
    if (kind === 'replay') return replayView(this.deps.db.read, run);
    return dryRunView(this.deps.db.read, run, rulesNow(rules, vocabulary));
  }

  async cancel(kind: DryRunKind, params: unknown) {
    const { id } = await this.runOf(kind, params);
    await this.deps.dryRuns.cancel(id);
    return this.one(kind, { id });
  }

  private async runOf(kind: DryRunKind, params: unknown): Promise<StoredDryRun> {
    const { id } = parseInput(dryRunParam, params);
    const run = await this.deps.dryRuns.byId(kind, id);
    if (!run)
      throw new OperatorMistake('no_such_dry_run', `没有这次试算 (there is no such dry run: ${id})`, undefined, {
        status: 404,
      });
    return run;
  }
}
