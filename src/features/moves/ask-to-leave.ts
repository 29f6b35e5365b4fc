import { addToGroupKey, leaveGroupKey } from '../../domain/action-keys.js';
import type { MemberIds } from '../../domain/fact.js';
import type { GroupId } from '../../domain/ids.js';
import { DAY_MS } from '../../domain/day.js';
import type { Evaluation } from '../../domain/evaluate.js';
import type { StoredGroup } from '../../domain/moves/group.js';
import type { Move } from '../../domain/moves/move.js';
import { quoted } from '../../domain/shown-name.js';
import { moveStore } from './move.store.js';
import { sendsTasksAsText } from '../tasks/task-cards.js';
import { taskStore } from '../tasks/task.store.js';
import { outboxStore } from '../../outbox/outbox.store.js';
import type { Sql } from '../../platform/database/sql.js';
import { contactPairStore, preferredPair } from '../members/contact-pair.store.js';
import { identityStore } from '../members/identity.store.js';
import type { Run } from '../run.js';

/**
 * The member has joined the new group and has to leave the old one. The chat account removes them itself. The official API
 * cannot remove anybody (contract §5.3), so the group's owner gets a task. The move ends when the member is seen gone.
 */
export async function askToLeave(
  run: Run,
  move: Move,
  evaluation: Evaluation,
  groups: ReadonlyMap<GroupId, StoredGroup>,
): Promise<Move> {
  const { tx, context, now } = run;
  const from = move.fromGroup === null ? undefined : groups.get(move.fromGroup);
  if (!from) return move;
  const leaveBy = now + context.ruleset.moves.leaveDays * DAY_MS;
  const member = await idsForActions(tx, evaluation);
  if (move.path === 'chat' && from.roomId && member.chatContactId && context.abilities.has('room_remove'))
    await removeThroughChat(run, move, from.roomId, member);
  else {
    const toName = groups.get(move.toGroup)?.name ?? '';
    const text = `请将${quoted(evaluation.stored.state.name, member.externalUserId)}移出${quoted(from.name)}：已进入${quoted(toName)}。移出后系统会自动确认。`;
    await askOwnerToRemove(run, move, from, { text, dueAt: leaveBy });
  }
  return moveStore.step(tx, move, { state: 'leaving', note: 'asked', deadlineAt: leaveBy }, now);
}

async function removeThroughChat({ tx, now }: Run, move: Move, roomId: string, member: MemberIds): Promise<void> {
  await outboxStore.enqueue(
    tx,
    [
      {
        key: leaveGroupKey(move.id),
        action: { kind: 'room_remove', chatId: roomId, member },
        member: move.member,
        group: move.fromGroup ?? undefined,
        move: move.id,
        notBefore: now,
      },
    ],
    now,
  );
}

async function askOwnerToRemove(
  { tx, context, now }: Run,
  move: Move,
  from: StoredGroup,
  { text, dueAt }: { readonly text: string; readonly dueAt: number },
): Promise<void> {
  const key = leaveGroupKey(move.id);
  const subject = { member: move.member, group: from.id, move: move.id };
  await taskStore.create(tx, [{ key, kind: 'remove_from_group', staff: from.owner, ...subject, text, dueAt }], now);
  if (from.owner === '' || !sendsTasksAsText(context)) return;
  const action = { kind: 'notify_staff' as const, staff: [from.owner], text };
  await outboxStore.enqueue(tx, [{ key, action, ...subject, notBefore: now }], now);
}

/** Lets the chat account add the member to the new group. The move waits until the member is seen there. */
export async function addThroughChat(
  { tx, now }: Run,
  move: Move,
  evaluation: Evaluation,
  groups: ReadonlyMap<GroupId, StoredGroup>,
): Promise<void> {
  const to = groups.get(move.toGroup);
  if (!to?.roomId) return;
  await outboxStore.enqueue(
    tx,
    [
      {
        key: addToGroupKey(move.id),
        action: { kind: 'room_add', chatId: to.roomId, member: await idsForActions(tx, evaluation) },
        member: evaluation.id,
        group: to.id,
        move: move.id,
        notBefore: now,
        proactive: true,
      },
    ],
    now,
  );
}

/** The ids by which a channel addresses the member. */
async function idsForActions(tx: Sql, evaluation: Evaluation): Promise<MemberIds> {
  const known = evaluation.stored.state.externalUserId;
  const pair = preferredPair(
    (await contactPairStore.openOfMembers(tx, [evaluation.id])).get(evaluation.id) ?? [],
    known,
  );
  const externalUserId = pair?.externalUserId ?? known;
  const chatContactId = (await identityStore.chatIdsOf(tx, [evaluation.id])).get(evaluation.id);
  return { ...(externalUserId ? { externalUserId } : {}), ...(chatContactId ? { chatContactId } : {}) };
}
