import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { dateToDay } from '../calendar/festivals.js';
import { momentOf } from '../day.js';
import { asGroupId } from '../ids.js';
import { compileBody } from '../messages/body.js';
import type { SendingPolicy } from '../sending/send-policy.js';
import { monthsBetween, type GroupFigures } from './group-figures.js';
import { fillPost, occasionOf, type GroupText } from './group-text.js';
import { placePost, type PostRules } from './place-post.js';
import { findGroupOccasion, groupTriggers, groupTriggerSchema, groupTriggerWords } from './triggers/index.js';
import { groupVariables, variablesOfGroups } from './variables.js';

const today = dateToDay(2026, 3, 12);
const aGroup = (given: Partial<GroupFigures> = {}): GroupFigures => ({
  ...{ id: asGroupId(1), name: '会员一群', tier: 'member', owner: 'LinXia', chatId: 'wr1', roomId: 'R:1' },
  ...{ members: 10, spoken: 8, lastTalkDay: today, foundedDay: today - 100, knownSinceDay: today - 100, checkedIn: 0 },
  ...given,
});
const occasion = (trigger: string, given: Partial<GroupFigures>, day = today): string | null =>
  findGroupOccasion(groupTriggerSchema.parse(parse(trigger)), aGroup(given), day)?.id ?? null;

describe('the triggers of groups', () => {
  it('have words in both languages', () => {
    for (const settings of [
      '{on: group_silent, days: 3}',
      '{on: group_spoken_share, below: 50}',
      '{on: group_checked_in}',
      '{on: group_birthday}',
    ])
      expect(groupTriggerWords(groupTriggerSchema.parse(parse(settings)))).toEqual({
        zh: expect.stringMatching(/\S/),
        en: expect.stringMatching(/\S/),
      });
    expect(groupTriggers).toHaveLength(4);
  });

  it.each([
    ['three days after the last word', { lastTalkDay: today - 3 }, String(today - 3)],
    ['longer', { lastTalkDay: today - 9 }, String(today - 9)],
    ['two days after it', { lastTalkDay: today - 2 }, null],
    ['where nobody listens', { lastTalkDay: null }, null],
  ])('silent: %s', (_when, given, id) => {
    expect(occasion('{on: group_silent, days: 3}', given)).toBe(id);
  });

  it.each([
    ['under half', { members: 9, spoken: 4 }, 'below:50'],
    ['exactly half', { members: 10, spoken: 5 }, null],
    ['too few members to say', { members: 4, spoken: 0 }, null],
    ['a group that has just begun', { members: 10, spoken: 0, foundedDay: today - 13 }, null],
    ['where nobody listens', { members: 10, spoken: null }, null],
  ])('spoken share below half: %s', (_when, given, id) => {
    expect(occasion('{on: group_spoken_share, below: 50}', given)).toBe(id);
  });

  it('spoken share reached: from the mark on, however young the group is', () => {
    expect(occasion('{on: group_spoken_share, reached: 80}', { foundedDay: today })).toBe('reached:80');
    expect(occasion('{on: group_spoken_share, reached: 81}', {})).toBeNull();
  });

  it.each([
    [5, 10, '2026-03-12'],
    [5, 11, null],
    [2, 3, null],
  ])('half checked in: %i of %i', (checkedIn, members, id) => {
    expect(occasion('{on: group_checked_in, percent: 50}', { checkedIn, members })).toBe(id);
  });

  it('birthday: on the date of each year, or after the months that are named', () => {
    const foundedDay = dateToDay(2024, 3, 12);
    expect(occasion('{on: group_birthday}', { foundedDay })).toBe('24');
    expect(occasion('{on: group_birthday}', { foundedDay }, today + 1)).toBeNull();
    expect(occasion('{on: group_birthday}', { foundedDay }, foundedDay)).toBeNull();
    expect(occasion('{on: group_birthday, months: [1, 6]}', { foundedDay: dateToDay(2025, 9, 12) })).toBe('6');
    expect(occasion('{on: group_birthday}', { foundedDay: null })).toBeNull();
  });

  it('keeps the date of a group made on the 31st at the end of shorter months', () => {
    const founded = dateToDay(2026, 1, 31);
    expect(monthsBetween(founded, dateToDay(2026, 2, 28))).toEqual({ months: 1, isTheDay: true });
    expect(monthsBetween(founded, dateToDay(2026, 2, 27))).toEqual({ months: 0, isTheDay: false });
    expect(monthsBetween(founded, dateToDay(2026, 3, 31))).toEqual({ months: 2, isTheDay: true });
  });
});

const aText = (given: Partial<GroupText> = {}): GroupText => ({
  ...{ key: 'quiet', name: '安静', enabled: true, trigger: { on: 'group_silent', days: 3 } },
  ...{ tiers: [], timing: 'slot', exceptDays: [], windowHours: 24, ownerNote: null },
  body: compileBody('{{ quiet_days }} 天没人说话', variablesOfGroups).body!,
  ...given,
});

describe('a text in a group', () => {
  it('is said in groups of its tiers only', () => {
    const silent = aGroup({ lastTalkDay: today - 3 });
    expect(occasionOf(aText({ tiers: ['member'] }), silent, today)).not.toBeNull();
    expect(occasionOf(aText({ tiers: ['loyal'] }), silent, today)).toBeNull();
    expect(occasionOf(aText({ tiers: ['loyal'] }), { ...silent, tier: null }, today)).toBeNull();
  });

  it('names figures of that day, and is true on that day only', () => {
    const at = { today, corpName: '山野茶铺' };
    expect(fillPost(aText().body, aGroup({ lastTalkDay: today - 4 }), at)).toEqual({
      ...{ ok: true, text: '4 天没人说话', wordsDay: today },
    });
    const always = compileBody('来「{{ group_name }}」坐坐', variablesOfGroups).body!;
    expect(fillPost(always, aGroup(), at)).toEqual({ ok: true, text: '来「会员一群」坐坐', wordsDay: null });
  });

  it('is not said when a figure is not known', () => {
    expect(fillPost(aText().body, aGroup({ lastTalkDay: null }), { today, corpName: '' })).toEqual({
      ...{ ok: false, code: 'text:missing_value' },
    });
  });

  it('can name nothing about one member', () => {
    expect(groupVariables.every(({ visibility }) => visibility === 'shared')).toBe(true);
    expect(compileBody('{{ name }}，{{ spend_yuan }}', variablesOfGroups).findings.map(({ code }) => code)).toEqual([
      ...['unknown_variable', 'unknown_variable'],
    ]);
  });
});

describe('the time of a post', () => {
  const timeZone = 'Asia/Shanghai';
  const at = (days: number, hour: number): number => momentOf(today + days, hour * 60, timeZone);
  const sending: SendingPolicy = {
    ...{ perDay: 1, perMonth: 4, minGapDays: 3, quietFromMinute: 1_290, quietToMinute: 480 },
    ...{ slotMinutes: [690], wecomCap: 'days_in_month' },
  };
  const rules: PostRules = { caps: { perDay: 1, perWeek: 3 }, sending, timeZone };
  const request = { from: at(0, 0), until: at(3, 0), timing: { atMinute: 600 }, isMassSend: true };
  const others = (...times: number[]) => times.map((time) => ({ at: time, isMassSend: true }));

  it('is the first that is outside the quiet hours and within the caps of the group', () => {
    expect(placePost(request, [], rules)).toEqual({ kind: 'at', notBefore: at(0, 10) });
    expect(placePost({ ...request, timing: 'now' }, [], rules)).toEqual({ kind: 'at', notBefore: at(0, 8) });
    expect(placePost(request, others(at(-1, 12)), rules)).toEqual({ kind: 'at', notBefore: at(1, 10) });
  });

  it('is none when the caps leave none, with the code of the cap', () => {
    const week = others(at(-3, 10), at(-2, 10), at(-1, 9));
    expect(placePost({ ...request, until: at(1, 0) }, week, rules)).toEqual({
      kind: 'refused',
      code: 'group_weekly_cap',
    });
    expect(placePost({ ...request, until: at(1, 0) }, others(at(0, 9)), rules)).toEqual({
      kind: 'refused',
      code: 'group_daily_cap',
    });
  });

  it("minds the limit that the corp's admin has set at WeCom", () => {
    const wide = {
      ...rules,
      caps: { perDay: 5, perWeek: 20 },
      sending: { ...sending, wecomCap: 'one_a_day' as const },
    };
    expect(placePost(request, others(at(0, 9)), wide)).toEqual({ kind: 'at', notBefore: at(1, 10) });
    expect(placePost({ ...request, isMassSend: false }, others(at(0, 9)), wide)).toEqual({
      kind: 'at',
      notBefore: at(0, 10),
    });
  });

  it('is not on a day that is kept free', () => {
    const free = { ...rules, sending: { ...sending, isKeptFree: (day: number) => day === today } };
    expect(placePost(request, [], free)).toEqual({ kind: 'at', notBefore: at(1, 10) });
    expect(placePost({ ...request, until: at(1, 0) - 1 }, [], free)).toEqual({
      kind: 'refused',
      code: 'days_kept_free',
    });
  });
});
