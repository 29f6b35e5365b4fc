import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FileProblem } from '../../platform/config/config-files.js';
import { readRuleset } from './compile-rules.js';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'qunjie-values-'));
});
afterAll(() => rm(directory, { recursive: true }));

/** Replaces `before` in the shipped file by `after`; null replaces the whole file. `at` is the text at the reported place. */
type Change = readonly [file: string, before: string | null, after: string, expected: RegExp, at?: string];

async function problemsWith([file, before, after]: Change): Promise<{
  messages: string[];
  problems: readonly FileProblem[];
  text: string;
}> {
  await cp('config', directory, { recursive: true, force: true });
  const shipped = await readFile(join('config', file), 'utf8');
  if (before !== null) expect(shipped).toContain(before);
  const text = before === null ? after : shipped.replace(before, () => after);
  await writeFile(join(directory, file), text);
  const read = await readRuleset(directory);
  const problems = read.ok ? [] : read.problems;
  return { messages: problems.map(({ line, column, message }) => `${line}:${column} ${message}`), problems, text };
}

const placeOf = (text: string, part: string): string => {
  const before = text.slice(0, text.indexOf(part)).split('\n');
  return `${before.length}:${before.at(-1)!.length + 1} `;
};

const aWay = (change: (text: string) => string): string =>
  change('tag_group: 渠道\nways:\n  - key: expo\n    name: 展会\n    staff: [LinXia]\n    tags: [展会]\n');

const quiet = "{ from: '21:30', to: '07:30' }";
const slots = "['07:30', '11:30', '17:30', '20:30']";
const between = "{ from: '09:00', to: '20:30' }";

const invalid: readonly Change[] = [
  ['tiers.yaml', 'invite_days: 7', 'invite_days: 0', /at least 1/, '0\n  remind'],
  ['tiers.yaml', 'invite_days: 7', 'invite_days: -3', /at least 1/, '-3'],
  ['tiers.yaml', 'invite_days: 7', 'invite_days: 3650', /at most 365/, '3650'],
  ['tiers.yaml', 'invite_days: 7', 'invite_days: 7.5', /whole number/, '7.5'],
  ['tiers.yaml', 'remind_after_days: 3', 'remind_after_days: 0', /at least 1/],
  ['tiers.yaml', 'remind_after_days: 3', 'remind_after_days: 7', /less than invite_days/],
  ['tiers.yaml', 'leave_days: 3', 'leave_days: 0', /at least 1/],
  ['tiers.yaml', 'retry_after_days: 30', 'retry_after_days: 0', /at least 1/],
  ['tiers.yaml', 'approve: none', 'approve: sometimes', /one of none, up, down, all/, 'sometimes'],
  ['tiers.yaml', 'open_next_at: 0.85', 'open_next_at: 85', /at most 1/, '85'],
  ['tiers.yaml', "['普通*']", "['潜在*']", /belongs to tier potential/],
  ['tiers.yaml', "['普通*']", "['*']", /会员\* belongs to tier regular/, "'会员*'"],
  ['tiers.yaml', "['普通*']", "[' ']", /blank/, "' '"],
  ['tiers.yaml', "['普通*']", '普通*', /must be a list/, '普通*'],
  ['tiers.yaml', '{ zh: 普通,', '{ zh: 潜在,', /another tier is called 潜在/],
  ['tiers.yaml', '{ zh: 普通,', "{ zh: ' ',", /blank/, "' '"],
  ['tiers.yaml', 'key: regular', 'key: Regular', /small letters/, 'Regular'],
  ['tiers.yaml', "color: '#8a94a6'", 'color: #8a94a6', /in quotes/],
  ['tiers.yaml', 'key: potential\n', 'key: potential\n    stay: orders_total >= 1\n', /stay rule away/],
  ['tiers.yaml', 'key: potential\n', 'key: potential\n    grace_days: 7\n', /nobody steps down/, '7\n'],
  ['tiers.yaml', 'moves:', 'movs:', /"movs" is not known/, 'movs'],
  ['tiers.yaml', '  max_tries: 3', '  max_tries: 3\n  max_tries: 4', /unique/, 'max_tries: 4'],
  ['tags.yaml', '{ name: 潜在,', '{ name: "潜\\0在",', /cannot be read/, '"潜'],
  ['tags.yaml', "stage == 'new'", "stage == 'newish'", /newish/, "'newish'"],
  ['sending.yaml', '群阶体验社群', "' '", /blank/, "' '"],
  ['sending.yaml', 'per_day: 1', 'per_day: 0', /at least 1; .*暂停/, '0\n'],
  ['sending.yaml', 'per_month: 4', 'per_month: 0', /at least 1; .*暂停/],
  ['sending.yaml', 'per_day: 1', 'per_day: 5', /more than per_month/, '5\n'],
  ['sending.yaml', quiet, "{ from: '08:00', to: '08:00' }", /same time/, '{ from'],
  ['sending.yaml', quiet, "{ from: '08:00', to: '21:30' }", /evening to the morning/, '{ from'],
  ['sending.yaml', quiet, "{ from: '00:00', to: '23:59' }", /evening to the morning/, '{ from'],
  ['sending.yaml', slots, "['02:30', '22:00']", /slots.0: lies in the quiet hours/, "'02:30'"],
  ['sending.yaml', slots, "['07:30', '11:30', '21:45']", /slots.2: lies in the quiet hours/, "'21:45'"],
  ['sending.yaml', quiet, "{ from: '21:30', to: '08:00' }", /slots.0: lies in the quiet hours/, "'07:30', '11"],
  ['sending.yaml', 'min_gap_days: 3', 'min_gap_days: -1', /at least 0/, '-1'],
  ['sending.yaml', 'min_gap_days: 3', 'min_gap_days: 31', /at most 30/, '31'],
  ['sending.yaml', slots, '[]', /at least one/, '[]'],
  ['sending.yaml', '[3, 24, 48]', '[3, 24, 96]', /less than give_up_after_hours/, '96]'],
  ['sending.yaml', between, "{ from: '20:30', to: '09:00' }", /later in the day/, "{ from: '20:30'"],
  ['sending.yaml', 'hand_on_after_hours: 30', 'hand_on_after_hours: 96', /less than give_up_after_hours/, '96\n'],
  ['sending.yaml', 'wecom_cap: days_in_month', 'wecom_cap: unlimited', /one of days_in_month/, 'unlimited'],
  ['stages.yaml', 'new_days: 30', 'new_days: 0', /at least 1/, '0\n'],
  ['stages.yaml', 'dozing_days: 30', 'dozing_days: 0', /at least 1/],
  ['stages.yaml', 'dozing_days: 30', 'dozing_days: 60', /must rise/],
  ['stages.yaml', 'probation_days: 30', 'probation_days: 0', /at least 1/],
  ['stages.yaml', '{ messages: 30,', '{ messages: 5,', /more than the level before/, '{ messages: 5,'],
  [
    'stages.yaml',
    '{ messages: 10, active_days: 3,',
    '{ messages: 0, active_days: 0,',
    /more than the level before/,
    '{ messages: 0',
  ],
  ['operators.yaml', 'operators: []', "operators: ['林夏']", /must be a userid/, "'林夏'"],
  ['operators.yaml', 'operators: []', 'operators: [10086]', /needs quotes/, '10086'],
  ['operators.yaml', 'operators: []', 'operators: LinXia', /must be a list/, 'LinXia'],
  ['contact-ways.yaml', null, aWay((text) => text.replace('[LinXia]', '[]')), /at least one member of staff/, '[]'],
  ['contact-ways.yaml', null, aWay((text) => text.replace('expo', 'vip-1')), /not beginning with vip-/, 'vip-1'],
  ['contact-ways.yaml', null, aWay((text) => text.replace('[展会]', '[新人]')), /of the group 生命周期/, '新人'],
  ['contact-ways.yaml', null, aWay((text) => text.replace(': 渠道', ": ' '")), /blank/, "' '"],
  ['contact-ways.yaml', null, aWay((text) => `${text}    welcome: Welcome Expo\n`), /key of a template/, 'Welcome'],
  ['contact-ways.yaml', null, aWay((text) => `${text}vip:\n  tiers: [gold]\n`), /no tier gold/, 'gold'],
  ['contact-ways.yaml', null, '', /must hold settings/],
];

const nameOf = ([file, , after]: Change): string => `${file} with ${JSON.stringify(after)}`;

describe('a setting that makes no sense is refused, with its place:', () => {
  it.each(invalid.map((change) => ({ change, name: nameOf(change) })))('$name', async ({ change }) => {
    const { messages, problems, text } = await problemsWith(change);
    const [, , , expected, at] = change;
    const problem = messages.find((line) => expected.test(line));
    expect(problem, messages.join('\n')).toMatch(expected);
    expect(problem).toMatch(/^\d+:\d+ /);
    if (at !== undefined) expect(problem).toContain(placeOf(text, at));
    expect(messages.join('\n')).not.toMatch(/Invalid|Too (small|big)/);
    // English words of three and more are a sentence that was not translated.
    for (const { messageZh } of problems) expect(messageZh).toMatch(/^(?!.*[A-Za-z]+ [a-z]+ [a-z]+).*\p{Script=Han}/su);
  });
});

const odd: readonly Change[] = [
  ['tiers.yaml', "['普通*']", '[]', /./],
  ['tiers.yaml', 'min_dwell_days: 14', 'min_dwell_days: 3650', /./],
  ['tiers.yaml', 'enter: orders_total >= 1', "enter: 'false'", /./],
  ['tags.yaml', "when: stage == 'new'", 'when: \'"老客" in tags\'', /./],
  ['sending.yaml', quiet, '{ from: 0:00, to: 7:30 }', /./],
  ['sending.yaml', '[3, 24, 48]', '[]', /./],
  ['stages.yaml', 'lost_days: 90', 'lost_days: 3650', /./],
];

describe('an odd but possible setting is accepted:', () => {
  it.each(odd.map((change) => ({ change, name: nameOf(change) })))('$name', async ({ change }) => {
    expect((await problemsWith(change)).messages).toEqual([]);
  });
});
