import { removeSilentKey } from '../../domain/action-keys.js';
import { DAY_MS, dayOf, momentOf } from '../../domain/day.js';
import type { Evaluation } from '../../domain/evaluate.js';
import { isStillSilent, removalsLeft, type SilentMembersPolicy } from '../../domain/moves/silent-members.js';
import { quoted } from '../../domain/shown-name.js';
import { outboxStore } from '../../outbox/outbox.store.js';
import { decisionStore } from '../audit/decision.store.js';
import type { Run } from '../run.js';
import { sendsTasksAsText } from '../tasks/task-cards.js';
import { taskStore } from '../tasks/task.store.js';
import { silentMemberStore, type AskedInGroup } from './silent-member.store.js';

/**
 * Once a day: the owner of each tier group is asked to remove members who were asked whether they want to stay and have shown
 * no sign of life since, a set share of the group at most. Closes the tasks of who has left, and of who is back.
 */
export async function removeSilentMembers(run: Run): Promise<void> {
  await closeSilentTasks(run);
  const policy = run.context.ruleset.silentMembers;
  if (policy?.enabled !== true) return;
  const startOfDay = momentOf(dayOf(run.now, run.context.timeZone), 0, run.context.timeZone);
  for (const group of await silentMemberStore.tierGroups(run.tx)) {
    const removed = await silentMemberStore.removalsSince(run.tx, group.id, startOfDay);
    const limit = removalsLeft(group.size, removed, policy.sharePerDay);
    if (limit === 0) continue;
    const asked = await silentMemberStore.asked(run.tx, group.id, {
      template: policy.askWith,
      askedBefore: run.now - policy.answerDays * DAY_MS,
      limit,
    });
    const silent = asked.filter((member) => isStillSilent(member, policy.answerDays, run.now, DAY_MS));
    for (const member of silent) await askToRemove(run, group, member, policy);
  }
}

/** Who has left is done; who was seen since may stay. `evaluations`: members whose last facts are not stored yet. */
export async function closeSilentTasks(
  { tx, now }: Pick<Run, 'tx' | 'now'>,
  evaluations: readonly Evaluation[] = [],
): Promise<void> {
  const seen = new Map(evaluations.map(({ id, stored }) => [id, stored.state.lastSeenAt ?? 0]));
  for (const { id, member, createdAt, isInside, seenAt } of await silentMemberStore.openTasks(tx)) {
    const wasSeen = Math.max(seenAt, seen.get(member) ?? 0) > createdAt;
    if (!isInside || wasSeen) await taskStore.close(tx, id, isInside ? 'cancelled' : 'done', now);
  }
}

async function askToRemove(
  { tx, context, now }: Run,
  group: Awaited<ReturnType<typeof silentMemberStore.tierGroups>>[number],
  { member, name, externalUserId, message }: AskedInGroup,
  { answerDays, askWith }: SilentMembersPolicy,
): Promise<void> {
  const key = removeSilentKey(group.id, member, message);
  const text = `请将${quoted(name, externalUserId ?? undefined)}移出${quoted(group.name)}：很久没有动静，问过要不要留下，${answerDays} 天没有回音。TA 若在群里说过话，请点「稍后」。`;
  const subject = { member, group: group.id };
  await taskStore.create(
    tx,
    [{ key, kind: 'remove_silent', staff: group.owner, ...subject, move: null, text, dueAt: now + 7 * DAY_MS }],
    now,
  );
  await decisionStore.append(
    tx,
    [
      {
        member,
        kind: 'move',
        code: 'silent_removal',
        title: {
          zh: `请群主移出${quoted(group.name)}`,
          en: `The owner was asked to remove them from ${quoted(group.name)}`,
        },
        because: {
          rule: `campaign:${askWith}`,
          version: context.ruleset.version,
          values: [],
          reasons: [`no_answer_for:${answerDays}`],
        },
      },
    ],
    context.ruleset.version,
    now,
  );
  if (!sendsTasksAsText(context)) return;
  const action = { kind: 'notify_staff' as const, staff: [group.owner], text };
  await outboxStore.enqueue(tx, [{ key, action, ...subject, notBefore: now }], now);
}
