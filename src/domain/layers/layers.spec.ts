import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileRule, compileScore, defaultVocabulary } from '../rules/index.js';
import { argoOf, type ArgoStage } from './argo.js';
import { isKeyMember } from './key-members.js';

const stage = (key: string, text: string): ArgoStage => {
  const compiled = compileRule(text);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return { key, label: { zh: key, en: key }, when: compiled.rule };
};
const stages = [
  stage('acquisition', 'is_contact'),
  stage('retention', 'days_since_joined >= 30'),
  stage('growth', 'orders_total >= 1'),
  stage('open', 'invites_total >= 1'),
];

describe('argoOf', () => {
  const of = (values: Record<string, number | boolean | null>) =>
    argoOf({ is_contact: true, days_since_joined: 40, orders_total: 0, invites_total: 0, ...values }, stages);

  it('is the highest stage that holds with all before it', () => {
    expect(of({ is_contact: false })).toBeNull();
    expect(of({ days_since_joined: 5 })).toBe('acquisition');
    expect(of({})).toBe('retention');
    expect(of({ orders_total: 2 })).toBe('growth');
    expect(of({ orders_total: 2, invites_total: 1 })).toBe('open');
    // Unlike RFM the stages build on one another: who invites and never ordered is not open.
    expect(of({ invites_total: 9 })).toBe('retention');
    expect(of({ days_since_joined: null, orders_total: 3, invites_total: 9 })).toBe('acquisition');
  });

  it('never skips a stage that does not hold, for any figures', () => {
    fc.assert(
      fc.property(
        fc.record({
          is_contact: fc.boolean(),
          days_since_joined: fc.option(fc.nat(60)),
          orders_total: fc.nat(2),
          invites_total: fc.nat(2),
        }),
        (values) => {
          const reached = stages.findIndex(({ key }) => key === argoOf(values, stages));
          const holds = stages.map(({ when }) => when.holds(values, new Set()));
          expect(holds.slice(0, reached + 1).every(Boolean)).toBe(true);
          expect(holds[reached + 1] ?? false).toBe(false);
        },
      ),
    );
  });
});

describe('a score', () => {
  const score = (text: string) => {
    const compiled = compileScore(text, defaultVocabulary);
    return compiled.ok ? compiled.score : compiled.problems[0]!;
  };

  it('is calculated from metrics, and unknown when one of them is', () => {
    const compiled = compileScore('messages_30d + 30 * orders_90d - days_since_last_seen', defaultVocabulary);
    if (!compiled.ok) throw new Error('does not compile');
    expect(compiled.score.metrics).toEqual(['messages_30d', 'orders_90d', 'days_since_last_seen']);
    expect(compiled.score.read({ messages_30d: 5, orders_90d: 2, days_since_last_seen: 1 })).toBe(64);
    expect(compiled.score.read({ messages_30d: 5, orders_90d: 2, days_since_last_seen: null })).toBeNull();
  });

  it('names the place of a mistake, and refuses what is no number', () => {
    expect(score('messages_30d + mesages_7d')).toMatchObject({ code: 'unknown_metric', line: 1, column: 16 });
    expect(score('tier')).toMatchObject({ line: 1 });
    expect(score('messages_30d) >= 0 && (orders_90d')).toMatchObject({ code: 'wrong_type', line: 1, column: 1 });
  });

  it('makes a key member from the least one on, above 0', () => {
    const compiled = compileScore('messages_30d', defaultVocabulary);
    if (!compiled.ok) throw new Error('does not compile');
    const rule = { share: 10, score: compiled.score };
    expect(isKeyMember({ messages_30d: 7, key_member_score: 7 }, rule)).toBe(true);
    expect(isKeyMember({ messages_30d: 6, key_member_score: 7 }, rule)).toBe(false);
    expect(isKeyMember({ messages_30d: 7, key_member_score: null }, rule)).toBe(false);
    expect(isKeyMember({ messages_30d: 0, key_member_score: 0 }, rule)).toBe(false);
  });
});
