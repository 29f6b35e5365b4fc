import { addToGroupKey, joinCodeInServiceKey, leaveGroupKey } from '../../domain/action-keys.js';
import { DAY_MS } from '../../domain/day.js';
import type { Evaluation } from '../../domain/evaluate.js';
import type { GroupId, MoveId } from '../../domain/ids.js';
import type { StoredGroup } from '../../domain/moves/group.js';
import { isClosed, type Move } from '../../domain/moves/move.js';
import { planUndo, type UndoPlan, type UndoRefusal } from '../../domain/moves/undo.js';
import { tierOf } from '../../domain/ruleset.js';
import { quoted } from '../../domain/shown-name.js';
import { massBatchStore } from '../../outbox/mass-sends/mass-batch.store.js';
import { outboxStore } from '../../outbox/outbox.store.js';
import { auditStore } from '../audit/audit.store.js';
import { decisionStore } from '../audit/decision.store.js';
import { groupStore } from '../groups/group.store.js';
import type { Sql } from '../../platform/database/sql.js';
import type { Run } from '../run.js';
import { taskStore } from '../tasks/task.store.js';
import { addThroughChat, askToLeave } from './ask-to-leave.js';
import { type Invitation, invitationFor } from './invitation.js';
import { moveStore } from './move.store.js';
import { seatOf } from './wanted-move.js';

export interface UndoRequest {
  /** The userid of staff, or the name of an admin. */
  readonly by: string;
  readonly reason: string;
}

/** `back`: the move that takes the member back; null when there is nothing left to do. */
export type Undone =
  | { readonly outcome: 'undone'; readonly how: Exclude<UndoPlan['kind'], 'refused'>; readonly back: MoveId | null }
  | { readonly outcome: 'already'; readonly back: MoveId | null }
  | { readonly outcome: 'refused'; readonly code: UndoRefusal };

export type UndoPlanNow = UndoPlan | { readonly kind: 'already'; readonly back: MoveId | null };

/** What taking the move back would come to now. It changes nothing. */
export async function planUndoNow(
  run: Run,
  { move, evaluation }: { readonly move: Move; readonly evaluation: Evaluation },
): Promise<UndoPlanNow> {
  const { tx } = run;
  const known = await moveStore.undoState(tx, move.id);
  if (known.undoneAt !== null) return { kind: 'already', back: known.back };
  const groups = await groupsById(tx);
  const isContact = evaluation.stored.state.isContact;
  return planUndo({
    ...{ move, wasInBoth: known.wasInBoth, isLatest: known.isLatest, memberships: evaluation.memberships },
    isOptedOut: evaluation.stored.state.optedOut,
    seats: (await groupStore.pools(tx)).map(seatOf).filter(({ id }) => pathInto(run, groups.get(id), isContact)),
  });
}

const groupsById = async (sql: Sql): Promise<ReadonlyMap<GroupId, StoredGroup>> =>
  new Map((await groupStore.all(sql)).map((group) => [group.id, group]));

/**
 * A person takes a move back. What was not done yet is not done; what was done is undone by a move of its own, which waits for
 * what is seen like every other. Returns the invitation for the caller to send.
 */
export async function undoMove(
  run: Run,
  { move, evaluation }: { readonly move: Move; readonly evaluation: Evaluation },
  request: UndoRequest,
): Promise<{ readonly undone: Undone; readonly invitation: Invitation | null }> {
  const { tx, now } = run;
  const plan = await planUndoNow(run, { move, evaluation });
  if (plan.kind === 'already') return { undone: { outcome: 'already', back: plan.back }, invitation: null };
  if (plan.kind === 'refused') return { undone: { outcome: 'refused', code: plan.code }, invitation: null };
  const groups = await groupsById(tx);
  await moveStore.markUndone(tx, move.id, request, now);
  await stopMove(run, move);
  const { back, invitation } =
    plan.kind === 'stop' ? nothingToDo : await startBack(run, { move, plan, evaluation, groups });
  await record(run, move, { ...request, group: groups.get(move.toGroup) });
  return { undone: { outcome: 'undone', how: plan.kind, back }, invitation };
}

const nothingToDo = { back: null, invitation: null } as const;

/** How the member can get into the group; null when there is no way. */
function pathInto(
  { context }: Pick<Run, 'context'>,
  group: StoredGroup | undefined,
  isContact: boolean,
): 'official' | 'chat' | null {
  if (!group) return null;
  const byChat = tierOf(context.ruleset, group.tier)?.path === 'chat' && context.abilities.has('room_add');
  if (byChat && group.roomId) return 'chat';
  return group.joinQr && isContact ? 'official' : null;
}

/** Ends the move if it is open, with its tasks and with what has not gone out for it. */
async function stopMove({ tx, now }: Run, move: Move): Promise<void> {
  if (!isClosed(move.state)) await moveStore.step(tx, move, { state: 'cancelled', note: 'undone' }, now);
  await taskStore.closeForMoves(tx, [move.id], 'cancelled', now);
  for (const key of [addToGroupKey(move.id), leaveGroupKey(move.id), joinCodeInServiceKey(move.id)])
    await outboxStore.cancelPlanned(tx, key, { reason: 'move_closed' }, now);
  // Its invitation may wait for the tap of staff.
  await massBatchStore.markForCheck(tx, [move.member], now);
}

async function startBack(
  run: Run,
  {
    move,
    plan,
    evaluation,
    groups,
  }: {
    readonly move: Move;
    readonly plan: Exclude<UndoPlan, { kind: 'refused' | 'stop' }>;
    readonly evaluation: Evaluation;
    readonly groups: ReadonlyMap<GroupId, StoredGroup>;
  },
): Promise<{ readonly back: MoveId; readonly invitation: Invitation | null }> {
  const { tx, context, now } = run;
  const { inviteDays, leaveDays } = context.ruleset.moves;
  const isInside = plan.kind === 'leave_new';
  const target = groups.get(plan.to)!;
  const wanted = {
    member: move.member,
    fromGroup: plan.from,
    toGroup: plan.to,
    fromTier: move.tier,
    tier: target.tier ?? move.fromTier ?? move.tier,
    path: isInside ? move.path : (pathInto(run, target, evaluation.stored.state.isContact) ?? 'official'),
    state: isInside ? ('joined' as const) : ('planned' as const),
    reason: 'undo',
    deadlineAt: now + (isInside ? leaveDays : inviteDays) * DAY_MS,
    undoes: move.id,
  };
  const id = (await moveStore.plan(tx, [wanted], now)).get(move.member)!;
  const back: Move = { ...wanted, id, plannedAt: now, reminded: false };
  if (isInside) await askToLeave(run, back, evaluation, groups);
  else if (back.path === 'chat') await addThroughChat(run, back, evaluation, groups);
  else return { back: id, invitation: invitationFor('move_invited', back, target, context.ruleset) };
  return { back: id, invitation: null };
}

/** The why for the member's timeline, and the entry in the audit. */
async function record(
  { tx, context, now }: Run,
  move: Move,
  { by, reason, group }: UndoRequest & { readonly group: StoredGroup | undefined },
): Promise<void> {
  const to = quoted(group?.name ?? '');
  await decisionStore.append(
    tx,
    [
      {
        member: move.member,
        kind: 'move',
        code: 'move_undone',
        title: { zh: `撤回了换到${to}：${reason}`, en: `The move to ${to} was undone: ${reason}` },
        because: {
          rule: `move:${move.tier}`,
          version: context.ruleset.version,
          values: [],
          reasons: [`undone_by:${by}`],
        },
      },
    ],
    context.ruleset.version,
    now,
  );
  await auditStore.append(
    tx,
    { who: by, what: 'move_undone', detail: { member: move.member, move: move.id, note: reason } },
    now,
  );
}
