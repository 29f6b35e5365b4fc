import type { LocalizedText } from '../../domain/localized-text.js';
import { clockText } from '../../domain/day.js';
import type { FactData, FactKind } from '../../domain/fact.js';

export interface FactText {
  readonly title: LocalizedText;
  readonly detail?: LocalizedText;
}

interface Names {
  /** A group's name by its chat id. */
  readonly group: (chatId: string) => string;
  readonly tier: (key: string) => LocalizedText;
}

type Describe<K extends FactKind> = (data: FactData<K>, names: Names) => FactText;

export const yuan = (cents: number): string => (cents % 100 === 0 ? String(cents / 100) : (cents / 100).toFixed(2));

const plain = (zh: string, en: string, detail?: LocalizedText): FactText => ({
  title: { zh, en },
  ...(detail ? { detail } : {}),
});
const category = (given: string | undefined): LocalizedText | undefined =>
  given ? { zh: `类目：${given}`, en: `Category: ${given}` } : undefined;
const via = (state: string | undefined): LocalizedText | undefined =>
  state ? { zh: `来源：${state}`, en: `Came by: ${state}` } : undefined;

function preferenceWords({ pace, quiet }: FactData<'preference_changed'>): LocalizedText {
  const hours = quiet ? [clockText(quiet.fromMinute), clockText(quiet.toMinute)] : [];
  const [paceZh, paceEn] = pace === 'less' ? ['消息要少一点', 'fewer messages'] : ['消息照常', 'all messages'];
  const [quietZh, quietEn] = quiet
    ? [`${hours.join(' 至 ')} 免打扰`, `quiet from ${hours.join(' to ')}`]
    : ['取消自己的免打扰时段', 'no quiet hours of their own'];
  return {
    zh: [...(pace ? [paceZh] : []), ...(quiet === undefined ? [] : [quietZh])].join('，') || '消息偏好没有变化',
    en: `Wants: ${[...(pace ? [paceEn] : []), ...(quiet === undefined ? [] : [quietEn])].join(', ') || 'no change'}`,
  };
}

/** Contract §3.1. */
const transferReasons: Readonly<Record<string, LocalizedText>> = {
  customer_refused: { zh: '客户拒绝了', en: 'The customer refused' },
  customer_limit_exceed: { zh: '接替员工的客户数已满', en: 'The colleague has as many customers as allowed' },
};

/** Facts in words. Frequent kinds are missing here; they are counted per day (`dayWords`). */
const words: { readonly [K in FactKind]?: Describe<K> } = {
  contact_added: (data) =>
    data.staff
      ? plain(`添加了 ${data.staff} 为好友`, `Added ${data.staff} as a contact`, via(data.state))
      : plain('成为好友', 'Became a contact', via(data.state)),
  contact_lost: (data) =>
    data.by === 'staff'
      ? plain('被员工删除好友', 'Removed by staff')
      : plain('删除了好友', 'Removed us from their contacts'),
  transfer_failed: (data) =>
    plain(
      `转交${data.staff ? `给 ${data.staff} ` : ''}没有成功`,
      `Could not be handed over${data.staff ? ` to ${data.staff}` : ''}`,
      Object.hasOwn(transferReasons, data.reason) ? transferReasons[data.reason] : undefined,
    ),
  joined_group: (data, { group }) =>
    plain(`进群「${group(data.chatId)}」`, `Joined 「${group(data.chatId)}」`, via(data.state)),
  left_group: (data, { group }) =>
    data.removed
      ? plain(`被移出「${group(data.chatId)}」`, `Was removed from 「${group(data.chatId)}」`)
      : plain(`离开「${group(data.chatId)}」`, `Left 「${group(data.chatId)}」`),
  order_paid: (data) =>
    plain(`下单 ¥${yuan(data.amountCents)}`, `Ordered for ¥${yuan(data.amountCents)}`, category(data.category)),
  order_refunded: (data) => plain(`退款 ¥${yuan(data.amountCents)}`, `Refunded ¥${yuan(data.amountCents)}`),
  link_clicked: () => plain('点开了消息里的链接', 'Opened a link in a message'),
  invited: () => plain('邀请了一位朋友', 'Invited a friend'),
  service_session_changed: ({ to, servicer }) =>
    to === 'person'
      ? plain(`客服由${servicer ? ` ${servicer} ` : '同事'}接待`, `Served by ${servicer ?? 'a person'}`)
      : to === 'queue'
        ? plain('转人工，排队中', 'Waits for a person in the queue')
        : plain(
            to === 'nobody' ? '客服会话结束' : '客服由机器人接待',
            to === 'nobody' ? 'Session ended' : 'Served by the bot',
          ),
  service_refused: () => plain('拒收客服消息', 'Refuses messages of customer service'),
  profile_updated: () => plain('资料更新', 'Profile updated'),
  asked: () => plain('向同事提问', 'Asked the staff'),
  preference_changed: (data) => ({ title: preferenceWords(data) }),
  opted_out: () => plain('退订主动消息', 'Opted out of messages'),
  opted_in: () => plain('恢复接收消息', 'Opted in again'),
  tier_locked: (data, { tier }) =>
    plain(`${data.by} 把层级锁定为${tier(data.tier).zh}`, `${data.by} locked the tier to ${tier(data.tier).en}`),
  tier_unlocked: (data) => plain(`${data.by} 解除了层级锁定`, `${data.by} unlocked the tier`),
  tier_hold_released: (data) =>
    plain(`${data.by} 让 TA 不再停留，按规则换层`, `${data.by} let them follow the rules again`),
  custom: (data) =>
    plain(
      data.value === undefined ? data.name : `${data.name}：${String(data.value)}`,
      data.value === undefined ? data.name : `${data.name}: ${String(data.value)}`,
    ),
};

/** Kinds that have one timeline entry per fact. */
export const itemizedKinds = Object.keys(words) as readonly FactKind[];

export function factWords<K extends FactKind>(kind: K, data: FactData<K>, names: Names): FactText {
  const describe = words[kind] as Describe<K> | undefined;
  return describe ? describe(data, names) : plain(kind, kind);
}

/** The counted activity of one day in words; null when there is none. */
export function dayWords(counts: Readonly<Record<string, number>>): LocalizedText | null {
  const parts = counted.flatMap(([column, zh, en]) => {
    const n = counts[column] ?? 0;
    return n > 0 ? [{ zh: zh(n), en: en(n) }] : [];
  });
  if (parts.length === 0) return null;
  return { zh: parts.map((part) => part.zh).join('，'), en: parts.map((part) => part.en).join(', ') };
}

const several = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;
const timesOf = (n: number): string => (n === 1 ? 'once' : n === 2 ? 'twice' : `${n} times`);

const counted: readonly (readonly [column: string, zh: (n: number) => string, en: (n: number) => string])[] = [
  ['messages', (n) => `发言 ${n} 条`, (n) => several(n, 'message', 'messages')],
  ['mentions', (n) => `被提及 ${n} 次`, (n) => `mentioned ${timesOf(n)}`],
  ['checkins', (n) => `打卡 ${n} 次`, (n) => several(n, 'check-in', 'check-ins')],
  ['visits', (n) => `访问 ${n} 次`, (n) => several(n, 'visit', 'visits')],
  ['views', (n) => `看内容 ${n} 次`, (n) => several(n, 'content view', 'content views')],
  ['service_messages', (n) => `客服留言 ${n} 条`, (n) => several(n, 'message to service', 'messages to service')],
  ['service_visits', (n) => `打开客服 ${n} 次`, (n) => `opened service ${timesOf(n)}`],
  ['ads', (n) => `疑似广告 ${n} 条`, (n) => `${n} of them like ads`],
];
export const countedColumns = counted.map(([column]) => column);
