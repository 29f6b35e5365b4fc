import { assertNever } from '../assert-never.js';
import type { LocalizedText } from '../localized-text.js';
import { constantText, quoted } from './cel-text.js';
import { compileRule, type CompiledRule } from './compile-rule.js';
import type { CompareOp, Condition, TestCondition, Value } from './condition.js';
import type { Vocabulary } from './vocabulary.js';

/** A condition as the blocks of a visual editor: groups of tests. It is a view; the rule itself stays a text. */
export interface BlockGroup {
  readonly join: 'all' | 'any';
  readonly not: boolean;
  readonly parts: readonly Block[];
}

export type Block = BlockGroup | BlockTest;

export type BlockTest =
  | { readonly op: 'yes' | 'no' | 'known' | 'unknown'; readonly metric: string }
  | { readonly op: CompareOp; readonly metric: string; readonly value: number | string }
  | { readonly op: CompareOp; readonly metric: string; readonly other: string }
  | { readonly op: 'in' | 'notIn'; readonly metric: string; readonly list: readonly (number | string)[] }
  | {
      readonly op: 'contains' | 'notContains' | 'startsWith' | 'notStartsWith';
      readonly metric: string;
      readonly value: string;
    }
  | { readonly op: 'tagged' | 'notTagged'; readonly tag: string };

export type BlocksOf =
  | { readonly blocks: BlockGroup }
  /** Why the condition can only be edited as text. */
  | { readonly textOnly: LocalizedText };

/** The blocks of a rule, or why it has none. Blocks are given only if their text is the same condition as the rule. */
export function blocksOf({ condition }: CompiledRule, vocabulary: Vocabulary): BlocksOf {
  const reason = reasonAgainst(condition);
  if (reason) return { textOnly: reason };
  const block = blockOf(condition);
  const blocks: BlockGroup = isGroup(block) ? block : { join: 'all', not: false, parts: [block] };
  const again = compileRule(blocksText(blocks), vocabulary);
  return again.ok && isSame(again.rule.condition, condition) ? { blocks } : { textOnly: reasons.otherwise };
}

const isGroup = (block: Block): block is BlockGroup => 'join' in block;

/** Conditions are the same if they differ only by the places of their parts in the text. */
export const isSame = (one: Condition, other: Condition): boolean => withoutPlaces(one) === withoutPlaces(other);

const withoutPlaces = (condition: Condition): string =>
  JSON.stringify(condition, (key, value: unknown) =>
    key === 'range' ? undefined : key === 'metric' ? (value as { readonly name: string }).name : value,
  );

const reasons = {
  calculation: { zh: '里面有算式，只能用文本编辑', en: 'It calculates, so it is edited as text' },
  choice: { zh: '里面有“如果…否则…”，只能用文本编辑', en: 'It has an if-otherwise, so it is edited as text' },
  segment: { zh: '里面用了分群，只能用文本编辑', en: 'It names a segment, so it is edited as text' },
  always: { zh: '它对所有人都一样，只能用文本编辑', en: 'It is the same for everybody, so it is edited as text' },
  otherwise: { zh: '它的写法没有对应的积木，只能用文本编辑', en: 'No block says the same, so it is edited as text' },
} as const;

function reasonAgainst(condition: Condition): LocalizedText | undefined {
  const ofValue = (value: Value): LocalizedText | undefined => {
    if (value.kind === 'arithmetic') return reasons.calculation;
    return value.kind === 'choice' ? reasons.choice : undefined;
  };
  switch (condition.kind) {
    case 'always':
      return reasons.always;
    case 'choose':
      return reasons.choice;
    case 'segment':
      return reasons.segment;
    case 'compare': {
      const isOfText = condition.left.kind !== 'metric' || condition.left.type === 'bool';
      return ofValue(condition.left) ?? ofValue(condition.right) ?? (isOfText ? reasons.otherwise : undefined);
    }
    case 'oneOf':
    case 'text':
      return ofValue(condition.value) ?? (condition.value.kind === 'metric' ? undefined : reasons.otherwise);
    case 'not':
      return reasonAgainst(condition.part);
    case 'all':
    case 'any':
      return condition.parts.map(reasonAgainst).find((reason) => reason !== undefined);
    case 'flag':
    case 'empty':
    case 'tagged':
      return undefined;
    default:
      return assertNever(condition);
  }
}

function blockOf(condition: Condition): Block {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return { join: condition.kind, not: false, parts: condition.parts.map(blockOf) };
    case 'not': {
      const block = blockOf(condition.part);
      if (isGroup(block)) return block.not ? { join: 'all', not: true, parts: [block] } : { ...block, not: true };
      const opposite = Object.hasOwn(opposites, block.op) ? opposites[block.op as keyof typeof opposites] : undefined;
      return opposite ? ({ ...block, op: opposite } as BlockTest) : { join: 'all', not: true, parts: [block] };
    }
    case 'choose':
      throw new TypeError('a choice has no blocks');
    default:
      return testOf(condition);
  }
}

/** Tests whose negation is a test of its own. A comparison is not: of an unknown figure it is false, and so is its opposite. */
const opposites = {
  yes: 'no',
  in: 'notIn',
  contains: 'notContains',
  startsWith: 'notStartsWith',
  tagged: 'notTagged',
} as const;

function testOf(test: TestCondition): BlockTest {
  switch (test.kind) {
    case 'flag':
      return { op: 'yes', metric: test.metric.name };
    case 'empty':
      return { op: test.empty ? 'unknown' : 'known', metric: test.metric.name };
    case 'tagged':
      return { op: 'tagged', tag: test.tag };
    case 'compare': {
      const { op, right } = test;
      const metric = nameOf(test.left);
      if (right.kind === 'metric') return { op, metric, other: right.metric.name };
      if (right.kind === 'constant' && typeof right.value !== 'boolean') return { op, metric, value: right.value };
      throw new TypeError('a calculated value has no block');
    }
    case 'oneOf':
      return { op: 'in', metric: nameOf(test.value), list: test.list };
    case 'text':
      return { op: test.op, metric: nameOf(test.value), value: test.part };
    case 'segment':
      throw new TypeError('a segment has no block');
    case 'always':
      throw new TypeError('a constant has no block');
    default:
      return assertNever(test);
  }
}

function nameOf(value: Value): string {
  if (value.kind !== 'metric') throw new TypeError('a calculated value has no block');
  return value.metric.name;
}

/** The blocks as CEL. It may have mistakes: somebody may still be filling the blocks in. */
export function blocksText({ join, not, parts }: BlockGroup): string {
  const texts = parts.map((part) => {
    if (!isGroup(part)) return testText(part);
    const text = blocksText(part);
    return part.not || part.parts.length <= 1 ? text : `(${text})`;
  });
  const text = texts.join(join === 'all' ? ' && ' : ' || ');
  return not ? `!(${text})` : text;
}

function testText(test: BlockTest): string {
  switch (test.op) {
    case 'yes':
      return test.metric;
    case 'no':
      return `!${test.metric}`;
    case 'known':
      return `${test.metric} != null`;
    case 'unknown':
      return `${test.metric} == null`;
    case 'tagged':
      return `${quoted(test.tag)} in tags`;
    case 'notTagged':
      return `!(${quoted(test.tag)} in tags)`;
    case 'in':
    case 'notIn': {
      const text = `${test.metric} in [${test.list.map(constantText).join(', ')}]`;
      return test.op === 'in' ? text : `!(${text})`;
    }
    case 'contains':
    case 'startsWith':
      return `${test.metric}.${test.op}(${quoted(test.value)})`;
    case 'notContains':
      return `!(${test.metric}.contains(${quoted(test.value)}))`;
    case 'notStartsWith':
      return `!(${test.metric}.startsWith(${quoted(test.value)}))`;
    default:
      return `${test.metric} ${test.op} ${'other' in test ? test.other : constantText(test.value)}`;
  }
}
