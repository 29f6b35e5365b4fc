import type { MetricDefinition } from './metric.js';

const count = (name: string, zh: string, en: string): MetricDefinition => ({
  name,
  label: { zh, en },
  type: 'int',
  unit: 'times',
  nullable: false,
  read: { column: name },
});
const daysSince = (name: string, column: string, zh: string, en: string): MetricDefinition => ({
  name,
  label: { zh, en },
  type: 'int',
  unit: 'days',
  nullable: true,
  read: { daysSince: column },
});

/** What a member does in the groups and with the content. */
export const activityMetrics: readonly MetricDefinition[] = [
  count('messages_total', '累计发言', 'messages, all time'),
  count('messages_30d', '近30天发言', 'messages, 30 days'),
  count('messages_7d', '近7天发言', 'messages, 7 days'),
  count('active_days_30d', '近30天活跃天数', 'active days, 30 days'),
  count('mentions_30d', '近30天被提及', 'times mentioned, 30 days'),
  count('checkins_total', '累计打卡', 'check-ins, all time'),
  count('checkins_30d', '近30天打卡', 'check-ins, 30 days'),
  count('visits_30d', '近30天访问', 'visits, 30 days'),
  count('views_total', '累计内容浏览', 'content views, all time'),
  count('views_30d', '近30天内容浏览', 'content views, 30 days'),
  count('invites_total', '累计邀请', 'invitations, all time'),
  count('ads_total', '累计疑似广告', 'messages that look like ads, all time'),
  count('ads_30d', '近30天疑似广告', 'messages that look like ads, 30 days'),
  count('groups_count', '所在群数', 'groups the member is in'),
  {
    name: 'kol_level',
    label: { zh: 'KOL 等级', en: 'KOL level' },
    type: 'int',
    unit: 'level',
    nullable: false,
    read: { column: 'kol_level' },
  },
  daysSince('days_since_last_seen', 'last_seen_day', '距上次出现天数', 'days since last seen'),
  daysSince('days_since_last_message', 'last_message_day', '距上次发言天数', 'days since last message'),
  daysSince('days_since_joined', 'joined_day', '入群天数', 'days since joining'),
  daysSince('days_since_contact', 'contact_day', '成为好友天数', 'days since becoming a contact'),
];
