import type { LocalizedText } from '../localized-text.js';
import { ACTIVE_HOUR_DAYS, FEWEST_DAYS_AT_HOUR, hourColumns, usualHour } from './active-hours.js';
import type { DailyCount, DailySum } from './daily-counts.js';
import { family, within, type Window } from './family.js';
import type { MetricDefinition, MetricSection, NextStep, UnnamedFigure } from './metric.js';

const sumOf =
  (of: DailyCount) =>
  (days: Window): { readonly sum: DailySum } => ({ sum: days === undefined ? { of } : { of, days } });
const daysWith =
  (count: DailyCount) =>
  (days: Window): { readonly sum: DailySum } => ({
    sum: days === undefined ? { daysWith: count } : { daysWith: count, days },
  });
const personal = { visibility: 'personal' } as const;

/** The days since a day in a column. `of`: the day is the latest with this count. */
const daysSince = (
  name: string,
  column: string,
  label: LocalizedText,
  options: Pick<MetricDefinition, 'section'> &
    Partial<Pick<MetricDefinition, 'visibility' | 'nextStep'>> & { readonly of?: DailyCount },
): MetricDefinition => {
  const { of, ...shared } = options;
  return {
    name,
    label,
    type: 'int',
    unit: 'days',
    nullable: true,
    read: { daysSince: column },
    ...(of === undefined ? {} : { sum: { lastDayOf: of } }),
    ...shared,
  };
};
const number = (
  name: string,
  label: LocalizedText,
  options: Omit<MetricDefinition, 'name' | 'label' | 'type' | 'nullable' | 'read'> &
    Partial<Pick<MetricDefinition, 'nullable' | 'read'>>,
): MetricDefinition => ({ name, label, type: 'int', nullable: false, read: { column: name }, ...options });

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
const mention: NextStep = {
  act: 'mention',
  say: (n) => `再被提及 ${n} 次`,
  sayEn: more('mention', 'mentions'),
  effort: 5,
};
const activeDay: NextStep = {
  act: 'day',
  say: (n) => `再来 ${n} 天`,
  sayEn: more('active day', 'active days'),
  effort: 3,
};
const invite: NextStep = {
  act: 'invite',
  say: (n) => `再邀请 ${n} 位朋友`,
  sayEn: more('friend invited', 'friends invited'),
  effort: 20,
};

interface Count {
  readonly of: DailyCount;
  readonly label: LocalizedText;
  readonly section: MetricSection;
  readonly meaning: LocalizedText;
  readonly visibility?: 'personal';
  readonly nextStep?: NextStep;
}

const counts = ({ of, nextStep, ...shared }: Count): MetricDefinition[] =>
  family({
    stem: of,
    source: sumOf(of),
    ...shared,
    ...(nextStep === undefined ? {} : { nextStep: (days) => ({ ...nextStep, ...within(days) }) }),
  });

const talkMetrics: readonly MetricDefinition[] = [
  ...counts({
    of: 'messages',
    label: { zh: '发言', en: 'messages' },
    section: 'talk',
    meaning: { zh: '在群里发的消息；私聊不算', en: 'messages sent in groups; private messages do not count' },
    ...personal,
    nextStep: message,
  }),
  ...counts({
    of: 'posts',
    label: { zh: '有内容的发言', en: 'posts' },
    section: 'talk',
    meaning: {
      zh: '群里的发言，去掉疑似广告的和只有 1–3 个字的；没报字数的（如图片）照算',
      en: 'group messages without those that look like ads and those of 1 to 3 characters; a message whose length is not reported (a picture) counts',
    },
    ...personal,
  }),
  ...counts({
    of: 'mentions',
    label: { zh: '被提及', en: 'times mentioned' },
    section: 'talk',
    meaning: { zh: '群里别人 @ TA 的次数；自己 @ 自己不算', en: 'times that others mentioned them in groups' },
    ...personal,
    nextStep: mention,
  }),
  ...family({
    stem: 'replies',
    label: { zh: '收到的回复', en: 'replies received' },
    section: 'talk',
    meaning: {
      zh: '群里别人回复 TA 发言的次数，算在回复那天',
      en: 'times that others answered their messages in groups, on the day of the answer',
    },
    source: () => ({}),
    ...personal,
  }),
  ...family({
    stem: 'talked_with',
    label: { zh: '聊过的人数', en: 'people talked with' },
    section: 'talk',
    meaning: {
      zh: '群里有来有往的人数：互相 @ 过，或一方回复过另一方',
      en: 'people with whom words were exchanged in groups: each mentioned the other, or one answered the other',
    },
    source: () => ({}),
    ...personal,
  }),
  number(
    'talked_group_percent',
    { zh: '聊过的人占主群的比例（截至昨晚）', en: 'share of the main group talked with, as of last night' },
    {
      section: 'talk',
      unit: 'percent',
      nullable: true,
      writtenBy: 'night',
      meaning: {
        zh: '聊过的人里在主群的，占主群其他人的百分比，每晚算一次；主群是 TA 所在的本层级的群，没有就是最后加入的群',
        en: 'people of the main group whom they ever talked with, in per cent of the others there, counted every night; the main group is the group of their tier that they are in, otherwise the one joined last',
      },
      ...personal,
    },
  ),
  number(
    'most_exchanged_7d',
    { zh: '近7天与同一人往来最多的次数', en: 'most mentions and replies with one person, 7 days' },
    {
      section: 'talk',
      unit: 'times',
      meaning: {
        zh: '近 7 天和同一个人之间互相 @ 和回复的次数，取最多的一个人',
        en: 'mentions and replies in both directions with the person with whom there were most',
      },
      ...personal,
    },
  ),
  number(
    'mention_people_30d',
    { zh: '近30天提及或回复 TA 的人数', en: 'people who mentioned or answered them, 30 days' },
    {
      section: 'talk',
      unit: 'times',
      nextStep: {
        act: 'mention_person',
        ...within(30),
        say: (n) => `再有 ${n} 位群友提及或回复`,
        sayEn: more('person who mentions or answers you', 'people who mention or answer you'),
        effort: 8,
      },
    },
  ),
  number(
    'mention_days_30d',
    { zh: '近30天被提及或回复的天数', en: 'days with a mention or answer, 30 days' },
    {
      section: 'talk',
      unit: 'times',
      nextStep: {
        act: 'mention_day',
        ...within(30),
        say: (n) => `再有 ${n} 天被提及或回复`,
        sayEn: more('day with a mention or answer', 'days with a mention or answer'),
        effort: 8,
      },
    },
  ),
  ...counts({
    of: 'ads',
    label: { zh: '疑似广告', en: 'messages that look like ads' },
    section: 'talk',
    meaning: { zh: '群里看起来像广告的发言', en: 'group messages that look like ads' },
  }),
  number(
    'groups_count',
    { zh: '所在群数', en: 'groups the member is in' },
    { section: 'talk', unit: 'times', ...personal },
  ),
  number('kol_level', { zh: 'KOL 等级', en: 'KOL level' }, { section: 'talk', unit: 'level', ...personal }),
  daysSince(
    'days_since_last_message',
    'last_message_day',
    { zh: '距上次发言天数', en: 'days since last message' },
    {
      section: 'talk',
      nextStep: { act: 'message', say: () => '在群里说句话', sayEn: () => '1 more message', effort: 1 },
    },
  ),
  daysSince(
    'days_since_last_mention',
    'last_mention_day',
    { zh: '距上次被提及天数', en: 'days since last mentioned' },
    { section: 'talk', of: 'mentions' },
  ),
];

const checkInMetrics: readonly MetricDefinition[] = [
  ...counts({
    of: 'checkins',
    label: { zh: '打卡', en: 'check-ins' },
    section: 'activity',
    meaning: { zh: '打卡次数', en: 'check-ins' },
    ...personal,
    nextStep: checkin,
  }),
  daysSince(
    'days_since_last_checkin',
    'last_checkin_day',
    { zh: '距上次打卡天数', en: 'days since last check-in' },
    { section: 'activity', of: 'checkins' },
  ),
  number(
    'checkin_streak',
    { zh: '连续打卡天数', en: 'check-in streak, days' },
    {
      section: 'activity',
      unit: 'days',
      meaning: {
        zh: '到今天（今天还没打就到昨天）为止连着打卡的天数；断了就是 0',
        en: 'days in a row with a check-in up to today, or up to yesterday while today is open; 0 once it is broken',
      },
      read: { runOf: 'checkin_run', until: 'last_checkin_day' },
      ...personal,
    },
  ),
  number(
    'checkin_streak_longest',
    { zh: '最长连续打卡天数', en: 'longest check-in streak, days' },
    { section: 'activity', unit: 'days', ...personal },
  ),
  number(
    'checkins_missed',
    { zh: '连续没打卡天数', en: 'check-ins missed in a row, days' },
    {
      section: 'activity',
      unit: 'days',
      nullable: true,
      meaning: {
        zh: '上次打卡以后整天没打的天数，今天不算；从没打过就没有值',
        en: 'whole days without a check-in since the last one, not counting today; no value for who never checked in',
      },
      read: { missedSince: 'last_checkin_day' },
    },
  ),
];

const presenceMetrics: readonly MetricDefinition[] = [
  ...family({
    stem: 'active_days',
    label: { zh: '活跃天数', en: 'active days' },
    section: 'activity',
    meaning: {
      zh: '做过任何一件事的天数（发言、打卡、浏览、下单、点链接、找客服…）；只被别人提及不算',
      en: 'days on which the member did anything (wrote, checked in, viewed, ordered, clicked, wrote to service …); being mentioned does not count',
    },
    source: daysWith('seen'),
    ...personal,
    nextStep: (days) => ({ ...activeDay, ...within(days) }),
  }),
  number(
    'usual_active_hour',
    { zh: '常活跃的钟点', en: 'usual active hour' },
    {
      section: 'activity',
      meaning: {
        zh: `近 ${ACTIVE_HOUR_DAYS} 天里最多天做过事的钟点，0–23（发言、打卡、浏览、点链接、下单、邀请、找客服）；天数一样取早的；不到 ${FEWEST_DAYS_AT_HOUR} 天没有值；只报了日期的不算`,
        en: `the hour, 0 to 23, in which they did something on the most of the last ${ACTIVE_HOUR_DAYS} days (wrote, checked in, viewed, clicked, ordered, invited …); of equal ones the earliest; no value below ${FEWEST_DAYS_AT_HOUR} days; what is reported without a time of day does not count`,
      },
      unit: 'hour',
      nullable: true,
      compute: (figures) => usualHour((column) => Number(figures[`${column}_${ACTIVE_HOUR_DAYS}d`] ?? 0)),
    },
  ),
  daysSince(
    'days_since_last_seen',
    'last_seen_day',
    { zh: '距上次出现天数', en: 'days since last seen' },
    {
      section: 'activity',
      nextStep: { act: 'seen', say: () => '回来看看', sayEn: () => 'one visit', effort: 0 },
    },
  ),
  daysSince(
    'days_since_joined',
    'joined_day',
    { zh: '入群天数', en: 'days since joining' },
    { section: 'activity', ...personal },
  ),
  daysSince(
    'days_since_contact',
    'contact_day',
    { zh: '成为好友天数', en: 'days since becoming a contact' },
    { section: 'activity', ...personal },
  ),
];

const contentMetrics: readonly MetricDefinition[] = [
  ...counts({
    of: 'visits',
    label: { zh: '访问', en: 'visits' },
    section: 'activity',
    meaning: { zh: '访问店铺、小程序或网页的次数', en: 'visits to the shop, mini program or site' },
  }),
  daysSince(
    'days_since_last_visit',
    'last_visit_day',
    { zh: '距上次访问天数', en: 'days since last visit' },
    { section: 'activity', of: 'visits' },
  ),
  ...counts({
    of: 'views',
    label: { zh: '内容浏览', en: 'content views' },
    section: 'activity',
    meaning: { zh: '看文章、视频等内容的次数', en: 'articles, videos and other content viewed' },
  }),
  daysSince(
    'days_since_last_view',
    'last_view_day',
    { zh: '距上次内容浏览天数', en: 'days since last content view' },
    { section: 'activity', of: 'views' },
  ),
  ...counts({
    of: 'clicks',
    label: { zh: '点击链接', en: 'link clicks' },
    section: 'activity',
    meaning: { zh: '点开我们发的链接的次数', en: 'links of ours that were opened' },
  }),
  daysSince(
    'days_since_last_click',
    'last_click_day',
    { zh: '距上次点击链接天数', en: 'days since last link click' },
    { section: 'activity', of: 'clicks' },
  ),
];

const serviceMetrics: readonly MetricDefinition[] = [
  ...counts({
    of: 'service_messages',
    label: { zh: '客服留言', en: 'messages to service' },
    section: 'service',
    meaning: { zh: '发给微信客服的消息', en: 'messages written to customer service' },
  }),
  daysSince(
    'days_since_last_service_message',
    'last_service_message_day',
    { zh: '距上次客服留言天数', en: 'days since last message to service' },
    { section: 'service', of: 'service_messages' },
  ),
  ...counts({
    of: 'service_visits',
    label: { zh: '打开客服', en: 'visits to service' },
    section: 'service',
    meaning: {
      zh: '打开微信客服的次数，没留言也算',
      en: 'times that customer service was opened, with or without words',
    },
  }),
];

const inviteMetrics: readonly MetricDefinition[] = [
  ...counts({
    of: 'invites',
    label: { zh: '邀请', en: 'invitations' },
    section: 'invites',
    meaning: { zh: '邀请来的新好友', en: 'newcomers whom the member invited' },
    ...personal,
    nextStep: invite,
  }),
  ...family({
    stem: 'invited_orders',
    label: { zh: '邀请来的人的订单', en: 'orders of invited people' },
    section: 'invites',
    meaning: {
      zh: 'TA 邀请的人从受邀那天起的订单；全额退款的不算',
      en: 'orders of the people whom they invited, from the day of the invitation on; orders refunded in full do not count',
    },
    source: () => ({}),
  }),
  ...family({
    stem: 'invited_spend',
    label: { zh: '邀请来的人的消费', en: 'spend of invited people' },
    unit: 'cents',
    section: 'invites',
    meaning: {
      zh: '这些订单的金额减去部分退款',
      en: 'the amounts of these orders less partial refunds',
    },
    source: () => ({}),
  }),
  daysSince(
    'days_since_last_invite',
    'last_invite_day',
    { zh: '距上次邀请天数', en: 'days since last invitation' },
    { section: 'invites', of: 'invites' },
  ),
];

/** Activity of a member in groups and with content. */
export const activityMetrics: readonly MetricDefinition[] = [
  ...talkMetrics,
  ...presenceMetrics,
  ...checkInMetrics,
  ...contentMetrics,
  ...serviceMetrics,
  ...inviteMetrics,
  number(
    'corp_messages_30d',
    { zh: '全员近30天发言', en: 'messages of all members, 30 days' },
    { section: 'corp', unit: 'times', nullable: true, read: { corp: 'corp_messages_30d' } },
  ),
];

/** Used for the KOL level only: no rule and no text names it, so it is not stored. */
export const talkDays = {
  name: 'talk_days_30d',
  sum: { daysWith: 'messages', moreThan: 'ads', days: 30 },
  nextStep: {
    act: 'talk_day',
    within: '近 30 天',
    say: (n) => `再有 ${n} 天发言`,
    sayEn: more('day with a message', 'days with messages'),
    effort: 3,
  },
} satisfies UnnamedFigure;

/** What `usual_active_hour` is computed from. */
export const activeHourDays: readonly UnnamedFigure[] = hourColumns.map((of) => ({
  name: `${of}_${ACTIVE_HOUR_DAYS}d`,
  sum: { of, days: ACTIVE_HOUR_DAYS },
}));
