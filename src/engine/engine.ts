import { problemOf, setAsideStore } from '../set-aside/set-aside.store.js';
import type { ActionKind } from '../domain/action.js';
import { groupByAge } from '../domain/group-by-age.js';
import type { Context } from '../domain/context.js';
import { DAY_MS, MINUTE_MS } from '../domain/day.js';
import type { FactOf, StoredFact } from '../domain/fact.js';
import type { MemberId } from '../domain/ids.js';
import type { LinkAddresses } from '../domain/links/link.js';
import { factsOf } from '../domain/member-fact.js';
import type { StoredGroup } from '../domain/moves/group.js';
import { activityWindows } from '../domain/occasions.js';
import { isClosed, stepMove, type Move, type MoveEvent } from '../domain/moves/move.js';
import { tagsOfSeries } from '../domain/series/series.js';
import type { TagRef } from '../domain/tags.js';
import { corpFigureStore } from '../features/audit/corp-figure.store.js';
import { contactWayStore } from '../features/contact-ways/contact-way.store.js';
import { moveStore } from '../features/moves/move.store.js';
import { taskStore } from '../features/tasks/task.store.js';
import { invitationStore } from '../features/members/invitation.store.js';
import { exchangeStore } from '../features/members/exchange.store.js';
import type { Clock } from '../platform/clock.js';
import type { Database } from '../platform/database/database.js';
import { takeAdvisoryLock } from '../platform/database/advisory-lock.js';
import type { Sql } from '../platform/database/sql.js';
import { tagsInUse } from '../features/tags/tag-names.js';
import { memberStore } from '../features/members/member.store.js';
import { massBatchStore } from '../outbox/mass-sends/mass-batch.store.js';
import { outboxStore } from '../outbox/outbox.store.js';
import { RetryLater } from '../platform/errors.js';
import type { Logger } from '../platform/logger/logger.js';
import { contactWayActions, markWaysOfStaffForCheck } from '../features/contact-ways/plan-contact-ways.js';
import { factStore } from '../inbox/fact.store.js';
import { linkStore } from '../features/links/link.store.js';
import { broadcastStore } from '../features/broadcasts/broadcast.store.js';
import { judgeLaunches } from '../features/watched-launches/open-launch.js';
import { watchedLaunchStore } from '../features/watched-launches/watched-launch.store.js';
import { advanceBroadcast, skipMember } from './broadcasts/advance-broadcast.js';
import { planReads } from './plan-reads.js';
import { maintainGroups } from '../features/groups/maintain-groups.js';
import { linkPeopleInGroups, linkTwinGroups } from '../features/groups/link-twin-groups.js';
import { bulkEnd, endBulk, inBulk } from './brakes/bulk-facts.js';
import type { WhatWaits } from './brakes/batch-limits.js';
import { evaluateMembers } from './evaluate-members.js';
import { subtractSelfMentions } from '../features/members/mentions.js';
import { mergeGroups } from './merging/merge-groups.js';
import { isRecounting, recount, recountMember } from './recount.js';
import { reminderOf } from '../features/moves/remind.js';
import type { Vocabulary } from '../domain/rules/index.js';
import type { RulesetSource } from '../features/ruleset/ruleset-source.js';
import type { Run } from '../features/run.js';
import { maySendCards, TASK_BATCH_SIZE, sendTaskCards } from '../features/tasks/task-cards.js';
import { applyCorpFacts } from './apply-corp-facts.js';
import { applyFacts, resolveFacts, type AppliedFacts, type ResolvedFacts } from './apply-facts.js';
import { applyGroupRead } from './apply-group-read.js';
import { Review, type Reviewed } from './review.js';
import { sweepSeries } from './series-sweep.js';
import { sendInvitation } from './send-invitation.js';
import { settleUndelivered } from './undelivered-in-service.js';
import type { RecountDeps } from './merge-duplicates.js';

/**
 * A larger batch is faster per fact, because the number of its statements hardly grows with its size. But other writes, such
 * as those of callbacks, wait until it ends. A batch of a thousand takes about a quarter of a second.
 */
export const FACTS_AT_ONCE = 1_000;
/** A read of a full group becomes hundreds of facts, one for each person in it. */
const GROUP_READS_AT_ONCE = 25;
const MOVES_AT_ONCE = 200;
const LOOK_FOR_BROADCASTS_MS = MINUTE_MS;
/** An idle turn of the work loop asks for little, and figures change slowly. */
const JUDGE_LAUNCHES_MS = 10 * MINUTE_MS;
/** The key of our PostgreSQL advisory lock. */
const ADVANCE_LOCK = 7_201_121;

export interface EngineOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly timeZone: string;
  readonly abilities: () => ReadonlySet<ActionKind>;
  /** Operators beside those of the config file, for the demo and the tests. */
  readonly operators?: readonly string[];
  /** The address under which staff reach the console, if it is known. */
  readonly consoleUrl?: string | undefined;
  /** Left out, texts with links cannot be filled. */
  readonly links?: LinkAddresses | undefined;
}

/**
 * Picks only the reads of groups when there are any, because a read becomes facts of the next batch (who joined, who left).
 * A member who is evaluated before those could be invited to a group that they are in already.
 */
function groupReadsFirst(facts: readonly StoredFact[]): readonly StoredFact[] {
  const reads = facts.filter((fact) => fact.kind === 'group_read');
  return reads.length > 0 ? reads.slice(0, GROUP_READS_AT_ONCE) : facts;
}

/** Whether any group may be new, gone, or have another number of people. */
const changesGroups = (facts: readonly StoredFact[]): boolean =>
  facts.some(({ kind }) => kind === 'group_read' || kind === 'joined_group' || kind === 'left_group');

/** The only place where members change: by facts, by days that pass, by edited rules and by settled deliveries. */
export class Engine {
  /** Settles when the batches that were asked for so far have ended. */
  private advancing: Promise<unknown> = Promise.resolve();
  private welcomesLast = false;
  /** Epoch ms of the last time that no broadcast was under way. */
  private broadcastsLookedForAt: number | null = null;
  /** Epoch ms of the last time that the figures of watched launches were looked at. */
  private launchesJudgedAt = 0;
  private readonly reviews: Review;

  constructor(
    private readonly db: Database,
    private readonly rulesets: RulesetSource,
    private readonly options: EngineOptions,
  ) {
    const { clock, logger, timeZone } = options;
    this.reviews = new Review({
      ...{ db, rulesets, clock, logger, timeZone },
      write: (work) => this.write(work),
      context: () => this.context(),
      inForce: (before) => this.inForce(before),
    });
  }

  private get clock(): Clock {
    return this.options.clock;
  }

  private get logger(): Logger {
    return this.options.logger;
  }

  /** Applies one batch of pending facts and answers how many there were. Batches run one after the other, whoever asks. */
  advance(): Promise<number> {
    const applied = this.advancing.then(async () => {
      const waiting = await factStore.countPendingUpTo(this.db.read, FACTS_AT_ONCE);
      if (waiting === 0) return 0;
      return (await this.advanceWelcomes(waiting)) || this.advanceBy(FACTS_AT_ONCE);
    });
    this.advancing = applied.catch(() => undefined);
    return applied;
  }

  /**
   * Facts of newcomers overtake a long queue, because a welcome code is valid for 20 s (contract §7.1). Every second batch
   * only, so that the queue gets shorter, too.
   */
  private async advanceWelcomes(waiting: number): Promise<number> {
    this.welcomesLast = !this.welcomesLast && waiting > FACTS_AT_ONCE;
    return this.welcomesLast ? this.advanceBy(FACTS_AT_ONCE, 'pendingWelcomes') : 0;
  }

  /** When a batch fails, tries with ever fewer facts until the one that cannot be applied stands alone. */
  private async advanceBy(limit: number, which: 'pending' | 'pendingWelcomes' = 'pending'): Promise<number> {
    const before = await this.context();
    let tried: readonly StoredFact[] = [];
    try {
      return await this.write(async (tx) => {
        const context = await this.inForce(before);
        const { facts, unreadable } = await factStore[which](tx, limit, this.clock.now());
        tried = facts;
        for (const fact of unreadable) {
          this.logger.error(
            { factId: fact.id, kind: fact.kind, problem: fact.problem },
            'a stored fact cannot be read and was set aside',
          );
          await factStore.setAside(tx, fact.id, fact.problem, this.clock.now());
        }
        let applied = unreadable.length;
        const windows = activityWindows(context.ruleset.campaigns);
        const now = this.clock.now();
        const waits = (await inBulk(tx, facts.length >= FACTS_AT_ONCE, now)) ? 'moves' : 'nothing';
        for (const part of groupByAge(groupReadsFirst(facts), windows, now))
          applied += await this.applyBatch({ tx, context, now: this.clock.now() }, part, waits);
        return applied;
      });
    } catch (cause) {
      // The database was busy or unreachable: nothing is wrong with the facts.
      if (cause instanceof RetryLater || tried.length === 0) throw cause;
      if (tried.length > 1) return this.advanceBy(Math.max(1, Math.floor(tried.length / 4)), which);
      return this.setAside(tried[0]!, cause);
    }
  }

  /** Several processes may share one PostgreSQL: the lock lets one of them at a time write here. */
  private write<T>(work: (tx: Sql) => Promise<T>): Promise<T> {
    return this.db.write(async (tx) => {
      await takeAdvisoryLock(tx, ADVANCE_LOCK);
      return work(tx);
    });
  }

  /** Counts all members anew after a migration that changed how facts are counted. Answers how many; usually 0. */
  async recount(): Promise<number> {
    return recount(await this.recountDeps());
  }

  /** Tries again to count one member whose recount has failed. */
  async recountMember(id: MemberId): Promise<void> {
    return recountMember(await this.recountDeps(), id);
  }

  private async recountDeps(): Promise<RecountDeps> {
    return {
      write: (work) => this.write(work),
      context: await this.context(),
      now: this.clock.now(),
      logger: this.logger,
    };
  }

  /**
   * Runs the daily jobs and evaluates every member who is due. `meanwhile` runs after each batch, so that facts that come in
   * do not wait for the end of the review.
   */
  review(meanwhile: () => Promise<unknown> = () => Promise.resolve()): Promise<Reviewed> {
    return this.reviews.run(meanwhile, () => this.awaitsFacts());
  }

  /** Whether facts that came in bulk, or members of a recount, are still to be counted: a review is to see all of them. */
  private async awaitsFacts(): Promise<boolean> {
    if (await isRecounting(this.db.read)) return true;
    if ((await bulkEnd(this.db.read)) === null) return false;
    return this.write(async (tx) => !(await endBulk(tx)));
  }

  /** Sends the cards of tasks that are due and closes those of tasks that are over. Returns the number of tasks. */
  async sendTaskCards(): Promise<number> {
    const now = this.clock.now();
    const withDue = maySendCards({ ruleset: this.rulesets.rules, timeZone: this.options.timeZone }, now);
    if (!(await taskStore.anyCardDue(this.db.read, now, { withDue }))) return 0;
    const context = await this.context();
    try {
      return await this.write((tx) => sendTaskCards({ tx, context, now }));
    } catch (cause) {
      if (cause instanceof RetryLater) throw cause;
      return this.sendTaskCardsOneByOne(context, now);
    }
  }

  private async sendTaskCardsOneByOne(context: Context, now: number): Promise<number> {
    const [due, over] = [
      await taskStore.due(this.db.read, now, TASK_BATCH_SIZE),
      await taskStore.closedWithCard(this.db.read, TASK_BATCH_SIZE),
    ];
    const ids = [...new Set([...due, ...over].map(({ id }) => id))];
    for (const id of ids) {
      try {
        await this.write((tx) => sendTaskCards({ tx, context, now }, id));
      } catch (cause) {
        if (cause instanceof RetryLater) throw cause;
        this.logger.error(
          { err: cause, taskId: id },
          'the card of a task could not be planned; the task was set aside',
        );
        await this.db.write(async (tx) => {
          await taskStore.postpone(tx, id, null, null);
          await taskStore.recordCard(tx, id, null, now);
          await setAsideStore.add(tx, [{ source: 'task', row: id, problem: problemOf(cause) }], now);
        });
      }
    }
    return ids.length;
  }

  /** Steps open moves that have reached the time of their reminder or their end. */
  async sweepMoves(): Promise<number> {
    const now = this.clock.now();
    const policy = this.rulesets.rules.moves;
    const remindBefore = (policy.inviteDays - policy.remindAfterDays) * DAY_MS;
    const due = await moveStore.dueByTime(this.db.read, now, remindBefore, MOVES_AT_ONCE);
    if (due.length === 0) return 0;
    const context = await this.context();
    const stepAll = (moves: readonly Move[]): Promise<void> =>
      this.write(async (tx) => {
        const open = await moveStore.byIds(
          tx,
          moves.map(({ id }) => id),
        );
        for (const move of open) {
          const reminded = await this.stepOpenMove(tx, move, { kind: 'time' }, now);
          if (reminded) await this.sendReminder({ tx, context, now }, reminded);
        }
      });
    try {
      await stepAll(due);
    } catch (cause) {
      if (cause instanceof RetryLater) throw cause;
      for (const move of due)
        await stepAll([move]).catch((moveCause: unknown) => this.setAsideMove(move, moveCause, now));
    }
    return due.length;
  }

  /** Takes members on whose next step in a series is due. Answers how many. */
  async sweepSeries(): Promise<number> {
    if (!this.rulesets.rules.series.isInUse) return 0;
    const { db, logger } = this;
    const deps = {
      ...{ db, logger, write: <T>(work: (tx: Sql) => Promise<T>) => this.write(work) },
      ...{ context: () => this.context(), inForce: (before: Context) => this.inForce(before) },
    };
    return sweepSeries(deps, this.clock.now(), this.timeZone);
  }

  /** A broadcast has been started, resumed or stopped: look for it now rather than within a minute. */
  broadcastWaits(): void {
    this.broadcastsLookedForAt = null;
  }

  /** Plans the next members of the broadcast that is under way. Answers how many were looked at. */
  async advanceBroadcasts(): Promise<number> {
    const since = this.broadcastsLookedForAt;
    const asked = this.clock.now();
    // An idle turn of the work loop asks for little. Another process may have started one, so it looks now and then.
    if (since !== null && asked >= since && asked < since + LOOK_FOR_BROADCASTS_MS) return 0;
    this.broadcastsLookedForAt = asked;
    const underWay = await broadcastStore.underWay(this.db.read, asked);
    if (!underWay) return 0;
    this.broadcastsLookedForAt = null;
    const before = await this.context();
    const inTurn = <T>(work: (run: Run) => Promise<T>): Promise<T> =>
      this.write(async (tx) => work({ tx, context: await this.inForce(before), now: this.clock.now() }));
    try {
      return await inTurn((run) => advanceBroadcast(run, underWay.id));
    } catch (cause) {
      if (cause instanceof RetryLater) throw cause;
      return this.advanceBroadcastOneByOne(underWay.id, inTurn);
    }
  }

  /** The member for whom it fails is left out, and the others go on. */
  private async advanceBroadcastOneByOne(
    id: number,
    inTurn: <T>(work: (run: Run) => Promise<T>) => Promise<T>,
  ): Promise<number> {
    try {
      return await inTurn((run) => advanceBroadcast(run, id, 1));
    } catch (cause) {
      if (cause instanceof RetryLater) throw cause;
      const member = await inTurn(async (run) => {
        const skipped = await skipMember(run, id);
        if (skipped !== null)
          await setAsideStore.add(run.tx, [{ source: 'member', row: skipped, problem: problemOf(cause) }], run.now);
        return skipped;
      });
      if (member === null) throw cause;
      this.logger.error(
        { err: cause, memberId: member },
        'a broadcast could not be planned for a member and leaves them out',
      );
      return 1;
    }
  }

  /** Opens watched launches whose figures are good, and tells of bad ones. Answers how many changed. */
  async judgeLaunches(): Promise<number> {
    const asked = this.clock.now();
    if (asked < this.launchesJudgedAt + JUDGE_LAUNCHES_MS && asked >= this.launchesJudgedAt) return 0;
    this.launchesJudgedAt = asked;
    if (!(await watchedLaunchStore.anyUnderWay(this.db.read))) return 0;
    const before = await this.context();
    return this.write(async (tx) => judgeLaunches({ tx, context: await this.inForce(before), now: this.clock.now() }));
  }

  private async setAsideMove(move: Move, cause: unknown, now: number): Promise<void> {
    if (cause instanceof RetryLater) throw cause;
    this.logger.error({ err: cause, moveId: move.id }, 'a move could not be stepped and was set aside');
    await this.db.write((tx) =>
      setAsideStore.add(tx, [{ source: 'move', row: move.id, problem: problemOf(cause) }], now),
    );
  }

  /** The outbox has sent an invitation, or will not send it. Runs in the transaction that settles the row. */
  async invitationSettled(
    tx: Sql,
    move: Move,
    settled: { readonly sent: boolean; readonly code?: string },
    now: number,
  ): Promise<void> {
    const reminded = await this.stepOpenMove(tx, move, { kind: 'invitation_settled', ...settled }, now);
    if (reminded) await this.sendReminder({ tx, context: await this.context(), now }, reminded);
  }

  /** The corp's name as members read it; empty when none is configured. */
  get corpName(): string {
    return this.rulesets.corpName;
  }

  get rules(): RulesetSource['rules'] {
    return this.rulesets.rules;
  }

  /** All templates, also those that are switched off. */
  get campaigns(): RulesetSource['campaigns'] {
    return this.rulesets.campaigns;
  }

  /** The names that a rule may use. */
  get vocabulary(): Vocabulary {
    return this.rulesets.vocabulary;
  }

  get timeZone(): string {
    return this.options.timeZone;
  }

  /** The kinds of action that the configured channels can perform. */
  get abilities(): ReadonlySet<ActionKind> {
    return this.options.abilities();
  }

  /** Every tag that the product manages. */
  async tags(): Promise<readonly TagRef[]> {
    const ofContactWays = await contactWayStore.tagsInUse(this.db.read);
    return tagsInUse(
      [...this.rulesets.rules.tags, ...tagsOfSeries(this.rulesets.rules.series)],
      this.rulesets.ways,
      ofContactWays,
    );
  }

  /** The userids of the operators: those of the config file and those of the options. */
  get operators(): readonly string[] {
    return [...this.rulesets.operators, ...(this.options.operators ?? [])];
  }

  /** The context that was loaded before a transaction, or a new one when other rules have come into force since. */
  private async inForce(before: Context): Promise<Context> {
    return before.ruleset.version === this.rulesets.version ? before : this.context();
  }

  async context(): Promise<Context> {
    const [corp, ruleset, tags] = await Promise.all([
      corpFigureStore.all(this.db.read),
      this.rulesets.current(),
      this.tags(),
    ]);
    return {
      ruleset,
      corp,
      timeZone: this.options.timeZone,
      consoleUrl: this.options.consoleUrl,
      links: this.options.links,
      abilities: this.options.abilities(),
      operators: this.operators,
      corpName: this.rulesets.corpName,
      pools: this.rulesets.pools,
      ways: this.rulesets.ways,
      vocabulary: this.rulesets.vocabulary,
      tags,
    };
  }

  /**
   * Applies facts, evaluates their members and plans what follows, in one transaction. The order matters: the corp's tags
   * and groups are up to date before members are evaluated, and groups are compared by the names that the batch stored.
   */
  private async applyBatch(run: Run, facts: readonly StoredFact[], waits: WhatWaits): Promise<number> {
    if (facts.length === 0) return 0;
    const { tx, context, now } = run;
    const tierOrder = context.ruleset.tiers.map((tier) => tier.key);
    const resolved = await resolveFacts(tx, facts, now, tierOrder);
    await this.evaluateMerged(run, resolved);
    const applied = await applyFacts(tx, facts, resolved, { timeZone: context.timeZone, now });
    await linkStore.addClicks(tx, facts, context.timeZone);
    await applyCorpFacts(run, applied.corpFacts);
    await this.applyGroupReads(run, applied);
    const groupsChanged = changesGroups(facts);
    const reads = await planReads(run, applied);
    const touched = await memberStore.load(tx, applied.touched);
    await evaluateMembers(run, new Map([...applied.members, ...touched]), applied.facts, { waits });
    await settleUndelivered(run, applied.facts, {
      campaigns: this.campaigns,
      step: (within, move, event) => this.stepOpenMove(within.tx, move, event, within.now),
    });
    const joinWays = groupsChanged ? await maintainGroups(run) : [];
    await markWaysOfStaffForCheck(tx, applied.corpFacts, now);
    await outboxStore.enqueue(tx, [...reads, ...joinWays, ...(await contactWayActions(run))], now);
    const optedOut = applied.facts.flatMap(({ fact, member }) => (fact.kind === 'opted_out' ? [member] : []));
    await massBatchStore.markForCheck(tx, optedOut, now);
    await this.linkGroups(run, applied);
    return facts.length;
  }

  /** Adds to `applied.members` whoever has to be evaluated because of a read, beside those who have facts of their own. */
  private async applyGroupReads(run: Run, applied: AppliedFacts): Promise<void> {
    const affected: MemberId[] = [];
    for (const fact of applied.corpFacts)
      if (fact.kind === 'group_read') affected.push(...(await applyGroupRead(run, fact as FactOf<'group_read'>)));
    const notLoaded = affected.filter((id) => !applied.members.has(id));
    for (const [id, member] of await memberStore.load(run.tx, notLoaded)) applied.members.set(id, member);
  }

  /** WeCom and the chat account know the same group under two ids. People who join can show that it is one group. */
  private async linkGroups({ tx, now }: Run, applied: AppliedFacts): Promise<void> {
    const joins = factsOf(applied.facts, 'joined_group');
    if (joins.length === 0) return;
    const at = joins.at(-1)!.at;
    await linkTwinGroups(tx, mergeGroups, at, now);
    const linked = [...new Set(joins.map((fact) => applied.groups.get(fact.data.chatId)))].filter(
      (group): group is StoredGroup => group !== undefined && group.chatId !== null && group.roomId !== null,
    );
    await linkPeopleInGroups(tx, linked, at, now);
  }

  /**
   * Evaluates merged members before the new facts are counted. A mark that two records reach only together was passed long
   * ago, and is not congratulated on; a mark that the new facts pass is.
   */
  private async evaluateMerged(run: Run, { members, merged }: ResolvedFacts): Promise<void> {
    const { tx, context, now } = run;
    const stored = new Map(merged.flatMap((id) => (members.has(id) ? [[id, members.get(id)!] as const] : [])));
    if (stored.size === 0) return;
    await subtractSelfMentions(tx, [...stored.keys()], context.timeZone);
    // An evaluation stores only what it changes, so the merged rows are stored first.
    await memberStore.saveWithLoadedFigures(tx, [...stored.values()], now);
    // Two people with whom somebody talked, or whom somebody invited, may be one now.
    const ids = [...stored.keys()];
    const others = [...(await exchangeStore.othersOf(tx, ids)), ...(await invitationStore.invitersOf(tx, ids))].filter(
      (id) => !members.has(id),
    );
    const evaluated = new Map([...stored, ...(await memberStore.load(tx, others))]);
    await evaluateMembers(run, evaluated, [], { isRecalculation: true });
    for (const [id, member] of await memberStore.load(tx, [...stored.keys()])) members.set(id, member);
  }

  /** Answers the move when its member is to be reminded of it, otherwise null. */
  private async stepOpenMove(tx: Sql, move: Move, event: MoveEvent, now: number): Promise<Move | null> {
    const step = stepMove(move, event, this.rulesets.rules.moves, now);
    if (!step) return null;
    const stepped = await moveStore.step(tx, move, step, now);
    if (isClosed(step.state)) await taskStore.closeForMoves(tx, [move.id], 'cancelled', now);
    return step.followUp === 'remind' ? stepped : null;
  }

  private async sendReminder(run: Run, move: Move): Promise<void> {
    const reminder = await reminderOf(run.tx, move, run.context);
    if (reminder) await sendInvitation(run, reminder);
  }

  /** A fact that cannot be applied even alone shows a bug of ours. It is set aside with its problem, and the others go on. */
  private async setAside(fact: StoredFact, cause: unknown): Promise<number> {
    this.logger.error(
      { err: cause, factId: fact.id, kind: fact.kind },
      'a fact could not be applied and was set aside',
    );
    await this.db.write((tx) => factStore.setAside(tx, fact.id, problemOf(cause), this.clock.now()));
    return 1;
  }
}
