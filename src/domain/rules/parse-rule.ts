import { Environment, ParseError, type ParseResult } from '@marcbachmann/cel-js';
import { complaints } from './complaints.js';
import { problemAt, type RuleProblem } from './problem.js';
import { explainSyntax } from './syntax-problem.js';
import type { Vocabulary } from './vocabulary.js';

/** Longer than any readable rule; limits the cost of a hostile text. */
const MOST_CHARACTERS = 4_000;
const limits = { maxAstNodes: 1_000, maxDepth: 40, maxListElements: 200, maxMapEntries: 1, maxCallArguments: 8 };

const environments = new WeakMap<Vocabulary, Environment>();

function environmentFor(vocabulary: Vocabulary): Environment {
  const known = environments.get(vocabulary);
  if (known) return known;
  const environment = new Environment({ unlistedVariablesAreDyn: false, limits }).registerVariable(
    'tags',
    'list<string>',
  );
  environment.registerFunction('in_segment(string): bool', () => false);
  // CEL has no `int == null`. Metrics may be null, so it is added here.
  for (const type of ['int', 'string', 'bool'])
    environment.registerOperator(`${type} == null`, (left, right) => left === right);
  for (const metric of vocabulary.metrics.values()) environment.registerVariable(metric.name, metric.type);
  environments.set(vocabulary, environment);
  return environment;
}

export function parseRule(text: string, vocabulary: Vocabulary): ParseResult | RuleProblem {
  if (text.length > MOST_CHARACTERS) return problemAt(text, MOST_CHARACTERS, complaints.tooLong(MOST_CHARACTERS));
  if (text.replace(/\/\/[^\n]*/g, '').trim() === '') return problemAt(text, 0, complaints.empty());
  try {
    return environmentFor(vocabulary).parse(text);
  } catch (error) {
    if (error instanceof ParseError) return explainSyntax(text, error, vocabulary);
    throw error;
  }
}
