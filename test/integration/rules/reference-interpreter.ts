import type { MetricValues } from '../../../src/domain/metrics/index.js';

/** Rules as data. They are printed to text for the compiler, and interpreted here as simply as possible, as the reference. */
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
  /** `of`: the rule of the segment. */
  | { readonly is: 'segment'; readonly key: string; readonly of: Cond }
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
    case 'segment':
      return `in_segment(${quote(cond.key)})`;
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
      const value = values[node.name] as number | null;
      if (value === null) return null;
      return calculating && Math.abs(value) > 2 ** 40 ? null : BigInt(value);
    }
    case 'negative': {
      const of = num(node.of, values, tags, true);
      return of === null ? null : -of;
    }
    case 'if':
      return interpret(node.c, values, tags)
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
  return text(interpret(node.c, values, tags) ? node.t : node.e, values, tags);
}

/** Whether the rule holds, computed from its data alone. */
export function interpret(cond: Cond, values: MetricValues, tags: Tags): boolean {
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
      const value = values[cond.name] as string | null;
      return value !== null && (cond.op === 'contains' ? value.indexOf(cond.s) >= 0 : value.indexOf(cond.s) === 0);
    }
    case 'tag':
      return tags.has(cond.tag);
    case 'segment':
      return interpret(cond.of, values, tags);
    case 'literal':
      return cond.b;
    case 'not':
      return !interpret(cond.of, values, tags);
    case 'both':
      return cond.op === '&&'
        ? interpret(cond.l, values, tags) && interpret(cond.r, values, tags)
        : interpret(cond.l, values, tags) || interpret(cond.r, values, tags);
    case 'if':
      return interpret(interpret(cond.c, values, tags) ? cond.t : cond.e, values, tags);
  }
}
