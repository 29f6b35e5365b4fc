import type { LocalizedText } from '../../domain/localized-text.js';
import { metricsByName, type MetricDefinition } from '../../domain/metrics/index.js';

/** What a metric counts and when it has no value, for people who write rules. */
export function metricMeaning(metric: MetricDefinition): LocalizedText {
  const { meaning, family } = metric;
  const window = windowWords(metric);
  if (meaning === undefined) return window;
  return family === undefined ? meaning : { zh: `${meaning.zh}；${window.zh}`, en: `${meaning.en}; ${window.en}` };
}

function windowWords({ read, sum, nullable, type }: MetricDefinition): LocalizedText {
  if ('corp' in read)
    return {
      zh: '全体成员算出的同一个数，用来和成员的数比较',
      en: 'One figure of all members, to compare members with',
    };
  if ('daysSince' in read)
    return {
      zh: `今天是 0，昨天是 1${nullable ? '；从未有过则没有记录' : ''}`,
      en: `0 is today, 1 is yesterday${nullable ? '; unknown if it never happened' : ''}`,
    };
  if (sum !== undefined && 'days' in sum)
    return 'daysWith' in sum
      ? {
          zh: `最近 ${sum.days} 天（含今天）里有过的天数`,
          en: `Days of the last ${sum.days}, today included, on which it happened`,
        }
      : { zh: `最近 ${sum.days} 天（含今天）的合计`, en: `Total of the last ${sum.days} days, today included` };
  if (sum) return { zh: '从加入至今的合计', en: 'Total of all time' };
  if (type === 'bool') return { zh: '是或否', en: 'Yes or no' };
  return nullable ? { zh: '可能没有记录', en: 'May be unknown' } : { zh: '每位成员都有', en: 'Known of every member' };
}

/** A rule over the metric that people can begin with. `values`: those that it may have, of a text with a list of them. */
export function metricExample({ name, type, unit }: MetricDefinition, values: readonly string[] | undefined): string {
  if (type === 'bool') return name;
  if (type === 'string') return values ? `${name} == '${values.at(-1)!}'` : `${name}.contains('广东')`;
  if (unit === 'days') return `${name} <= 30`;
  if (unit === 'hour') return `${name} >= 18`;
  return `${name} >= ${unit === 'cents' ? 10_000 : 3}`;
}

const tags: LocalizedText = { zh: '标签', en: 'tag' };
const segment: LocalizedText = { zh: '分群', en: 'segment' };

/** An admin's own metric brings its label along (`BecauseValue`). */
export const metricLabel = (name: string): LocalizedText =>
  name === 'tags' ? tags : name === 'segment' ? segment : (metricsByName.get(name)?.label ?? { zh: name, en: name });
