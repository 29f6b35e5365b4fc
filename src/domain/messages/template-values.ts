import { isoDay, type Day } from '../day.js';
import type { MetricValues } from '../metrics/index.js';
import { nameToCall } from './nickname.js';
import {
  variablesWith,
  type TemplateValue,
  type TemplateValues,
  type Variables,
  type WordVariable,
} from './variables.js';

/** Values beside the metrics. Unknown ones are absent or null. */
export type KnownWords = {
  readonly [
    Name in Exclude<WordVariable, 'name' | 'today' | 'days_together' | 'spend_yuan' | 'in_group' | 'is_anniversary'>
  ]?: TemplateValue;
} & {
  /** The nickname as the channel reported it. */
  readonly nickname: string | null;
};

/** The values of all template variables for one member. `variables`: default: those of the product alone. */
export function templateValues(
  metrics: MetricValues,
  words: KnownWords,
  today: Day,
  variables: Variables = variablesWith(),
): TemplateValues {
  const { nickname, ...known } = words;
  const daysJoined = metrics['days_since_joined'] ?? null;
  const daysContact = metrics['days_since_contact'] ?? null;
  const days = [daysJoined, daysContact].filter((value) => typeof value === 'number');
  const spent = metrics['spend_total_cents'];
  const [, month, dayOfMonth] = isoDay(today).split('-');
  const computed: Record<string, TemplateValue> = {
    name: nameToCall(nickname),
    days_together: days.length > 0 ? Math.max(...days) : null,
    in_group: Number(metrics['groups_count'] ?? 0) > 0,
    is_anniversary: typeof daysJoined === 'number' && isYearBefore(today - daysJoined, today),
    spend_yuan: typeof spent === 'number' ? spent / 100 : null,
    today: `${Number(month)}月${Number(dayOfMonth)}日`,
  };
  const named: Readonly<Record<string, TemplateValue | undefined>> = { ...known, ...computed };
  const filled: Record<string, TemplateValue> = { ...variables.noValues };
  for (const { name } of variables.all) {
    const value = name in named ? named[name] : metrics[name];
    // In Liquid an empty text is true, so `{% if corp_name %}` would print nothing; null is false.
    filled[name] = value === '' ? null : (value ?? null);
  }
  return filled;
}

/** Whether `day` is the same date one year before `today`. 29 February has no such date in the next year. */
function isYearBefore(day: Day, today: Day): boolean {
  const [year, ...date] = isoDay(day).split('-');
  const [thisYear, ...thisDate] = isoDay(today).split('-');
  return Number(thisYear) - Number(year) === 1 && date.join() === thisDate.join();
}
