import { expect, it } from 'vitest';
import { compileRule, type Predicate, type PredicateContext } from './index.js';

function sql(text: string, context: Partial<PredicateContext> = {}): Predicate {
  const compilation = compileRule(text);
  if (!compilation.ok) throw new Error(JSON.stringify(compilation.problems));
  return compilation.rule.toSql('postgres', { today: 20_400, corp: { spend_90d_top_fifth_cents: 28_000 }, ...context });
}

it('numbers placeholders from the one it is given, in order of first appearance, and gives today once', () => {
  expect(
    sql("days_since_last_seen <= 30 && days_since_joined > 7 && 'vip' in tags", { firstPlaceholder: 4, alias: 'x' }),
  ).toEqual({
    sql:
      '(((CAST($4 AS bigint) - x.last_seen_day) <= CAST($5 AS bigint)) IS TRUE)' +
      ' AND (((CAST($4 AS bigint) - x.joined_day) > CAST($6 AS bigint)) IS TRUE)' +
      ' AND (EXISTS (SELECT 1 FROM member_tag own_tag WHERE own_tag.member_id = x.member_id AND own_tag.name = CAST($7 AS text) AND own_tag.want = 1))',
    params: [20_400, 30, 7, 'vip'],
  });
});

it('never puts typed text into the statement', () => {
  const { sql: text, params } = sql(`region == "'; DROP TABLE member; --" && orders_90d > 4711`);
  expect(text).not.toMatch(/DROP|4711/);
  expect(params).toEqual(["'; DROP TABLE member; --", 4711]);
});

it('gives a corp figure as a parameter, or as NULL while it is unknown', () => {
  expect(sql('spend_90d_cents >= spend_90d_top_fifth_cents').params).toEqual([28_000]);
  expect(sql('spend_90d_cents >= spend_90d_top_fifth_cents', { corp: {} }).params).toEqual([null]);
});

it('rejects a corp figure that is not an integer, which the two databases would truncate differently', () => {
  expect(() =>
    sql('spend_90d_cents >= spend_90d_top_fifth_cents', { corp: { spend_90d_top_fifth_cents: 0.5 } }),
  ).toThrow('spend_90d_top_fifth_cents');
});
