import type { Day } from '../day.js';
import { DAY_MS } from '../day.js';
import type { TemplateValue, TemplateValues, TemplateVariable, Variables } from '../messages/variables.js';
import { monthsBetween, percentOf, type GroupFigures } from './group-figures.js';

interface GroupVariable extends TemplateVariable {
  /** A text that names it is true on the day it is filled only. */
  readonly changesDaily: boolean;
  readonly value: (group: GroupFigures, at: { readonly today: Day; readonly corpName: string }) => TemplateValue;
}

const shared = { visibility: 'shared' } as const;

/** What a text in a group may name: counts of the whole group, and nothing about one member. */
export const groupVariables: readonly GroupVariable[] = [
  {
    ...{
      name: 'group_name',
      label: { zh: '群名', en: 'the group' },
      type: 'string',
      example: '会员交流一群',
      ...shared,
    },
    changesDaily: false,
    value: ({ name }) => (name === '' ? null : name),
  },
  {
    ...{ name: 'corp_name', label: { zh: '企业名', en: 'the corp' }, type: 'string', example: '山野茶铺', ...shared },
    changesDaily: false,
    value: (_group, { corpName }) => corpName,
  },
  {
    ...{ name: 'today', label: { zh: '今天（几月几日）', en: 'today, month and day' }, type: 'string', ...shared },
    ...{ example: '11月21日', changesDaily: true },
    value: (_group, { today }) => {
      const date = new Date(today * DAY_MS);
      return `${date.getUTCMonth() + 1}月${date.getUTCDate()}日`;
    },
  },
  {
    ...{ name: 'members', label: { zh: '群友人数（不含员工）', en: 'members, without staff' }, type: 'int', ...shared },
    ...{ example: 86, changesDaily: true },
    value: ({ members }) => members,
  },
  {
    ...{ name: 'spoken', label: { zh: '说过话的人数', en: 'members who have spoken' }, type: 'int', ...shared },
    ...{ example: 41, changesDaily: true },
    value: ({ spoken }) => spoken,
  },
  {
    ...{
      name: 'spoken_percent',
      label: { zh: '说过话的百分比', en: 'percent who have spoken' },
      type: 'int',
      ...shared,
    },
    ...{ example: 47, changesDaily: true },
    value: ({ spoken, members }) => (spoken === null ? null : percentOf(spoken, members)),
  },
  {
    ...{
      name: 'quiet_days',
      label: { zh: '上次有人说话是几天前', en: 'days since somebody spoke' },
      type: 'int',
      ...shared,
    },
    ...{ example: 3, changesDaily: true },
    value: ({ lastTalkDay }, { today }) => (lastTalkDay === null ? null : today - lastTalkDay),
  },
  {
    ...{
      name: 'checked_in',
      label: { zh: '今天打卡的人数', en: 'members who checked in today' },
      type: 'int',
      ...shared,
    },
    ...{ example: 44, changesDaily: true },
    value: ({ checkedIn }) => checkedIn,
  },
  {
    ...{ name: 'checked_in_percent', label: { zh: '今天打卡的百分比', en: 'percent who checked in today' }, ...shared },
    ...{ type: 'int', example: 51, changesDaily: true },
    value: ({ checkedIn, members }) => percentOf(checkedIn, members),
  },
  {
    ...{ name: 'age_months', label: { zh: '建群满几个月', en: 'age of the group in months' }, type: 'int', ...shared },
    ...{ example: 12, changesDaily: true },
    value: ({ foundedDay }, { today }) => (foundedDay === null ? null : monthsBetween(foundedDay, today).months),
  },
  {
    ...{ name: 'age_years', label: { zh: '建群满几年', en: 'age of the group in years' }, type: 'int', ...shared },
    ...{ example: 1, changesDaily: true },
    value: ({ foundedDay }, { today }) =>
      foundedDay === null ? null : Math.floor(monthsBetween(foundedDay, today).months / 12),
  },
];

const byName = new Map(groupVariables.map((variable) => [variable.name, variable]));

/** The variables in the shape in which the check of texts takes them. */
export const variablesOfGroups: Variables = {
  all: groupVariables,
  byName,
  noValues: Object.fromEntries(groupVariables.map(({ name }) => [name, null])),
};

export const groupValues = (
  group: GroupFigures,
  at: { readonly today: Day; readonly corpName: string },
): TemplateValues => Object.fromEntries(groupVariables.map(({ name, value }) => [name, value(group, at)]));

/** Whether a text with these variables is true on the day it is filled only. */
export const isOfOneDay = (names: readonly string[]): boolean =>
  names.some((name) => byName.get(name)?.changesDaily ?? false);
