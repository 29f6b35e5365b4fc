import type { Because, BecauseValue } from '../../domain/because.js';
import type { LocalizedText } from '../../domain/localized-text.js';
import { compileRule, type Vocabulary } from '../../domain/rules/index.js';
import { conditionWords, flagWords } from './condition-words.js';
import { metricLabel } from './metric-words.js';
import { reasonLabel } from './reason-words.js';
import { ruleWords, type RuleNames } from './rule-words.js';
import { becauseValueWords } from './value-words.js';

export interface WhyNames extends RuleNames {
  /** The metrics, tiers and segments that a rule may name now. Of a rule that names others, only the figures are shown. */
  readonly vocabulary: Vocabulary;
}

const both = (zh: string, en: string): LocalizedText => ({ zh, en });

/**
 * A because in words: the rule with its condition, what the member had then, and what prevented or allowed it.
 * `「铁杆」的进入条件成立：近90天订单至少 3 笔。当时：近90天订单 4 笔。`
 */
export function whyWords(because: Because, names: WhyNames): LocalizedText {
  const { rule, text = '', values, reasons = [] } = because;
  const condition = text === '' ? null : conditionOf(text, names);
  const figures = groundsOf(because, names, condition === null ? '' : text);
  const head = headOf(because, names);
  const clauses = [
    colon(head, condition ?? (figures.length === 0 ? null : listed(figures))),
    ...(condition !== null && figures.length > 0 ? [colon(both('当时', 'At that time'), listed(figures))] : []),
    ...(rule.startsWith('move:') ? moveClause(values, names) : []),
    ...reasons.flatMap((code) => {
      const words = reasonWords(code, names);
      // A code that this version does not know says nothing to people.
      return words.zh === code ? [] : [words];
    }),
  ];
  return both(
    clauses.map(({ zh }) => `${zh}。`).join(''),
    clauses.map(({ en }) => `${en.charAt(0).toUpperCase()}${en.slice(1)}.`).join(' '),
  );
}

/** A reason in words, with the label of a tier that it names. */
export function reasonWords(code: string, { tier }: Pick<RuleNames, 'tier'>): LocalizedText {
  const now = /^tier_is_now:(.*)$/u.exec(code)?.[1];
  if (now === undefined) return reasonLabel(code);
  const { zh, en } = tier(now);
  return both(`层级已是${zh}`, `the tier is now ${en}`);
}

function headOf({ rule, holds }: Because, names: RuleNames): LocalizedText {
  const { zh, en } = ruleWords(rule, names);
  if (/^tier:[^:]*:rest$/u.test(rule))
    return both('更高层级的进入条件都不满足', 'no enter rule of a higher tier holds');
  if (holds === undefined || rule.startsWith('campaign:')) return both(zh, en);
  return holds ? both(`${zh}成立`, `${en} holds`) : both(`${zh}不成立`, `${en} does not hold`);
}

/** Null when the rule names what does not exist any more. */
function conditionOf(text: string, { vocabulary, tier }: WhyNames): LocalizedText | null {
  const compilation = compileRule(text, vocabulary);
  return compilation.ok ? conditionWords(compilation.rule.condition, tier) : null;
}

/**
 * What the member had, and what was required. `said`: the text of a rule that is shown beside it. What it requires is not
 * repeated, except a threshold of the corp, which the rule only names.
 */
export function groundsOf({ rule, values }: Because, { tier }: RuleNames, said = ''): readonly LocalizedText[] {
  if (rule.startsWith('move:')) return [];
  const figures = values.map((value): BecauseValue | LocalizedText => {
    const { metric, have, need, label } = value;
    if (typeof have === 'boolean' && metric !== 'tags' && metric !== 'segment')
      return flagWords({ label: label ?? metricLabel(metric) }, have);
    return need !== undefined && isSpelledOut(need, said) ? withoutNeed(value) : value;
  });
  const words = figures.flatMap((figure) => ('metric' in figure ? becauseValueWords([figure], tier, 1) : [figure]));
  return [...new Map(words.map((one) => [one.zh, one])).values()];
}

function withoutNeed({ need: _, ...value }: BecauseValue): BecauseValue {
  return value;
}

/** Whether the rule itself has the number or the word that it asks for. */
function isSpelledOut(need: string, text: string): boolean {
  const asked = /^(?:≥|>|≤|<|=|≠)\s*(.+?)(?: 或为空)?$/u.exec(need)?.[1];
  const constants = [...text.matchAll(/'([^']*)'|"([^"]*)"|(\d+)/gu)].map(
    ([, one, two, number]) => one ?? two ?? number,
  );
  return asked !== undefined && constants.includes(asked);
}

function moveClause(values: readonly BecauseValue[], { tier }: RuleNames): LocalizedText[] {
  const wanted = values.find(({ metric }) => metric === 'tier');
  if (typeof wanted?.have !== 'string') return [];
  const to = tier(wanted.have);
  const is = both(`层级是「${to.zh}」`, `the tier is ${to.en}`);
  if (wanted.need === undefined || wanted.need === '')
    return [both(`${is.zh}，还不在这个层级的群里`, `${is.en}, and the member is in none of its groups`)];
  const from = tier(wanted.need);
  return [both(`${is.zh}，还在「${from.zh}」的群里`, `${is.en}, and the member is still in a group of ${from.en}`)];
}

const colon = (head: LocalizedText, said: LocalizedText | null): LocalizedText =>
  said === null ? head : both(`${head.zh}：${said.zh}`, `${head.en}: ${said.en}`);

/** The labels of figures have commas in English: `orders, 90 days`. */
const listed = (words: readonly LocalizedText[]): LocalizedText =>
  both(words.map(({ zh }) => zh).join('，'), words.map(({ en }) => en).join('; '));
