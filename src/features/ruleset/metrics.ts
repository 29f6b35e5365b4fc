import { z } from 'zod';
import { metricsByName, unnamedFigures } from '../../domain/metrics/index.js';
import { keyedMeasures, type KeyedMeasure } from '../../domain/metrics/keyed-counts.js';
import { ownMetric, ownTakes, type OwnMetric, type OwnSource } from '../../domain/metrics/own-metrics.js';
import { wordVariables } from '../../domain/messages/index.js';
import { columnFields, LONGEST_FIELD_NAME } from '../../domain/profile-fields.js';
import { chineseFirst, type Refusal } from '../../platform/config/refusal.js';
import { text } from './fields.js';
import type { RuleFile } from './rule-file.js';

/** So many can be computed for every member without anybody noticing. */
const MOST_METRICS = 50;
const LONGEST_WINDOW_DAYS = 3_650;

/** Names that mean something else in a rule or in a template. */
const takenWords: ReadonlySet<string> = new Set([
  ...wordVariables.map(({ name }) => name),
  ...unnamedFigures.map(({ name }) => name),
  ...['tags', 'own', 'in_segment', 'true', 'false', 'null', 'in', 'as', 'break', 'const', 'continue', 'else', 'for'],
  ...['function', 'if', 'import', 'let', 'loop', 'package', 'namespace', 'return', 'var', 'void', 'while'],
  ...['and', 'or', 'not', 'contains', 'blank', 'empty', 'nil', 'forloop', 'int', 'uint', 'string', 'bool', 'bytes'],
  ...['list', 'map', 'double', 'type', 'dyn', 'has', 'size', 'timestamp', 'duration', 'matches'],
]);

const wrongWindow = chineseFirst('窗口写成 30d 或 all', 'write the window as 30d or all');
const window = z
  .string(wrongWindow)
  .trim()
  .regex(/^(?:[1-9]\d{0,3}d|all)$/, wrongWindow)
  .transform((written) => (written === 'all' ? undefined : Number.parseInt(written, 10)))
  .refine(
    (days) => days === undefined || days <= LONGEST_WINDOW_DAYS,
    chineseFirst(
      `最长 ${LONGEST_WINDOW_DAYS} 天，更长写 all`,
      `${LONGEST_WINDOW_DAYS} days at most; write all for longer`,
    ),
  );

export const metricsFile = z.strictObject({
  metrics: z
    .array(
      z.strictObject({
        name: z
          .string()
          .regex(
            /^[a-z][a-z0-9_]{0,47}$/,
            chineseFirst(
              '名称用小写字母、数字和 _，以字母开头，最多 48 个',
              'write small letters, digits and _, at most 48, the first a letter',
            ),
          ),
        label: z.strictObject({ zh: text(20), en: text(40) }),
        take: z.enum(ownTakes),
        of: text(160),
        type: z.enum(['text', 'number']).optional(),
        window: window.optional(),
      }),
    )
    .max(MOST_METRICS, chineseFirst(`最多 ${MOST_METRICS} 个指标`, `${MOST_METRICS} metrics at most`)),
});

/** The text of the document in a config folder without `metrics.yaml`. */
export const NO_METRICS = 'metrics: []\n';

type Metric = z.output<typeof metricsFile>['metrics'][number];

/** Reports names that are taken, and metrics that are made of nothing the product counts. */
export function readOwnMetrics(file: RuleFile<z.output<typeof metricsFile>>): OwnMetric[] {
  const { metrics } = file.value;
  return metrics.flatMap((metric, index) => {
    const at = ['metrics', index];
    const taken = nameProblem(metric.name, metrics.slice(0, index));
    if (taken) file.report([...at, 'name'], taken);
    const source = sourceOf(metric.of);
    if ('problem' in source) {
      file.report([...at, 'of'], source.problem);
      return [];
    }
    const odd = contradictionIn(metric, source);
    if (odd) {
      file.report([...at, odd.field], odd.message);
      return [];
    }
    const { name, label, take, window: days } = metric;
    const typed = source.of === 'profile' && metric.type === 'number' ? { ...source, type: 'int' as const } : source;
    return [ownMetric(name, label, { source: typed, take, days })];
  });
}

function nameProblem(name: string, before: readonly Metric[]): Refusal | null {
  if (metricsByName.has(name))
    return chineseFirst(`${name} 是内置指标，换一个名称`, `${name} is a metric of the product: choose another name`);
  if (takenWords.has(name))
    return chineseFirst(
      `${name} 在规则或模板里另有含义，换一个名称`,
      `${name} means something else in rules or templates: choose another name`,
    );
  return before.some((other) => other.name === name)
    ? chineseFirst(`已有指标 ${name}`, `there is a metric ${name} already`)
    : null;
}

const SOURCES = {
  zh: 'custom.事件名、category.orders.品类、category.views.品类、profile.字段',
  en: 'custom.<name>, category.orders.<category>, category.views.<category> or profile.<field>',
};

const prefixes: Readonly<Partial<Record<KeyedMeasure, string>>> = {
  custom: 'custom.',
  order_category: 'category.orders.',
  view_category: 'category.views.',
};

function sourceOf(of: string): OwnSource | { readonly problem: Refusal } {
  for (const measure of keyedMeasures) {
    const prefix = prefixes[measure];
    if (prefix === undefined || !of.startsWith(prefix)) continue;
    const key = of.slice(prefix.length).trim();
    return key === '' || [...key].length > 64 ? notASource(of) : { of: 'keyed', measure, key };
  }
  if (!of.startsWith('profile.')) return notASource(of);
  const field = of.slice('profile.'.length).trim();
  if (field === '' || field.length > LONGEST_FIELD_NAME) return notASource(of);
  if (columnFields.has(field))
    return {
      problem: chineseFirst(
        `资料里的 ${field} 由产品自己读取，不能用作自定义指标`,
        `the product reads the field ${field} itself: it is no source of an own metric`,
      ),
    };
  return { of: 'profile', field, type: 'string' };
}

const notASource = (of: string) => ({
  problem: chineseFirst(
    `${of} 不是可用的来源，可以写：${SOURCES.zh}`,
    `${of} is no source; write ${SOURCES.en}`,
    `${of} 不是可用的来源，可以写：${SOURCES.zh}（${SOURCES.en}）`,
  ),
});

/** A setting that does not go with the source. */
function contradictionIn(
  { take, window: days, type }: Metric,
  source: OwnSource,
): { readonly field: keyof Metric; readonly message: Refusal } | null {
  if (source.of === 'profile') {
    if (take !== 'last')
      return {
        field: 'take',
        message: chineseFirst(
          '资料字段只能取最近的值：take: last',
          'of a profile field only the last value can be taken: take: last',
        ),
      };
    return days === undefined
      ? null
      : {
          field: 'window',
          message: chineseFirst('资料字段没有时间窗口，去掉 window', 'a profile field has no window: leave it out'),
        };
  }
  if (type !== undefined)
    return {
      field: 'type',
      message: chineseFirst('type 只用于资料字段，去掉它', 'type is only for profile fields: leave it out'),
    };
  return take === 'sum' && source.measure === 'view_category'
    ? {
        field: 'take',
        message: chineseFirst(
          '浏览没有可累加的数值，用 count 或 days',
          'views have nothing to add up: use count or days',
        ),
      }
    : null;
}
