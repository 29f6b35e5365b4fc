import type { RuleGroupType, RuleType } from 'react-querybuilder';
import type { BlockGroup, BlockTest, BlockValue } from '../../api/rules.js';

/** The pretended field of the builder for "has the tag". */
export const TAGS = '#tags';

/** Blocks as a query of react-querybuilder. */
export const queryOf = ({ join, not, parts }: BlockGroup): RuleGroupType => ({
  combinator: join === 'all' ? 'and' : 'or',
  not,
  rules: parts.map((part) => ('join' in part ? queryOf(part) : ruleOf(part))),
});

function ruleOf({ op, metric, tag, value, other, list }: BlockTest): RuleType {
  if (tag !== undefined) return { field: TAGS, operator: op, value: tag };
  const rule = { field: metric ?? '', operator: op };
  if (other !== undefined) return { ...rule, value: other, valueSource: 'field' };
  return { ...rule, value: list ?? value ?? '' };
}

/** The query as blocks. It may be unfinished; the server then says what is missing. */
export const blocksOf = ({ combinator, not, rules }: RuleGroupType): BlockGroup => ({
  join: combinator === 'and' ? 'all' : 'any',
  not: not ?? false,
  parts: rules.map((rule) => ('rules' in rule ? blocksOf(rule) : testOf(rule))),
});

const comparisons = ['>=', '>', '<=', '<', '==', '!='];

function testOf({ field, operator: op, value, valueSource }: RuleType): BlockTest {
  const given: unknown = value;
  if (field === TAGS) return { op, tag: String(one(given)) };
  if (op === 'in' || op === 'notIn') return { op, metric: field, list: several(given) };
  if (comparisons.includes(op))
    return valueSource === 'field'
      ? { op, metric: field, other: String(given) }
      : { op, metric: field, value: one(given) };
  if (['yes', 'no', 'known', 'unknown'].includes(op)) return { op, metric: field };
  return { op, metric: field, value: String(one(given)) };
}

const isValue = (value: unknown): value is BlockValue => typeof value === 'number' || typeof value === 'string';
const several = (value: unknown): BlockValue[] =>
  (Array.isArray(value) ? value : [value]).filter(isValue).filter((part) => part !== '');
const one = (value: unknown): BlockValue => several(value)[0] ?? '';

/** A group without a test holds for everybody or for nobody; a rule must say something. */
export const hasEmptyGroup = ({ rules }: RuleGroupType): boolean =>
  rules.length === 0 || rules.some((rule) => 'rules' in rule && hasEmptyGroup(rule));
