import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkBody, renderBody } from './body.js';
import { checkTemplate, exampleValues } from './index.js';
import { shortestText } from './shortest-text.js';

const hours = {
  perDay: 1,
  perMonth: 4,
  minGapDays: 3,
  quietFromMinute: 21 * 60 + 30,
  quietToMinute: 7 * 60 + 30,
  slotMinutes: [450, 690, 1050, 1230],
  wecomCap: 'days_in_month',
} as const;

const file = (settings: string, body = '你好', trigger = '{on: stage, enters: returned}'): string =>
  `---\nkey: k\nname: n\nkind: care\ntrigger: ${trigger}\nchannels: [chat_dm]\n${settings}---\n${body}\n`;
const problems = (text: string, sending: Parameters<typeof checkTemplate>[2] = hours) => {
  const check = checkTemplate(text, undefined, sending);
  return check.ok ? [] : check.problems.map(({ code, line, column }) => `${code} ${line}:${column}`);
};
const week = '{on: days_since, metric: days_since_joined, at: 7}';

describe('a template that could never be sent', () => {
  it.each([
    ['a text of 4 200 bytes', file('', '好'.repeat(1_400)), ['too_long 8:1334']],
    [
      'a mass text of 4 200 bytes',
      file('', `短\n--- mass ---\n${'a'.repeat(4_200)}`).replace('[chat_dm]', '[mass_send]'),
      ['too_long 10:4001'],
    ],
    [
      'a text that is too long in every branch',
      file('', `{% if name %}${'a'.repeat(4_100)}{% else %}${'b'.repeat(4_100)}{% endif %}`),
      ['too_long 8:1'],
    ],
    [
      'a text that is too long beside its branches',
      file('', `{% if name %}a{% endif %}${'好'.repeat(1_400)}`),
      ['too_long 8:1359'],
    ],
    [
      'a greeting of customer service that has no room above its menu',
      file('', '好'.repeat(342), '{on: entered_service}').replace('[chat_dm]', '[kf]'),
      ['too_long 8:342'],
    ],
    ['a text that says nothing', file('', '{% assign a = name %}'), ['empty_text 7:1']],
    ['a time within the quiet hours', file("timing: {at: '22:00'}\n"), ['time_in_quiet_hours 7:14']],
    ['a time just within them', file("timing: {at: '07:29'}\n"), ['time_in_quiet_hours 7:14']],
    [
      'a window that ends before the day begins',
      file('timing: slot\nwindow_hours: 7\n', '好', week),
      ['window_too_short 8:15'],
    ],
    [
      'a window that ends before the hour',
      file("timing: {at: '10:30'}\nwindow_hours: 10\n", '好', '{on: silent, days: 30}'),
      ['window_too_short 8:15'],
    ],
    [
      'an invitation by text message alone',
      file("sms: {template: '1'}\nattach: [join_qr]\n").replace('[chat_dm]', '[sms]'),
      ['no_channel_for_code 6:11'],
    ],
    ['a mark where there is none', file('', '第 {{ reached }} 次'), ['never_known 8:6']],
    [
      'a year ago today, later than that',
      file('', '你好，去年的今天', '{on: days_since, metric: days_since_joined, at: 400}'),
      ['day_never_comes 8:4'],
    ],
    [
      'exactly a year, later than that',
      file('', '你好，今天刚好一年', '{on: days_since, metric: days_since_joined, at: 400}'),
      ['day_never_comes 8:4'],
    ],
    ['two days that never meet', file('', '去年的今天，一个月前的今天', week), ['day_never_comes 8:1']],
  ])('is reported with its place: %s', (_what, text, expected) => {
    expect(problems(text)).toEqual(expected);
  });

  it.each([
    ['a text of 4 000 bytes', file('', 'a'.repeat(4_000))],
    ['a long branch beside a short one', file('', `{% if name %}${'a'.repeat(4_100)}{% else %}b{% endif %}`)],
    ['a long text that some have not', file('', `嗨{% if name %}${'a'.repeat(4_100)}{% endif %}`)],
    ['a long remark', file('', `嗨{% comment %}${'a'.repeat(4_100)}{% endcomment %}`)],
    ['a time at the end of the quiet hours', file("timing: {at: '07:30'}\n")],
    ['a short window for what comes at any hour', file('timing: slot\nwindow_hours: 1\n')],
    ['a window that just reaches the first slot', file('timing: slot\nwindow_hours: 8\n', '好', week)],
    ['a mark, said where there is one', file('', '{% if reached %}第 {{ reached }} 次{% endif %}好')],
    ...['今天开始签到满 7 天，送 50 积分。', '今天回来，连续打卡满三天，送你一张券。', '今天下单，质保满一周。'].map(
      (offer): [string, string] => [
        `days that an offer asks for: ${offer}`,
        file('', `好久不见。${offer}`, '{on: silent, days: 30}'),
      ],
    ),
    ['a year ago today, on that day', file('', '去年的今天', '{on: days_since, metric: days_since_joined, at: 365}')],
  ])('is not one with %s', (_what, text) => {
    expect(problems(text)).toEqual([]);
  });

  it('is checked against the sending hours, if they are known', () => {
    const night = file("timing: {at: '22:00'}\n");
    expect(problems(night, { ...hours, quietFromMinute: 0, quietToMinute: 0 })).toEqual([]);
    expect(checkTemplate(night).ok).toBe(true);
    expect(problems(file('timing: slot\n'), { ...hours, slotMinutes: [60, 120] })).toEqual([
      'no_time_outside_quiet_hours 7:9',
    ]);
  });
});

describe('the shortest text', () => {
  const part = fc.oneof(
    fc.constantFrom('你好', 'a b\n\n', '  ', '😀', '{{ name }}', '{% comment %}x{% endcomment %}'),
    fc
      .tuple(
        fc.constantFrom('orders_total > 0', 'orders_total > 99', 'name'),
        fc.constantFrom('长一点的话', 'b'),
        fc.constantFrom('', '{% else %}c'),
      )
      .map(([condition, words, otherwise]) => `{% if ${condition} %}${words}${otherwise}{% endif %}`),
    fc.constant('{% case tier %}{% when "regular" %}普通{% else %}别的{% endcase %}'),
  );
  it('is never longer than the rendered text', () => {
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 12 }).map((parts) => parts.join('')),
        (text) => {
          const checked = checkTemplate(file('', text));
          if (!checked.ok) return;
          expect(checkBody(text).problems).toEqual([]);
          const rendered = renderBody(checked.template.variants[0]!.body, exampleValues);
          if (rendered.ok) expect(shortestText(text, 10).bytes).toBeLessThanOrEqual(Buffer.byteLength(rendered.text));
        },
      ),
    );
  });
});
