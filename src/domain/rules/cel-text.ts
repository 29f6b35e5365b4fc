import { assertNever } from '../assert-never.js';
import type { Condition, Value } from './condition.js';

/** A condition as CEL. Compiled again it is the same condition, except for the places in the text. */
export function celText(condition: Condition): string {
  switch (condition.kind) {
    case 'always':
      return String(condition.holds);
    case 'flag':
      return condition.metric.name;
    case 'empty':
      return `${condition.metric.name} ${condition.empty ? '==' : '!='} null`;
    case 'tagged':
      return `${quoted(condition.tag)} in tags`;
    case 'segment':
      return `in_segment(${quoted(condition.segment.key)})`;
    case 'compare':
      return `${valueText(condition.left)} ${condition.op} ${valueText(condition.right)}`;
    case 'oneOf':
      return `${valueText(condition.value)} in [${condition.list.map(constantText).join(', ')}]`;
    case 'text':
      return `${valueText(condition.value)}.${condition.op}(${quoted(condition.part)})`;
    case 'not':
      return condition.part.kind === 'flag' ? `!${condition.part.metric.name}` : `!(${celText(condition.part)})`;
    case 'all':
      return condition.parts.map(partText).join(' && ');
    case 'any':
      return condition.parts.map(partText).join(' || ');
    case 'choose':
      return `(${celText(condition.when)}) ? (${celText(condition.then)}) : (${celText(condition.otherwise)})`;
    default:
      return assertNever(condition);
  }
}

const isGroup = ({ kind }: Condition): boolean => kind === 'all' || kind === 'any' || kind === 'choose';

const partText = (part: Condition): string => (isGroup(part) ? `(${celText(part)})` : celText(part));

function valueText(value: Value): string {
  switch (value.kind) {
    case 'metric':
      return value.metric.name;
    case 'constant':
      return constantText(value.value);
    case 'arithmetic':
      return `(${valueText(value.left)} ${value.op} ${valueText(value.right)})`;
    case 'choice':
      return `((${celText(value.when)}) ? ${valueText(value.then)} : ${valueText(value.otherwise)})`;
    default:
      return assertNever(value);
  }
}

export function constantText(value: number | string | boolean): string {
  if (typeof value === 'string') return quoted(value);
  return typeof value === 'number' && value < 0 ? `(${value})` : String(value);
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', "'": "\\'", '\n': '\\n', '\r': '\\r', '\t': '\\t' };

export const quoted = (text: string): string =>
  `'${text.replace(/[\\'\p{Cc}]/gu, (character) => escapes[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)}'`;
