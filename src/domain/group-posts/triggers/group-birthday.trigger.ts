import { z } from 'zod';
import { monthsBetween } from '../group-figures.js';
import { defineGroupTrigger } from '../group-trigger.js';

/** The day of the month on which the group was made, after so many months: of every year unless others are named. */
export const groupBirthday = defineGroupTrigger({
  on: 'group_birthday',
  settings: { months: z.array(z.int().min(1).max(600)).min(1).max(24).optional() },
  words: ({ months }) =>
    months === undefined
      ? { zh: '建群周年', en: 'each anniversary of the group' }
      : { zh: `建群满 ${months.join('、')} 个月`, en: `${months.join(', ')} months after the group was made` },
  find({ months: named }, { foundedDay }, today) {
    if (foundedDay === null || today <= foundedDay) return null;
    const { months, isTheDay } = monthsBetween(foundedDay, today);
    const isNamed = named === undefined ? months > 0 && months % 12 === 0 : named.includes(months);
    if (!isTheDay || !isNamed) return null;
    return {
      id: String(months),
      values: [{ metric: 'group_age_months', have: months, label: { zh: '建群月数', en: 'age in months' } }],
    };
  },
  lapsed: { code: 'group_birthday_over', words: { zh: '建群纪念日已过', en: 'the day of the group is over' } },
  lasts: false,
});
