import { layerLabel } from './layer-words.js';
import { assertNever } from '../../domain/assert-never.js';
import type { LocalizedText } from '../../domain/localized-text.js';
import type { MetricDefinition, MetricValue } from '../../domain/metrics/index.js';
import {
  oppositeOf,
  type CompareOp,
  type Condition,
  type TestCondition,
  type Value,
} from '../../domain/rules/index.js';
import { money, unitOf, sentenceLabel, type TierLabel } from './value-words.js';

/** `近90天订单至少 3 笔，并且不是好友`: a condition in words, in both languages. */
export function conditionWords(condition: Condition, tierLabel: TierLabel): LocalizedText {
  return new Words(tierLabel).of(condition, false, false);
}

const both = (zh: string, en: string): LocalizedText => ({ zh, en });

/** With a space between Chinese and a Latin word: `或者 KOL 等级`. */
const spaced = (zh: string): string => (/^[A-Za-z]/u.test(zh) ? ` ${zh}` : zh);

const inParentheses = ({ zh, en }: LocalizedText): LocalizedText => both(`（${zh}）`, `(${en})`);

/** Before another figure instead of a number. */
const besideFigure: Readonly<Record<CompareOp, LocalizedText>> = {
  '>=': both('不低于', 'at least '),
  '>': both('高于', 'more than '),
  '<=': both('不高于', 'at most '),
  '<': both('低于', 'less than '),
  '==': both('等于', 'the same as '),
  '!=': both('不等于', 'not the same as '),
};

/** Before a number, and before a text. */
const signs: Readonly<Record<CompareOp, { readonly number: LocalizedText; readonly text: LocalizedText }>> = {
  '>=': { number: both('至少 ', 'at least '), text: both('至少 ', 'at least ') },
  '>': { number: both('超过 ', 'more than '), text: both('超过 ', 'more than ') },
  '<=': { number: both('最多 ', 'at most '), text: both('最多 ', 'at most ') },
  '<': { number: both('不到 ', 'less than '), text: both('不到 ', 'less than ') },
  '==': { number: both('正好 ', 'exactly '), text: both('是', 'is ') },
  '!=': { number: both('不是 ', 'not '), text: both('不是', 'is not ') },
};

class Words {
  constructor(private readonly tierLabel: TierLabel) {}

  /** `isPart`: it stands within another group, so a group of its own needs parentheses. */
  of(condition: Condition, isNegated: boolean, isPart: boolean): LocalizedText {
    switch (condition.kind) {
      case 'not':
        return this.of(condition.part, !isNegated, isPart);
      case 'all':
      case 'any': {
        const isAll = (condition.kind === 'all') !== isNegated;
        const parts = condition.parts.map((part) => this.of(part, isNegated, true));
        const joined = both(
          parts.map(({ zh }, index) => (index === 0 ? zh : spaced(zh))).join(isAll ? '，并且' : '，或者'),
          parts.map(({ en }) => en).join(isAll ? ' and ' : ' or '),
        );
        return isPart ? inParentheses(joined) : joined;
      }
      case 'choose': {
        const when = this.of(condition.when, false, true);
        const then = this.of(condition.then, isNegated, true);
        const otherwise = this.of(condition.otherwise, isNegated, true);
        return inParentheses(
          both(
            `如果${when.zh}，就要${then.zh}，否则要${otherwise.zh}`,
            `if ${when.en}, then ${then.en}, otherwise ${otherwise.en}`,
          ),
        );
      }
      default:
        return this.test(condition, isNegated);
    }
  }

  private test(condition: TestCondition, isNegated: boolean): LocalizedText {
    switch (condition.kind) {
      case 'always':
        return condition.holds !== isNegated ? both('所有人', 'everybody') : both('没有人', 'nobody');
      case 'flag':
        return flagWords(condition.metric, !isNegated);
      case 'tagged':
        return isNegated
          ? both(`没有标签「${condition.tag}」`, `without the tag “${condition.tag}”`)
          : both(`有标签「${condition.tag}」`, `with the tag “${condition.tag}”`);
      case 'segment': {
        const { zh, en } = condition.segment.label;
        return isNegated
          ? both(`不在分群「${zh}」里`, `not in the segment “${en}”`)
          : both(`在分群「${zh}」里`, `in the segment “${en}”`);
      }
      case 'empty': {
        const { zh, en } = labelOf(condition.metric);
        return condition.empty !== isNegated
          ? both(`${zh}没有记录`, `${en} unknown`)
          : both(`${zh}有记录`, `${en} known`);
      }
      case 'compare':
        return orUnknown(this.comparison(condition, isNegated), isNegated, [condition.left, condition.right]);
      case 'oneOf': {
        const name = this.value(condition.value);
        const list = condition.list.map((item) => this.constant(item, metricOf(condition.value)));
        const zh = list.map((item) => item.zh).join('、');
        const en = list.map((item) => item.en).join(', ');
        const words = isNegated
          ? both(`${name.zh}不是 ${zh}`, `${name.en} none of ${en}`)
          : both(`${name.zh}是 ${zh} 之一`, `${name.en} one of ${en}`);
        return orUnknown(words, isNegated, [condition.value]);
      }
      case 'text': {
        const { zh, en } = this.value(condition.value);
        const { part } = condition;
        const isStart = condition.op === 'startsWith';
        const words = isStart
          ? both(
              `${zh}${isNegated ? '不' : ''}以「${part}」开头`,
              `${en} ${isNegated ? 'does not start' : 'starts'} with “${part}”`,
            )
          : both(
              `${zh}${isNegated ? '不' : ''}含「${part}」`,
              `${en} ${isNegated ? 'does not contain' : 'contains'} “${part}”`,
            );
        return orUnknown(words, isNegated, [condition.value]);
      }
      default:
        return assertNever(condition);
    }
  }

  private comparison(
    { op, left, right }: Extract<TestCondition, { readonly kind: 'compare' }>,
    isNegated: boolean,
  ): LocalizedText {
    if (left.type === 'bool' && left.kind === 'metric' && right.kind === 'constant')
      return flagWords(left.metric, (right.value === true) === ((op === '==') !== isNegated));
    const asked = isNegated ? oppositeOf[op] : op;
    const sign =
      left.type !== 'string' && right.kind !== 'constant'
        ? besideFigure[asked]
        : signs[asked][left.type === 'string' ? 'text' : 'number'];
    const [name, bound] = [this.value(left), this.value(right, metricOf(left))];
    return both(`${name.zh}${sign.zh}${bound.zh}`, `${name.en} ${sign.en}${bound.en}`);
  }

  /** `beside`: the metric that a constant is compared with. */
  private value(value: Value, beside?: MetricDefinition): LocalizedText {
    switch (value.kind) {
      case 'metric':
        return labelOf(value.metric);
      case 'constant':
        return this.constant(value.value, beside);
      case 'arithmetic': {
        const [left, right] = [this.value(value.left), this.value(value.right)];
        return both(`（${left.zh} ${value.op} ${right.zh}）`, `(${left.en} ${value.op} ${right.en})`);
      }
      case 'choice': {
        const when = this.of(value.when, false, true);
        const [then, otherwise] = [this.value(value.then, beside), this.value(value.otherwise, beside)];
        return both(
          `（${when.zh}时 ${then.zh}，否则 ${otherwise.zh}）`,
          `(${then.en} if ${when.en}, otherwise ${otherwise.en})`,
        );
      }
      default:
        return assertNever(value);
    }
  }

  private constant(value: NonNullable<MetricValue>, metric: MetricDefinition | undefined): LocalizedText {
    if (typeof value === 'boolean') return value ? both('是', 'yes') : both('否', 'no');
    if (typeof value === 'string') return this.textConstant(value, metric?.name);
    if (metric?.unit === 'cents') return both(money(value), money(value));
    const unit = metric ? unitOf(metric.name, metric.unit) : '';
    const number = new Intl.NumberFormat('en-US').format(value);
    return both(unit === '' ? number : `${number} ${unit}`, number);
  }

  private textConstant(value: string, metric: string | undefined): LocalizedText {
    if (metric === 'tier') return this.tierLabel(value);
    if (metric === 'stage') return layerLabel(metric, value) ?? both(value, value);
    return layerLabel(metric ?? '', value) ?? both(`「${value}」`, `“${value}”`);
  }
}

/** The metric's label, without a unit that its value carries. */
const labelOf = ({ label }: Pick<MetricDefinition, 'label'>): LocalizedText => sentenceLabel(label);

const metricOf = (value: Value): MetricDefinition | undefined => (value.kind === 'metric' ? value.metric : undefined);

/** `是好友`, `不是好友`; `已退订`, `未退订`. */
export function flagWords(metric: Pick<MetricDefinition, 'label'>, isTrue: boolean): LocalizedText {
  const { zh, en } = labelOf(metric);
  if (isTrue) return both(zh, en);
  const not = /^is\b/u.test(en) ? en.replace(/^is\b/u, 'is not') : `not ${en}`;
  if (zh.startsWith('已')) return both(`未${zh.slice(1)}`, not);
  return both(`不${zh}`, not);
}

/** A test of a null is false, so its negation holds for a null as well. */
function orUnknown(words: LocalizedText, isNegated: boolean, values: readonly Value[]): LocalizedText {
  const mayBeNull = values.some((value) => metricOf(value)?.nullable ?? value.kind === 'arithmetic');
  return isNegated && mayBeNull ? both(`${words.zh}（或没有记录）`, `${words.en} (or unknown)`) : words;
}
