import { problemOf, setAsideStore } from '../set-aside/set-aside.store.js';
import type { ActionKind } from '../domain/action.js';
import { groupByAge } from '../domain/group-by-age.js';
import type { Context } from '../domain/context.js';
import { DAY_MS, dayOf, type Day } from '../domain/day.js';
import type { FactOf, StoredFact } from '../domain/fact.js';
import type { MemberId } from '../domain/ids.js';
import { factsOf } from '../domain/member-fact.js';
import type { StoredGroup } from '../domain/moves/group.js';
import { activityWindows } from '../domain/occasions.js';
import { isClosed, stepMove, type Move, type MoveEvent } from '../domain/moves/move.js';
import type { TagRef } from '../domain/tags.js';
import { corpFigureStore } from '../features/audit/corp-figure.store.js';
import { contactWayStore } from '../features/contact-ways/contact-way.store.js';
import { moveStore } from '../features/moves/move.store.js';
import { taskStore } from '../features/tasks/task.store.js';
import { dailyCountStore } from '../features/members/daily-count.store.js';
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
import { corpReads } from './plan-reads.js';
import { joinWayActions } from '../features/groups/join-ways.js';
import { dailyJobsRan, runDailyJobs } from './daily-jobs.js';
import { maintainPools } from '../features/groups/pools.js';
import { linkPeople, linkTwins } from '../features/groups/link-twin-groups.js';
import { evaluateMembers } from './evaluate-members.js';
import { takeOffOwnMentions } from '../features/members/mentions.js';
import { mergeGroups } from './merging/merge-groups.js';
import { recount, recountMember } from './recount.js';
import { reminderOf } from '../features/moves/remind.js';
import type { RulesetSource } from '../features/ruleset/ruleset-source.js';
import type { Run } from '../features/run.js';
import { maySendCards, TASK_BATCH_SIZE, sendTaskCards } from '../features/tasks/task-cards.js';
import { applyCorpFacts } from './apply-corp-facts.js';
import { membersOf, applyFacts, type Concerned } from './apply-facts.js';
import { applyGroupRead } from './apply-group-read.js';
import { sendInvitation } from './send-invitation.js';
import type { Recounting } from './unite-doubled.js';

const FACTS_AT_ONCE = 500;
const MEMBERS_AT_ONCE = 500;
/** A read of a full group becomes a fact for each of hundreds of people. */
const GROUP_READS_AT_ONCE = 25;
const MOVES_AT_ONCE = 200;
/** Our own number among PostgreSQL's advisory locks. */
const ADVANCE_LOCK = 7_201_121;

export interface EngineSettings {
  readonly timeZone: string;
  readonly abilities: () => ReadonlySet<ActionKind>;
  /** Besides those of the file: the demo's and the tests' own. */
  readonly operators?: readonly string[];
  /** The address under which staff reach the console, if it is known. */
  readonly consoleUrl?: string | undefined;
}

/**
 * Who is in a group is learnt from its read through facts of the next batch: until those are there nobody else is looked
 * at, or somebody would be invited to where they already are.
 */
function readsFirst(facts: readonly StoredFact[]): readonly StoredFact[] {
  const reads = facts.filter((fact) => fact.kind === 'group_read');
  return reads.length > 0 ? reads.slice(0, GROUP_READS_AT_ONCE) : facts;
}

/** Whether a group may have filled, emptied, come or gone. */
const factsConcernGroups = (facts: readonly StoredFact[]): boolean =>
  facts.some(({ kind }) => kind === 'group_read' || kind === 'joined_group' || kind === 'left_group');

/** The one road. Facts, days gone by, edited rules and settled deliveries all change members here and nowhere else. */
export class Engine {
  private taking: Promise<unknown> = Promise.resolve();
  private greetedLast = false;
  /** The day on which the corp is known to have been looked after. */
  private dailyJobsRanOn: Day | undefined;

  constructor(
    private readonly db: Database,
    private readonly rulesets: RulesetSource,
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly settings: EngineSettings,
  ) {}

  /** Takes in one batch of pending facts; answers how many there were. One batch at a time, whoever asks. */
  advance(): Promise<number> {
    const taken = this.taking.then(async () => {
      const waiting = await factStore.countPendingUpTo(this.db.read, FACTS_AT_ONCE);
      if (waiting === 0) return 0;
      return (await this.greetFirst(waiting)) || this.advanceBy(FACTS_AT_ONCE);
    });
    this.taking = taken.catch(() => undefined);
    return taken;
  }

  /** A welcome code lives for 20 s (contract §7.1): behind a long queue it would be dead. In turns, for the queue has its right, too. */
  private async greetFirst(waiting: number): Promise<number> {
    this.greetedLast = !this.greetedLast && waiting > FACTS_AT_ONCE;
    return this.greetedLast ? this.advanceBy(FACTS_AT_ONCE, 'pendingWelcomes') : 0;
  }

  private async advanceBy(limit: number, which: 'pending' | 'pendingWelcomes' = 'pending'): Promise<number> {
    const context = await this.context();
    let tried: readonly StoredFact[] = [];
    try {
      return await this.write(async (tx) => {
        const { facts, unreadable } = await factStore[which](tx, limit, this.clock.now());
        tried = facts;
        for (const fact of unreadable) {
          this.logger.error(
            { factId: fact.id, kind: fact.kind, problem: fact.problem },
            'a stored fact cannot be read and was set aside',
          );
          await factStore.setAside(tx, fact.id, fact.problem, this.clock.now());
        }
        let taken = unreadable.length;
        const windows = activityWindows(context.ruleset.campaigns);
        for (const part of groupByAge(readsFirst(facts), windows, this.clock.now()))
          taken += await this.take(tx, part, context);
        return taken;
      });
    } catch (cause) {
      // The database was busy or gone: nothing is wrong with the facts.
      if (cause instanceof RetryLater || tried.length === 0) throw cause;
      if (tried.length > 1) return this.advanceBy(Math.max(1, Math.floor(tried.length / 4)), which);
      return this.setAside(tried[0]!, cause);
    }
  }

  /** With several processes on one PostgreSQL, one of them advances at a time. */
  private write<T>(work: (tx: Sql) => Promise<T>): Promise<T> {
    return this.db.write(async (tx) => {
      await takeAdvisoryLock(tx, ADVANCE_LOCK);
      return work(tx);
    });
  }

  /** After a migration that changes how facts are counted; otherwise there is nothing to do. */
  async recount(): Promise<number> {
    return recount(await this.recounting());
  }

  /** Tries once more to count one anew who could not be counted. */
  async recountMember(id: MemberId): Promise<void> {
    return recountMember(await this.recounting(), id);
  }

  private async recounting(): Promise<Recounting> {
    return {
      write: (work) => this.write(work),
      context: await this.context(),
      now: this.clock.now(),
      logger: this.logger,
    };
  }

  /**
   * Looks at every member whose day has not been looked at, in batches, and at what belongs to the corp as a whole.
   * `meanwhile` is done after each batch: what comes in does not wait for all of them.
   */
  async review(
    meanwhile: () => Promise<unknown> = () => Promise.resolve(),
  ): Promise<{ reviewed: number; changed: number }> {
    const now = this.clock.now();
    const today = dayOf(now, this.settings.timeZone);
    await this.runDailyJobsOn(today, now);
    if ((await memberStore.due(this.db.read, today, 0, 1)).length === 0) return { reviewed: 0, changed: 0 };
    await this.refreshFigures(now);
    let [reviewed, changed, after] = [0, 0, 0];
    for (;;) {
      const context = await this.context();
      const ids = await memberStore.due(this.db.read, today, after, MEMBERS_AT_ONCE);
      if (ids.length === 0) return { reviewed, changed };
      changed += await this.reviewSome(ids, today, context);
      reviewed += ids.length;
      after = ids.at(-1)!;
      await meanwhile();
    }
  }

  /** Whoever cannot be looked at is found by halving, and left out: the others' day goes on. */
  private async reviewSome(ids: readonly MemberId[], today: Day, context: Context): Promise<number> {
    try {
      return await this.write(async (tx) => {
        const due = await memberStore.stillDue(tx, ids, today);
        const changed = await evaluateMembers(
          { tx, context, now: this.clock.now() },
          await memberStore.load(tx, due),
          [],
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
      const changed = await this.reviewSome(ids.slice(0, half), today, context);
      return changed + (await this.reviewSome(ids.slice(half), today, context));
    }
  }

  private async runDailyJobsOn(today: Day, now: number): Promise<void> {
    if (today === this.dailyJobsRanOn) return;
    if (!(await dailyJobsRan(this.db.read, today))) {
      const context = await this.context();
      await this.write((tx) => runDailyJobs({ tx, context, now }, today));
    }
    this.dailyJobsRanOn = today;
  }

  /** Sends the cards of tasks that are due and closes those of tasks that are over. Returns the number of tasks. */
  async sendTaskCards(): Promise<number> {
    const now = this.clock.now();
    const maySend = maySendCards({ ruleset: this.rulesets.rules, timeZone: this.settings.timeZone }, now);
    const due = maySend ? await taskStore.due(this.db.read, now, 1) : [];
    const over = await taskStore.closedWithCard(this.db.read, 1);
    if (due.length + over.length === 0) return 0;
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

  /** What time alone does to open moves: reminders, expiry. */
  async sweepMoves(): Promise<number> {
    const now = this.clock.now();
    const policy = this.rulesets.rules.moves;
    const remindBefore = (policy.inviteDays - policy.remindAfterDays) * DAY_MS;
    if ((await moveStore.dueByTime(this.db.read, now, remindBefore, 1)).length === 0) return 0;
    const context = await this.context();
    const due = await moveStore.dueByTime(this.db.read, now, remindBefore, MOVES_AT_ONCE);
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
      for (const move of due) await stepAll([move]).catch((ofThis: unknown) => this.setAsideMove(move, ofThis, now));
    }
    return due.length;
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

  get rules(): RulesetSource['rules'] {
    return this.rulesets.rules;
  }

  /** Templates that are not in force as well. */
  get campaigns(): RulesetSource['campaigns'] {
    return this.rulesets.campaigns;
  }

  get timeZone(): string {
    return this.settings.timeZone;
  }

  /** What the configured channels can do. */
  get abilities(): ReadonlySet<ActionKind> {
    return this.settings.abilities();
  }

  /** Every tag that the product manages. */
  async tags(): Promise<readonly TagRef[]> {
    const made = await contactWayStore.tagsInUse(this.db.read);
    return tagsInUse(this.rulesets.rules.tags, this.rulesets.ways, made);
  }

  /** Who keeps the rules, by their user ids. */
  get operators(): readonly string[] {
    return [...this.rulesets.operators, ...(this.settings.operators ?? [])];
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
      timeZone: this.settings.timeZone,
      consoleUrl: this.settings.consoleUrl,
      abilities: this.settings.abilities(),
      operators: this.operators,
      corpName: this.rulesets.corpName,
      pools: this.rulesets.pools,
      ways: this.rulesets.ways,
      tags,
    };
  }

  private async take(tx: Sql, facts: readonly StoredFact[], context: Context): Promise<number> {
    if (facts.length === 0) return 0;
    const now = this.clock.now();
    const run = { tx, context, now };
    const tierOrder = context.ruleset.tiers.map((tier) => tier.key);
    const whose = await membersOf(tx, facts, now, tierOrder);
    await this.lookAtUnited(run, whose);
    const applied = await applyFacts(tx, facts, whose, this.settings.timeZone, now);
    await applyCorpFacts(run, applied.corpFacts);
    const concerned: MemberId[] = [];
    for (const fact of applied.corpFacts)
      if (fact.kind === 'group_read') concerned.push(...(await applyGroupRead(run, fact as FactOf<'group_read'>)));
    const unlooked = concerned.filter((id) => !applied.members.has(id));
    for (const [id, member] of await memberStore.load(tx, unlooked)) applied.members.set(id, member);
    const ofGroups = factsConcernGroups(facts);
    await outboxStore.enqueue(
      tx,
      [...(await corpReads(run, applied)), ...(ofGroups ? await joinWayActions(run) : [])],
      now,
    );
    await evaluateMembers(run, applied.members, applied.facts);
    if (ofGroups) await maintainPools(run);
    await markWaysOfStaffForCheck(tx, applied.corpFacts, now);
    await outboxStore.enqueue(tx, await contactWayActions(run), now);
    const optedOut = applied.facts.flatMap(({ fact, member }) => (fact.kind === 'opted_out' ? [member] : []));
    await massBatchStore.markForCheck(tx, optedOut, now);
    // After the look: it is by the names, and those that came in this batch are stored only now.
    const joins = factsOf(applied.facts, 'joined_group');
    if (joins.length > 0) {
      const at = joins.at(-1)!.at;
      await linkTwins(tx, mergeGroups, at, now);
      const both = [...new Set(joins.map((fact) => applied.groups.get(fact.data.chatId)))].filter(
        (group) => group !== undefined && group.chatId !== null && group.roomId !== null,
      );
      await linkPeople(tx, both as StoredGroup[], at, now);
    }
    return facts.length;
  }

  /**
   * What two records say together is looked at before anything new is counted: a mark that is passed because they are one
   * was passed long ago, and only what is told beside it may be congratulated on.
   */
  private async lookAtUnited(run: Run, { members, united }: Concerned): Promise<void> {
    const { tx, now } = run;
    const stored = new Map(united.flatMap((id) => (members.has(id) ? [[id, members.get(id)!] as const] : [])));
    if (stored.size === 0) return;
    await takeOffOwnMentions(tx, [...stored.keys()], this.settings.timeZone);
    // A look writes what it changes; that they are one it finds done.
    await memberStore.keep(tx, [...stored.values()], now);
    await evaluateMembers(run, stored, [], 'long_ago');
    for (const [id, member] of await memberStore.load(tx, [...stored.keys()])) members.set(id, member);
  }

  /** Answers the move when its member is to be reminded of it, otherwise null. */
  private async stepOpenMove(tx: Sql, move: Move, event: MoveEvent, now: number): Promise<Move | null> {
    const step = stepMove(move, event, this.rulesets.rules.moves, now);
    if (!step) return null;
    const stepped = await moveStore.step(tx, move, step, now);
    if (isClosed(step.state)) await taskStore.closeForMoves(tx, [move.id], 'cancelled', now);
    return step.then === 'remind' ? stepped : null;
  }

  private async sendReminder(run: Run, move: Move): Promise<void> {
    const reminder = await reminderOf(run.tx, move, run.context);
    if (reminder) await sendInvitation(run, reminder);
  }

  private async refreshFigures(now: number): Promise<void> {
    const value = await dailyCountStore.topFifthOfSpend(this.db.read);
    await this.db.write((tx) => corpFigureStore.write(tx, 'spend_90d_top_fifth_cents', value, now));
  }

  /** A fact that cannot be taken even alone is a bug of ours: it is kept aside with its problem, and the rest goes on. */
  private async setAside(fact: StoredFact, cause: unknown): Promise<number> {
    this.logger.error({ err: cause, factId: fact.id, kind: fact.kind }, 'a fact could not be taken and was set aside');
    await this.db.write((tx) => factStore.setAside(tx, fact.id, problemOf(cause), this.clock.now()));
    return 1;
  }

  /** Kept in mind for the next day: what the member is and has stays as it was. */
  private async setAsideMember(id: MemberId, today: Day, cause: unknown): Promise<void> {
    this.logger.error({ err: cause, memberId: id }, 'a member could not be looked at and was left out for today');
    await this.db.write(async (tx) => {
      await memberStore.looked(tx, [id], today);
      await setAsideStore.add(tx, [{ source: 'member', row: id, problem: problemOf(cause) }], this.clock.now());
    });
  }
}
