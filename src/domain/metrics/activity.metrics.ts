import type { LocalizedText } from '../localized-text.js';
import type { DailyCount } from './daily-counts.js';
import type { MetricDefinition, NextStep, UnnamedFigure } from './metric.js';

type Options = Pick<MetricDefinition, 'sum' | 'visibility' | 'nextStep'>;

const count = (name: string, zh: string, en: string, options: Options = {}): MetricDefinition => ({
  name,
  label: { zh, en },
  type: 'int',
  unit: 'times',
  nullable: false,
  read: { column: name },
  ...options,
});
const daysSince = (name: string, column: string, label: LocalizedText, options: Options = {}): MetricDefinition => ({
  name,
  label,
  type: 'int',
  unit: 'days',
  nullable: true,
  read: { daysSince: column },
  ...options,
});
const lastDays = (of: DailyCount, days: number): Pick<Options, 'sum'> => ({ sum: { of, days } });
const allTime = (of: DailyCount): Pick<Options, 'sum'> => ({ sum: { of } });
const personal = { visibility: 'personal' } as const;

const more = (one: string, several: string) => (n: number) => `${n} more ${n === 1 ? one : several}`;
const message: NextStep = {
  act: 'message',
  say: (n) => `再发言 ${n} 条`,
  sayEn: more('message', 'messages'),
  effort: 1,
};
const checkin: NextStep = {
  act: 'checkin',
  say: (n) => `再打卡 ${n} 次`,
  sayEn: more('check-in', 'check-ins'),
  effort: 2,
};
const IN_30_DAYS = { within: '近 30 天' };

/** Activity of a member in groups and with content. */
export const activityMetrics: readonly MetricDefinition[] = [
  count('messages_total', '累计发言', 'messages, all time', { ...allTime('messages'), ...personal, nextStep: message }),
  count('messages_30d', '近30天发言', 'messages, 30 days', {
    ...lastDays('messages', 30),
    ...personal,
    nextStep: { ...message, ...IN_30_DAYS },
  }),
  count('messages_7d', '近7天发言', 'messages, 7 days', {
    ...lastDays('messages', 7),
    ...personal,
    nextStep: { ...message, within: '近 7 天' },
  }),
  count('active_days_30d', '近30天活跃天数', 'active days, 30 days', {
    sum: { daysWith: 'seen', days: 30 },
    ...personal,
    nextStep: {
      act: 'day',
      ...IN_30_DAYS,
      say: (n) => `再来 ${n} 天`,
      sayEn: more('active day', 'active days'),
      effort: 3,
    },
  }),
  count('mentions_30d', '近30天被提及', 'times mentioned, 30 days', {
    ...lastDays('mentions', 30),
    ...personal,
    nextStep: {
      act: 'mention',
      ...IN_30_DAYS,
      say: (n) => `再被提及 ${n} 次`,
      sayEn: more('mention', 'mentions'),
      effort: 5,
    },
  }),
  count('checkins_total', '累计打卡', 'check-ins, all time', {
    ...allTime('checkins'),
    ...personal,
    nextStep: checkin,
  }),
  count('checkins_30d', '近30天打卡', 'check-ins, 30 days', {
    ...lastDays('checkins', 30),
    ...personal,
    nextStep: { ...checkin, ...IN_30_DAYS },
  }),
  count('visits_30d', '近30天访问', 'visits, 30 days', lastDays('visits', 30)),
  count('views_total', '累计内容浏览', 'content views, all time', allTime('views')),
  count('views_30d', '近30天内容浏览', 'content views, 30 days', lastDays('views', 30)),
  count('service_messages_total', '累计客服留言', 'messages to service, all time', allTime('service_messages')),
  count('service_messages_30d', '近30天客服留言', 'messages to service, 30 days', lastDays('service_messages', 30)),
  count('service_messages_7d', '近7天客服留言', 'messages to service, 7 days', lastDays('service_messages', 7)),
  count('service_visits_30d', '近30天打开客服', 'visits to service, 30 days', lastDays('service_visits', 30)),
  count('clicks_total', '累计点击链接', 'link clicks, all time', allTime('clicks')),
  count('clicks_30d', '近30天点击链接', 'link clicks, 30 days', lastDays('clicks', 30)),
  count('invites_total', '累计邀请', 'invitations, all time', {
    ...allTime('invites'),
    ...personal,
    nextStep: {
      act: 'invite',
      say: (n) => `再邀请 ${n} 位朋友`,
      sayEn: more('friend invited', 'friends invited'),
      effort: 20,
    },
  }),
  count('ads_total', '累计疑似广告', 'messages that look like ads, all time', allTime('ads')),
  count('ads_30d', '近30天疑似广告', 'messages that look like ads, 30 days', lastDays('ads', 30)),
  count('groups_count', '所在群数', 'groups the member is in', personal),
  {
    name: 'kol_level',
    label: { zh: 'KOL 等级', en: 'KOL level' },
    type: 'int',
    unit: 'level',
    nullable: false,
    read: { column: 'kol_level' },
    ...personal,
  },
  daysSince(
    'days_since_last_seen',
    'last_seen_day',
    { zh: '距上次出现天数', en: 'days since last seen' },
    {
      nextStep: { act: 'seen', say: () => '回来看看', sayEn: () => 'one visit', effort: 0 },
    },
  ),
  daysSince(
    'days_since_last_message',
    'last_message_day',
    { zh: '距上次发言天数', en: 'days since last message' },
    {
      nextStep: { act: 'message', say: () => '在群里说句话', sayEn: () => '1 more message', effort: 1 },
    },
  ),
  {
    name: 'corp_messages_30d',
    label: { zh: '全员近30天发言', en: 'messages of all members, 30 days' },
    type: 'int',
    unit: 'times',
    nullable: true,
    read: { corp: 'corp_messages_30d' },
  },
  daysSince('days_since_joined', 'joined_day', { zh: '入群天数', en: 'days since joining' }, personal),
  daysSince('days_since_contact', 'contact_day', { zh: '成为好友天数', en: 'days since becoming a contact' }, personal),
];

/** Used for the KOL level only: no rule and no text names it, so it is not stored. */
export const talkDays: UnnamedFigure = {
  name: 'talk_days_30d',
  sum: { daysWith: 'messages', moreThan: 'ads', days: 30 },
  nextStep: {
    act: 'talk_day',
    ...IN_30_DAYS,
    say: (n) => `再有 ${n} 天发言`,
    sayEn: more('day with a message', 'days with messages'),
    effort: 3,
  },
};
