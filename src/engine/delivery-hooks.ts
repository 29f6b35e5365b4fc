import { z } from 'zod';
import { announcementKey, isQrCodeAgain, leaveByHandKey, qrCodeAgainKey } from '../domain/action-keys.js';
import { priorities } from '../domain/priorities.js';
import type { ActionResult } from '../channels/channel.js';
import type { Action, ActionOf } from '../domain/action.js';
import { HOUR_MS } from '../domain/day.js';
import { mayHaveArrived } from '../domain/sending/may-have-arrived.js';
import { quoted } from '../domain/shown-name.js';
import { groupStore } from '../features/groups/group.store.js';
import { moveStore } from '../features/moves/move.store.js';
import { taskStore } from '../features/tasks/task.store.js';
import { contactPairStore } from '../features/members/contact-pair.store.js';
import { memberStore } from '../features/members/member.store.js';
import type { DeliveryHooks, Failure, Blocker } from '../outbox/delivery-hooks.js';
import { type OutboxRow, type NewOutboxRow, outboxStore } from '../outbox/outbox.store.js';
import type { Clock } from '../platform/clock.js';
import type { Database } from '../platform/database/database.js';
import type { Sql } from '../platform/database/sql.js';
import { storableJson } from '../platform/database/storable.js';
import type { Engine } from './engine.js';
import {
  contactWayEnsured,
  currentContactWay,
  contactWayRefused,
} from '../features/contact-ways/contact-way-requests.js';
import { factStore } from '../inbox/fact.store.js';
import { takeGroupStats } from '../features/groups/group-stats.js';
import { currentJoinWay, joinWayRefused } from '../features/groups/join-ways.js';
import { loadEvaluations } from './load-evaluations.js';
import { EngineMassSendRules } from './mass-send-rules.js';
import { concerns, blockersOf } from './blockers.js';
import { planFallback } from '../features/messages/fallback-delivery.js';
import { TagSync } from '../features/tags/tag-sync.js';
import { onCardRefused, onCardSent, stillAddressed } from '../features/tasks/task-cards.js';

const userids = z.array(z.string());
const cardCode = z.string().min(1).nullable();
const madeWay = z.object({ configId: z.string(), qrCode: z.string().nullable().default(null) });
/** A code that could not be read when its way was made is asked for again so long after, once. */
const CODE_AGAIN_MS = 60_000;

/** What deliveries do to members, tags, groups and moves. */
export class EngineDeliveryHooks implements DeliveryHooks {
  readonly massSends: EngineMassSendRules;
  readonly tags: TagSync;

  constructor(
    private readonly db: Database,
    private readonly engine: Engine,
    private readonly clock: Clock,
  ) {
    this.massSends = new EngineMassSendRules(engine);
    this.tags = new TagSync(db, { context: () => engine.context(), tags: () => engine.tags() }, clock);
  }

  async beforeSend(row: OutboxRow): Promise<Action | null> {
    const { action } = row;
    switch (action.kind) {
      case 'mark_tags':
        return row.member === null ? action : this.tags.tagsToSync(row.member, action.externalUserId);
      case 'ensure_contact_way':
        return currentContactWay(this.db.read, action);
      case 'ensure_join_way':
        return row.group === null ? action : currentJoinWay(this.db.read, row.id, row.group, this.engine.rules);
      case 'staff_card':
        return this.cardNow(action);
      default:
        return action;
    }
  }

  private async cardNow(action: ActionOf<'staff_card'>): Promise<Action | null> {
    const task = await taskStore.byId(this.db.read, action.task);
    const staff = stillAddressed(action, task, this.engine.operators);
    return staff.length === 0 ? null : { ...action, staff };
  }

  async blockers(tx: Sql, rows: readonly OutboxRow[], now: number): Promise<ReadonlyMap<number, Blocker>> {
    if (!rows.some(concerns)) return new Map();
    return blockersOf(tx, rows, { context: await this.engine.context(), campaigns: this.engine.campaigns }, now);
  }

  async onSent(tx: Sql, row: OutboxRow, action: Action, done: ActionResult, now: number): Promise<void> {
    if (done.facts && done.facts.length > 0) await factStore.append(tx, done.facts, now);
    switch (action.kind) {
      case 'mark_tags':
        return this.tags.onMarked(tx, row, action, now);
      case 'set_remark':
        return contactPairStore.remarked(tx, action.externalUserId, action.staff, action.remark);
      case 'ensure_join_way': {
        const { configId, qrCode } = madeWay.parse(done.result);
        const chats = storableJson(action.chatIds ?? [action.chatId]);
        if (row.group !== null)
          await groupStore.setJoinWay(tx, row.group, { state: action.state, configId, qr: qrCode, chats });
        if (qrCode === null && !(await this.askCodeAgain(tx, row, { ...action, configId }, now)))
          await joinWayRefused(tx, row, action, 'join_way_without_code', now);
        return;
      }
      case 'staff_card':
        return onCardSent({ tx, context: this.engine, now }, action, {
          code: cardCode.catch(null).parse(done.result?.['responseCode']),
          unreached: userids.catch([]).parse(done.result?.['unreached']),
        });
      case 'ensure_contact_way': {
        const { configId, qrCode } = madeWay.parse(done.result);
        await contactWayEnsured(tx, action, { configId, qr: qrCode }, this.engine, now);
        if (qrCode === null && !(await this.askCodeAgain(tx, row, { ...action, configId }, now)))
          await contactWayRefused(tx, action, 'contact_way_without_code', this.engine, now);
        return;
      }
      case 'read_group_stats':
        return takeGroupStats(tx, action, done, this.engine.timeZone);
      case 'ensure_tags':
        return this.tags.onTagsCreated(tx, action, done, now);
      case 'read_tags':
        return this.tags.onLibraryRead(tx, row, done, now);
      case 'chat_dm':
        await announce(tx, row, action, 'sent', now);
        return this.moveTold(tx, row, true, undefined, now);
      default:
        return this.moveTold(tx, row, true, undefined, now);
    }
  }

  async onFailed(tx: Sql, row: OutboxRow, action: Action, failure: Failure, now: number): Promise<void> {
    const { code } = failure;
    await this.endPair(tx, row, action, failure, now);
    if (action.kind === 'mark_tags' && code === 'no_such_tag') await this.tags.onUnknownTag(tx, row, action, now);
    if (action.kind === 'mark_tags' && code === 'customer_tags_full') await this.tags.onCustomerFull(tx, now);
    if (action.kind === 'ensure_tags' && code === 'tag_library_full') await this.tags.onLibraryFull(tx, action, now);
    if (action.kind === 'ensure_contact_way') await contactWayRefused(tx, action, code, this.engine, now);
    if (action.kind === 'ensure_join_way') await joinWayRefused(tx, row, action, code, now);
    if (action.kind === 'staff_card') await onCardRefused(tx, action);
    if (row.kind === 'room_remove' && row.move !== null) await this.askOwnerInstead(tx, row, now);
    // Of what may have arrived nothing is said.
    if (action.kind === 'chat_dm' && !mayHaveArrived.has(code)) await announce(tx, row, action, 'refused', now);
    await this.moveTold(tx, row, false, code, now);
  }

  /** False when it was asked for again before. */
  private async askCodeAgain(
    tx: Sql,
    row: OutboxRow,
    action: ActionOf<'ensure_join_way' | 'ensure_contact_way'>,
    now: number,
  ): Promise<boolean> {
    if (isQrCodeAgain(row.key)) return false;
    const { member, group, priority } = row;
    const about = { member: member ?? undefined, group: group ?? undefined, priority };
    const again = { key: qrCodeAgainKey(row.key), action, ...about, notBefore: now + CODE_AGAIN_MS };
    await outboxStore.enqueue(tx, [again], now);
    return true;
  }

  async fallback(tx: Sql, row: OutboxRow, failure: Failure, now: number): Promise<NewOutboxRow | null> {
    if (row.member === null || row.campaign === null) return null;
    await this.endPair(tx, row, row.action, failure, now);
    const context = await this.engine.context();
    const evaluations = new Map(
      (await loadEvaluations(tx, [row.member], context, now)).map((evaluation) => [evaluation.id, evaluation]),
    );
    return planFallback(
      tx,
      { row, code: failure.code },
      { context, campaigns: this.engine.campaigns, evaluations },
      now,
    );
  }

  /**
   * 84061: this pair is no more; the customer's other pairs stand, and have none of the tags yet (contract §4.9). A
   * mass-send has one sender and many customers: it says nothing of a pair, but with 84061, and is given to a colleague.
   */
  private async endPair(
    tx: Sql,
    row: OutboxRow,
    action: Action,
    { code, blames }: Failure,
    now: number,
  ): Promise<void> {
    const pair =
      code === 'not_a_contact' || (action.kind !== 'mass_send' && blames?.includes('pair')) ? pairOf(action) : null;
    if (!pair) return;
    const open = (await contactPairStore.open(tx, [pair.externalUserId])).get(pair.externalUserId) ?? [];
    if (!open.some(({ staff }) => staff === pair.staff)) return;
    await contactPairStore.end(tx, pair.externalUserId, pair.staff, now, action.kind !== 'mass_send');
    if (row.member !== null) await this.tags.syncAgain(tx, row.member, pair.externalUserId, now);
  }

  /** The chat account could not take a member out: a person can. */
  private async askOwnerInstead(tx: Sql, row: OutboxRow, now: number): Promise<void> {
    const group = row.group === null ? undefined : await groupStore.byId(tx, row.group);
    if (!group || row.move === null) return;
    const name = row.member === null ? '' : await memberStore.nameOf(tx, row.member);
    const text = `请将${quoted(name)}移出${quoted(group.name)}：聊天账号没能移出。移出后系统会自动确认。`;
    await taskStore.create(
      tx,
      [
        {
          key: leaveByHandKey(row.move),
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
    // A channel that takes cards shows the task as one.
    const { abilities } = this.engine;
    if (group.owner === '' || !abilities.has('notify_staff') || abilities.has('staff_card')) return;
    const action: Action = { kind: 'notify_staff', staff: [group.owner], text };
    await outboxStore.enqueue(tx, [{ key: leaveByHandKey(row.move), action, group: group.id, notBefore: now }], now);
  }

  private async moveTold(tx: Sql, row: OutboxRow, sent: boolean, code: string | undefined, now: number): Promise<void> {
    if (row.move === null || row.kind === 'notify_staff' || row.kind === 'room_remove') return;
    const [move] = await moveStore.byIds(tx, [row.move]);
    if (move) await this.engine.invitationSettled(tx, move, sent, code, now);
  }
}

/** An answer that went by direct message is pointed to where it was asked for, and never given there. */
async function announce(
  tx: Sql,
  row: OutboxRow,
  action: ActionOf<'chat_dm'>,
  how: 'sent' | 'refused',
  now: number,
): Promise<void> {
  if (!action.announce) return;
  const { chatId, mention } = action.announce;
  await outboxStore.enqueue(
    tx,
    [
      {
        key: announcementKey(row.key),
        action: { kind: 'group_say', chatId, mention, text: action.announce[how] },
        member: row.member ?? undefined,
        notBefore: now,
        expiresAt: now + HOUR_MS,
        priority: priorities.reply,
      },
    ],
    now,
  );
}

/** The member of staff and the customer an action was between. */
function pairOf(action: Action): { readonly staff: string; readonly externalUserId: string } | null {
  if (action.kind === 'mark_tags' || action.kind === 'set_remark')
    return { staff: action.staff, externalUserId: action.externalUserId };
  const [externalUserId] = action.kind === 'mass_send' ? action.externalUserIds : [];
  return action.kind === 'mass_send' && externalUserId !== undefined ? { staff: action.sender, externalUserId } : null;
}
