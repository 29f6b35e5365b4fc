import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ruleDocuments, type RuleDocument } from '../../domain/rule-document.js';
import type { FileProblem } from '../../platform/config/config-files.js';
import { compileRules } from './compile-rules.js';
import { fileOf, optionalTexts, type RuleTexts } from './documents.js';

const shipped = Object.fromEntries(
  ruleDocuments.map((document) => [
    document,
    optionalTexts[document] ?? readFileSync(`config/${fileOf(document)}`, 'utf8'),
  ]),
) as unknown as RuleTexts;

function problemsWith(document: RuleDocument, text: string): readonly FileProblem[] {
  const read = compileRules({ ...shipped, [document]: text });
  return read.ok ? [] : read.problems;
}

const metric = (fields: string): string =>
  `metrics:\n  - { name: lessons, label: { zh: 课, en: lessons }, ${fields} }\n`;
const segment = (key: string, zh: string, when: string): string =>
  `  - { key: ${key}, label: { zh: ${zh}, en: ${key} }, when: "${when}" }\n`;
const tag = (when: string): string => `groups:\n  - group: 价值\n    tags:\n      - { name: 重点, when: "${when}" }\n`;
const changed = (document: RuleDocument, from: string, to: string): string => {
  expect(shipped[document]).toContain(from);
  return shipped[document].replace(from, () => to);
};

type Refused = readonly [RuleDocument, text: string, en: RegExp, zh: string];

const groupText = (fields: string): string =>
  `texts:\n  - { key: quiet, name: 安静, trigger: { on: group_silent, days: 3 }, text: '大家好', ${fields} }\n`;

const refused: readonly Refused[] = [
  // Texts in groups.
  ['group-texts', groupText("owner_note: '{{ name }}'"), /no such variable: name/, '没有这个变量：name'],
  ['group-texts', groupText("except_days: ['weekend']"), /did you mean weekends/, '是不是想写 weekends'],
  ['group-texts', groupText("tiers: ['loyall']"), /did you mean loyal/, '是不是想写 loyal'],
  ['group-texts', `per_day: 3\nper_week: 2\n`, /must not be more than per_week/, '不能大于 per_week'],
  [
    'group-texts',
    `texts:\n  - { key: half, name: 一半, trigger: { on: group_spoken_share }, text: '大家好' }\n`,
    /write either below or reached/,
    'below 和 reached 写一个',
  ],
  // The syntax of YAML.
  ['tags', 'groups: [', /^YAML: Flow sequence/, 'YAML：缩进不对'],
  ['tags', 'groups: "a', /^YAML: Missing closing "quote/, 'YAML：引号没有合上'],
  ['tags', 'groups:\n\t- a\n', /^YAML: /, 'YAML：'],
  ['tags', 'groups: []\ngroups: []\n', /^YAML: Map keys must be unique$/, 'YAML：同一项写了两次'],
  ['tags', 'groups: *a\n', /^YAML: Unresolved alias/, 'YAML：别名'],
  ['tags', 'groups: @a\n', /^YAML: Plain value cannot start/, 'YAML：值不能以这个符号开头'],
  ['tags', 'groups: a: b\n', /^YAML: Nested mappings/, 'YAML：一行里有两个'],
  ['tags', `groups: ${'['.repeat(9_000)}`, /^YAML: lists or settings lie too deep/, 'YAML：列表或设置嵌套太深'],
  // The words.
  [
    'words',
    'lists: [{ key: a, label: { zh: 一, en: a }, severity: warn, words: [x] }, { key: a, label: { zh: 二, en: b }, severity: warn, words: [y] }]\n',
    /there is a list a already/,
    '已有清单 a',
  ],
  [
    'words',
    "lists: [{ key: a, label: { zh: 一, en: a }, severity: warn, words: ['！'] }]\n",
    /needs a letter or a digit/,
    '至少要有一个字',
  ],
  // The calendar.
  [
    'calendar',
    'holidays: [{ label: { zh: 春节, en: x }, from: 2026-2-15, to: 2026-02-23 }]\n',
    /write a date like/,
    '日期写成',
  ],
  [
    'calendar',
    'holidays: [{ label: { zh: 春节, en: x }, from: 2026-02-30, to: 2026-03-01 }]\n',
    /no such date/,
    '没有这一天',
  ],
  [
    'calendar',
    'holidays: [{ label: { zh: 春节, en: x }, from: 2026-02-15, to: 2026-02-14 }]\n',
    /to lies before from/,
    'to 比 from 早',
  ],
  [
    'calendar',
    'holidays: [{ label: { zh: 春节, en: x }, from: 2026-02-15, to: 2027-02-20 }]\n',
    /15 days at most/,
    '最多 15 天',
  ],
  [
    'calendar',
    'holidays: [{ label: { zh: 春节, en: x }, festivals: [spring_festval], from: 2026-02-15, to: 2026-02-23 }]\n',
    /did you mean spring_festival/,
    '是不是想写 spring_festival',
  ],
  [
    'calendar',
    'holidays: [{ label: { zh: 春节, en: x }, festivals: [spring_festival], from: 2027-02-15, to: 2027-02-23 }]\n',
    /Spring Festival is on 2027-02-06/,
    '春节在 2027-02-06',
  ],
  [
    'calendar',
    'holidays: [{ label: { zh: 春节, en: x }, from: 2026-02-15, to: 2026-02-23, work: [2026-02-20] }]\n',
    /2026-02-20 is named twice/,
    '2026-02-20 写了两次',
  ],
  [
    'calendar',
    "special_days: [{ key: exam, label: { zh: 高考, en: exam }, from: '6-7' }]\n",
    /every year like/,
    '每年的日期写成',
  ],
  [
    'calendar',
    "special_days: [{ key: exam, label: { zh: 高考, en: exam }, from: '02-30' }]\n",
    /every year like/,
    '每年的日期写成',
  ],
  [
    'calendar',
    "special_days: [{ key: qixi, label: { zh: 七夕, en: qixi }, from: '08-19' }]\n",
    /means something else/,
    '已经有别的意思',
  ],
  [
    'calendar',
    "special_days: [{ key: exam, label: { zh: 高考, en: exam }, from: '06-07', to: 2026-06-09 }]\n",
    /in both dates, or in neither/,
    '要么都写年份',
  ],
  // What a schema says by itself.
  ['tags', '', /^must hold settings/, '要写成一行一个设置'],
  ['tags', 'group: []\n', /^groups: is missing \(must be a list/, 'groups：没有写（要写成列表'],
  ['tags', 'groups: []\nmore: 1\n', /^"more" is not known here/, '这里没有「more」这一项'],
  ['tags', 'groups: {}\n', /^groups: must be a list/, 'groups：要写成列表'],
  ['tags', 'groups: [{ group: 7, tags: [] }]\n', /must be a text/, 'groups.0.group：要写文字'],
  ['tags', 'groups: [{ group: 甲, tags: [] }]\n', /must have at least 1 entries/, 'groups.0.tags：不能为空'],
  ['tags', tag('is_contact').replace(' }', ', keep: [] }'), /must be a text/, 'keep：要写文字'],
  ['tags', tag('is_contact').replace(' }', ', enabled: 1 }'), /true or false/, '要写 true 或 false'],
  ['sending', changed('sending', 'per_day: 1', 'per_day: 51'), /must be at most 50/, 'per_day：不能大于 50'],
  ['stages', changed('stages', 'new_days: 30', 'new_days: 0'), /must be at least 1/, 'new_days：不能小于 1'],
  [
    'stages',
    changed('stages', 'new_days: 30', 'new_days: x'),
    /must be a whole number|must be a number/,
    'new_days：要写',
  ],
  [
    'sending',
    changed('sending', 'wecom_cap: days_in_month', 'wecom_cap: never'),
    /must be one of/,
    'wecom_cap：只能是 days_in_month、',
  ],
  // What the schemas of the documents add.
  ['operators', "operators: ['林夏']\n", /must be a userid/, '要写企业微信的 userid'],
  ['metrics', metric('take: count, of: custom.lesson, window: 3'), /write the window/, '窗口写成 30d 或 all'],
  ['metrics', metric('take: count, of: custom.lesson, window: 9999d'), /days at most/, '最长 3650 天'],
  ['contact-ways', 'ways: [{ key: vip-a, name: 甲, staff: [a] }]\n', /small letters/, '不能以 vip- 或 qj- 开头'],
  // What is wrong between values.
  ['metrics', metric('take: count, of: nothing'), /is no source|不是可用的来源/, 'nothing 不是可用的来源'],
  ['metrics', metric('take: sum, of: profile.city'), /take: last/, '资料字段只能取最近的值'],
  ['metrics', metric('take: count, of: custom.a, type: text'), /only for profile fields/, 'type 只用于资料字段'],
  [
    'metrics',
    metric('take: count, of: custom.a').replace('name: lessons', 'name: orders_total'),
    /of the product/,
    '内置指标',
  ],
  [
    'segments',
    `segments:\n${segment('a', '甲', "in_segment('a')")}`,
    /in a circle: a → a/,
    '分群互相引用，成了环：a → a',
  ],
  [
    'segments',
    `segments:\n${segment('a', '甲', 'true')}${segment('a', '乙', 'true')}`,
    /a segment a already/,
    '已有分群 a',
  ],
  ['tiers', changed('tiers', 'key: regular', 'key: potential'), /there is a tier potential/, '已有层级 potential'],
  ['contact-ways', 'vip: { tiers: [gold] }\n', /there is no tier gold/, '没有层级 gold'],
  // CEL.
  ['tags', tag('order_total >= 1'), /no metric called order_total/, '没有叫 order_total 的指标'],
  ['tags', tag('orders_total >='), /./, '（|。'],
  ['tags', tag("orders_total == 'a'"), /./, '。'],
  ['tags', tag('orders_total'), /./, '。'],
];

describe('a rule document is refused in Chinese and in English, with the place:', () => {
  it.each(refused.map((one) => ({ one, name: `${one[0]}: ${one[1].slice(0, 60)}` })))('$name', ({ one }) => {
    const [document, text, en, zh] = one;
    const problems = problemsWith(document, text);
    for (const { line, column, message, messageZh, messageEn } of problems) {
      expect(line).toBeGreaterThan(0);
      expect(column).toBeGreaterThan(0);
      expect(messageZh).toMatch(/\p{Script=Han}/u);
      expect(messageEn).toMatch(/[A-Za-z]/);
      expect(message).toMatch(/[A-Za-z]/);
      expect(messageEn).not.toMatch(/[。（，]|refusal:/);
    }
    expect(problems.map(({ messageEn }) => messageEn)).toContainEqual(expect.stringMatching(en));
    expect(problems.some(({ messageZh }) => zh.split('|').some((part) => messageZh.includes(part)))).toBe(true);
  });
});
