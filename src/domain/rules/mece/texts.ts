import type { Condition, Value } from '../condition.js';

/** What the rules ask about one text. */
export interface TextTests {
  readonly equals: Set<string>;
  readonly contains: Set<string>;
  readonly starts: Set<string>;
}

const OTHER = '其他';
/** With more parts than this not every combination of them is tried. */
const MOST_PARTS = 6;

/**
 * Values of a text metric that stand for all texts: one for every combination of answers that a text can give to the tests.
 */
export function standInTexts(tests: TextTests): string[] {
  const parts = [...tests.contains].slice(0, MOST_PARTS);
  const subsets = parts.reduce<string[]>((made, part) => [...made, ...made.map((text) => text + part)], ['']);
  const beginnings = [...new Set(['', ...tests.starts, ...[...tests.equals].slice(0, MOST_PARTS)])];
  const candidates = [
    ...tests.equals,
    ...beginnings.flatMap((start) => subsets.map((rest) => `${start}${start === '' || rest !== '' ? '' : '·'}${rest}`)),
  ];
  const others = [OTHER, ...subsets.map((rest) => `${OTHER}${rest}`)];
  const seen = new Map<string, string>();
  for (const text of [...candidates.filter((each) => each !== ''), ...others]) {
    const answers = textAnswers(text, tests);
    if (!seen.has(answers)) seen.set(answers, text);
  }
  return [...seen.values()];
}

/** The answers of a text to all tests, as one string. */
export const textAnswers = (text: string, tests: TextTests): string =>
  JSON.stringify([
    [...tests.equals].map((value) => text === value),
    [...tests.contains].map((part) => text.includes(part)),
    [...tests.starts].map((start) => text.startsWith(start)),
  ]);

/** The tests of every text metric in these conditions. */
export function textTestsOf(conditions: readonly Condition[]): Map<string, TextTests> {
  const found = new Map<string, TextTests>();
  const of = (name: string): TextTests => {
    const tests = found.get(name) ?? { equals: new Set(), contains: new Set(), starts: new Set() };
    found.set(name, tests);
    return tests;
  };
  const value = (each: Value): void => {
    if (each.kind === 'metric' && each.type === 'string') of(each.metric.name);
    if (each.kind === 'arithmetic') [each.left, each.right].forEach(value);
    if (each.kind === 'choice') {
      condition(each.when);
      [each.then, each.otherwise].forEach(value);
    }
  };
  const texts = (sides: readonly Value[], constants: readonly (string | number)[]): void => {
    for (const side of metricsIn(sides))
      for (const constant of constants) if (typeof constant === 'string') of(side).equals.add(constant);
    sides.forEach(value);
  };
  const condition = (each: Condition): void => {
    switch (each.kind) {
      case 'not':
        return condition(each.part);
      case 'segment':
        return condition(each.segment.condition);
      case 'all':
      case 'any':
        return each.parts.forEach(condition);
      case 'choose':
        return [each.when, each.then, each.otherwise].forEach(condition);
      case 'empty':
        if (each.metric.type === 'string') of(each.metric.name);
        return;
      case 'compare':
        return texts([each.left, each.right], constantsIn([each.left, each.right]));
      case 'oneOf':
        return texts([each.value], each.list);
      case 'text':
        for (const name of metricsIn([each.value]))
          of(name)[each.op === 'contains' ? 'contains' : 'starts'].add(each.part);
        return value(each.value);
      default:
        return;
    }
  };
  conditions.forEach(condition);
  return found;
}

const metricsIn = (values: readonly Value[]): string[] =>
  values.flatMap((value) => {
    if (value.kind === 'metric') return value.type === 'string' ? [value.metric.name] : [];
    return value.kind === 'choice' ? metricsIn([value.then, value.otherwise]) : [];
  });

const constantsIn = (values: readonly Value[]): (string | number)[] =>
  values.flatMap((value) => {
    if (value.kind === 'constant') return typeof value.value === 'boolean' ? [] : [value.value];
    return value.kind === 'choice' ? constantsIn([value.then, value.otherwise]) : [];
  });
