import { dayKind, emptyCalendar, isAmong, type Calendar } from '../../domain/calendar/calendar.js';
import { festivalDay, festivalKeys, festivalOf, yearOf } from '../../domain/calendar/festivals.js';
import type { Context } from '../../domain/context.js';
import { clockText, dayOf, isoDay, isoMonth, type Day } from '../../domain/day.js';
import { fillPost } from '../../domain/group-posts/group-text.js';
import { dayItGoes, type PlanNode } from '../../domain/group-posts/plan-node.js';
import { groupTriggerWords } from '../../domain/group-posts/triggers/index.js';
import { groupVariables, variablesOfGroups } from '../../domain/group-posts/variables.js';
import type { LocalizedText } from '../../domain/localized-text.js';
import { compileBody } from '../../domain/messages/body.js';
import { groupFiguresStore } from '../../features/group-posts/group-figures.store.js';
import { planNodeStore } from '../../features/group-posts/plan-node.store.js';
import { postChannel, postPolicyOf } from '../../features/group-posts/post-action.js';
import { isFor, type PostTargets } from '../../features/group-posts/post-plan-nodes.js';
import type { Run } from '../../features/run.js';
import { messagesAhead, postsOfDays, type PostProgress } from '../../insights/plan-month.js';
import { problemsOf } from '../../domain/messages/places.js';
import type { Sql } from '../../platform/database/sql.js';

interface Asked {
  readonly context: Context;
  readonly today: Day;
  readonly now: number;
  readonly month: { readonly first: Day; readonly last: Day };
}

/** Monday is 0. */
const weekday = (day: Day): number => (((day + 3) % 7) + 7) % 7;

/** A month in whole weeks from Monday on: what each day is, what is planned, what was said, and what is planned for members. */
export async function planView(sql: Sql, { context, today, now, month }: Asked) {
  const { timeZone, ruleset } = context;
  const calendar = ruleset.calendar ?? emptyCalendar;
  const [from, to] = [month.first - weekday(month.first), month.last + 6 - weekday(month.last)];
  const [nodes, posts, ahead, groups] = await Promise.all([
    planNodeStore.between(sql, from, to),
    postsOfDays(sql, { from, to }, timeZone),
    messagesAhead(sql, { from: Math.max(from, dayOf(now, timeZone)), to }, timeZone),
    groupFiguresStore.active(sql, { today, timeZone }),
  ]);
  const texts = postPolicyOf(context).texts;
  const { perDay, perWeek, sendBy } = postPolicyOf(context);
  return {
    ...{ month: isoMonth(month.first), today: isoDay(today) },
    days: Array.from({ length: to - from + 1 }, (_, index) => dayView(from + index, calendar)),
    nodes: nodes.map((node) => nodeView(node, calendar, posts.ofNodes.get(node.id))),
    texts: posts.ofTexts.map(({ day, text, progress }) => ({
      ...{ day: isoDay(day), key: text, name: texts.find(({ key }) => key === text)?.name ?? text, progress },
    })),
    ahead: ahead.map(({ day, ...campaign }) => ({ ...campaign, day: isoDay(day) })),
    rules: {
      ...{ perDay, perWeek, sendBy },
      quiet: { from: clockText(ruleset.sending.quietFromMinute), to: clockText(ruleset.sending.quietToMinute) },
      texts: texts.map(({ key, name, enabled, trigger }) => ({
        key,
        name,
        enabled,
        words: groupTriggerWords(trigger),
      })),
    },
    options: {
      tiers: ruleset.tiers.map(({ key, label }) => ({ key, label })),
      groups: groups.flatMap(({ name, chatId, roomId }) => {
        const id = chatId ?? roomId;
        return id === null ? [] : [{ id, name }];
      }),
      days: daysToKeepFree(calendar),
      variables: groupVariables.map(({ name, label }) => ({ name, label })),
    },
  };
}

const daysToKeepFree = ({ special }: Calendar): { readonly key: string; readonly label: LocalizedText }[] => [
  { key: 'weekends', label: { zh: '周末', en: 'weekends' } },
  { key: 'holidays', label: { zh: '法定放假', en: 'holidays' } },
  ...special.map(({ key, label }) => ({ key, label })),
  ...festivalKeys.map((key) => ({ key, label: festivalOf(key).label })),
];

function dayView(day: Day, calendar: Calendar) {
  const holiday = calendar.holidays.find(({ from, to }) => from <= day && day <= to);
  return {
    day: isoDay(day),
    kind: dayKind(calendar, day),
    holiday: holiday?.label ?? null,
    festivals: festivalKeys.flatMap((key) => (festivalDay(key, yearOf(day)) === day ? [festivalOf(key).label] : [])),
    special: calendar.special.flatMap(({ key, label }) => (isAmong([key], calendar, day) ? [label] : [])),
  };
}

const nothingYet: PostProgress = { ahead: 0, waiting: 0, sent: 0, unsent: [] };

function nodeView(node: PlanNode, calendar: Calendar, progress: PostProgress = nothingYet) {
  const { day, minute, ...rest } = node;
  const goes = node.state === 'planned' ? dayItGoes(node, calendar) : day;
  return { ...rest, day: isoDay(day), goesOn: goes === null ? null : isoDay(goes), time: clockText(minute), progress };
}

/** How a text reads now in the first of its groups, and what it takes to send it. */
export async function previewOfPost(run: Run, post: PostTargets & { readonly text: string }) {
  const { tx, context, now } = run;
  const { timeZone, corpName } = context;
  const today = dayOf(now, timeZone);
  const { body, findings } = compileBody(post.text, variablesOfGroups);
  const groups = (await groupFiguresStore.active(tx, { today, timeZone })).filter((group) => isFor(post, group));
  const byOwner = groups.filter((group) => postChannel(group, context) === 'owner');
  const filled = groups.map((group) => ({ group, post: body && fillPost(body, group, { today, corpName }) }));
  const sample = filled.flatMap(({ group, post }) =>
    post?.ok === true ? [{ group: group.name, text: post.text }] : [],
  )[0];
  return {
    problems: problemsOf(post.text, findings),
    sample: sample ?? null,
    /** Groups of which a figure is not known, or in which nothing is left of the text. */
    unfillable: filled.flatMap(({ group, post }) => (post?.ok === false ? [group.name] : [])),
    groups: groups.length,
    taps: new Set(byOwner.map(({ owner }) => owner)).size,
    unreachable: groups.filter((group) => postChannel(group, context) === null).map(({ name }) => name),
  };
}
