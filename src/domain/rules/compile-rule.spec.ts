import { describe, expect, it } from 'vitest';
import { compileRule, defaultVocabulary, type CompiledRule, type RuleProblem } from './index.js';

function rule(text: string): CompiledRule {
  const compilation = compileRule(text);
  if (!compilation.ok) throw new Error(JSON.stringify(compilation.problems));
  return compilation.rule;
}

function problems(text: string): readonly RuleProblem[] {
  const compilation = compileRule(text);
  return compilation.ok ? [] : compilation.problems;
}

const nobody = new Set<string>();

describe('a rule that compiles', () => {
  it('holds when its condition does', () => {
    const loyal = rule("orders_90d >= 3 && (kol_level >= 3 || 'vip' in tags)");
    expect(loyal.holds({ orders_90d: 3, kol_level: 3 }, nobody)).toBe(true);
    expect(loyal.holds({ orders_90d: 3, kol_level: 0 }, new Set(['vip']))).toBe(true);
    expect(loyal.holds({ orders_90d: 2, kol_level: 3 }, nobody)).toBe(false);
  });

  it('names the metrics and tags it reads, in the order of the text', () => {
    const read = rule("'vip' in tags && orders_90d * 2 > orders_total && (is_contact ? orders_90d : kol_level) > 1");
    expect(read.metrics).toEqual(['orders_90d', 'orders_total', 'is_contact', 'kol_level']);
    expect(read.tags).toEqual(['vip']);
  });

  it.each([
    ['days_since_last_order > 30', false],
    ['days_since_last_order <= 30', false],
    ['days_since_last_order != 30', false],
    ['!(days_since_last_order <= 30)', true],
    ['days_since_last_order - 5 < 30', false],
    ['days_since_last_order == null', true],
    ['days_since_last_order != null', false],
    ["tier != 'loyal'", false],
    ["!(tier in ['loyal'])", true],
    ["region.contains('广东')", false],
  ])('counts a test of a null as false: %s', (text, holds) => {
    expect(rule(text).holds({ days_since_last_order: null, tier: null, region: null }, nobody)).toBe(holds);
  });

  it('divides towards zero, and division by zero gives nothing', () => {
    const values = { orders_total: 0, spend_total_cents: -7 };
    expect(rule('spend_total_cents / 2 == -3').holds(values, nobody)).toBe(true);
    expect(rule('spend_total_cents % 2 == -1').holds(values, nobody)).toBe(true);
    expect(
      rule('spend_total_cents / orders_total >= 0 || spend_total_cents / orders_total < 0').holds(values, nobody),
    ).toBe(false);
  });

  it('may match everyone when it says true', () => {
    expect(rule('true').holds({}, nobody)).toBe(true);
  });

  it('may be spread over lines with comments and brackets', () => {
    const text = '// 铁杆\n(\n  orders_90d >= 3 // 常买\n  && ((kol_level + 1) * 2 > 4)\n)';
    expect(rule(text).holds({ orders_90d: 3, kol_level: 2 }, nobody)).toBe(true);
  });
});

describe('a rule with a mistake', () => {
  it.each([
    ['', 'empty', '1:1', 'orders_90d >= 3'],
    ['  \n // nothing\n', 'empty', '1:1', 'true'],
    ['order_90d >= 3', 'unknown_metric', '1:1', 'orders_90d（近90天订单）'],
    ["kol_level > 1 &&\n  tire == 'loyal'", 'unknown_metric', '2:3', 'tier（层级）'],
    ['tier == loyal', 'unknown_metric', '1:9', "'loyal'"],
    ['近30天发言 >= 3', 'syntax', '1:1', 'messages_30d'],
    ['KOL 等级 >= 3', 'syntax', '1:1', 'kol_level'],
    ['累计消费 > 3', 'syntax', '1:1', 'spend_total_cents'],
    ['tier >= 3', 'wrong_type', '1:1', "tier == 'loyal'"],
    ["tier >= 'loyal'", 'wrong_type', '1:1', '!='],
    ["orders_90d >= '3'", 'wrong_type', '1:1', '数字不加引号'],
    ['orders_90d >= 0.5', 'wrong_type', '1:15', '分'],
    ['1 < orders_90d < 3', 'wrong_type', '1:1', 'a >= 1 && a <= 5'],
    ['(orders_90d > 3) == true', 'wrong_type', '1:2', '&&'],
    ['orders_90d == null', 'wrong_type', '1:1', 'orders_90d == 0'],
    ['days_since_last_order > null', 'wrong_type', '1:1', 'days_since_last_order == null'],
    ['orders_90d', 'not_a_condition', '1:1', 'orders_90d >= 1'],
    ['orders_90d + 1', 'not_a_condition', '1:1', 'orders_90d + 1 >= 1'],
    ['is_contact ? tier : true', 'not_a_condition', '1:14', '=='],
    ["stage == '沉睡'", 'unknown_value', '1:10', "'asleep'（沉睡）"],
    ["stage in ['lost', 'slep']", 'unknown_value', '1:19', "'asleep'（沉睡）"],
    ['(orders_90d >= 3', 'syntax', '1:1', '右括号'],
    ['orders_90d >= 3)', 'syntax', '1:16', '括号'],
    ['orders_90d >=', 'syntax', '1:14', '补上'],
    ['orders_90d = 3', 'syntax', '1:12', '=='],
    ['orders_90d => 3', 'syntax', '1:12', '>='],
    ['orders_90d <> 3', 'syntax', '1:12', '!='],
    ['orders_90d >= 3 and is_contact', 'syntax', '1:17', '&&'],
    ['not is_contact', 'syntax', '1:1', '!'],
    ['orders_90d >= 3 且 is_contact', 'syntax', '1:17', '&&'],
    ['orders_90d >= 3 is_contact', 'syntax', '1:17', '&&'],
    ["tier == 'loyal", 'syntax', '1:9', "'…'"],
    ['orders_90d >= 3，is_contact', 'syntax', '1:16', '&&'],
    ["tier in ['loyal'，'member']", 'syntax', '1:17', '（半角）的 ,'],
    ["tier in ['loyal'、'member']", 'syntax', '1:17', '（半角）的 ,'],
    ['（orders_90d >= 3)', 'syntax', '1:1', '（半角）的 ('],
    ['(orders_90d >= 3）', 'syntax', '1:17', '（半角）的 )'],
    ['tier == “loyal”', 'syntax', '1:9', "（半角）的 '"],
    ["tier == 'loyal’", 'syntax', '1:15', "（半角）的 '"],
    ['orders_90d ≥ 3', 'syntax', '1:12', '（半角）的 >='],
    ['True', 'syntax', '1:1', 'true'],
    ["tags == 'vip'", 'unsupported', '1:1', "'高价值' in tags"],
    ["tags.exists(t, t == 'vip')", 'unsupported', '1:1', "'高价值' in tags"],
    ["'vip' in tag", 'unsupported', '1:10', "'高价值' in tags"],
    ['tier in []', 'unsupported', '1:9', 'in ['],
    ["tier in ['loyal', 3]", 'wrong_type', '1:19', '引号'],
    ['tier in [region]', 'unsupported', '1:10', 'in ['],
    ['size(tier) > 1', 'unsupported', '1:1', 'contains'],
    ["tier.matches('l.*')", 'unsupported', '1:1', 'contains'],
    ['dyn(orders_90d) == 1', 'unsupported', '1:1', 'contains'],
    ["{'a': 1} == 1", 'unsupported', '1:1', '&&'],
    ['tier.length > 1', 'unsupported', '1:1', '&&'],
    ["tier[0] == 'l'", 'unsupported', '1:1', '&&'],
    ['orders_90d >= 3u', 'unsupported', '1:15', '整数'],
    ["region.contains('')", 'unsupported', '1:1', "contains('广东')"],
    ["region == 'a\\u0000'", 'unsupported', '1:11', 'u0000'],
    ['1 < 2', 'unsupported', '1:1', 'true'],
    ['orders_total * orders_90d > 3', 'number_range', '1:1', '8192'],
    ['orders_90d > 9007199254740993', 'number_range', '1:14', '常数'],
    ['orders_90d / (3 - 3) > 1', 'number_range', '1:15', '除数'],
    ['constructor > 3', 'unknown_metric', '1:1', '指标列表'],
  ])('is refused with its place and a hint: %j', (text, code, place, hint) => {
    const [problem, ...others] = problems(text);
    expect([problem!.code, `${problem!.line}:${problem!.column}`]).toEqual([code, place]);
    expect(problem!.hint.zh).toContain(hint);
    expect(problem!.message.en).toMatch(/\w/);
    expect(problem!.hint.en).toMatch(/\w/);
    expect(others).toEqual([]);
  });

  it('shows all mistakes at once, in the order of the text', () => {
    expect(
      problems("order_90d >= 3 ||\r\n tier > 3 ||\r\n stage == 'gone'").map(({ code, line, column }) => [
        code,
        line,
        column,
      ]),
    ).toEqual([
      ['unknown_metric', 1, 1],
      ['wrong_type', 2, 2],
      ['unknown_value', 3, 11],
    ]);
  });

  it.each([
    ['a very long text', `orders_90d > 3${' && is_contact'.repeat(1_000)}`, 'too_long', 4_001],
    ['many parts', `!${'kol_level>1||'.repeat(300)}true`, 'too_complex', 3_252],
    ['deep brackets', `${'('.repeat(1_500)}is_contact${')'.repeat(1_500)}`, 'too_complex', 41],
    ['many nots', `${'!'.repeat(3_900)}is_contact`, 'too_complex', 2_901],
    ['deep arithmetic', `${'1+'.repeat(45)}orders_90d${'+1'.repeat(45)} > 3`, 'too_complex', 1],
  ])('is refused at the place where it exceeds a limit: %s', (_what, text, code, column) => {
    expect(problems(text)[0]).toMatchObject({ code, line: 1, column });
  });

  it('allows a text metric only the values that the vocabulary lists for it', () => {
    const vocabulary = { ...defaultVocabulary, values: { tier: { loyal: '铁杆', member: '会员' } } };
    expect(compileRule("tier in ['loyal', 'member']", vocabulary).ok).toBe(true);
    expect(compileRule("'铁杆' == tier", vocabulary)).toMatchObject({
      ok: false,
      problems: [{ code: 'unknown_value', line: 1, column: 1, hint: { zh: expect.stringContaining("'loyal'") } }],
    });
  });
});
