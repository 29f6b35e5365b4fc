import fc from 'fast-check';
import { metrics, type MetricRow, type MetricValues } from '../../../src/domain/metrics/index.js';

/** Rules as data: printed to text for the compiler, and interpreted here, slowly and plainly, as what is right. */
export type Num =
  | { readonly is: 'number'; readonly n: number }
  | { readonly is: 'metric'; readonly name: string }
  | { readonly is: 'negative'; readonly of: Num }
  | { readonly is: 'sum'; readonly op: '+' | '-' | '*' | '/' | '%'; readonly l: Num; readonly r: Num }
  | { readonly is: 'if'; readonly c: Cond; readonly t: Num; readonly e: Num };

export type Text =
  | { readonly is: 'text'; readonly s: string }
  | { readonly is: 'metric'; readonly name: string }
  | { readonly is: 'if'; readonly c: Cond; readonly t: Text; readonly e: Text };

export type Cond =
  | { readonly is: 'compare'; readonly op: string; readonly l: Num; readonly r: Num }
  | { readonly is: 'same'; readonly op: '==' | '!='; readonly l: Text; readonly r: Text }
  | { readonly is: 'flag'; readonly name: string }
  | { readonly is: 'flagIs'; readonly op: '==' | '!='; readonly name: string; readonly other: boolean | string }
  | { readonly is: 'null'; readonly op: '==' | '!='; readonly name: string; readonly reversed: boolean }
  | { readonly is: 'inNumbers'; readonly item: Num; readonly list: readonly number[] }
  | { readonly is: 'inTexts'; readonly item: Text; readonly list: readonly string[] }
  | { readonly is: 'piece'; readonly op: 'contains' | 'startsWith'; readonly name: string; readonly s: string }
  | { readonly is: 'tag'; readonly tag: string }
  | { readonly is: 'literal'; readonly b: boolean }
  | { readonly is: 'not'; readonly of: Cond }
  | { readonly is: 'both'; readonly op: '&&' | '||'; readonly l: Cond; readonly r: Cond }
  | { readonly is: 'if'; readonly c: Cond; readonly t: Cond; readonly e: Cond };

const quote = (s: string): string => `'${s.replace(/[\\']/g, '\\$&').replace(/\n/g, '\\n')}'`;

export function printNum(num: Num): string {
  switch (num.is) {
    case 'number':
      return num.n < 0 ? `(${num.n})` : String(num.n);
    case 'metric':
      return num.name;
    case 'negative':
      return `-(${printNum(num.of)})`;
    case 'sum':
      return `(${printNum(num.l)} ${num.op} ${printNum(num.r)})`;
    case 'if':
      return `(${print(num.c)} ? ${printNum(num.t)} : ${printNum(num.e)})`;
  }
}

function printText(text: Text): string {
  switch (text.is) {
    case 'text':
      return quote(text.s);
    case 'metric':
      return text.name;
    case 'if':
      return `(${print(text.c)} ? ${printText(text.t)} : ${printText(text.e)})`;
  }
}

export function print(cond: Cond): string {
  switch (cond.is) {
    case 'compare':
      return `${printNum(cond.l)} ${cond.op} ${printNum(cond.r)}`;
    case 'same':
      return `${printText(cond.l)} ${cond.op} ${printText(cond.r)}`;
    case 'flag':
      return cond.name;
    case 'flagIs':
      return `${cond.name} ${cond.op} ${cond.other}`;
    case 'null':
      return cond.reversed ? `null ${cond.op} ${cond.name}` : `${cond.name} ${cond.op} null`;
    case 'inNumbers':
      return `${printNum(cond.item)} in [${cond.list.join(', ')}]`;
    case 'inTexts':
      return `${printText(cond.item)} in [${cond.list.map(quote).join(', ')}]`;
    case 'piece':
      return `${cond.name}.${cond.op}(${quote(cond.s)})`;
    case 'tag':
      return `${quote(cond.tag)} in tags`;
    case 'literal':
      return String(cond.b);
    case 'not':
      return `!(${print(cond.of)})`;
    case 'both': {
      const side = (part: Cond): string =>
        (part.is === 'both' && part.op !== cond.op) || part.is === 'if' ? `(${print(part)})` : print(part);
      return `${side(cond.l)} ${cond.op} ${side(cond.r)}`;
    }
    case 'if':
      return `((${print(cond.c)}) ? (${print(cond.t)}) : (${print(cond.e)}))`;
  }
}

type Tags = ReadonlySet<string>;

function num(node: Num, values: MetricValues, tags: Tags, calculating: boolean): bigint | null {
  switch (node.is) {
    case 'number':
      return BigInt(node.n);
    case 'metric': {
      const have = values[node.name] as number | null;
      if (have === null) return null;
      return calculating && Math.abs(have) > 2 ** 40 ? null : BigInt(have);
    }
    case 'negative': {
      const of = num(node.of, values, tags, true);
      return of === null ? null : -of;
    }
    case 'if':
      return meant(node.c, values, tags)
        ? num(node.t, values, tags, calculating)
        : num(node.e, values, tags, calculating);
    case 'sum': {
      const [l, r] = [num(node.l, values, tags, true), num(node.r, values, tags, true)];
      if (l === null || r === null) return null;
      if (node.op === '+') return l + r;
      if (node.op === '-') return l - r;
      if (node.op === '*') return l * r;
      if (r === 0n) return null;
      return node.op === '/' ? l / r : l % r;
    }
  }
}

function text(node: Text, values: MetricValues, tags: Tags): string | null {
  if (node.is === 'text') return node.s;
  if (node.is === 'metric') return values[node.name] as string | null;
  return text(meant(node.c, values, tags) ? node.t : node.e, values, tags);
}

/** What a rule means, from its data alone. */
export function meant(cond: Cond, values: MetricValues, tags: Tags): boolean {
  switch (cond.is) {
    case 'compare': {
      const [l, r] = [num(cond.l, values, tags, false), num(cond.r, values, tags, false)];
      if (l === null || r === null) return false;
      return { '==': l === r, '!=': l !== r, '<': l < r, '<=': l <= r, '>': l > r, '>=': l >= r }[cond.op]!;
    }
    case 'same': {
      const [l, r] = [text(cond.l, values, tags), text(cond.r, values, tags)];
      return l !== null && r !== null && (l === r) === (cond.op === '==');
    }
    case 'flag':
      return values[cond.name] === true;
    case 'flagIs': {
      const l = values[cond.name];
      const r = typeof cond.other === 'boolean' ? cond.other : values[cond.other];
      return l !== null && r !== null && (l === r) === (cond.op === '==');
    }
    case 'null':
      return (values[cond.name] === null) === (cond.op === '==');
    case 'inNumbers': {
      const item = num(cond.item, values, tags, false);
      return item !== null && cond.list.some((n) => BigInt(n) === item);
    }
    case 'inTexts': {
      const item = text(cond.item, values, tags);
      return item !== null && cond.list.includes(item);
    }
    case 'piece': {
      const have = values[cond.name] as string | null;
      return have !== null && (cond.op === 'contains' ? have.indexOf(cond.s) >= 0 : have.indexOf(cond.s) === 0);
    }
    case 'tag':
      return tags.has(cond.tag);
    case 'literal':
      return cond.b;
    case 'not':
      return !meant(cond.of, values, tags);
    case 'both':
      return cond.op === '&&'
        ? meant(cond.l, values, tags) && meant(cond.r, values, tags)
        : meant(cond.l, values, tags) || meant(cond.r, values, tags);
    case 'if':
      return meant(meant(cond.c, values, tags) ? cond.t : cond.e, values, tags);
  }
}

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
  fc.constantFrom(2 ** 31, 2 ** 40, 2 ** 40 + 1, Number.MAX_SAFE_INTEGER),
);

/** A row of every column that some metric reads. */
const columns: Record<string, fc.Arbitrary<number | string | null>> = {};
for (const { type, nullable, read } of metrics) {
  if ('daysSince' in read) columns[read.daysSince] = fc.option(fc.integer({ min: TODAY - 100, max: TODAY }));
  if (!('column' in read)) continue;
  const value: fc.Arbitrary<number | string> =
    type === 'int' ? figure : type === 'bool' ? fc.constantFrom(0, 1) : someText;
  columns[read.column] = nullable ? fc.option(value) : value;
}

export const someMember: fc.Arbitrary<RandomMember> = fc.record({
  row: fc.record(columns) as fc.Arbitrary<MetricRow>,
  tags: fc.subarray(TAGS),
});
