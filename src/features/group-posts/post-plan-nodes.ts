import { askPlanKey, planPostKey } from '../../domain/action-keys.js';
import { emptyCalendar } from '../../domain/calendar/calendar.js';
import { dayOf, isoDay, momentOf, type Day, type LocalMoment } from '../../domain/day.js';
import type { GroupFigures } from '../../domain/group-posts/group-figures.js';
import { fillPost } from '../../domain/group-posts/group-text.js';
import { placePost, type OtherPost } from '../../domain/group-posts/place-post.js';
import { monthOf, monthToPlan, stepPlanNode, type PlanNode } from '../../domain/group-posts/plan-node.js';
import { variablesOfGroups } from '../../domain/group-posts/variables.js';
import { compileBody } from '../../domain/messages/body.js';
import type { Body } from '../../domain/messages/index.js';
import { withKeptFree } from '../../domain/sending/kept-free.js';
import { groupPostStore } from '../../outbox/group-post.store.js';
import type { NewOutboxRow } from '../../outbox/outbox-row.js';
import { outboxStore } from '../../outbox/outbox.store.js';
import type { Sql } from '../../platform/database/sql.js';
import type { Run } from '../run.js';
import { groupFiguresStore } from './group-figures.store.js';
import { planNodeStore } from './plan-node.store.js';
import { POST_LOOKBACK_MS } from './plan-group-texts.js';
import { noPost, postAction, postChannel, postPolicyOf } from './post-action.js';

/** Puts the posts of the planned nodes whose day has come into the outbox; moves, skips or misses the others that are due. */
export async function postPlanNodes(run: Run): Promise<void> {
  const { tx, context, now } = run;
  const today = dayOf(now, context.timeZone);
  for (const node of await planNodeStore.due(tx, today)) {
    const step = stepPlanNode(node, context.ruleset.calendar ?? emptyCalendar, today);
    if (step.kind === 'post') await postNode(run, node);
    else if (step.kind === 'move') await planNodeStore.replace(tx, node, { ...node, day: step.to }, now);
    else if (step.kind !== 'wait')
      await planNodeStore.setState(tx, node.id, step.kind === 'skip' ? 'skipped' : 'missed', now);
  }
}

async function postNode(run: Run, node: PlanNode): Promise<void> {
  const { tx, context, now } = run;
  const { timeZone } = context;
  const figures = await groupFiguresStore.active(tx, { today: node.day, timeZone });
  const groups = figures.filter((group) => isFor(node, group));
  const posts = await groupPostStore.postsOf(
    tx,
    groups.map(({ id }) => id),
    { since: now - POST_LOOKBACK_MS, now },
  );
  const body = compileBody(node.text, variablesOfGroups).body;
  const rows = groups.map((group) => rowOf(run, node, { group, body, others: posts.get(group.id) ?? [] }));
  await outboxStore.enqueue(tx, rows, now);
  await planNodeStore.setState(tx, node.id, 'posted', now);
}

/** The groups that a post goes to. */
export type PostTargets = Pick<PlanNode, 'tiers' | 'groups'>;

/** Whether a post goes to this group. */
export const isFor = ({ tiers, groups }: PostTargets, { tier, chatId, roomId }: GroupFigures): boolean =>
  (tier !== null && tiers.includes(tier)) || [chatId, roomId].some((id) => id !== null && groups.includes(id));

interface InGroup {
  readonly group: GroupFigures;
  /** Null: it has a mistake by now, because variables have changed. */
  readonly body: Body | null;
  readonly others: readonly OtherPost[];
}

/** The post in one group; or a row that records why it is not said there. */
function rowOf({ context, now }: Run, node: PlanNode, { group, body, others }: InGroup): NewOutboxRow {
  const { timeZone, ruleset } = context;
  const because = { rule: `plan:${node.id}`, version: node.version, values: [] };
  const base = {
    ...{ key: planPostKey(node.id, node.version, group.id), group: group.id, proactive: true },
    ...{ templateVersion: ruleset.version, occasion: isoDay(node.day), because },
  };
  const refused = (code: string): NewOutboxRow => ({
    ...{ ...base, action: noPost, notBefore: now, suppressed: code },
    because: { ...because, reasons: [code] },
  });
  const channel = postChannel(group, context);
  if (channel === null) return refused('group_unreachable');
  const filled = body && fillPost(body, group, { today: node.day, corpName: context.corpName });
  if (!filled?.ok) return refused(filled?.code ?? 'text:not_renderable');
  const until = endOf(node.day, timeZone);
  const from = Math.max(now, momentOf(node.day, node.minute, timeZone));
  const sending = withKeptFree(ruleset.sending, node.exceptDays, ruleset.calendar);
  const placed = placePost({ from, until, timing: 'now', isMassSend: channel === 'owner' }, others, {
    ...{ caps: postPolicyOf(context), sending, timeZone },
  });
  if (placed.kind === 'refused') return refused(placed.code);
  return { ...base, action: postAction(group, channel, filled.text), notBefore: placed.notBefore, expiresAt: until };
}

const endOf = (day: Day, timeZone: string): number => momentOf(day + 1, 0, timeZone) - 1;

/** The month whose plan is missing now, like `2026-04`. Null where the calendar is not used. */
export async function missingPlan(sql: Sql, { now, timeZone }: LocalMoment): Promise<string | null> {
  const today = dayOf(now, timeZone);
  const month = monthToPlan(today);
  if (month === null || !(await planNodeStore.any(sql))) return null;
  const { first, last } = monthOf(today, 1);
  return (await planNodeStore.between(sql, first, last)).length === 0 ? month : null;
}

/** Asks the operators, once a month, for the plan of the next one. */
export async function askForPlan(run: Run): Promise<NewOutboxRow[]> {
  const { tx, context, now } = run;
  const month = await missingPlan(tx, { now, timeZone: context.timeZone });
  if (month === null || context.operators.length === 0 || !context.abilities.has('notify_staff')) return [];
  const { sending } = context.ruleset;
  const notBefore = momentOf(dayOf(now, context.timeZone), Math.max(sending.quietToMinute, 9 * 60), context.timeZone);
  const link = context.consoleUrl === undefined ? undefined : `${context.consoleUrl}/calendar?month=${month}`;
  const text = `下个月（${month}）的群消息还没有排。月底前请在「日历」里排好，也可以照搬这个月的。${link === undefined ? '' : `\n${link}`}`;
  return [
    {
      key: askPlanKey(month),
      action: {
        kind: 'notify_staff',
        staff: context.operators,
        text,
        ...(link === undefined ? {} : { links: [link] }),
      },
      notBefore: Math.max(now, notBefore),
    },
  ];
}
