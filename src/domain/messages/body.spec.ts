import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileBody } from './body.js';
import { LONGEST_MESSAGE_BYTES } from './channel-bytes.js';
import { checkBody, exampleValues, renderBody, type RenderOutcome, type TemplateValues } from './index.js';
import { filterNames } from './liquid-filters.js';
import { variablesOf } from './liquid.js';

function render(text: string, values: TemplateValues = {}): RenderOutcome {
  const { body, findings } = compileBody(text);
  if (!body) throw new Error(JSON.stringify(findings));
  return renderBody(body, { ...exampleValues, ...values });
}
const textOf = (text: string, values?: TemplateValues): string => {
  const rendered = render(text, values);
  return rendered.ok ? rendered.text : `${rendered.code} ${rendered.line}:${rendered.column}`;
};
const found = (text: string): string[] =>
  checkBody(text).problems.map((problem) => `${problem.line}:${problem.column} ${problem.code}`);

describe('a body', () => {
  it('is rendered', () => {
    expect(
      textOf('{{ name }}，{% if orders_total >= 3 and tier != "loyal" %}常客{% else %}新客{% endif %}', {
        name: '阿明',
        orders_total: 2,
      }),
    ).toBe('阿明，新客');
    expect(textOf('{% case tier %}{% when "member", "loyal" %}甲{% else %}乙{% endcase %}', { tier: 'loyal' })).toBe(
      '甲',
    );
    expect(textOf('{% assign left = 10 | minus: messages_total %}还差 {{ left }}', { messages_total: 4 })).toBe(
      '还差 6',
    );
    expect(textOf('{% comment %} {{ zzz }} {% endcomment %}好{%- # 注 -%} 的')).toBe('好的');
  });

  it('formats figures', () => {
    expect(textOf('{{ spend_yuan | number }}', { spend_yuan: 1234567.891 })).toBe('1,234,567.89');
    expect(textOf('{{ spend_total_cents | yuan }}', { spend_total_cents: 129_950 })).toBe('1,299.5');
    expect(textOf('{{ spend_yuan | times: 3 }}', { spend_yuan: 0.1 })).toBe('0.3');
    expect(textOf('{{ group_name | truncate: 4 }}', { group_name: '山野茶铺👩‍👧会员群' })).toBe('山野茶铺…');
    expect(textOf('{{ group_name | truncate: 5, "" }}', { group_name: '山野茶铺👩‍👧会员群' })).toBe('山野茶铺👩‍👧');
  });

  it.each([
    ['region | chinese_date', { region: '2026-12-01' }, '12月1日'],
    ['messages_total | ago', { messages_total: 0 }, '今天'],
    ['messages_total | ago', { messages_total: 2 }, '前天'],
    ['messages_total | ago', { messages_total: 59 }, '59 天前'],
    ['messages_total | ago', { messages_total: 70 }, '2 个月前'],
    ['messages_total | ago', { messages_total: 800 }, '2 年前'],
    ['messages_total | wan', { messages_total: 9_999 }, '9,999'],
    ['messages_total | wan', { messages_total: 12_999 }, '1.2 万'],
    ['messages_total | wan', { messages_total: 250_000_000 }, '2.5 亿'],
    ['messages_total | hanzi', { messages_total: 3 }, '三'],
    ['messages_total | hanzi', { messages_total: 10 }, '十'],
    ['messages_total | hanzi', { messages_total: 12 }, '十二'],
    ['messages_total | hanzi', { messages_total: 90 }, '九十'],
    ['messages_total | hanzi', { messages_total: 100 }, '100'],
    ['name | mask', { name: '林小雅' }, '林*雅'],
    ['name | mask', { name: '小林' }, '小*'],
    ['name | mask', { name: '👩‍👧' }, '*'],
  ])('prints %s of %o as %s', (output, values, text) => {
    expect(textOf(`{{ ${output} }}`, values)).toBe(text);
  });

  it.each([
    ['region | chinese_date', { region: '12月1日' }],
    ['region | chinese_date', { region: '2026-13-01' }],
    ['messages_total | ago', { messages_total: -1 }],
    ['messages_total | wan', { messages_total: null }],
    ['name | hanzi', { name: '小林' }],
    ['messages_total | mask', { messages_total: 7 }],
  ])('prints nothing for %s of %o: the message is not sent', (output, values) => {
    expect(textOf(`{{ ${output} }}`, values)).toMatch(/^missing_value 1:/);
  });

  it('leaves no blank lines where a condition was', () => {
    expect(textOf('一\n\n{% if false %}x{% endif %}\n\n二  \n')).toBe('一\n\n二');
  });

  it('refuses to print unknown values, with the place', () => {
    expect(textOf('你好\n这里是 {{ group_name }}', { group_name: null })).toBe('missing_value 2:5');
    expect(textOf('{{ group_name }}', { group_name: ' ' })).toBe('missing_value 1:1');
    expect(textOf('{{ messages_total | divided_by: 0 }}')).toBe('missing_value 1:1');
    expect(textOf('{{ group_name | default: "群里" }}', { group_name: null })).toBe('群里');
    expect(textOf('{% if group_name %}在{{ group_name }}{% else %}你好{% endif %}', { group_name: null })).toBe('你好');
    expect(textOf('{% if percent_ahead > 50 %}领先{% else %}你好{% endif %}', { percent_ahead: null })).toBe('你好');
    const { body } = compileBody('{{ name }}');
    expect(renderBody(body!, {})).toMatchObject({ ok: false, code: 'missing_value' });
  });

  it('refuses an empty text and one too long for WeCom', () => {
    expect(textOf('{% unless is_contact %}你好{% endunless %}')).toBe('empty_text 1:1');
    const fits = '好'.repeat(Math.floor(LONGEST_MESSAGE_BYTES / 3));
    expect(textOf(fits)).toBe(fits);
    expect(textOf(`${fits}{{ name }}`)).toBe('too_long 1:1');
    expect(checkBody(`${fits}好`).problems).toMatchObject([{ code: 'too_long', line: 1, column: fits.length + 1 }]);
    expect(checkBody('{% if is_contact %}{% endif %}').problems).toMatchObject([{ code: 'empty_text' }]);
  });

  it('fails when an assigned name has no value', () => {
    expect(
      textOf('{% if is_contact %}{% assign greeting = "早" %}{% endif %}{{ greeting }}', { is_contact: false }),
    ).toBe('not_renderable 1:61');
  });

  it('is limited in size', () => {
    const doubling = `{% assign a = "${'x'.repeat(500)}" %}${'{% assign a = a | append: a %}'.repeat(30)}{{ a }}`;
    expect(textOf(doubling)).toMatch(/^too_slow/);
  });

  it.each([
    ['{{ name name }}', '1:9 bad_expression'],
    ['{{ name | }}', '1:11 bad_expression'],
    ['{{ }}', '1:4 bad_expression'],
    ['{{ name', '1:1 not_closed'],
    ['a\n{{ name }} {{ name', '2:12 not_closed'],
    ['{% if %}a{% endif %}', '1:7 bad_expression'],
    ['{% if name > %}a{% endif %}', '1:14 bad_expression'],
    ['{% if name = "a" %}a{% endif %}', '1:12 bad_expression'],
    ['{% if name && name %}a{% endif %}', '1:12 bad_expression'],
    ['{% endif %}', '1:1 misplaced_tag'],
    ['{% if name %}{% endunless %}{% endif %}', '1:14 misplaced_tag'],
    ['{% else %}', '1:1 misplaced_tag'],
    ['{% when 1 %}', '1:1 misplaced_tag'],
    ['{% for i in (1..9) %}x{% endfor %}', '1:1 unknown_tag'],
    ['{% %}', '1:4 not_closed'],
    ['{% raw %}', '1:1 unknown_tag'],
    ['{{ name.size }}', '1:8 bad_expression'],
    ['{{ name.constructor }}', '1:8 bad_expression'],
    ['{{ name["a"] }}', '1:8 bad_expression'],
    ['{{ __proto__ }}', '1:4 unknown_variable'],
    ['{{ constructor }}', '1:4 unknown_variable'],
    ['{{ process.env }}', '1:4 unknown_variable'],
    ['{{ is_contact }}', '1:4 not_printable'],
    ['{{ name | sha256 }}', '1:11 unknown_filter'],
    ['{{ "a" | where_exp: "x", "y" }}', '1:10 unknown_filter'],
    ['{{ "now" | date: "%Y" }}', '1:12 unknown_filter'],
    ['{{ name | append: nmae }}', '1:19 unknown_variable'],
    ['{% liquid\nrender "a"\n%}', '1:1 unknown_tag'],
  ])('refuses %s', (text, place) => {
    expect(found(text)[0]).toBe(place);
  });

  it.each(['render', 'include', 'layout', 'block'])('refuses {%% %s %%}, which would read a file', (tag) => {
    expect(found(`你好\n  {% ${tag} "package.json" %}`)).toEqual(['2:3 refused_tag']);
  });

  it('reads the same variables as LiquidJS itself', () => {
    const names = ['name', 'tier_label', 'messages_total', 'spend_yuan'];
    const value = fc.oneof(fc.constantFrom(...names), fc.constantFrom('"a}"', "'b'", '12', '-3.5', 'true', 'nil'));
    const filtered = fc
      .tuple(
        value,
        fc.array(fc.constantFrom(' | number', ' | truncate: 3', ' | append: name', ' | default: tier_label'), {
          maxLength: 2,
        }),
      )
      .map(([first, filters]) => first + filters.join(''));
    const condition = fc
      .tuple(
        value,
        fc.constantFrom('==', '!=', '>', '<=', 'contains'),
        value,
        fc.constantFrom('', ' and name', ' or not spend_yuan'),
      )
      .map(([a, op, b, more]) => `${a} ${op} ${b}${more}`);
    const piece = fc.oneof(
      fc.constantFrom('字', '\n', ' '),
      filtered.map((text) => `{{ ${text} }}`),
      filtered.map((text) => `{{- ${text} -}}`),
      condition.map((text) => `{% if ${text} %}甲{% elsif ${text} %}乙{% else %}丙{% endif %}`),
      condition.map((text) => `{% unless ${text} -%}甲{% endunless %}`),
      fc.tuple(value, value).map(([a, b]) => `{% case ${a} %}{% when ${b}, 1 %}甲{% endcase %}`),
      filtered.map((text) => `{% assign made = ${text} %}{{ made }}`),
      filtered.map((text) => `{% capture kept %}{{ ${text} }}{% endcapture %}{{ kept }}`),
    );
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 8 }), (pieces) => {
        const text = `起${pieces.join('')}`;
        const { body, findings } = compileBody(text);
        expect(findings).toEqual([]);
        expect([...body!.variables].sort()).toEqual(variablesOf(body!.parsed).sort());
      }),
      { numRuns: 300 },
    );
  });

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'])(
    'has no tag, variable or filter named like the inherited property %s',
    (name) => {
      const codes = (text: string) => compileBody(text).findings.map(({ code }) => code);
      expect([codes(`a {% ${name} %}`), codes(`a {{ ${name} }}`), codes(`a {{ name | ${name} }}`)]).toEqual([
        ['unknown_tag'],
        ['unknown_variable'],
        ['unknown_filter'],
      ]);
    },
  );

  it('refuses too deep nesting, with the place', () => {
    const nested = (levels: number) => '{% if true %}'.repeat(levels) + 'x' + '{% endif %}'.repeat(levels);
    expect(compileBody(nested(20)).findings).toEqual([]);
    expect(compileBody(nested(21)).findings).toMatchObject([{ code: 'too_deep', at: 20 * '{% if true %}'.length }]);
    expect(compileBody(nested(2_500)).findings).toMatchObject([{ code: 'too_deep' }]);
    const captures = Array.from({ length: 2_000 }, (_, n) => `{% capture a${n} %}`).join('');
    expect(compileBody(captures + 'x' + '{% endcapture %}'.repeat(2_000)).findings).toMatchObject([
      { code: 'too_deep' },
    ]);
  });

  it.each([
    ['a capture that prints itself twice', '{% capture a %}{{ a }}{{ a }}{% endcapture %}'],
    ['a capture that prints itself ten times', `{% capture a %}${'{{ a }}'.repeat(10)}{% endcapture %}`],
    [
      'two captures in turn',
      '{% capture b %}{{ a }}{{ a }}{% endcapture %}{% capture a %}{{ b }}{{ b }}{% endcapture %}',
    ],
    ['a filter in a capture', '{% capture a %}{{ a | append: a }}{{ a | default: a }}{% endcapture %}'],
    ['append', '{% assign a = a | append: a %}'],
    ['replace', '{% assign a = a | replace: "x", "xxxx" %}'],
  ])('stops a text that grows without limit: %s', (_, step) => {
    for (const times of [18, 40]) {
      const { body } = compileBody(`{% assign a = "xxxxxxxx" %}${step.repeat(times)}{{ a }}`);
      const rendered = renderBody(body!, {});
      expect(rendered.ok ? rendered.text : rendered.code).toMatch(/^(too_long|too_slow)$/);
      // Far below what it would have become: hundreds of millions of characters.
      if (!rendered.ok) expect(rendered.message.en.length).toBeLessThan(200);
    }
  });

  it('exposes nothing of the program to any expression', () => {
    const word = fc.constantFrom(
      'constructor',
      '__proto__',
      'prototype',
      'process',
      'globalThis',
      'require',
      'toString',
      'valueOf',
      'env',
      'this',
      'name',
      'forloop',
    );
    const path = fc
      .tuple(fc.array(word, { minLength: 1, maxLength: 4 }), fc.constantFrom('.', '["', ' | '))
      .map(([words, by]) =>
        by === '["'
          ? `${words[0]}${words
              .slice(1)
              .map((w) => `["${w}"]`)
              .join('')}`
          : words.join(by),
      );
    fc.assert(
      fc.property(path, fc.constantFrom(...filterNames), (expression, filter) => {
        for (const text of [`{{ ${expression} }}`, `{% assign x = ${expression} %}{{ x | ${filter} }}`]) {
          const { body } = compileBody(text);
          if (!body) continue;
          const rendered = renderBody(body, { ...exampleValues, name: '小林' });
          if (rendered.ok) expect(rendered.text).not.toMatch(/native code|function|\[object|\/(?:root|home|usr)/);
        }
      }),
      { numRuns: 400 },
    );
  });
});
