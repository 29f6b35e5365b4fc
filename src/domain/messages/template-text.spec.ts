import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkTemplate, type Template } from './index.js';
import { defaultVocabulary } from '../rules/index.js';

const front = (lines: readonly string[] = []): string =>
  [
    '---',
    'key: one-week',
    'name: 相识一周',
    'kind: milestone',
    'trigger: {on: days_since, metric: days_since_joined, at: 7}',
    'channels: [chat_dm]',
    ...lines,
    '---',
  ].join('\n');

const file = (settings: readonly string[] = [], body = '你好，{{ name }}'): string => `${front(settings)}\n${body}\n`;

function compiled(text: string): Template {
  const check = checkTemplate(text);
  if (!check.ok) throw new Error(JSON.stringify(check.problems));
  return check.template;
}

/** `line:column code` of every problem, in order. */
function places(text: string): string[] {
  const check = checkTemplate(text);
  return check.ok ? [] : check.problems.map((problem) => `${problem.line}:${problem.column} ${problem.code}`);
}

const problems = (text: string) => {
  const check = checkTemplate(text);
  return check.ok ? [] : check.problems;
};

describe('checkTemplate', () => {
  it('fills in defaults', () => {
    expect(compiled(file())).toMatchObject({
      key: 'one-week',
      enabled: true,
      audience: null,
      stopWhen: null,
      timing: 'now',
      windowHours: 24,
      once: 'ever',
      caps: 'counted',
      priority: 50,
      holdoutPercent: 0,
      measure: { goal: 'return', withinDays: 7 },
      attach: [],
      sms: null,
      variables: ['name'],
      trigger: { on: 'days_since', metric: 'days_since_joined', at: 7 },
    });
  });

  it('reads which caps apply', () => {
    const capsOf = (setting: string) => compiled(file([setting])).caps;
    expect(capsOf('caps: service')).toBe('service');
    expect(capsOf('caps: {counts: true}')).toBe('counted');
    expect(capsOf('caps: {counts: false}')).toBe(null);
    for (const odd of ['caps: services', 'caps: none', 'caps: {counts: maybe}', 'caps: {serves: true}']) {
      const [problem] = problems(file([odd]));
      expect(problem).toMatchObject({ line: 7 });
      expect(`${problem!.hint.zh} ${problem!.hint.en}`).toContain('service');
    }
  });

  it('reads rules, wall clock, variants and mass texts', () => {
    const template = compiled(
      `${front([
        'audience: is_contact && orders_total >= 1',
        'stop_when: opted_out',
        "timing: {at: '10:30'}",
        'variants: [{name: A, weight: 3}, {name: B, weight: 1}]',
      ]).replace(
        '[chat_dm]',
        '[chat_dm, mass_send]',
      )}\n一，{{ name }}\n--- variant B ---\n二，{{ name }}\n--- mass ---\n大家好\n--- mass variant B ---\n大家早\n`,
    );
    expect(template.audience?.holds({ is_contact: true, orders_total: 1 }, new Set())).toBe(true);
    expect(template.stopWhen?.text).toBe('opted_out');
    expect(template.timing).toEqual({ atMinute: 630 });
    expect(
      template.variants.map(({ name, weight, body, mass }) => [name, weight, body.text.trim(), mass?.text.trim()]),
    ).toEqual([
      ['A', 3, '一，{{ name }}', '大家好'],
      ['B', 1, '二，{{ name }}', '大家早'],
    ]);
  });

  it('returns all problems at once, each with its place in the file', () => {
    const text = file(
      ['audience: is_contcat && orders_total >= 1', 'holdout: 80', 'prio: 3', 'timing: later'],
      '{{ nme }}，你好 {{ name | trunc: 3 }}\n{% if orders_total > %}甲{% endif %}\n{% render "package.json" %}{% if tier == "loyal" %}',
    );
    expect(places(text)).toEqual([
      '8:10 bad_setting',
      '9:1 unknown_setting',
      '10:9 bad_setting',
      '12:4 unknown_variable',
      '12:24 unknown_filter',
      '13:22 bad_expression',
      '14:1 refused_tag',
      '14:28 not_closed',
    ]);
    expect(places(file(['audience: is_contcat && orders_total >= 1'], '{{ nme }}'))).toEqual([
      '7:11 unknown_metric',
      '9:4 unknown_variable',
    ]);
  });

  it('suggests what was probably meant', () => {
    expect(problems(file([], '{{ nmae }}'))[0]?.hint).toEqual({
      zh: '是不是想写 name（称呼（没有就用「朋友」））？',
      en: 'did you mean name?',
    });
    expect(problems(file([], '{{ 累计发言 }}'))[0]?.hint.en).toBe('did you mean messages_total?');
    expect(problems(file([], '{{ name | trunkate }}'))[0]?.hint.en).toBe('did you mean truncate?');
    expect(problems(file([], '{% fi %}'))[0]?.hint.en).toBe('did you mean if?');
    expect(problems(file(['prioritty: 3']))[0]?.hint.en).toBe('did you mean priority?');
    expect(problems(file().replace('milestone', 'milestones'))[0]?.hint.zh).toContain('是不是想写 milestone？');
    expect(problems(file([], '{{ tier }}'))[0]?.hint.en).toBe('use tier_label to show it in words');
  });

  it.each([
    ['a plain value', ['audience: is_contact && zzzz'], '7:25'],
    ['a quoted value', ["audience: 'is_contact && zzzz'"], '7:26'],
    ['a value with an escaped quote', ['audience: "tier == \\"loyal\\" && zzzz"'], '7:33'],
    ['a folded block', ['audience: >-', '  is_contact', '  && zzzz'], '9:6'],
    ['a literal block', ['audience: |', '  is_contact &&', '    zzzz > 1'], '9:5'],
  ])('finds the place of a mistake in a rule inside %s', (_name, settings, place) => {
    expect(places(file(settings))).toEqual([`${place} unknown_metric`]);
  });

  it.each([
    ['no front matter', '你好', '1:1 no_front_matter'],
    ['front matter nobody closed', '---\nkey: a\n你好', '1:1 no_front_matter'],
    ['a setting twice', file(['kind: care']), '7:1 bad_yaml'],
    ['a tab', file(['caps:', '\tcounts: true']), '8:1 bad_yaml'],
    ['an anchor', file(['caps: &a {counts: true}']), '7:10 bad_yaml'],
    ['a list instead of settings', '---\n- a\n---\n你好', '2:1 bad_yaml'],
    ['a missing setting', file().replace('kind: milestone\n', ''), '2:1 missing_setting'],
    ['a missing part of a trigger', file().replace(', at: 7', ''), '5:10 missing_setting'],
    ['an unknown trigger', file().replace('days_since,', 'day_since,'), '5:15 bad_setting'],
    ['an unknown part of a trigger', file().replace('at: 7', 'at: 7, after: 3'), '5:61 unknown_setting'],
    ['a text message without its template', file().replace('[chat_dm]', '[chat_dm, sms]'), '6:21 sms_settings'],
    ['a text message before another way', file().replace('[chat_dm]', '[sms, chat_dm]'), '6:11 bad_setting'],
    ['an unknown channel', file().replace('[chat_dm]', '[chat_dm, fax]'), '6:21 bad_setting'],
    ['a welcome for somebody long here', file().replace('[chat_dm]', '[welcome]'), '6:12 no_welcome_here'],
    ['a mark that means nothing', file([], 'a\n--- group ---\nb'), '9:1 unknown_section'],
    ['a variant the settings do not name', file([], 'a\n--- variant B ---\nb'), '9:1 unknown_variant'],
    [
      'a variant without a text',
      file(['variants: [{name: A, weight: 1}, {name: B, weight: 1}]']),
      '7:34 variant_without_text',
    ],
    ['a mass text nobody gets', file([], 'a\n--- mass ---\nb'), '9:1 mass_text_unused'],
    ['the same text twice', file([], 'a\n--- variant A ---\nb'), '9:1 section_twice'],
    ['an empty text', file([], ''), '7:1 empty_text'],
    [
      'a personal value in a mass text',
      file([], '{{ name }}\n--- mass ---\n{{ name }}').replace('[chat_dm]', '[mass_send]'),
      '10:4 personal_in_mass',
    ],
    [
      'a personal text that would go out in mass',
      file().replace('[chat_dm]', '[chat_dm, mass_send]'),
      '8:7 personal_in_mass',
    ],
    [
      'a private value said in the group',
      file([], '你花了 {{ spend_yuan }} 元').replace('[chat_dm]', '[group_mention]'),
      '8:8 private_in_group',
    ],
  ])('refuses %s', (_name, text, place) => {
    expect(places(text)).toEqual([place]);
  });

  it('checks tiers against the vocabulary', () => {
    const text = file().replace(/trigger: .*/, 'trigger: {on: tier_up, to: [member, loyl]}');
    const vocabulary = {
      ...defaultVocabulary,
      values: { ...defaultVocabulary.values, tier: { member: '会员', loyal: '铁杆' } },
    };
    const check = checkTemplate(text, vocabulary);
    expect(check.ok ? [] : check.problems.map(({ line, column, hint }) => [line, column, hint.en])).toEqual([
      [5, 37, 'did you mean loyal?'],
    ]);
    expect(checkTemplate(text).ok).toBe(true);
  });

  it('reads files from Windows, with a byte-order mark, the same', () => {
    expect(compiled(`\ufeff${file().replaceAll('\n', '\r\n')}`)).toMatchObject({ key: 'one-week' });
    expect(places(`\ufeff${file(['holdout: 80']).replaceAll('\n', '\r\n')}`)).toEqual(['7:10 bad_setting']);
  });

  it('never crashes on any input', () => {
    const bits = fc.constantFrom(
      '---\n',
      '{{',
      '}}',
      '{%',
      '%}',
      'if ',
      'endif',
      'raw',
      'endraw',
      'comment',
      '#',
      '|',
      ':',
      ' name ',
      '"',
      "'",
      '--- mass ---\n',
      '\n',
      '- ',
      '&a ',
      '*a',
      '!!x ',
      '[',
      '{',
      'key: ',
      'trigger: ',
      '\t',
      '你',
      '👩‍👧',
      '\u0000',
      '__proto__',
      'constructor',
      'on: ',
      '(1..9)',
      '> ',
      '? ',
    );
    const garbage = fc
      .array(fc.oneof(bits, fc.string(), fc.string({ unit: 'binary' })), { maxLength: 30 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(garbage, fc.constantFrom('', '---\n', `${front()}\n`, '---\nkey: '), (text, start) => {
        const check = checkTemplate(start + text);
        if (check.ok) return;
        expect(check.problems.length).toBeGreaterThan(0);
        const lines = (start + text)
          .replace(/^\ufeff/, '')
          .replace(/\r\n?/g, '\n')
          .split('\n');
        for (const { line, column, message, hint } of check.problems) {
          expect(lines[line - 1]).toBeTypeOf('string');
          expect(column).toBeGreaterThanOrEqual(1);
          expect(column).toBeLessThanOrEqual(lines[line - 1]!.length + 1);
          expect(message.zh && message.en && hint.zh && hint.en).toBeTruthy();
        }
      }),
      { numRuns: 400 },
    );
  });

  it('handles deep nesting and very long files', () => {
    expect(places(`---\na: ${'['.repeat(7_000)}\n---\n`)[0]).toMatch(/bad_yaml/);
    for (const nest of ['['.repeat(7_000), `${'['.repeat(3_900)}${']'.repeat(3_900)}`, `\n  ${'- '.repeat(3_900)}a`]) {
      const check = checkTemplate(`---\nname: ${nest}\n---\n你好`);
      expect(!check.ok && check.problems[0]!.message).toEqual({
        zh: '嵌套太深',
        en: 'lists or settings lie too deep in one another',
      });
    }
    expect(places(`---\na: ${'b'.repeat(9_000)}\n---\nx`)[0]).toBe('2:1 bad_yaml');
    expect(places('x'.repeat(70_000))).toEqual(['1:1 too_long']);
    expect(places(file([], '{% if name %}'.repeat(3_000)))).toHaveLength(100);
  });

  it('refuses a text that is longer than its shortest channel takes, unless another text goes there', () => {
    const long = '好'.repeat(700);
    const asked = (channels: string, more = ''): string[] =>
      places(`${file([], long).replace(/^channels: .*$/m, `channels: [${channels}]`)}${more}`);
    expect(asked('kf').map((place) => place.split(' ')[1])).toEqual(['too_long']);
    expect(asked('chat_dm, mass_send')).toEqual([]);
    expect(asked('kf, mass_send', `--- mass ---\n${long}\n`)).toHaveLength(1);
    expect(asked('mass_send')).toEqual([]);
  });
});
