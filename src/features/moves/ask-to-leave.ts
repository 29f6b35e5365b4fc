import { addToGroupKey, leaveGroupKey } from '../../domain/action-keys.js';
import type { MemberIds } from '../../domain/fact.js';
import type { GroupId } from '../../domain/ids.js';
import { DAY_MS } from '../../domain/day.js';
import type { Evaluation } from '../../domain/evaluate.js';
import type { StoredGroup } from '../../domain/moves/group.js';
import type { Move } from '../../domain/moves/move.js';
import { quoted } from '../../domain/shown-name.js';
import { moveStore } from './move.store.js';
import { taskStore } from '../tasks/task.store.js';
import { outboxStore } from '../../outbox/outbox.store.js';
import type { Sql } from '../../platform/database/sql.js';
import { contactPairStore, pairToWriteThrough } from '../members/contact-pair.store.js';
import { identityStore } from '../members/identity.store.js';
import type { Run } from '../run.js';

/**
 * The member is in the new group: now the old one. Through the chat account it is done directly; by the official API
 * nobody can be removed (contract §5.3), so its owner is asked to, and the leaving is believed when it is seen.
 */
export async function askToLeave(
  { tx, context, now }: Run,
  move: Move,
  evaluation: Evaluation,
  groups: ReadonlyMap<GroupId, StoredGroup>,
): Promise<Move> {
  const from = move.fromGroup === null ? undefined : groups.get(move.fromGroup);
  if (!from) return move;
  const member = await idsOf(tx, evaluation);
  const key = leaveGroupKey(move.id);
  if (move.path === 'chat' && from.roomId && member.chatContactId && context.abilities.has('room_remove')) {
    await outboxStore.enqueue(
      tx,
      [
        {
          key,
          action: { kind: 'room_remove', chatId: from.roomId, member },
          member: evaluation.id,
          group: from.id,
          move: move.id,
          notBefore: now,
        },
      ],
      now,
    );
  } else {
    const to = groups.get(move.toGroup);
    const text = `请将${quoted(evaluation.stored.state.name, member.externalUserId)}移出${quoted(from.name)}：已进入${quoted(to?.name ?? '')}。移出后系统会自动确认。`;
    await taskStore.ask(
      tx,
      [
        {
          key,
          kind: 'remove_from_group',
          staff: from.owner,
          member: evaluation.id,
          group: from.id,
          move: move.id,
          text,
          dueAt: now + context.ruleset.moves.leaveDays * DAY_MS,
        },
      ],
      now,
    );
    // A channel that takes cards shows the task as one.
    if (from.owner !== '' && context.abilities.has('notify_staff') && !context.abilities.has('staff_card')) {
      await outboxStore.enqueue(
        tx,
        [
          {
            key,
            action: { kind: 'notify_staff', staff: [from.owner], text },
            member: evaluation.id,
            group: from.id,
            move: move.id,
            notBefore: now,
          },
        ],
        now,
      );
    }
  }
  return moveStore.step(
    tx,
    move,
    { state: 'leaving', note: 'asked', deadlineAt: now + context.ruleset.moves.leaveDays * DAY_MS },
    now,
  );
}

/** Through the chat account the first half of a move is an add; that it was asked for is not yet that they joined. */
export async function chatMoveActions(
  tx: Sql,
  move: Move,
  evaluation: Evaluation,
  groups: ReadonlyMap<GroupId, StoredGroup>,
  now: number,
): Promise<void> {
  const to = groups.get(move.toGroup);
  if (!to?.roomId) return;
  await outboxStore.enqueue(
    tx,
    [
      {
        key: addToGroupKey(move.id),
        action: { kind: 'room_add', chatId: to.roomId, member: await idsOf(tx, evaluation) },
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

async function idsOf(tx: Sql, evaluation: Evaluation): Promise<MemberIds> {
  const known = evaluation.stored.state.externalUserId;
  const pair = pairToWriteThrough((await contactPairStore.openOf(tx, [evaluation.id])).get(evaluation.id) ?? [], known);
  const externalUserId = pair?.externalUserId ?? known;
  const chatContactId = (await identityStore.chatIdsOf(tx, [evaluation.id])).get(evaluation.id);
  return { ...(externalUserId ? { externalUserId } : {}), ...(chatContactId ? { chatContactId } : {}) };
}
