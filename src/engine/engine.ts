import type { ActionKind } from '../domain/action.js';
import { DAY_MS, dayOf } from '../domain/day.js';
import type { FactOf } from '../domain/fact.js';
import type { CorpFigures } from '../domain/metrics/index.js';
import { isClosed, stepMove, type Move, type MoveEvent } from '../domain/moves/move.js';
import type { MemberId } from '../domain/ids.js';
import type { StoredGroup } from '../groups/group.store.js';
import type { Clock } from '../platform/clock.js';
import type { Database } from '../platform/database/database.js';
import type { Sql } from '../platform/database/sql.js';
import { RetryLater } from '../platform/errors.js';
import type { Logger } from '../platform/logger/logger.js';
import type { StoredFact } from './fact.store.js';
import { joinWayActions, memberlessActions } from './group-facts.js';
import { look, type Circumstances } from './look.js';
import { remindOfMove } from './remind-of-move.js';
import type { RulesetSource } from './ruleset-source.js';
import { stores } from './stores.js';
import { factsOf, takeFacts } from './take-facts.js';
import { linkPeople, linkTwins, takeGroupRead } from './take-group-reads.js';

const FACTS_AT_ONCE = 500;
const MEMBERS_AT_ONCE = 500;

export interface EngineSettings {
  readonly timeZone: string;
  readonly abilities: () => ReadonlySet<ActionKind>;
}

/** The one road. Facts, days gone by, edited rules and settled deliveries all change members here and nowhere else. */
export class Engine {
  private corp: CorpFigures = {};

  constructor(
    private readonly db: Database,
    private readonly rulesets: RulesetSource,
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly settings: EngineSettings,
  ) {}

  async start(): Promise<void> {
    const rows = await this.db.read.all<{ name: string; value: number | null }>('SELECT name, value FROM corp_figure');
    this.corp = Object.fromEntries(rows.map((row) => [row.name, row.value]));
  }

  /** Takes in one batch of pending facts; answers how many there were. */
  async advance(limit = FACTS_AT_ONCE): Promise<number> {
    if ((await stores.facts.pending(this.db.read, 1)).length === 0) return 0;
    const on = await this.circumstances();
    try {
      return await this.db.write(async (tx) => this.take(tx, await stores.facts.pending(tx, limit), on));
    } catch (cause) {
      // The database was busy or gone: nothing is wrong with the facts.
      if (cause instanceof RetryLater) throw cause;
      if (limit > 1) return this.advance(Math.max(1, Math.floor(limit / 4)));
      return this.setAsideFirst(cause);
    }
  }

  /** Looks at every member whose day has not been looked at, in batches, and at what belongs to the corp as a whole. */
  async review(): Promise<{ reviewed: number; changed: number }> {
    const now = this.clock.now();
    const today = dayOf(now, this.settings.timeZone);
    if ((await stores.members.due(this.db.read, today, 0, 1)).length === 0) return { reviewed: 0, changed: 0 };
    await this.refreshFigures(now);
    let [reviewed, changed, after] = [0, 0, 0];
    for (;;) {
      const on = await this.circumstances();
      const ids = await this.db.write(async (tx) => {
        const due = await stores.members.due(tx, today, after, MEMBERS_AT_ONCE);
        changed += await look(tx, await stores.members.load(tx, due), [], on, this.clock.now());
        return due;
      });
      if (ids.length === 0) return { reviewed, changed };
      reviewed += ids.length;
      after = ids.at(-1)!;
    }
  }

  /** Looks at some members anew, whatever the day: an operator's correction, a rule that was edited. */
  async lookAgain(members: readonly MemberId[]): Promise<number> {
    const on = await this.circumstances();
    return this.db.write(async (tx) => look(tx, await stores.members.load(tx, members), [], on, this.clock.now()));
  }

  /** What time alone does to open moves: reminders, expiry. */
  async sweepMoves(): Promise<number> {
    const now = this.clock.now();
    const policy = this.rulesets.rules.moves;
    const remindBefore = (policy.inviteDays - policy.remindAfterDays) * DAY_MS;
    if ((await stores.moves.timely(this.db.read, now, remindBefore, 1)).length === 0) return 0;
    const on = await this.circumstances();
    return this.db.write(async (tx) => {
      const due = await stores.moves.timely(tx, now, remindBefore, 200);
      for (const move of due) await this.stepOpenMove(tx, move, { kind: 'time' }, on, now);
      return due.length;
    });
  }

  /** An invitation has gone out, or will not: told by the outbox in the transaction that settles it. */
  async invitationSettled(tx: Sql, move: Move, sent: boolean, code: string | undefined, now: number): Promise<void> {
    await this.stepOpenMove(
      tx,
      move,
      { kind: 'invitation_settled', sent, ...(code ? { code } : {}) },
      await this.circumstances(),
      now,
    );
  }

  async circumstances(): Promise<Circumstances> {
    return {
      ruleset: await this.rulesets.current(),
      corp: this.corp,
      timeZone: this.settings.timeZone,
      abilities: this.settings.abilities(),
      corpName: this.rulesets.corpName,
    };
  }

  private async take(tx: Sql, facts: readonly StoredFact[], on: Circumstances): Promise<number> {
    if (facts.length === 0) return 0;
    const now = this.clock.now();
    const taken = await takeFacts(tx, facts, this.settings.timeZone, now);
    for (const fact of taken.memberless)
      if (fact.kind === 'group_read') await takeGroupRead(tx, fact as FactOf<'group_read'>, on.ruleset, now);
    const joins = factsOf(taken.facts, 'joined_group');
    if (joins.length > 0) {
      const at = joins.at(-1)!.at;
      await linkTwins(tx, at, now);
      const both = [...new Set(joins.map((fact) => taken.groups.get(fact.data.chatId)))].filter(
        (group) => group !== undefined && group.chatId !== null && group.roomId !== null,
      );
      await linkPeople(tx, both as StoredGroup[], at, now);
    }
    await stores.outbox.plan(
      tx,
      [...(await memberlessActions(tx, taken, on, now)), ...(await joinWayActions(tx, on, now))],
      now,
    );
    await look(tx, taken.members, taken.facts, on, now);
    return facts.length;
  }

  private async stepOpenMove(tx: Sql, move: Move, event: MoveEvent, on: Circumstances, now: number): Promise<void> {
    const step = stepMove(move, event, on.ruleset.moves, now);
    if (!step) return;
    const stepped = await stores.moves.step(tx, move, step, now);
    if (step.then === 'remind') await remindOfMove(tx, stepped, on, now);
    if (isClosed(step.state)) await stores.tasks.closeForMoves(tx, [move.id], 'cancelled', now);
  }

  private async refreshFigures(now: number): Promise<void> {
    const value = await stores.buckets.topFifthOfSpend(this.db.read);
    await this.db.write((tx) =>
      tx.insert(
        'corp_figure',
        [{ name: 'spend_90d_top_fifth_cents', value, computed_at: now }],
        '(name) DO UPDATE SET value = excluded.value, computed_at = excluded.computed_at',
      ),
    );
    this.corp = { ...this.corp, spend_90d_top_fifth_cents: value };
  }

  /** A fact that cannot be taken even alone is a bug of ours: it is kept aside with its problem, and the rest goes on. */
  private async setAsideFirst(cause: unknown): Promise<number> {
    const [fact] = await stores.facts.pending(this.db.read, 1);
    if (!fact) throw cause;
    this.logger.error({ err: cause, factId: fact.id, kind: fact.kind }, 'a fact could not be taken and was set aside');
    await this.db.write((tx) =>
      stores.facts.setAside(tx, fact.id, cause instanceof Error ? cause.message : String(cause)),
    );
    return 1;
  }
}
