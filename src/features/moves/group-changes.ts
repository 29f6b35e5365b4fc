import { readdressedTaskKey } from '../../domain/action-keys.js';
import type { Fact } from '../../domain/fact.js';
import { asMemberId, type MemberId } from '../../domain/ids.js';
import type { StoredGroup } from '../../domain/moves/group.js';
import { isClosed, stepMove } from '../../domain/moves/move.js';
import { groupStore } from '../groups/group.store.js';
import { groupPeopleStore } from '../groups/group-people.store.js';
import { moveStore } from './move.store.js';
import { taskStore } from '../tasks/task.store.js';
import { outboxStore } from '../../outbox/outbox.store.js';
import { factStore } from '../../inbox/fact.store.js';
import type { Run } from '../run.js';
import { closeFormerCards, sendsTasksAsText } from '../tasks/task-cards.js';

/**
 * Applies a dismissal: appends a `left_group` fact for everybody present, steps the moves into or out of the group and
 * cancels its tasks. Returns the members whose move ended: they have to be evaluated again, to be moved elsewhere.
 */
export async function applyGroupDismissal(
  { tx, context, now }: Run,
  group: StoredGroup,
  readAt: number,
): Promise<MemberId[]> {
  if (!(await groupStore.dismiss(tx, group.id, readAt))) return [];
  const chatId = group.chatId ?? group.roomId ?? '';
  const people = await groupPeopleStore.idsOfPresent(tx, group.id);
  await factStore.append(
    tx,
    [...new Map(people.map((person) => [person.member, person])).values()].map(({ kind, value }): Fact => ({
      key: `dismissed:${chatId}:${kind}:${value}:${readAt}`,
      kind: 'left_group',
      at: readAt,
      member: kind === 'chat' ? { chatContactId: value } : { externalUserId: value },
      data: { chatId, removed: false },
    })),
    now,
  );
  const membersOfEndedMoves: MemberId[] = [];
  for (const move of await moveStore.openForGroup(tx, group.id)) {
    const step = stepMove(move, { kind: 'group_gone', group: group.id }, context.ruleset.moves, now);
    if (!step) continue;
    await moveStore.step(tx, move, step, now);
    if (!isClosed(step.state)) continue;
    await taskStore.closeForMoves(tx, [move.id], step.state === 'done' ? 'done' : 'cancelled', now);
    membersOfEndedMoves.push(asMemberId(move.member));
  }
  await taskStore.closeForGroup(tx, group.id, now);
  return membersOfEndedMoves;
}

/** Reassigns the former owner's open tasks about the group to the new owner. */
export async function applyNewOwner(run: Run, group: StoredGroup, owner: string): Promise<void> {
  const { tx, context, now } = run;
  const open = await taskStore.readdress(tx, group.id, group.owner, owner);
  await closeFormerCards(run, open, owner);
  if (!sendsTasksAsText(context)) return;
  await outboxStore.enqueue(
    tx,
    open.map(({ id, text }) => ({
      key: readdressedTaskKey(id, owner, now),
      action: { kind: 'notify_staff', staff: [owner], text },
      group: group.id,
      notBefore: now,
    })),
    now,
  );
}
