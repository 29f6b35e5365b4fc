import { z } from 'zod';
import type { Done } from '../channels/channel.js';
import type { Action } from '../domain/action.js';
import { dayOf, momentOf, type Day } from '../domain/day.js';
import type { MemberId } from '../domain/ids.js';
import { compileRule } from '../domain/rules/index.js';
import { isQuiet } from '../domain/sending/send-policy.js';
import type { Consequences, Objection } from '../outbox/consequences.js';
import type { OutboxRow } from '../outbox/outbox.store.js';
import type { Clock } from '../platform/clock.js';
import type { Database } from '../platform/database/database.js';
import type { Sql } from '../platform/database/sql.js';
import { RetryLater } from '../platform/errors.js';
import type { Engine } from './engine.js';
import type { Circumstances } from './look.js';
import { lookedFor } from './looked-for.js';
import { budgetOf } from './plan-messages.js';
import { stores } from './stores.js';

const joinWay = z.object({ configId: z.string(), qrCode: z.string() });
const tagIds = z.object({ tags: z.array(z.object({ id: z.string(), name: z.string() })) });
const tagGroups = z.object({
  groups: z.array(z.object({ name: z.string(), tags: z.array(z.object({ id: z.string(), name: z.string() })) })),
});
/** The library is being completed meanwhile. */
const TAGS_SOON_MS = 2_000;
const MONTH_DAYS = 62;
/** The library is read when the tags made at the start are in it. */
const AFTER_ENSURED_MS = 60_000;
/** The library hardly ever changes and is asked for with every tag that is told. Real time: another worker may learn. */
const LIBRARY_KEPT_MS = 1_000;

/** What deliveries do to members, tags, groups and moves. */
export class EngineConsequences implements Consequences {
  private known: { readonly tags: Awaited<ReturnType<typeof stores.tags.library>>; readonly until: number } | undefined;

  constructor(
    private readonly db: Database,
    private readonly engine: Engine,
    private readonly clock: Clock,
  ) {}

  private async library(): Promise<Awaited<ReturnType<typeof stores.tags.library>>> {
    if (this.known && this.known.until > Date.now()) return this.known.tags;
    const tags = await stores.tags.library(this.db.read);
    this.known = { tags, until: Date.now() + LIBRARY_KEPT_MS };
    return tags;
  }

  async prepare(row: OutboxRow): Promise<Action | null> {
    return row.action.kind === 'mark_tags' && row.member !== null
      ? this.tagsToTell(row.member, row.action.externalUserId)
      : row.action;
  }

  /** Every tag WeCom has not confirmed, under the name of whoever has the customer. */
  private async tagsToTell(member: MemberId, externalUserId: string): Promise<Action | null> {
    const unconfirmed = await stores.tags.unconfirmed(this.db.read, member);
    const follow = (await stores.follows.open(this.db.read, [externalUserId])).get(externalUserId)?.[0];
    if (unconfirmed.length === 0 || !follow) return null;
    const library = new Map((await this.library()).map((tag) => [`${tag.grp}/${tag.name}`, tag.tag_id]));
    const missing = unconfirmed.filter((tag) => tag.want === 1 && !library.has(`${tag.grp}/${tag.name}`));
    if (missing.length > 0) {
      await this.ensureTags(
        [...new Set(missing.map((tag) => tag.grp))].map((group) => ({
          group,
          names: missing.filter((tag) => tag.grp === group).map((tag) => tag.name),
        })),
      );
      throw new RetryLater('tag_library_incomplete', TAGS_SOON_MS);
    }
    const ids = (want: number) =>
      unconfirmed.filter((tag) => tag.want === want).flatMap((tag) => library.get(`${tag.grp}/${tag.name}`) ?? []);
    return { kind: 'mark_tags', staff: follow.staff, externalUserId, add: ids(1), remove: ids(0) };
  }

  /** Plans the making of tags that the corp does not have yet. */
  async ensureTags(groups: readonly { readonly group: string; readonly names: readonly string[] }[]): Promise<void> {
    const now = this.clock.now();
    await this.db.write((tx) =>
      stores.outbox.plan(
        tx,
        groups.map(({ group, names }) => ({
          key: `ensure_tags:${group}:${[...names].sort().join(',')}:${Math.floor(now / 60_000)}`,
          action: { kind: 'ensure_tags', group, names },
          notBefore: now,
          priority: 1,
        })),
        now,
      ),
    );
  }

  /** Plans a read of the corp's tag library, as at every start. */
  async readTags(): Promise<void> {
    const now = this.clock.now();
    await this.db.write((tx) =>
      stores.outbox.plan(
        tx,
        [
          {
            key: `read_tags:start:${Math.floor(now / 60_000)}`,
            action: { kind: 'read_tags' },
            notBefore: now + AFTER_ENSURED_MS,
            priority: 2,
          },
        ],
        now,
      ),
    );
  }

  async objections(tx: Sql, rows: readonly OutboxRow[], now: number): Promise<ReadonlyMap<number, Objection>> {
    const found = new Map<number, Objection>();
    const proactive = rows.filter((row) => row.proactive);
    if (proactive.length === 0) return found;
    const on = await this.engine.circumstances();
    const members = [...new Set(proactive.flatMap((row) => row.member ?? []))];
    const looked = new Map((await lookedFor(tx, members, on, now)).map((one) => [one.id, one]));
    const moves = new Map(
      (await stores.moves.byIds(tx, [...new Set(proactive.flatMap((row) => row.move ?? []))])).map((move) => [
        move.id,
        move,
      ]),
    );
    const counted = await stores.outbox.countedDays(tx, members, dayOf(now, on.timeZone) - MONTH_DAYS);

    for (const row of proactive) {
      const one = row.member === null ? undefined : looked.get(row.member);
      const move = row.move === null ? undefined : moves.get(row.move);
      const objection = one?.stored.state.optedOut
        ? { cancel: 'opted_out' }
        : move && !['planned', 'invited'].includes(move.state)
          ? { cancel: 'move_closed' }
          : one && row.stopWhen !== null && holds(row.stopWhen, one.decision.values, one.decision.tagNames)
            ? { cancel: 'stop_when' }
            : isQuiet(now, on.ruleset.sending, on.timeZone)
              ? { postponeTo: quietEnd(now, on), reason: 'quiet_hours' }
              : row.capDay !== null && row.member !== null
                ? capObjection(row.capDay, counted.get(row.member) ?? [], now, on)
                : undefined;
      if (!objection) continue;
      found.set(row.id, objection);
      if ('moveCapTo' in objection && row.member !== null) {
        const days = [...(counted.get(row.member) ?? [])];
        days.splice(days.indexOf(row.capDay!), 1, objection.moveCapTo);
        counted.set(row.member, days);
      }
    }
    return found;
  }

  async done(tx: Sql, row: OutboxRow, action: Action, done: Done, now: number): Promise<void> {
    if (done.facts && done.facts.length > 0) await stores.facts.append(tx, done.facts, now);
    switch (action.kind) {
      case 'mark_tags': {
        if (row.member === null) return;
        const names = new Map((await this.library()).map((tag) => [tag.tag_id, tag.name]));
        const told = (ids: readonly string[], want: boolean) =>
          ids.flatMap((id) => (names.has(id) ? [{ name: names.get(id)!, want }] : []));
        return stores.tags.confirm(tx, row.member, [...told(action.add, true), ...told(action.remove, false)], now);
      }
      case 'set_remark':
        return stores.follows.remarked(tx, action.externalUserId, action.staff, action.remark);
      case 'ensure_join_way': {
        const { configId, qrCode } = joinWay.parse(done.result);
        if (row.group !== null) await stores.groups.setJoinWay(tx, row.group, action.state, configId, qrCode);
        return;
      }
      case 'ensure_tags':
        this.known = undefined;
        return stores.tags.learn(
          tx,
          tagIds.parse(done.result).tags.map((tag) => ({ ...tag, group: action.group })),
        );
      case 'read_tags': {
        this.known = undefined;
        const groups = tagGroups.parse(done.result).groups;
        const tags = groups.flatMap((group) => group.tags.map((tag) => ({ ...tag, group: group.name })));
        await stores.tags.learn(tx, tags);
        return stores.tags.forgetMissing(
          tx,
          tags.map((tag) => tag.id),
        );
      }
      default:
        return this.moveTold(tx, row, true, undefined, now);
    }
  }

  async gaveUp(tx: Sql, row: OutboxRow, action: Action, code: string, now: number): Promise<void> {
    // 84061: this pair is no more; the customer's other pairs stand, and have none of the tags yet (contract §4.9).
    const pair = code === 'not_a_contact' ? pairOf(action) : null;
    if (pair) {
      await stores.follows.end(tx, pair.externalUserId, pair.staff, now);
      if (row.member !== null) await this.tellTagsAgain(tx, row.member, pair.externalUserId, now);
    }
    // 40068: a tag was deleted in WeCom behind our back. The library is read, then all is told again.
    if (code === 'no_such_tag' && action.kind === 'mark_tags' && row.member !== null) {
      await stores.outbox.plan(
        tx,
        [{ key: `read_tags:gone:${row.id}`, action: { kind: 'read_tags' }, notBefore: now, priority: 2 }],
        now,
      );
      await this.tellTagsAgain(tx, row.member, action.externalUserId, now + TAGS_SOON_MS);
    }
    if (row.kind === 'room_remove' && row.move !== null) await this.askOwnerInstead(tx, row, now);
    await this.moveTold(tx, row, false, code, now);
  }

  private async tellTagsAgain(tx: Sql, member: MemberId, externalUserId: string, at: number): Promise<void> {
    await stores.tags.unconfirmAll(tx, [member]);
    const action: Action = { kind: 'mark_tags', staff: '', externalUserId, add: [], remove: [] };
    await stores.outbox.plan(
      tx,
      [{ key: `tags:${member}:again:${at}`, action, member, notBefore: at, priority: 6 }],
      at,
    );
  }

  /** The chat account could not take a member out: a person can. */
  private async askOwnerInstead(tx: Sql, row: OutboxRow, now: number): Promise<void> {
    const group = row.group === null ? undefined : await stores.groups.byId(tx, row.group);
    const name = (await tx.one<{ name: string }>('SELECT name FROM member WHERE id = $1', [row.member]))?.name ?? '';
    if (!group || row.move === null) return;
    const text = `请将「${name}」移出「${group.name}」：聊天账号没能移出。移出后系统会自动确认。`;
    await stores.tasks.ask(
      tx,
      [
        {
          key: `leave:${row.move}:by_hand`,
          kind: 'remove_from_group',
          staff: group.owner,
          member: row.member,
          group: group.id,
          move: row.move,
          text,
          dueAt: null,
        },
      ],
      now,
    );
  }

  private async moveTold(tx: Sql, row: OutboxRow, sent: boolean, code: string | undefined, now: number): Promise<void> {
    if (row.move === null || row.kind === 'notify_staff' || row.kind === 'room_remove') return;
    const [move] = await stores.moves.byIds(tx, [row.move]);
    if (move) await this.engine.invitationSettled(tx, move, sent, code, now);
  }
}

/** The member of staff and the customer an action was between. */
function pairOf(action: Action): { readonly staff: string; readonly externalUserId: string } | null {
  if (action.kind === 'mark_tags' || action.kind === 'set_remark')
    return { staff: action.staff, externalUserId: action.externalUserId };
  const [externalUserId] = action.kind === 'mass_send' ? action.externalUserIds : [];
  return action.kind === 'mass_send' && externalUserId !== undefined ? { staff: action.sender, externalUserId } : null;
}

function holds(
  text: string,
  values: Parameters<Extract<ReturnType<typeof compileRule>, { ok: true }>['rule']['holds']>[0],
  tags: ReadonlySet<string>,
): boolean {
  const compiled = compileRule(text);
  // A stop rule that can no longer be read stops: silence is the safe side.
  return compiled.ok ? compiled.rule.holds(values, tags) : true;
}

function quietEnd(now: number, on: Circumstances): number {
  const today = dayOf(now, on.timeZone);
  const end = momentOf(today, on.ruleset.sending.quietToMinute, on.timeZone);
  return end > now ? end : momentOf(today + 1, on.ruleset.sending.quietToMinute, on.timeZone);
}

/** A message that goes on another day than it was planned for takes that day's budget, if there is any. */
function capObjection(capDay: Day, days: readonly Day[], now: number, on: Circumstances): Objection | undefined {
  const today = dayOf(now, on.timeZone);
  const others = [...days];
  others.splice(others.indexOf(capDay), 1);
  const budget = budgetOf(others);
  if (budget.countInMonth(today) >= on.ruleset.sending.perMonth) return { cancel: 'monthly_cap' };
  if (budget.countOn(today) >= on.ruleset.sending.perDay)
    return { postponeTo: momentOf(today + 1, on.ruleset.sending.quietToMinute, on.timeZone), reason: 'daily_cap' };
  return capDay === today ? undefined : { moveCapTo: today };
}
