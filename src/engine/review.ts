import type { Context } from '../domain/context.js';
import { dayOf, type Day } from '../domain/day.js';
import type { MemberId } from '../domain/ids.js';
import { KEY_SCORE } from '../domain/layers/key-members.js';
import { corpFigureStore } from '../features/audit/corp-figure.store.js';
import { rankStore } from '../features/groups/rank.store.js';
import { dailyCountStore } from '../features/members/daily-count.store.js';
import { memberStore } from '../features/members/member.store.js';
import { placementStore } from '../features/moves/placement.store.js';
import type { RulesetSource } from '../features/ruleset/ruleset-source.js';
import { isUnseen } from '../features/ruleset/unseen-ruleset.js';
import type { Clock } from '../platform/clock.js';
import type { Database } from '../platform/database/database.js';
import type { Sql } from '../platform/database/sql.js';
import { RetryLater } from '../platform/errors.js';
import type { Logger } from '../platform/logger/logger.js';
import { problemOf, setAsideStore } from '../set-aside/set-aside.store.js';
import { brakeStore } from './brakes/brake.store.js';
import { DeferredMembers, figuresOf, mostWithoutBrakes, passRun, stateOfRun, stopRun } from './brakes/review-run.js';
import { dailyJobsRan, runDailyJobs } from './daily-jobs.js';
import { dueMembersStore, readsNightFigures } from './due-members.store.js';
import { evaluateMembers, type EvaluateOptions } from './evaluate-members.js';
import { findDueMembers } from './find-due-members.js';
import { suggestThresholdsAnew } from './suggest-thresholds.js';

const MEMBERS_AT_ONCE = 500;
const RANKS_AT_ONCE = 2_000;

const free = { kind: 'free', hasStop: false } as const;

/** How many members were evaluated, and for how many something followed. */
export interface Reviewed {
  readonly reviewed: number;
  readonly changed: number;
}

const nobody: Reviewed = { reviewed: 0, changed: 0 };

interface ReviewBatch {
  readonly today: Day;
  readonly before: Context;
  readonly sift?: EvaluateOptions['sift'];
}

export interface ReviewDeps {
  readonly db: Database;
  readonly rulesets: RulesetSource;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly timeZone: string;
  /** A transaction in which no other process changes members. */
  readonly write: <T>(work: (tx: Sql) => Promise<T>) => Promise<T>;
  readonly context: () => Promise<Context>;
  /** The context that was loaded before a transaction, or a new one when other rules have come into force since. */
  readonly inForce: (before: Context) => Promise<Context>;
}

/** Evaluates the members whose outcome can change without a fact of theirs: nightly, after a publication, when time is up. */
export class Review {
  /** The last day of which this process knows that the daily jobs ran. */
  private dailyJobsRanOn: Day | undefined;
  /** The rules of which this process knows that a review has let them pass. */
  private passedRuleset: number | undefined;

  constructor(private readonly deps: ReviewDeps) {}

  /**
   * Runs the daily jobs, and evaluates in batches every member who is due: whose outcome can have changed by time alone
   * (`domain/due-day.ts`) or by something that is no fact of theirs. `meanwhile` runs after each batch, so that facts that
   * come in do not wait for the end of the review. While `awaitsFacts`, nobody is evaluated.
   */
  async run(meanwhile: () => Promise<unknown>, awaitsFacts: () => Promise<boolean>): Promise<Reviewed> {
    const now = this.deps.clock.now();
    const today = dayOf(now, this.deps.timeZone);
    const hasBegun = await this.beginDay(today, now);
    const harmless = Math.min(MEMBERS_AT_ONCE, mostWithoutBrakes(this.deps.rulesets.rules));
    const due = await memberStore.due(this.deps.db.read, today, 0, MEMBERS_AT_ONCE);
    if (due.length === 0 || (await awaitsFacts())) return nobody;
    const isHarmless = due.length <= harmless;
    const { version } = this.deps.rulesets;
    const state = isHarmless ? free : await stateOfRun(this.deps.db.read, version, today);
    if (state.kind === 'waits') return nobody;
    if (!hasBegun) await this.refreshFigures(await this.deps.context(), now);
    // One batch shows at once how many are concerned; of several, any may be the last straw.
    const deferred = new DeferredMembers(due.length < MEMBERS_AT_ONCE ? harmless : 0);
    // Nobody is deferred among so few, or after a yes: who said it has seen the figures.
    const sift = isHarmless || state.kind === 'allowed' ? undefined : deferred.sift;
    const others = await this.reviewDue(today, sift, meanwhile);
    if (!(await this.mayGoOn(deferred)))
      return { reviewed: others.reviewed - deferred.ids.length, changed: others.changed };
    if (state.kind === 'allowed') await this.deps.write((tx) => brakeStore.finish(tx, state.id));
    await this.passBrakes(version, state.kind === 'free' && state.hasStop);
    return { reviewed: others.reviewed, changed: others.changed + (await this.reviewDeferred(deferred, meanwhile)) };
  }

  private async reviewDeferred({ ids }: DeferredMembers, meanwhile: () => Promise<unknown>): Promise<number> {
    const today = dayOf(this.deps.clock.now(), this.deps.timeZone);
    let changed = 0;
    for (let start = 0; start < ids.length; start += MEMBERS_AT_ONCE) {
      const before = await this.deps.context();
      changed += await this.reviewBatch(ids.slice(start, start + MEMBERS_AT_ONCE), { today, before });
      await meanwhile();
    }
    return changed;
  }

  private async reviewDue(
    today: Day,
    sift: EvaluateOptions['sift'],
    meanwhile: () => Promise<unknown>,
  ): Promise<Reviewed> {
    let [reviewed, changed, after] = [0, 0, 0];
    for (;;) {
      const ids = await memberStore.due(this.deps.db.read, today, after, MEMBERS_AT_ONCE);
      if (ids.length === 0) return { reviewed, changed };
      changed += await this.reviewBatch(ids, { today, before: await this.deps.context(), sift });
      reviewed += ids.length;
      await meanwhile();
      // Nobody becomes due during a review, so a part that is not full is the last.
      if (ids.length < MEMBERS_AT_ONCE) return { reviewed, changed };
      after = ids.at(-1)!;
    }
  }

  /** False when the review would move or write to too many: it then waits for a person. */
  private async mayGoOn(deferred: DeferredMembers): Promise<boolean> {
    if (deferred.ids.length === 0) return true;
    const context = await this.deps.context();
    const now = this.deps.clock.now();
    const figures = await figuresOf(this.deps.db.read, deferred, context, now);
    if (figures.reasons.length === 0) return true;
    await this.deps.write(async (tx) => stopRun({ tx, context: await this.deps.inForce(context), now }, figures));
    this.passedRuleset = undefined;
    return false;
  }

  /** `hasStop`: an earlier stop may still be open. */
  private async passBrakes(version: number, hasStop: boolean): Promise<void> {
    if (this.passedRuleset === version && !hasStop) return;
    if (hasStop || (await isUnseen(this.deps.db.read, version))) {
      const now = this.deps.clock.now();
      // Other rules may have come into force meanwhile: their first review lets them pass.
      await this.deps.write(async (tx) => {
        if (this.deps.rulesets.version === version) await passRun({ tx, now });
      });
    }
    this.passedRuleset = version;
  }

  /** When a batch fails, halves it until the member who cannot be evaluated stands alone, and leaves them out for today. */
  private async reviewBatch(ids: readonly MemberId[], batch: ReviewBatch): Promise<number> {
    const { today, before, sift } = batch;
    try {
      return await this.deps.write(async (tx) => {
        const context = await this.deps.inForce(before);
        const due = await memberStore.stillDue(tx, ids, today);
        const changed = await evaluateMembers(
          { tx, context, now: this.deps.clock.now() },
          await memberStore.load(tx, due),
          [],
          { isReview: true, ...(sift ? { sift } : {}) },
        );
        if (await setAsideStore.any(tx, 'member')) await setAsideStore.clear(tx, 'member', due);
        return changed;
      });
    } catch (cause) {
      if (cause instanceof RetryLater) throw cause;
      if (ids.length === 1) {
        await this.setAsideMember(ids[0]!, today, cause);
        return 0;
      }
      const half = Math.ceil(ids.length / 2);
      const changed = await this.reviewBatch(ids.slice(0, half), batch);
      return changed + (await this.reviewBatch(ids.slice(half), batch));
    }
  }

  /** Runs the daily jobs and finds the members who are due beside those with a due day. Answers whether that was done now. */
  private async beginDay(today: Day, now: number): Promise<boolean> {
    if (today === this.dailyJobsRanOn) return false;
    const isNew = !(await dailyJobsRan(this.deps.db.read, today));
    if (isNew) {
      const context = await this.deps.context();
      await this.refreshRanks(context);
      await this.refreshFigures(context, now);
      const places = await this.deps.db.readStoppable(new AbortController().signal, (sql) => placementStore.count(sql));
      await this.deps.write(async (tx) => {
        await placementStore.record(tx, today - 1, places);
        await findDueMembers({ tx, context, now });
        await runDailyJobs({ tx, context, now }, today);
      });
      await suggestThresholdsAnew({ db: this.deps.db, write: (work) => this.deps.write(work) }, context, now);
    }
    this.dailyJobsRanOn = today;
    return isNew;
  }

  /**
   * Ranks all members by the figures of the evening before. Only changed rows are written, some at a time, so that nothing
   * waits. When a rule reads ranks, these members are due.
   */
  private async refreshRanks({ ruleset }: Context): Promise<void> {
    const changes = await this.deps.db.readStoppable(new AbortController().signal, (sql) => rankStore.changes(sql));
    const decides = readsNightFigures(ruleset);
    for (let from = 0; from < changes.length; from += RANKS_AT_ONCE) {
      const some = changes.slice(from, from + RANKS_AT_ONCE);
      await this.deps.db.write(async (tx) => {
        await rankStore.save(tx, some);
        const ids = some.map(({ member_id }) => member_id);
        if (decides) await memberStore.markDue(tx, ids);
      });
    }
  }

  /** Computes the figures of the corp, and makes members due for whom a rule decides otherwise with them. */
  private async refreshFigures(context: Context, now: number): Promise<void> {
    const { keyMembers } = context.ruleset.layers;
    const today = dayOf(now, this.deps.timeZone);
    const score = keyMembers.score.toSql(this.deps.db.read.dialect, { today, corp: context.corp });
    const figures = {
      [KEY_SCORE]: await memberStore.leastTopScore(this.deps.db.read, score, keyMembers.share),
      spend_90d_top_fifth_cents: await dailyCountStore.topFifthOfSpend(this.deps.db.read),
      corp_messages_30d: await dailyCountStore.messagesOfAll(this.deps.db.read),
    };
    await this.deps.db.write(async (tx) => {
      await corpFigureStore.write(tx, figures, now);
      await dueMembersStore.byCorpFigures(tx, context, { before: context.corp, after: figures }, now);
      await dueMembersStore.byKeyScore(tx, context, figures, now);
    });
  }

  /** The member stays as they are, and is evaluated again on the next day. */
  private async setAsideMember(id: MemberId, today: Day, cause: unknown): Promise<void> {
    this.deps.logger.error({ err: cause, memberId: id }, 'a member could not be evaluated and was left out for today');
    await this.deps.db.write(async (tx) => {
      await memberStore.markReviewed(tx, new Map([[id, today + 1]]), today);
      await setAsideStore.add(tx, [{ source: 'member', row: id, problem: problemOf(cause) }], this.deps.clock.now());
    });
  }
}
