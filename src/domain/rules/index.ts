export { blocksOf, blocksText, type Block, type BlockGroup, type BlockTest } from './blocks.js';
export { celText } from './cel-text.js';
export { compileRule, type CompiledRule, type RuleCompilation } from './compile-rule.js';
export { compileScore, type CompiledScore, type ScoreCompilation } from './compile-score.js';
export { oppositeOf } from './comparisons.js';
export {
  segmentsIn,
  type CompareOp,
  type Condition,
  type KnownSegment,
  type TestCondition,
  type Value,
} from './condition.js';
export type { Gap, KeyedRule, MadeUpMember, Mece } from './mece/answer.js';
export { lowWater } from './low-water.js';
export { checkMece } from './mece/mece.js';
export { predicateOf } from './predicate.js';
export type { Predicate, PredicateContext, SqlDialect, TagSource, TagTest } from './predicate.js';
export type { RuleProblem, RuleProblemCode } from './problem.js';
export {
  conditionsOf,
  type Bound,
  type BoundOp,
  type ConditionTrace,
  type GroupTrace,
  type RuleTrace,
  type TracePart,
  type ValueTrace,
} from './trace.js';
export { defaultVocabulary, vocabularyOf, withLayers, withOwnMetrics, type Vocabulary } from './vocabulary.js';
