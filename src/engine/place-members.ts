import { assertNever } from '../domain/assert-never.js';
import type { MemberId } from '../domain/ids.js';
import type { PlacingAction } from '../domain/moves/placing-actions.js';
import { needOf } from '../domain/moves/pool.js';
import { tierOf } from '../domain/ruleset.js';
import { auditStore } from '../features/audit/audit.store.js';
import { groupStore } from '../features/groups/group.store.js';
import { askForGroup, isNextGroupAsked } from '../features/groups/pools.js';
import { inviteAgain } from '../features/moves/invite-again.js';
import { moveStore } from '../features/moves/move.store.js';
import { remindSender } from '../features/moves/remind-sender.js';
import { remindOwner } from '../features/moves/remind-owner.js';
import type { Run } from '../features/run.js';
import { taskStore } from '../features/tasks/task.store.js';
import { answerTask } from './answer-task.js';
import { loadEvaluations } from './load-evaluations.js';
import { sendInvitation } from './send-invitation.js';

/** `code` says what was done, or why not: a reason code. */
export interface PlacingOutcome {
  readonly outcome: 'done' | 'already' | 'refused';
  readonly code: string;
}

/** Does it for one member, in the caller's transaction, with an entry in the audit. A repeated action changes nothing. */
export async function placeMember(
  run: Run,
  member: MemberId,
  { action, by }: { readonly action: PlacingAction; readonly by: string },
): Promise<PlacingOutcome> {
  switch (action) {
    case 'invite':
      return invite(run, member, by);
    case 'remind_owner': {
      const reminded = await remindOwner(run, member);
      if (reminded.outcome === 'done')
        await auditStore.append(
          run.tx,
          { who: by, what: 'owner_reminded', detail: { member, task: reminded.task } },
          run.now,
        );
      return { outcome: reminded.outcome, code: reminded.code };
    }
    case 'remind_staff': {
      const reminded = await remindSender(run, member);
      if (reminded.outcome === 'done')
        await auditStore.append(run.tx, { who: by, what: 'staff_reminded', detail: { name: reminded.staff } }, run.now);
      return { outcome: reminded.outcome, code: reminded.code };
    }
    case 'ask_group':
      return askGroup(run, member, by);
    case 'approve':
      return approve(run, member, by);
    default:
      return assertNever(action);
  }
}

async function invite(run: Run, member: MemberId, by: string): Promise<PlacingOutcome> {
  const { tx, context, now } = run;
  const [evaluation] = await loadEvaluations(tx, [member], context, now);
  if (!evaluation) return { outcome: 'refused', code: 'no_such_member' };
  const invited = await inviteAgain(run, evaluation);
  if (invited.outcome === 'done')
    await auditStore.append(tx, { who: by, what: 'invited_again', detail: { member } }, now);
  if (!('invitation' in invited)) return invited;
  await sendInvitation(run, invited.invitation, evaluation);
  // A channel may be missing, or a cap may refuse it: then the move has ended.
  const isOpen = (await moveStore.open(tx, [member])).size > 0;
  return isOpen ? { outcome: 'done', code: 'invited' } : { outcome: 'refused', code: 'not_sent' };
}

async function askGroup(run: Run, member: MemberId, by: string): Promise<PlacingOutcome> {
  const { tx, context, now } = run;
  const [evaluation] = await loadEvaluations(tx, [member], context, now);
  const tier = tierOf(context.ruleset, String(evaluation?.decision.values['tier']));
  if (!tier || tier.groups.length === 0) return { outcome: 'refused', code: 'no_pool' };
  const pools = await groupStore.pools(tx);
  const need = needOf(
    pools.filter((group) => group.tier === tier.key),
    context.pools,
  );
  if (need === 'none') return { outcome: 'refused', code: 'has_room' };
  const tasks = await taskStore.poolTasks(tx);
  const wasAsked = isNextGroupAsked(tasks, tier);
  await askForGroup(run, tier, need, { pools, tasks });
  if (wasAsked) return { outcome: 'already', code: 'group_asked' };
  await auditStore.append(tx, { who: by, what: 'group_asked', detail: { tier: tier.key } }, now);
  return { outcome: 'done', code: 'group_asked' };
}

async function approve(run: Run, member: MemberId, by: string): Promise<PlacingOutcome> {
  const move = (await moveStore.open(run.tx, [member])).get(member);
  const task = move && (await taskStore.approvalOf(run.tx, move.id));
  if (task === undefined) return { outcome: 'refused', code: 'no_task' };
  const { outcome } = await answerTask(run, { task, answer: 'approve', by, isOperator: true });
  if (outcome === 'taken') return { outcome: 'done', code: 'approved' };
  return outcome === 'already' ? { outcome, code: 'approved' } : { outcome: 'refused', code: 'no_task' };
}
