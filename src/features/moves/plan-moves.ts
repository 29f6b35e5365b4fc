import { decisionStore } from '../audit/decision.store.js';
import { quoted } from '../../domain/shown-name.js';
import { dayOf, type Day, type LocalMoment } from '../../domain/day.js';
import { isClosed, planMove, stepMove, type Move, type MoveInput } from '../../domain/moves/move.js';
import { tierOf, type MovePolicy } from '../../domain/ruleset.js';
import type { NewDecision } from '../../domain/decision-record.js';
import type { Evaluation } from '../../domain/evaluate.js';
import type { GroupId, MemberId } from '../../domain/ids.js';
import { ofKind } from '../../domain/member-fact.js';
import type { StoredGroup } from '../../domain/moves/group.js';
import { groupStore } from '../groups/group.store.js';
import { moveStore } from './move.store.js';
import { taskStore } from '../tasks/task.store.js';
import { JOIN_CODE_MESSAGES, windowRefusal } from '../../domain/service/service-window.js';
import { serviceWindowStore, type CountedWindow } from '../service/service-window.store.js';
import type { Run } from '../run.js';
import { sendJoinCodesInService } from './join-codes-in-service.js';
import { askApproval, needsApproval } from './ask-approval.js';
import { type Invitation, invitationFor } from './invitation.js';
import { askToLeave, addThroughChat } from './ask-to-leave.js';
import { loadTies } from './load-ties.js';
import { recordRefusals } from './refusals.js';
import { type WantedMove, wantedMove, seatOf, mayBeMoved, moveEventsOf } from './wanted-move.js';

export interface PlannedMoves {
  readonly invitations: readonly Invitation[];
  /** When members are to be evaluated again because of a move: while one is open every day, before a further try on its day. */
  readonly dueDays: ReadonlyMap<MemberId, Day>;
}

/** Steps the open moves by what happened, then plans the moves that are now due. */
export async function planMoves(run: Run, evaluations: readonly Evaluation[]): Promise<PlannedMoves> {
  const { tx, context, now } = run;
  const groups = new Map((await groupStore.all(tx)).map((group) => [group.id, group]));
  const stillMoving = await stepOpenMoves(run, evaluations, groups);
  await sendJoinCodesInService(run, evaluations, groups);

  const inService = await writersInService(run, evaluations);
  const candidates = evaluations.filter(
    (evaluation) => !stillMoving.has(evaluation.id) && mayBeMoved(evaluation, inService.has(evaluation.id)),
  );
  const tomorrow = dayOf(now, context.timeZone) + 1;
  const dueDays = new Map([...stillMoving].map((id) => [id, tomorrow]));
  if (candidates.length === 0) return { invitations: [], dueDays };
  const past = await moveStore.past(
    tx,
    candidates.map((evaluation) => evaluation.id),
  );
  const pools = await groupStore.pools(tx);
  const seats = new Map(pools.map((group) => [group.id, seatOf(group)]));
  await recordRefusals(run, candidates, { past, pools, groups });
  const ties = await loadTies(tx, candidates, [...seats.values()]);
  const wanted = candidates.flatMap(
    (evaluation) =>
      wantedMove(run, evaluation, past.get(evaluation.id) ?? [], { groups, seats, inService, ties }) ?? [],
  );
  const openWindows = await serviceWindowStore.ofMembers(
    tx,
    wanted.map(({ evaluation }) => evaluation.id),
  );
  const onPath = wanted.map((one) => withServicePath(one, openWindows.get(one.evaluation.id)?.[0], run));
  const moveIds = await moveStore.plan(
    tx,
    onPath.map(({ move }) => move),
    now,
  );
  await decisionStore.append(
    tx,
    wanted.map((one) => decisionOf(one, groups)),
    context.ruleset.version,
    now,
  );

  const invitations: Invitation[] = [];
  for (const one of onPath) {
    const id = moveIds.get(one.evaluation.id)!;
    const invitation = await startMove(run, one, { ...one.move, id, plannedAt: now, reminded: false }, groups);
    if (invitation) invitations.push(invitation);
    dueDays.set(one.evaluation.id, tomorrow);
  }
  for (const { id, decision, memberships } of candidates) {
    const tier = tierOf(context.ruleset, String(decision.values['tier']));
    const input = tier && { tier, memberships, seats: [], past: past.get(id) ?? [] };
    const until = input && restsUntil(input, context.ruleset.moves, { now, timeZone: context.timeZone });
    if (until !== undefined) dueDays.set(id, Math.max(tomorrow, dayOf(until, context.timeZone)));
  }
  return { invitations, dueDays };
}

/** Until when (epoch ms) a further try rests; undefined when none does. */
function restsUntil(input: MoveInput, policy: MovePolicy, when: LocalMoment): number | undefined {
  const plan = planMove(input, policy, when);
  return plan.kind === 'none' ? plan.until : undefined;
}

/** The first step goes through customer service while its window is open: the join code needs nobody's tap there. */
function withServicePath(
  one: WantedMove,
  window: CountedWindow | undefined,
  { context, now }: Pick<Run, 'context' | 'now'>,
): WantedMove {
  const goesBy = one.move.path === 'official' && one.move.state === 'planned' && context.abilities.has('kf_say');
  return carriesJoinCode(window, now) && goesBy ? { ...one, move: { ...one.move, path: 'kf' } } : one;
}

const carriesJoinCode = (window: CountedWindow | undefined, now: number): boolean =>
  window !== undefined && windowRefusal(window, window.sends, JOIN_CODE_MESSAGES, now) === null;

/** Members whose message to customer service is among the facts, and who can be sent a join code there. */
async function writersInService(
  { tx, context, now }: Run,
  evaluations: readonly Evaluation[],
): Promise<ReadonlySet<MemberId>> {
  const wrote = evaluations.filter(({ facts }) => ofKind(facts, 'wrote_to_service').length > 0).map(({ id }) => id);
  if (wrote.length === 0 || !context.abilities.has('kf_say')) return new Set();
  const windows = await serviceWindowStore.ofMembers(tx, wrote);
  return new Set(wrote.filter((member) => carriesJoinCode(windows.get(member)?.[0], now)));
}

/** Returns the members whose move is still open afterwards. */
async function stepOpenMoves(
  run: Run,
  evaluations: readonly Evaluation[],
  groups: ReadonlyMap<GroupId, StoredGroup>,
): Promise<ReadonlySet<MemberId>> {
  const { tx, context, now } = run;
  const open = await moveStore.open(
    tx,
    evaluations.map((evaluation) => evaluation.id),
  );
  const stillOpen = new Set<MemberId>();
  for (const evaluation of evaluations) {
    let move = open.get(evaluation.id);
    if (!move) continue;
    let hasJoined = false;
    for (const event of moveEventsOf(evaluation, move, groups)) {
      if (isClosed(move.state)) break;
      const step = stepMove(move, event, context.ruleset.moves, now);
      if (!step) continue;
      move = await moveStore.step(tx, move, step, now);
      hasJoined ||= step.followUp === 'ask_to_leave';
      if (isClosed(move.state))
        await taskStore.closeForMoves(tx, [move.id], move.state === 'done' ? 'done' : 'cancelled', now);
    }
    // Only after all events: a member who has left the old group in the same evaluation needs no removal.
    if (hasJoined && move.state === 'joined') move = await askToLeave(run, move, evaluation, groups);
    if (!isClosed(move.state)) stillOpen.add(evaluation.id);
  }
  return stillOpen;
}

function decisionOf({ evaluation, move, because }: WantedMove, groups: ReadonlyMap<GroupId, StoredGroup>): NewDecision {
  const to = quoted(groups.get(move.toGroup)!.name);
  return {
    member: evaluation.id,
    kind: 'move',
    code: 'move_planned',
    because,
    title: { zh: `计划换到${to}`, en: `To be moved to ${to}` },
  };
}

/** Takes the first step of a new move. Returns the invitation to send; null when another step comes first. */
async function startMove(
  run: Run,
  wanted: WantedMove,
  move: Move,
  groups: ReadonlyMap<GroupId, StoredGroup>,
): Promise<Invitation | null> {
  if ((await takeFirstStep(run, wanted, move, groups)) !== 'invitation') return null;
  const invitation = invitationFor('move_invited', move, groups.get(move.toGroup)!, run.context.ruleset);
  return invitation && { ...invitation, because: wanted.because };
}

/** What comes next of a move that has been started. */
type FirstStep = 'invitation' | 'approval' | 'chat' | 'leaving';

async function takeFirstStep(
  run: Run,
  { evaluation, direction }: WantedMove,
  move: Move,
  groups: ReadonlyMap<GroupId, StoredGroup>,
): Promise<FirstStep> {
  if (move.state === 'joined') {
    await askToLeave(run, move, evaluation, groups);
    return 'leaving';
  }
  if (needsApproval(run.context.ruleset.moves, direction)) {
    await askApproval(run, move, evaluation, groups.get(move.toGroup)!);
    return 'approval';
  }
  if (move.path === 'chat') {
    await addThroughChat(run, move, evaluation, groups);
    return 'chat';
  }
  return 'invitation';
}

/** Stores one move that its member asked for, with its decision, and takes its first step. The caller sends the invitation. */
export async function startWantedMove(
  run: Run,
  wanted: WantedMove,
  groups: ReadonlyMap<GroupId, StoredGroup>,
): Promise<{ readonly move: Move; readonly next: FirstStep }> {
  const { tx, context, now } = run;
  const ids = await moveStore.plan(tx, [wanted.move], now);
  await decisionStore.append(tx, [decisionOf(wanted, groups)], context.ruleset.version, now);
  const move = { ...wanted.move, id: ids.get(wanted.evaluation.id)!, plannedAt: now, reminded: false };
  return { move, next: await takeFirstStep(run, wanted, move, groups) };
}
