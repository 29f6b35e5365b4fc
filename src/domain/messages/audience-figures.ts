import { compileRule, type CompiledRule, type Vocabulary } from '../rules/index.js';
import type { Template } from './campaign.js';
import { shortestText } from './shortest-text.js';

/** A question about the audience: for whom would a printed value be unknown, or 0? */
export interface FigureQuestion {
  readonly variable: string;
  readonly asks: 'unknown' | 'zero';
  /** The audience narrowed to those members. Its text can be used as a filter of the member list. */
  readonly rule: CompiledRule;
}

/** When values that are not metrics are unknown, as rules. The others are known for everybody, or cost a query each. */
const unknownWhen: Readonly<Record<string, string>> = {
  group_name: 'groups_count == 0',
  group_owner: 'groups_count == 0',
  percent_ahead: 'groups_count == 0',
  staff_name: '!is_contact',
};
const zeroWhen: Readonly<Record<string, string>> = { spend_yuan: 'spend_total_cents == 0' };

/** The audience of a template as a rule; everybody when it names none. */
export function audienceRule(template: Pick<Template, 'audience'>, vocabulary: Vocabulary): CompiledRule | null {
  if (template.audience) return template.audience;
  const everybody = compileRule('messages_total >= 0', vocabulary);
  return everybody.ok ? everybody.rule : null;
}

/**
 * The questions about what the texts print in every case and without a default. The metric that the trigger waits for is left
 * out: it has its mark by the time the message goes.
 */
export function figureQuestions(
  { audience, trigger, variants }: Pick<Template, 'audience' | 'trigger' | 'variants'>,
  vocabulary: Vocabulary,
): readonly FigureQuestion[] {
  const texts = variants.flatMap(({ body, mass }) => [body.text, ...(mass ? [mass.text] : [])]);
  const awaited = 'metric' in trigger ? trigger.metric : undefined;
  const printed = new Set(texts.flatMap(printedIn).filter((name) => name !== awaited));
  return [...printed].flatMap((variable) => [
    ...question(variable, 'unknown', unknownTest(variable, vocabulary)),
    ...question(variable, 'zero', zeroTest(variable, vocabulary)),
  ]);

  function question(variable: string, asks: FigureQuestion['asks'], test: string | undefined): FigureQuestion[] {
    if (test === undefined) return [];
    const compiled = compileRule(audience ? `(${audience.text}) && ${test}` : test, vocabulary);
    return compiled.ok ? [{ variable, asks, rule: compiled.rule }] : [];
  }
}

const printedIn = (text: string): string[] =>
  shortestText(text, Infinity).printed.flatMap((output) => {
    const name = /^-?\s*([a-z_][a-z0-9_]*)/.exec(output)?.[1];
    return name === undefined || /\|\s*default\b/.test(output) ? [] : [name];
  });

const unknownTest = (variable: string, { metrics }: Vocabulary): string | undefined =>
  unknownWhen[variable] ?? (metrics.get(variable)?.nullable ? `${variable} == null` : undefined);

/** 0 days ago is today, so only what is counted is asked for. */
const zeroTest = (variable: string, { metrics }: Vocabulary): string | undefined => {
  const metric = metrics.get(variable);
  return zeroWhen[variable] ?? (metric?.type === 'int' && metric.unit !== 'days' ? `${variable} == 0` : undefined);
};
