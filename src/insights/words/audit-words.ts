import { z } from 'zod';

import type { LocalizedText } from '../../domain/localized-text.js';
import { documentLabels, isRuleDocument } from '../../domain/rule-document.js';
import { isPausable } from '../../domain/sending/pausable.js';
import { storedOr } from '../../platform/database/stored-json.js';
import { campaignChannelLabels } from './channel-words.js';
import { sourceLabel } from './set-aside-words.js';
import { amountLabel, amountWords } from './value-words.js';

/** Details of an audit entry; which fields are set depends on the action. */
export interface AuditDetail {
  readonly key?: string;
  /** Of rules. */
  readonly document?: string;
  readonly version?: number;
  readonly note?: string;
  /** What was published although segments or tiers have it: `gaps`, `overlaps`. */
  readonly accepted?: readonly string[];
  /** What happened to queued messages, and to how many. */
  readonly queued?: string;
  readonly concerned?: number;
  readonly member?: number;
  readonly tier?: string | null;
  readonly task?: number;
  readonly way?: number;
  readonly name?: string;
  readonly row?: number;
  readonly run?: number;
  readonly drift?: number;
  /** Who wrote the text that a second person judged. */
  readonly author?: string;
  readonly address?: string;
  readonly times?: number;
  /** Of a threshold that was taken from the data. */
  readonly metric?: string;
  readonly cut?: number;
  /** Of a watched launch: how much of it may go. */
  readonly percent?: number;
  /** What the data suggests instead, and how many members are between. */
  readonly suggested?: number;
  readonly between?: number;
  /** Of an experiment: people for each text and held out; the text that was stopped. */
  readonly perVariant?: number;
  readonly heldOut?: number;
  readonly variant?: string;
}

const detail = z.looseObject({
  key: z.string().optional(),
  document: z.string().optional(),
  version: z.number().optional(),
  note: z.string().optional(),
  accepted: z.array(z.string()).optional(),
  queued: z.string().optional(),
  concerned: z.number().optional(),
  member: z.number().optional(),
  tier: z.string().nullable().optional(),
  task: z.number().optional(),
  way: z.number().optional(),
  name: z.string().optional(),
  row: z.number().optional(),
  run: z.number().optional(),
  drift: z.number().optional(),
  author: z.string().optional(),
  metric: z.string().optional(),
  cut: z.number().optional(),
  percent: z.number().optional(),
  suggested: z.number().optional(),
  between: z.number().optional(),
  perVariant: z.number().optional(),
  heldOut: z.number().optional(),
  variant: z.string().optional(),
}) as unknown as z.ZodType<AuditDetail>;

/** Null when it cannot be read; actor and action are still shown. */
export const auditDetailFrom = (stored: string): AuditDetail | null =>
  storedOr<AuditDetail, null>(stored, detail, null);

/** Labels for the ids in an entry. */
export interface AuditNames {
  readonly template: (key: string) => string;
  readonly member: (id: number) => string;
  readonly way: (id: number) => string;
  readonly tier: (key: string) => LocalizedText;
}

type AuditText = (detail: AuditDetail, names: AuditNames) => LocalizedText;

const fixed =
  (zh: string, en: string): AuditText =>
  () => ({ zh, en });

const queuedWords: Readonly<Record<string, LocalizedText>> = {
  render: { zh: '换成新文字', en: 'given the new text' },
  keep: { zh: '照旧发出', en: 'to go as they were' },
  cancel: { zh: '取消', en: 'cancelled' },
};

/** What an edit or a switch did to the queued messages; empty when there were none. */
function ofQueued({ queued, concerned = 0 }: AuditDetail): LocalizedText {
  const words = queued === undefined || concerned === 0 ? undefined : queuedWords[queued];
  if (words === undefined) return { zh: '', en: '' };
  const messages = concerned === 1 ? 'message' : 'messages';
  return {
    zh: `，已排好的 ${concerned} 条消息${words.zh}`,
    en: `; ${concerned} waiting ${messages} ${words.en}`,
  };
}

const ofTemplate =
  (zh: string, en: string): AuditText =>
  (detail, { template }) => {
    const [name, queued] = [template(detail.key ?? ''), ofQueued(detail)];
    return { zh: `${zh}模板「${name}」${queued.zh}`, en: `${en} the template 「${name}」${queued.en}` };
  };

const ofTask =
  (zh: string, en: string): AuditText =>
  ({ task = 0 }) => ({ zh: `回复待办 ${task}：${zh}`, en: `Answered task ${task}: ${en}` });

const openedWay: AuditText = ({ member, name = '', way = 0 }, names) => {
  const called = name || names.way(way);
  return member === undefined
    ? { zh: `新建了渠道码「${called}」`, en: `Opened the code 「${called}」` }
    : { zh: `给「${names.member(member)}」开了专属码`, en: `Opened a code for 「${names.member(member)}」` };
};

/** For access events, of which one row counts many. The address is the entry's note. */
const accessEvent =
  (zh: string, en: string): AuditText =>
  ({ address, name, times = 1 }) => ({
    zh: `${zh}${times > 1 ? `，共 ${times} 次` : ''}${name ? `，用户名「${name}」` : ''}${address === undefined ? '（其他地址）' : ''}`,
    en: `${en}${times > 1 ? `, ${times} times` : ''}${name ? `, as 「${name}」` : ''}${address === undefined ? ' (other addresses)' : ''}`,
  });

/** `name`: one channel alone. */
const ofSending =
  (zh: string, en: string): AuditText =>
  ({ name }) => {
    const channel = name !== undefined && isPausable(name) ? campaignChannelLabels[name] : null;
    return channel
      ? { zh: `${zh}「${channel.zh}」的主动发送`, en: `${en} sending by 「${channel.en}」` }
      : { zh: `${zh}主动发送`, en: `${en} all sending` };
  };

/** All audit actions, by subject. */
const auditActions = {
  corp: {
    drift_found: ({ drift = 0 }) => ({
      zh: `核对出 ${drift} 处不一致，已按企业微信的改正`,
      en: `Found ${drift} ${drift === 1 ? 'difference' : 'differences'} and took WeCom's word`,
    }),
    comparison_asked: fixed('要求立即核对', 'Asked for a comparison'),
  },
  sending: {
    paused: ofSending('暂停了', 'Paused'),
    resumed: ofSending('恢复了', 'Resumed'),
  },
  templates: {
    experiment_planned: ({ key = '', perVariant = 0, heldOut = 0 }, { template }) => ({
      zh: `定下「${template(key)}」的对比要多少人：每个版本 ${perVariant}，对照组 ${heldOut}；从现在起重新计`,
      en: `Asked how many people the comparison of 「${template(key)}」 needs: ${perVariant} for each text, ${heldOut} held out; counted from now on`,
    }),
    variant_stopped: ({ key = '', variant = '', version = 0 }, { template }) => ({
      zh: `停用了「${template(key)}」的版本 ${variant}，成为第 ${version} 版`,
      en: `Stopped the text ${variant} of 「${template(key)}」, in version ${version}`,
    }),
    template_archived: ({ key = '' }, { template }) => ({
      zh: `归档了模板「${template(key)}」`,
      en: `Archived the template 「${template(key)}」`,
    }),
    template_restored: ({ key = '' }, { template }) => ({
      zh: `取回了归档的模板「${template(key)}」`,
      en: `Took the template 「${template(key)}」 out of the archive`,
    }),
    test_message_sent: ({ key = '', name = '' }, { template }) => ({
      zh: `试发「${template(key)}」给 ${name}`,
      en: `Sent 「${template(key)}」 to ${name} as a test`,
    }),
    delivery_cancelled: ({ key = '', member = 0 }, names) => ({
      zh: `取消了给「${names.member(member)}」的「${names.template(key)}」`,
      en: `Cancelled 「${names.template(key)}」 to 「${names.member(member)}」`,
    }),
    delivery_brought_forward: ({ key = '', member = 0 }, names) => ({
      zh: `让给「${names.member(member)}」的「${names.template(key)}」提前发`,
      en: `Had 「${names.template(key)}」 to 「${names.member(member)}」 sent before its time`,
    }),
    delivery_retried: ({ key = '', member = 0 }, names) => ({
      zh: `让给「${names.member(member)}」的「${names.template(key)}」再试一次`,
      en: `Had 「${names.template(key)}」 to 「${names.member(member)}」 tried again`,
    }),
    delivery_sent_past_caps: ({ key = '', member = 0, note = '' }, names) => ({
      zh: `不管上限，再发「${names.template(key)}」给「${names.member(member)}」：${note}`,
      en: `Had 「${names.template(key)}」 sent to 「${names.member(member)}」 in spite of the caps: ${note}`,
    }),
    launch_opened: ({ key = '', version = 0, percent = 0 }, { template }) => ({
      zh: `放行了「${template(key)}」第 ${version} 版：${percent === 100 ? '全部' : `${percent}%`}`,
      en: `Opened the launch of 「${template(key)}」, version ${version}, to ${percent === 100 ? 'all' : `${percent} %`}`,
    }),
    broadcast_started: ({ key = '', concerned = 0 }, { template }) => ({
      zh: `群发「${template(key)}」给 ${concerned} 人`,
      en: `Broadcast 「${template(key)}」 to ${concerned} people`,
    }),
    broadcast_paused: ({ key = '' }, { template }) => ({
      zh: `暂停了「${template(key)}」的群发`,
      en: `Paused the broadcast of 「${template(key)}」`,
    }),
    broadcast_resumed: ({ key = '' }, { template }) => ({
      zh: `继续「${template(key)}」的群发`,
      en: `Resumed the broadcast of 「${template(key)}」`,
    }),
    broadcast_cancelled: ({ key = '', concerned = 0 }, { template }) => ({
      zh: `取消了「${template(key)}」的群发，停下 ${concerned} 条`,
      en: `Cancelled the broadcast of 「${template(key)}」, with ${concerned} queued messages`,
    }),
    template_saved: (detail, { template }) => {
      const { key = '', version = 0 } = detail;
      const queued = ofQueued(detail);
      return {
        zh: `保存了模板「${template(key)}」第 ${version} 版${queued.zh}`,
        en: `Saved version ${version} of the template 「${template(key)}」${queued.en}`,
      };
    },
    rules_published: ({ document = '', version = 0, note, accepted = [] }) => {
      const label = isRuleDocument(document) ? documentLabels[document] : { zh: document, en: document };
      return {
        zh: `发布了规则「${label.zh}」第 ${version} 版${accepted.length > 0 ? '，确认了遗漏或重叠' : ''}${note ? `：${note}` : ''}`,
        en: `Published version ${version} of the rules 「${label.en}」${accepted.length > 0 ? ', and accepted its gaps or overlaps' : ''}${note ? `: ${note}` : ''}`,
      };
    },
    threshold_chosen: ({ metric = '', cut = 0 }) => {
      const label = amountLabel(metric);
      const amount = amountWords(metric, cut);
      return {
        zh: `从数据里选了门槛：${label.zh} ${amount}`,
        en: `Took a threshold from the data: ${label.en} ${amount}`,
      };
    },
    threshold_suggested: ({ metric = '', cut = 0, suggested = 0, between = 0 }) => {
      const label = amountLabel(metric);
      const [chosen, now] = [amountWords(metric, cut), amountWords(metric, suggested)];
      return {
        zh: `门槛可以再看看：${label.zh} 用的是 ${chosen}，现在的数据建议 ${now}，其间 ${between} 人`,
        en: `A threshold to look at again: ${label.en} ${chosen} in use, the data now suggest ${now}, with ${between} members between`,
      };
    },
    template_draft_saved: ({ key = '' }, { template }) => ({
      zh: `改了模板「${template(key)}」，等别人复核`,
      en: `Changed the template 「${template(key)}」, which waits for a second person`,
    }),
    template_approved: ({ key = '', version = 0, author = '' }, { template }) => ({
      zh: `同意了 ${author} 改的模板「${template(key)}」，成为第 ${version} 版`,
      en: `Approved what ${author} changed in the template 「${template(key)}」, now version ${version}`,
    }),
    template_draft_refused: ({ key = '', author = '' }, { template }) => ({
      zh: `退回了 ${author} 改的模板「${template(key)}」`,
      en: `Refused what ${author} changed in the template 「${template(key)}」`,
    }),
    template_draft_dropped: ofTemplate('撤回了等复核的', 'Withdrew the draft of'),
    template_enabled: ofTemplate('启用了', 'Switched on'),
    template_disabled: ofTemplate('停用了', 'Switched off'),
  },
  members: {
    opted_out_for: ({ member = 0 }, names) => ({
      zh: `替「${names.member(member)}」退订`,
      en: `Opted 「${names.member(member)}」 out at their request`,
    }),
    tier_locked: ({ member = 0, tier }, names) => {
      const label = names.tier(tier ?? '');
      return {
        zh: `把「${names.member(member)}」锁定在${label.zh}`,
        en: `Locked 「${names.member(member)}」 to ${label.en}`,
      };
    },
    tier_hold_released: ({ member = 0 }, names) => ({
      zh: `让「${names.member(member)}」不再停留，按规则换层`,
      en: `Let 「${names.member(member)}」 follow the rules of the tiers again`,
    }),
    tier_unlocked: ({ member = 0 }, names) => ({
      zh: `解除了「${names.member(member)}」的层级锁定`,
      en: `Unlocked the tier of 「${names.member(member)}」`,
    }),
  },
  moves: {
    move_undone: ({ member = 0, note = '' }, names) => ({
      zh: `撤回了「${names.member(member)}」的换群：${note}`,
      en: `Took back the move of 「${names.member(member)}」: ${note}`,
    }),
    invited_again: ({ member = 0 }, names) => ({
      zh: `再次邀请「${names.member(member)}」进本层级的群`,
      en: `Had 「${names.member(member)}」 invited again to a group of the tier`,
    }),
    owner_reminded: ({ member = 0 }, names) => ({
      zh: `提醒群主把「${names.member(member)}」移出旧群`,
      en: `Had the owner reminded to remove 「${names.member(member)}」 from the old group`,
    }),
    mass_send_handed_on: ({ name = '', concerned = 0 }) => ({
      zh: `把 ${name} 没点的群发转给别人，${concerned} 位客户`,
      en: `Handed on what ${name} has not tapped, for ${concerned} customers`,
    }),
    mass_send_cancelled: ({ name = '', concerned = 0 }) => ({
      zh: `取消了等 ${name} 点的群发，${concerned} 位客户`,
      en: `Cancelled what waits for the tap of ${name}, for ${concerned} customers`,
    }),
    staff_reminded: ({ name = '' }) => ({
      zh: `提醒 ${name} 在企业微信里点发送`,
      en: `Had ${name} reminded to tap the messages that wait in WeCom`,
    }),
    group_asked: ({ tier }, names) => {
      const label = names.tier(tier ?? '');
      return { zh: `请群主为「${label.zh}」建新群`, en: `Had an owner asked for the next group of ${label.en}` };
    },
  },
  calendar: {
    plan_saved: ({ name = '', note = '' }) => ({
      zh: `在日历里排了「${name}」（${note}）`,
      en: `Planned 「${name}」 in the calendar (${note})`,
    }),
    plan_moved: ({ note = '' }) => ({
      zh: `把日历里的一条改到 ${note}`,
      en: `Moved a planned post to ${note}`,
    }),
    plan_removed: fixed('取消了日历里的一条', 'Took a post out of the calendar'),
    plan_copied: ({ note = '' }) => ({
      zh: `把 ${note} 的日历照搬到下个月`,
      en: `Copied the plan of ${note} to the next month`,
    }),
  },
  tasks: {
    task_done: ofTask('已完成', 'done'),
    task_snooze: ofTask('稍后', 'later'),
    task_approve: ofTask('同意', 'agreed'),
    task_refuse: ofTask('不同意', 'refused'),
  },
  upkeep: {
    row_tried_again: ({ name = '', row = 0 }) => ({
      zh: `让搁置的${sourceLabel(name).zh} #${row} 再试一次`,
      en: `Had ${sourceLabel(name).en.toLowerCase()} #${row} tried again that had been set aside`,
    }),
    row_dismissed: ({ name = '', row = 0 }) => ({
      zh: `看过并移除了搁置的${sourceLabel(name).zh} #${row}`,
      en: `Took ${sourceLabel(name).en.toLowerCase()} #${row} off the list of what is set aside`,
    }),
  },
  ways: {
    contact_way_opened: openedWay,
    contact_way_retired: ({ way = 0 }, names) => ({
      zh: `停用了渠道码「${names.way(way)}」`,
      en: `Retired the code 「${names.way(way)}」`,
    }),
  },
  rules: { review_asked: fixed('要求重新看一遍所有成员', 'Asked for a review of everybody') },
  access: {
    logged_in: fixed('登录了控制台', 'Signed in to the console'),
    logged_out: fixed('退出了控制台', 'Signed out of the console'),
    password_changed: ({ name = '' }) => ({
      zh: `用 ADMIN_PASSWORD 换了「${name}」的密码，原来的登录全部失效`,
      en: `Changed the password of 「${name}」 by ADMIN_PASSWORD; everybody signed in with it was signed out`,
    }),
    login_failed: accessEvent('登录失败', 'Failed to sign in'),
    login_locked: accessEvent('试错太多，暂时不再受理登录', 'Too many tries; signing in was slowed down'),
    wrong_token: accessEvent('接口令牌不对', 'Sent a wrong API token'),
    facts_posted: accessEvent('用令牌上报了事实', 'Posted facts with a token'),
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, AuditText>>>>;

export type AuditSubject = keyof typeof auditActions;

export const auditSubjects = Object.keys(auditActions) as [AuditSubject, ...AuditSubject[]];

/** Codes of the actions of one subject. */
export const auditActionsOf = (subject: AuditSubject): readonly string[] => Object.keys(auditActions[subject]);

const byCode = new Map<string, AuditText>(Object.values(auditActions).flatMap((actions) => Object.entries(actions)));

/** An action in words; an unknown code is shown as it is. */
export const auditWords = (what: string, detail: AuditDetail, names: AuditNames): LocalizedText =>
  byCode.get(what)?.(detail, names) ?? { zh: what, en: what };
