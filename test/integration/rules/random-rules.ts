import fc from 'fast-check';
import { metrics as builtIn, type MetricRow } from '../../../src/domain/metrics/index.js';
import { ownMetric, storedNameOf, type OwnMetric } from '../../../src/domain/metrics/own-metrics.js';
import {
  compileRule,
  defaultVocabulary,
  withOwnMetrics,
  type KnownSegment,
  type Vocabulary,
} from '../../../src/domain/rules/index.js';
import { print, type Cond, type Num, type Text } from './reference-interpreter.js';

const label = (name: string) => ({ zh: name, en: name });
const keyed = (key: string) => ({ of: 'keyed', measure: 'custom', key }) as const;
const field = (name: string, type: 'int' | 'string') => ({ of: 'profile', field: name, type }) as const;

/** Metrics as an admin may define them. */
export const OWN: readonly OwnMetric[] = [
  ownMetric('own_count', label('own_count'), { source: keyed('a'), take: 'count', days: 30 }),
  ownMetric('own_last', label('own_last'), { source: keyed('b'), take: 'last' }),
  ownMetric('own_sum', label('own_sum'), { source: keyed("it's"), take: 'sum' }),
  ownMetric('own_number', label('own_number'), { source: field('age', 'int'), take: 'last' }),
  ownMetric('own_text', label('own_text'), { source: field('city', 'string'), take: 'last' }),
];
const metrics = [...builtIn, ...OWN.map(({ definition }) => definition)];

const ofType = (type: string): string[] =>
  metrics.filter((metric) => metric.type === type).map((metric) => metric.name);
const numberNames = fc.constantFrom(...ofType('int'));
const textNames = fc.constantFrom(...ofType('string'));
const flagNames = fc.constantFrom(...ofType('bool'));
const nullableNames = fc.constantFrom(...metrics.filter((metric) => metric.nullable).map((metric) => metric.name));

const TEXTS = [
  'loyal',
  'Loyal',
  '广东',
  '广东省深圳市',
  '深圳',
  "O'Brien",
  'a%b',
  'a_b',
  'axb',
  '\\',
  '😀笑',
  '笑',
  ' x',
  'x',
];
const someText = fc.constantFrom(...TEXTS);
const someNumber = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -3, max: 12 }) },
  fc.integer({ min: -100, max: 100_000 }),
  fc.constantFrom(2 ** 31, 2 ** 40, Number.MAX_SAFE_INTEGER),
);
export const TAGS = ['高价值', '沉默', 'vip', "it's"];
const equality = fc.constantFrom('==' as const, '!=' as const);

const ownIs = (name: string, op: string, n: number): Cond => ({
  ...{ is: 'compare', op },
  l: { is: 'metric', name },
  r: { is: 'number', n },
});
type Saved = Extract<Cond, { readonly is: 'segment' }>;
const busy: Saved = {
  ...{ is: 'segment', key: 'busy' },
  of: { is: 'both', op: '&&', l: ownIs('own_count', '>=', 3), r: { is: 'not', of: { is: 'tag', tag: 'vip' } } },
};
/** It names the other one. */
const gone: Saved = {
  ...{ is: 'segment', key: 'gone' },
  of: { is: 'both', op: '||', l: { is: 'not', of: busy }, r: ownIs('own_last', '>', 30) },
};
const SEGMENTS = [busy, gone];

export const vocabulary: Vocabulary = SEGMENTS.reduce<Vocabulary>(
  (known, { key, of }) => {
    const compilation = compileRule(print(of), known);
    if (!compilation.ok) throw new Error(JSON.stringify(compilation.problems));
    const { text, condition } = compilation.rule;
    const segment: KnownSegment = { key, label: label(key), text, condition };
    return { ...known, segments: new Map([...known.segments!, [key, segment]]) };
  },
  { ...withOwnMetrics({ metrics: defaultVocabulary.metrics }, OWN), segments: new Map() },
);

const grammar = fc.letrec<{ num: Num; text: Text; cond: Cond }>((tie) => ({
  num: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 5, arbitrary: fc.record({ is: fc.constant('metric' as const), name: numberNames }) },
    { weight: 3, arbitrary: fc.record({ is: fc.constant('number' as const), n: someNumber }) },
    {
      weight: 2,
      arbitrary: fc.record({
        is: fc.constant('sum' as const),
        op: fc.constantFrom('+' as const, '-' as const, '*' as const, '/' as const, '%' as const),
        l: tie('num'),
        r: tie('num'),
      }),
    },
    { weight: 1, arbitrary: fc.record({ is: fc.constant('negative' as const), of: tie('num') }) },
    {
      weight: 1,
      arbitrary: fc.record({ is: fc.constant('if' as const), c: tie('cond'), t: tie('num'), e: tie('num') }),
    },
  ),
  text: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 4, arbitrary: fc.record({ is: fc.constant('metric' as const), name: textNames }) },
    { weight: 3, arbitrary: fc.record({ is: fc.constant('text' as const), s: someText }) },
    {
      weight: 1,
      arbitrary: fc.record({ is: fc.constant('if' as const), c: tie('cond'), t: tie('text'), e: tie('text') }),
    },
  ),
  cond: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    {
      weight: 4,
      arbitrary: fc.record({
        is: fc.constant('compare' as const),
        op: fc.constantFrom('==', '!=', '<', '<=', '>', '>='),
        l: tie('num'),
        r: tie('num'),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ is: fc.constant('same' as const), op: equality, l: tie('text'), r: tie('text') }),
    },
    { weight: 1, arbitrary: fc.record({ is: fc.constant('flag' as const), name: flagNames }) },
    {
      weight: 1,
      arbitrary: fc.record({
        is: fc.constant('flagIs' as const),
        op: equality,
        name: flagNames,
        other: fc.oneof(fc.boolean(), flagNames),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        is: fc.constant('null' as const),
        op: equality,
        name: nullableNames,
        reversed: fc.boolean(),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        is: fc.constant('inNumbers' as const),
        item: tie('num'),
        list: fc.array(someNumber, { minLength: 1, maxLength: 4 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        is: fc.constant('inTexts' as const),
        item: tie('text'),
        list: fc.array(someText, { minLength: 1, maxLength: 4 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        is: fc.constant('piece' as const),
        op: fc.constantFrom('contains' as const, 'startsWith' as const),
        name: textNames,
        s: someText,
      }),
    },
    { weight: 2, arbitrary: fc.record({ is: fc.constant('tag' as const), tag: fc.constantFrom(...TAGS) }) },
    { weight: 2, arbitrary: fc.constantFrom(...SEGMENTS) },
    { weight: 1, arbitrary: fc.record({ is: fc.constant('literal' as const), b: fc.boolean() }) },
    { weight: 3, arbitrary: fc.record({ is: fc.constant('not' as const), of: tie('cond') }) },
    {
      weight: 8,
      arbitrary: fc.record({
        is: fc.constant('both' as const),
        op: fc.constantFrom('&&' as const, '||' as const),
        l: tie('cond'),
        r: tie('cond'),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ is: fc.constant('if' as const), c: tie('cond'), t: tie('cond'), e: tie('cond') }),
    },
  ),
}));

export const someRule: fc.Arbitrary<Cond> = grammar.cond;
export const TODAY = 20_400;
export const someCorp = fc.record({ spend_90d_top_fifth_cents: fc.option(fc.integer({ min: 0, max: 100_000 })) });

export interface RandomMember {
  readonly row: MetricRow;
  readonly tags: readonly string[];
}

const figure = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 12 }) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 100_000 }) },
  fc.constantFrom(-7, -(2 ** 40) - 1, 2 ** 31, 2 ** 40, 2 ** 40 + 1, Number.MAX_SAFE_INTEGER),
);

/** Every column that some metric reads. */
const columns: Record<string, fc.Arbitrary<number | string | null>> = {};
for (const { type, nullable, read } of metrics) {
  if ('daysSince' in read) columns[read.daysSince] = fc.option(fc.integer({ min: TODAY - 100, max: TODAY + 2 }));
  if ('runOf' in read) {
    columns[read.runOf] = figure;
    columns[read.until] = fc.option(fc.integer({ min: TODAY - 100, max: TODAY }));
  }
  if (!('column' in read)) continue;
  const value: fc.Arbitrary<number | string> =
    type === 'int' ? figure : type === 'bool' ? fc.constantFrom(0, 1) : someText;
  columns[read.column] = nullable ? fc.option(value) : value;
}

/** The column `own`: each value may be missing, and so may the whole. */
const ownColumn = fc.option(
  fc
    .record(
      Object.fromEntries(
        OWN.map(({ definition }) => [
          storedNameOf(definition)!,
          definition.type === 'string'
            ? someText
            : 'ownDay' in definition.read
              ? fc.integer({ min: TODAY - 100, max: TODAY + 2 })
              : figure,
        ]),
      ) as Record<string, fc.Arbitrary<number | string>>,
      { requiredKeys: [] },
    )
    .map((own) => JSON.stringify(own)),
);

export const someMember: fc.Arbitrary<RandomMember> = fc.record({
  row: fc.record({ ...columns, own: ownColumn }) as fc.Arbitrary<MetricRow>,
  tags: fc.subarray(TAGS),
});
