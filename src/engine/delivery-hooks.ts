import { z } from 'zod';
import { announcementKey, isQrCodeAgain, leaveByHandKey, qrCodeAgainKey } from '../domain/action-keys.js';
import { priorities } from '../domain/priorities.js';
import type { Action, ActionOf } from '../domain/action.js';
import { HOUR_MS } from '../domain/day.js';
import { mayHaveArrived } from '../domain/sending/may-have-arrived.js';
import { quoted } from '../domain/shown-name.js';
import { groupStore } from '../features/groups/group.store.js';
import { joinWayStore } from '../features/groups/join-way.store.js';
import { moveStore } from '../features/moves/move.store.js';
import { taskStore } from '../features/tasks/task.store.js';
import { contactPairStore } from '../features/members/contact-pair.store.js';
import { memberStore } from '../features/members/member.store.js';
import type { Blocker, DeliveryHooks, FailedDelivery, Failure, SentDelivery } from '../outbox/delivery-hooks.js';
import type { OutboxRow, NewOutboxRow } from '../outbox/outbox-row.js';
import { outboxStore } from '../outbox/outbox.store.js';
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
import { applyAcquisitionStats } from '../features/contact-ways/acquisition-stats.js';
import { factStore } from '../inbox/fact.store.js';
import { applyGroupStats } from '../features/groups/group-stats.js';
import { currentJoinWay, onJoinWayRefused } from '../features/groups/join-ways.js';
import { loadEvaluationsById } from './load-evaluations.js';
import { EngineMassSendRules } from './mass-send-rules.js';
import { blockersOf, canBeBlocked } from './blockers.js';
import { groupWelcomeStore } from '../features/group-posts/group-welcome.store.js';
import {
  currentGroupWelcome,
  groupWelcomeMade,
  groupWelcomeRetired,
} from '../features/group-posts/sync-group-welcomes.js';
import { planFallback } from '../features/messages/fallback-delivery.js';
import { askStaffInstead } from '../features/service/hand-over.js';
import { serviceWayStore } from '../features/service/service-way.store.js';
import { reserveServiceSend, serviceSendRefused } from '../features/service/service-sends.js';
import { staffAnswerFailed } from '../features/service/staff-answers.js';
import { repeatEarlyReports } from './undelivered-in-service.js';
import { TagSync } from '../features/tags/tag-sync.js';
import { onCardRefused, onCardSent, sendsTasksAsText, stillAddressed } from '../features/tasks/task-cards.js';

const userids = z.array(z.string());
const cardCode = z.string().min(1).nullable();
const serviceWay = z.object({ url: z.string().min(1), account: z.string() });
const createdWay = z.object({ configId: z.string(), qrCode: z.string().nullable().default(null) });
/** When a way was created and its QR code could not be read, the code is requested again after this time, once. */
const CODE_AGAIN_MS = 60_000;

/** Stores what deliveries change in members, tags, groups and moves, and says what blocks a delivery. */
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
      case 'ensure_acquisition_link':
        return currentContactWay(this.db.read, action);
      case 'ensure_group_welcome':
        return currentGroupWelcome(this.db.read, action);
      case 'ensure_join_way':
        return row.group === null ? action : currentJoinWay(this.db.read, row.id, row.group, this.engine.rules);
      case 'staff_card':
        return this.currentCard(action);
      case 'kf_say':
      case 'kf_welcome':
        await reserveServiceSend(this.db, row.key, action, this.clock.now());
        return action;
      default:
        return action;
    }
  }

  /** The card, addressed to those staff who still have its task; null when nobody has. */
  private async currentCard(action: ActionOf<'staff_card'>): Promise<Action | null> {
    const task = await taskStore.byId(this.db.read, action.task);
    const staff = stillAddressed(action, task, this.engine.operators);
    return staff.length === 0 ? null : { ...action, staff };
  }

  async blockers(tx: Sql, rows: readonly OutboxRow[], now: number): Promise<ReadonlyMap<number, Blocker>> {
    if (!rows.some(canBeBlocked)) return new Map();
    return blockersOf({ tx, context: await this.engine.context(), now }, rows, this.engine.campaigns);
  }

  async onSent(tx: Sql, { row, action, done }: SentDelivery, now: number): Promise<void> {
    const run = { tx, context: this.engine, now };
    if (done.facts && done.facts.length > 0) await factStore.append(tx, done.facts, now);
    switch (action.kind) {
      case 'mark_tags':
        return this.tags.onMarked(tx, row, action, now);
      case 'set_remark':
        return contactPairStore.setRemark(tx, action.externalUserId, action.staff, action.remark);
      case 'ensure_join_way': {
        const { configId, qrCode } = createdWay.parse(done.result);
        const chats = storableJson(action.chatIds ?? [action.chatId]);
        if (row.group !== null)
          await joinWayStore.set(tx, row.group, { state: action.state, configId, qr: qrCode, chats });
        if (qrCode === null && !(await this.requestCodeAgain(tx, row, { ...action, configId }, now)))
          await onJoinWayRefused(tx, row, { action, code: 'join_way_without_code' }, now);
        return;
      }
      case 'staff_card':
        return onCardSent(run, action, {
          code: cardCode.catch(null).parse(done.result?.['responseCode']),
          unreached: userids.catch([]).parse(done.result?.['unreached']),
        });
      case 'ensure_contact_way':
      case 'ensure_acquisition_link': {
        const { configId, qrCode } = createdWay.parse(done.result);
        await contactWayEnsured(run, action, { configId, qr: qrCode });
        if (qrCode === null && !(await this.requestCodeAgain(tx, row, { ...action, configId }, now)))
          await contactWayRefused(run, action, 'contact_way_without_code');
        return;
      }
      case 'ensure_group_welcome':
        return groupWelcomeMade(tx, action, done.result);
      case 'retire_group_welcome':
        return groupWelcomeRetired(tx, action);
      case 'ensure_kf_way':
        return serviceWayStore.setUrl(tx, action.scene, serviceWay.parse(done.result));
      case 'read_acquisition_stats':
        return applyAcquisitionStats({ tx, now, timeZone: this.engine.timeZone }, action, done);
      case 'read_group_stats':
        return applyGroupStats(tx, action, done, this.engine.timeZone);
      case 'ensure_tags':
        return this.tags.onTagsCreated(tx, action, done, now);
      case 'read_tags':
        return this.tags.onLibraryRead(tx, row, done, now);
      case 'chat_dm':
        await outboxStore.enqueue(tx, announcementOf(row, action, 'sent', now), now);
        return this.settleInvitation(tx, row, { sent: true }, now);
      case 'kf_say':
      case 'kf_welcome':
        if (done.ref !== undefined) await repeatEarlyReports(tx, row, done.ref, now);
        // Without its picture an answer or a note of customer service does not carry the code.
        return this.settleInvitation(tx, row, { sent: row.campaign !== null || done.without === undefined }, now);
      default:
        return this.settleInvitation(tx, row, { sent: true }, now);
    }
  }

  async onFailed(tx: Sql, failed: FailedDelivery, now: number): Promise<void> {
    const { row, action, failure } = failed;
    const { code } = failure;
    await this.endPair(tx, failed, now);
    if (action.kind === 'kf_say' || action.kind === 'kf_welcome') await serviceSendRefused(tx, row.key, code, now);
    if (action.kind === 'kf_say') await staffAnswerFailed({ tx, context: await this.engine.context(), now }, row, code);
    if (action.kind === 'ensure_group_welcome') await groupWelcomeStore.setProblem(tx, action.welcome, code);
    if (action.kind === 'ensure_kf_way') await serviceWayStore.setProblem(tx, action.scene, code);
    if (action.kind === 'kf_hand_over') await askStaffInstead({ tx, context: await this.engine.context(), now }, row);
    if (action.kind === 'mark_tags' && code === 'no_such_tag') await this.tags.onUnknownTag(tx, row, action, now);
    if (action.kind === 'mark_tags' && code === 'customer_tags_full') await this.tags.onCustomerFull(tx, now);
    if (action.kind === 'ensure_tags' && code === 'tag_library_full') await this.tags.onLibraryFull(tx, action, now);
    if (action.kind === 'ensure_contact_way' || action.kind === 'ensure_acquisition_link')
      await contactWayRefused({ tx, context: this.engine, now }, action, code);
    if (action.kind === 'ensure_join_way') await onJoinWayRefused(tx, row, { action, code }, now);
    if (action.kind === 'staff_card') await onCardRefused(tx, action);
    if (row.kind === 'room_remove' && row.move !== null) await this.askOwnerInstead(tx, row, now);
    // The group gets a line about the failure only where the direct message certainly did not arrive.
    if (action.kind === 'chat_dm' && !mayHaveArrived.has(code))
      await outboxStore.enqueue(tx, announcementOf(row, action, 'refused', now), now);
    await this.settleInvitation(tx, row, { sent: false, code }, now);
  }

  /** Answers false when the code was requested a second time already. */
  private async requestCodeAgain(
    tx: Sql,
    row: OutboxRow,
    action: ActionOf<'ensure_join_way' | 'ensure_contact_way' | 'ensure_acquisition_link'>,
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
    if (row.kind === 'kf_say') await serviceSendRefused(tx, row.key, failure.code, now);
    await this.endPair(tx, { row, action: row.action, failure }, now);
    const context = await this.engine.context();
    const evaluations = await loadEvaluationsById(tx, [row.member], context, now);
    return planFallback(
      tx,
      { row, code: failure.code },
      { context, campaigns: this.engine.campaigns, evaluations },
      now,
    );
  }

  /**
   * Errcode 84061 (`not_a_contact`) means that this pair of staff and customer has ended. The customer's other pairs stand,
   * and have none of the tags yet (contract §4.9). A mass-send has one sender and many customers, so any other failure of
   * it says nothing about one pair; its message goes to a colleague.
   */
  private async endPair(tx: Sql, { row, action, failure }: FailedDelivery, now: number): Promise<void> {
    const { code, blames } = failure;
    const pair =
      code === 'not_a_contact' || (action.kind !== 'mass_send' && blames?.includes('pair')) ? pairOf(action) : null;
    if (!pair) return;
    const open = (await contactPairStore.open(tx, [pair.externalUserId])).get(pair.externalUserId) ?? [];
    if (!open.some(({ staff }) => staff === pair.staff)) return;
    await contactPairStore.end(tx, pair, { at: now, unlisted: action.kind !== 'mass_send' });
    if (row.member !== null) await this.tags.syncAgain(tx, row.member, pair.externalUserId, now);
  }

  /** The chat account could not remove a member from the group, so the group's owner is asked to. */
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
    if (group.owner === '' || !sendsTasksAsText(this.engine)) return;
    const action: Action = { kind: 'notify_staff', staff: [group.owner], text };
    await outboxStore.enqueue(tx, [{ key: leaveByHandKey(row.move), action, group: group.id, notBefore: now }], now);
  }

  /** Of a row that carries a move, only the invitation settles it: a note to staff and a removal do not. */
  private async settleInvitation(
    tx: Sql,
    row: OutboxRow,
    settled: { readonly sent: boolean; readonly code?: string },
    now: number,
  ): Promise<void> {
    if (row.move === null || row.kind === 'notify_staff' || row.kind === 'room_remove') return;
    // The member asked for the code and the answer failed: the move's own invitation may still be sent.
    if (!settled.sent && row.campaign === null && (row.kind === 'chat_dm' || row.kind === 'kf_say')) return;
    const [move] = await moveStore.byIds(tx, [row.move]);
    if (move) await this.engine.invitationSettled(tx, move, settled, now);
  }
}

/**
 * Where a member asked in a group and the answer goes by direct message, the group gets a line that says so, and never the
 * answer itself.
 */
function announcementOf(
  row: OutboxRow,
  action: ActionOf<'chat_dm'>,
  how: 'sent' | 'refused',
  now: number,
): NewOutboxRow[] {
  if (!action.announce) return [];
  const { chatId, mention } = action.announce;
  return [
    {
      key: announcementKey(row.key),
      action: { kind: 'group_say', chatId, mention, text: action.announce[how] },
      member: row.member ?? undefined,
      notBefore: now,
      expiresAt: now + HOUR_MS,
      priority: priorities.reply,
    },
  ];
}

/** The member of staff and the customer whom the action concerned; null when it concerned no pair. */
function pairOf(action: Action): { readonly staff: string; readonly externalUserId: string } | null {
  if (action.kind === 'mark_tags' || action.kind === 'set_remark')
    return { staff: action.staff, externalUserId: action.externalUserId };
  const [externalUserId] = action.kind === 'mass_send' ? action.externalUserIds : [];
  return action.kind === 'mass_send' && externalUserId !== undefined ? { staff: action.sender, externalUserId } : null;
}
