import { describe, expect, it } from 'vitest';
import type { ActionKind } from '../../domain/action.js';
import type { Context } from '../../domain/context.js';
import { defaultVocabulary } from '../../domain/rules/index.js';
import { DAY_MS, dayOf, HOUR_MS } from '../../domain/day.js';
import type { Evaluation } from '../../domain/evaluate.js';
import { asMemberId } from '../../domain/ids.js';
import { checkTemplate, type Campaign } from '../../domain/messages/index.js';
import { stableShare } from '../../domain/stable-share.js';
import { decideDelivery, type Delivery, type DeliveryDecision } from './decide-delivery.js';
import { nothingSent } from './cap-usage.js';
import { noFigures } from './template-values.js';

const ZONE = 'Asia/Shanghai';
/** A Monday in November, 10:00 in Shanghai. */
const now = Date.UTC(2026, 10, 2, 2);
const at = (hour: number, minute = 0, days = 0): number =>
  now + days * DAY_MS + (hour - 10) * HOUR_MS + minute * 60_000;

interface Given {
  readonly id?: number;
  readonly settings?: readonly string[];
  readonly text?: string;
  readonly trigger?: string;
  readonly abilities?: readonly ActionKind[];
  readonly member?: Partial<Evaluation['stored']['state']>;
  readonly values?: Record<string, number | string>;
  readonly routes?: Partial<Delivery['routes']>;
  readonly delivery?: Partial<Delivery>;
  readonly welcome?: { readonly code: string; readonly factAt: number };
  readonly globalHoldout?: number;
  readonly now?: number;
}

function aCampaign({ settings = [], text = '好久不见', trigger = '{on: silent, days: 30}' }: Given): Campaign {
  const front = ['key: back', 'name: 回来', 'kind: reactivation', `trigger: ${trigger}`];
  const all = settings.some((line) => line.startsWith('channels')) ? settings : ['channels: [mass_send]', ...settings];
  const check = checkTemplate(`---\n${[...front, ...all].join('\n')}\n---\n${text}\n`);
  if (!check.ok) throw new Error(JSON.stringify(check.problems));
  return { ...check.template, version: 1 };
}

/** A member in the holdout of a campaign with `holdout: 50`. */
const heldOut = [1, 2, 3, 4, 5, 6, 7, 8].find((id) => stableShare(id, 'back', 'holdout') < 0.5)!;

/** A member in a global holdout of 50 percent. */
const globallyHeldOut = [1, 2, 3, 4, 5, 6, 7, 8].find((id) => stableShare(id, 'global_holdout') < 0.5)!;

const everything: readonly ActionKind[] = ['send_welcome', 'chat_dm', 'group_say', 'mass_send', 'sms'];

function decided(given: Given): DeliveryDecision {
  const state = {
    name: '小鹿',
    optedOut: false,
    tierLock: null,
    lastSeenDay: dayOf(now, ZONE) - 365,
    ...given.member,
  };
  const evaluation = {
    id: asMemberId(given.id ?? 7),
    stored: { state },
    subject: { member: state },
    decision: { values: { tier: 'regular', ...given.values }, tagNames: new Set() },
    memberships: [],
    occasions: [],
  } as unknown as Evaluation;
  const context = {
    timeZone: ZONE,
    abilities: new Set(given.abilities ?? everything),
    corpName: '暖阳花坊',
    ruleset: {
      tiers: [],
      kol: [],
      sending: {
        perDay: 1,
        perMonth: 4,
        minGapDays: 3,
        quietFromMinute: 21 * 60 + 30,
        quietToMinute: 8 * 60,
        slotMinutes: [11 * 60 + 30, 19 * 60],
        wecomCap: 'one_a_day',
        globalHoldoutPercent: given.globalHoldout ?? 0,
      },
    },
    vocabulary: defaultVocabulary,
  } as unknown as Context;
  const delivery: Delivery = {
    evaluation,
    occasion: { campaign: aCampaign(given), ...(given.welcome ? { welcome: given.welcome } : {}) },
    invitation: null,
    routes: {
      isContact: true,
      externalUserId: 'wmLu',
      staff: 'LinXia',
      chatContactId: null,
      phone: null,
      service: null,
      room: null,
      ...given.routes,
    },
    capUsage: nothingSent,
    massSendDays: [],
    ...given.delivery,
  };
  return decideDelivery(delivery, noFigures, { context, now: given.now ?? now });
}

const gone = (days: number) => ({ at: now + days * DAY_MS, caps: 'counted' as const, isNudge: false, priority: 50 });
const sent = (sends: readonly ReturnType<typeof gone>[]) => ({ capUsage: { gone: sends, queued: [] } });
const chat = { chatContactId: 'wxLu' };
const noSlot = ['timing: slot', 'window_hours: 1'];
const newYear = '{on: days_since, metric: days_since_joined, at: 365}';

describe('decideDelivery', () => {
  it.each<[reason: string, code: string, given: Given]>([
    ['the member has opted out', 'opted_out', { member: { optedOut: true } }],
    ['the member is in the global holdout', 'global_holdout', { globalHoldout: 50, id: globallyHeldOut }],
    ['the member is in the holdout', 'holdout', { settings: ['holdout: 50'], id: heldOut }],
    ['no channel reaches the member', 'unreachable', { routes: { staff: null } }],
    ['no channel of the template is configured', 'unreachable', { abilities: ['sms'] }],
    [
      'the welcome code has expired',
      'unreachable',
      {
        settings: ['channels: [welcome]'],
        trigger: '{on: contact_added}',
        welcome: { code: 'c', factAt: now - 20_000 },
      },
    ],
    ['a value of the text is not known', 'text:missing_value', { text: '你在{{ group_name }}' }],
    [
      'a value of the text message is not known',
      'text:missing_value',
      {
        settings: ['channels: [sms]', "sms: {template: '1', params: ['{{ group_name }}']}"],
        routes: { phone: '13800138001' },
      },
    ],
    [
      'the words were true yesterday',
      'day_passed',
      { trigger: newYear, text: '去年的今天你来了', values: { days_since_joined: 366 } },
    ],
    ['no slot lies in the window', 'no_slot_in_window', { settings: noSlot }],
    [
      'another message was sent two days ago',
      'min_gap',
      { settings: ['window_hours: 12'], delivery: sent([gone(-2)]) },
    ],
    [
      'four messages were sent this month',
      'monthly_cap',
      { settings: ['window_hours: 12'], delivery: sent([gone(-5), gone(-10), gone(-15), gone(-20)]) },
    ],
    [
      'another nudge was sent within the gap',
      'merged_nudge',
      {
        settings: ['window_hours: 12'],
        delivery: { capUsage: { gone: [{ ...gone(-1), isNudge: true, priority: 0 }], queued: [] } },
      },
    ],
  ])('refuses when %s: %s', (_reason, code, given) => {
    expect(decided(given)).toMatchObject({ kind: 'refused', code });
  });

  it.each<[first: string, code: string, given: Given]>([
    ['the opt-out before the missing channel', 'opted_out', { member: { optedOut: true }, routes: { staff: null } }],
    [
      'the missing channel before the missing value',
      'unreachable',
      { routes: { staff: null }, text: '你在{{ group_name }}' },
    ],
    ['the missing value before the slot', 'text:missing_value', { settings: noSlot, text: '你在{{ group_name }}' }],
    [
      'the slot before WeCom’s own cap',
      'no_slot_in_window',
      { settings: noSlot, delivery: { massSendDays: [dayOf(now, ZONE)] } },
    ],
  ])('names %s', (_first, code, given) => {
    expect(decided(given)).toMatchObject({ code });
  });

  it.each<[what: string, expected: object, given: Given]>([
    ['at the next slot', { channel: 'mass_send', notBefore: at(11, 30) }, { settings: ['timing: slot'] }],
    ['at once where the template says so', { notBefore: now }, { settings: ['timing: now'] }],
    ['after the quiet hours', { notBefore: at(8, 0, 1) }, { settings: ['timing: now'], now: at(23) }],
    [
      'by the first channel of the template that reaches the member',
      { channel: 'chat_dm' },
      { settings: ['channels: [group_mention, chat_dm, mass_send]'], routes: chat },
    ],
    [
      'by a later channel where the first cannot be used',
      { channel: 'mass_send' },
      { settings: ['channels: [chat_dm, mass_send]'], routes: chat, abilities: ['mass_send'] },
    ],
    ['until the end of its window', { expiresAt: now + 24 * HOUR_MS }, { settings: ['window_hours: 24'] }],
    ['until the end of a window that began before', { expiresAt: at(20) }, { delivery: { until: at(20) } }],
    [
      'on the day on which its words are true',
      { notBefore: at(11, 30), expiresAt: at(24) - 1 },
      {
        trigger: newYear,
        text: '去年的今天你来了',
        values: { days_since_joined: 365 },
        settings: ['timing: slot', 'window_hours: 72'],
      },
    ],
    [
      'after the gap to the last message',
      { notBefore: at(11, 30, 1) },
      { settings: ['timing: slot', 'window_hours: 72'], delivery: sent([gone(-2)]) },
    ],
    [
      'on the next day when WeCom delivers no more today',
      { notBefore: at(11, 30, 1) },
      { settings: ['timing: slot', 'window_hours: 72'], delivery: { massSendDays: [dayOf(now, ZONE)] } },
    ],
    [
      'a welcome at once, whatever the hour and the opt-out',
      { channel: 'welcome', notBefore: at(23), expiresAt: at(23) + 15_000 },
      {
        settings: ['channels: [welcome]'],
        trigger: '{on: contact_added}',
        member: { optedOut: true },
        welcome: { code: 'c', factAt: at(23) - 5_000 },
        now: at(23),
      },
    ],
  ])('sends %s', (_what, expected, given) => {
    expect(decided(given)).toMatchObject({ kind: 'send', ...expected });
  });

  it('keeps the text of a mass-send that WeCom would not deliver', () => {
    const given = { settings: ['timing: slot', 'window_hours: 12'], delivery: { massSendDays: [dayOf(now, ZONE)] } };
    const decision = decided(given);
    expect(decision).toMatchObject({
      kind: 'beyond_wecom_cap',
      code: 'wecom_daily_cap',
      words: { message: { text: '好久不见' } },
    });
  });

  it('does not refuse an invitation because its group is not chosen yet', () => {
    const given = { text: '来{{ group_name }}吧', settings: ['timing: now'] };
    expect(decided({ ...given, delivery: { groupIsOpen: true } })).toMatchObject({
      kind: 'send',
      words: { message: { text: '' } },
    });
  });

  it.each([
    ['a service message', { settings: ['caps: service'] }],
    ['a message that goes by another channel now', { delivery: { isDrawn: true } }],
    [
      'a welcome',
      { settings: ['channels: [welcome]'], trigger: '{on: contact_added}', welcome: { code: 'c', factAt: now } },
    ],
  ] as const)('sends %s to the global holdout too', (_, given) => {
    expect(decided({ globalHoldout: 50, id: globallyHeldOut, ...given }).kind).toBe('send');
  });
});
