import { planPostKey } from '../../domain/action-keys.js';
import { festivalKeys } from '../../domain/calendar/festivals.js';
import { DAY_MS, dayOf, minuteOfDay, momentOf, type Day } from '../../domain/day.js';
import { monthOf, sameWeekdayNextMonth, type PlanContent, type PlanNode } from '../../domain/group-posts/plan-node.js';
import { variablesOfGroups } from '../../domain/group-posts/variables.js';
import { compileBody } from '../../domain/messages/body.js';
import { liesBetween } from '../../domain/sending/send-policy.js';
import { groupPostStore, type PlannedPost } from '../../outbox/group-post.store.js';
import { outboxStore } from '../../outbox/outbox.store.js';
import { OperatorMistake } from '../../platform/errors.js';
import { groupStore } from '../groups/group.store.js';
import type { Run } from '../run.js';
import { planNodeStore } from './plan-node.store.js';
import { postPlanNodes } from './post-plan-nodes.js';

/** A node as the person saw it who changes it. */
export interface SeenNode {
  readonly id: number;
  /** The version that they changed. */
  readonly base: number;
}

const noSuchNode = new OperatorMistake('no_such_plan', 'there is no such planned post', undefined, { status: 404 });
const changedMeanwhile = new OperatorMistake(
  'plan_changed_meanwhile',
  'somebody changed this planned post meanwhile',
  undefined,
  { status: 409 },
);
const underWay = new OperatorMistake(
  'plan_under_way',
  'its posts are on their way already, so it can only be cancelled',
  undefined,
  { status: 409 },
);
const isOver = new OperatorMistake('plan_over', 'its day is over', undefined, { status: 409 });

/** Adds a planned post. One of today is posted at once. Returns its id. */
export async function addPlanNode(run: Run, content: PlanContent, by: string): Promise<number> {
  await checkContent(run, content);
  const [id] = await planNodeStore.add(run.tx, [content], by, run.now);
  await postPlanNodes(run);
  return id!;
}

/** Replaces what is planned. Posts that wait in the outbox are planned anew; once one is under way, nothing is changed. */
export async function changePlanNode(run: Run, seen: SeenNode, content: PlanContent): Promise<void> {
  const { tx, now } = run;
  const node = await nodeSeen(run, seen);
  await checkContent(run, content);
  const posts = await postsOf(run, node);
  if (posts.some(isUnderWay)) throw underWay;
  await cancelPlanned(run, node, posts);
  if (!(await planNodeStore.replace(tx, node, content, now))) throw changedMeanwhile;
  await postPlanNodes(run);
}

/** Moves a node to another day. */
export async function movePlanNode(run: Run, seen: SeenNode, day: Day): Promise<void> {
  await changePlanNode(run, seen, { ...(await nodeSeen(run, seen)), day });
}

/** Removes a node. Posts that were handed over are withdrawn where that can be done; then the node stays as cancelled. */
export async function removePlanNode(run: Run, seen: SeenNode): Promise<'removed' | 'cancelled'> {
  const { tx, context, now } = run;
  const node = await nodeSeen(run, seen);
  if (node.state === 'posted' && node.day < dayOf(now, context.timeZone)) throw isOver;
  const posts = await postsOf(run, node);
  await cancelPlanned(run, node, posts);
  const going = posts.filter(isUnderWay);
  if (going.length === 0) {
    await planNodeStore.remove(tx, node.id);
    return 'removed';
  }
  await planNodeStore.setState(tx, node.id, 'cancelled', now);
  await groupPostStore.markForCheck(
    tx,
    going.map(({ group }) => group),
    now,
  );
  return 'cancelled';
}

/** Copies the plan of a month to the same weekdays of the next. What is there already, and days that are over, are left out. */
export async function copyPlanMonth(run: Run, anyDay: Day, by: string): Promise<number> {
  const { tx, context, now } = run;
  const today = dayOf(now, context.timeZone);
  const [month, next] = [monthOf(anyDay), monthOf(anyDay, 1)];
  const there = new Set((await planNodeStore.between(tx, next.first, next.last)).map(identityOf));
  const nodes = (await planNodeStore.between(tx, month.first, month.last))
    .filter(({ state }) => state !== 'cancelled')
    .map((node) => ({ ...node, day: sameWeekdayNextMonth(node.day) }))
    .filter((node) => node.day > today && !there.has(identityOf(node)));
  if (nodes.length > 0) await planNodeStore.add(tx, nodes, by, now);
  return nodes.length;
}

const identityOf = ({ day, minute, name }: PlanContent): string => `${day} ${minute} ${name}`;

async function nodeSeen({ tx }: Run, { id, base }: SeenNode): Promise<PlanNode> {
  const [node] = await planNodeStore.byIds(tx, [id]);
  if (node === undefined || node.state === 'cancelled') throw noSuchNode;
  if (node.version !== base) throw changedMeanwhile;
  return node;
}

/** The posts of a node in its present version. */
async function postsOf({ tx, context }: Run, node: PlanNode): Promise<readonly PlannedPost[]> {
  if (node.state !== 'posted') return [];
  const since = momentOf(node.day, 0, context.timeZone) - DAY_MS;
  return groupPostStore.postsOfPlans(tx, since, node.id);
}

/** Cancels the posts that wait for their time. */
async function cancelPlanned(
  { tx, now }: Run,
  { id, version }: PlanNode,
  posts: readonly PlannedPost[],
): Promise<void> {
  for (const { group } of posts)
    await outboxStore.cancelPlanned(tx, planPostKey(id, version, group), { reason: 'plan_changed' }, now);
}

/** It was handed to its channel, so it may be read already. */
const isUnderWay = ({ state }: PlannedPost): boolean => state === 'sending' || state === 'waiting' || state === 'sent';

const mistake = (code: string, message: string, setting: string): OperatorMistake =>
  new OperatorMistake(code, message, { setting });

/** Throws when it could not be said as it stands: in the past, in the quiet hours, to nobody, or with a text that cannot be filled. */
async function checkContent({ tx, context, now }: Run, content: PlanContent): Promise<void> {
  const { day, minute, tiers, groups, exceptDays, text } = content;
  const { timeZone, ruleset } = context;
  const today = dayOf(now, timeZone);
  if (day < today || (day === today && minute <= minuteOfDay(now, timeZone)))
    throw mistake('plan_in_past', 'that time is over', 'day');
  const { quietFromMinute, quietToMinute } = ruleset.sending;
  if (liesBetween(minute, quietFromMinute, quietToMinute))
    throw mistake('plan_in_quiet_hours', 'that is in the quiet hours', 'minute');
  if (tiers.length + groups.length === 0) throw mistake('plan_to_nobody', 'name tiers or groups', 'tiers');
  if (tiers.some((key) => ruleset.tiers.every((tier) => tier.key !== key)))
    throw mistake('no_such_tier', 'there is no such tier', 'tiers');
  const known = new Set((await groupStore.all(tx)).flatMap(({ chatId, roomId }) => [chatId, roomId]));
  if (groups.some((id) => !known.has(id))) throw mistake('no_such_group', 'there is no such group', 'groups');
  const special = ruleset.calendar?.special.map(({ key }) => key) ?? [];
  const days = new Set<string>(['weekends', 'holidays', ...festivalKeys, ...special]);
  if (exceptDays.some((name) => !days.has(name)))
    throw mistake('unknown_day', 'the calendar does not know that day', 'exceptDays');
  const [finding] = compileBody(text, variablesOfGroups).findings;
  if (finding !== undefined) throw mistake('plan_text', `${finding.message.zh}。${finding.hint.zh}`, 'text');
}
