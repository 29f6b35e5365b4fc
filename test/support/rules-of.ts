import { rulesNow, type RulesNow } from '../../src/insights/explain.js';
import type { TestProduct } from './test-product.js';

/** The names by which the product tells its rules in words. */
export const rulesOf = ({ engine }: Pick<TestProduct, 'engine'>): RulesNow => rulesNow(engine.rules, engine.vocabulary);
