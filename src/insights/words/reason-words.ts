import type { Label } from '../../domain/ruleset.js';
import { goneWords } from '../../domain/triggers/read-triggers.js';

type Words = readonly [zh: string, en: string];

/** Why something was not sent, not done, or done: what codes mean to the one who reads them. */
const ownWords: Readonly<Record<string, Words>> = {
  // --- not sent, by our own rules
  opted_out: ['成员已退订', 'the member opted out'],
  holdout: ['对照组，故意不发', 'held back as a control group'],
  unreachable: ['没有能触达的渠道', 'no channel reaches the member'],
  daily_cap: ['24 小时内的触达次数已用完', 'the messages of 24 hours are used up'],
  monthly_cap: ['30 天内的触达次数已用完', 'the messages of 30 days are used up'],
  min_gap: ['离上一条太近，要隔几天', 'too soon after the last message'],
  merged_nudge: ['同类提醒这几天已有一条，合并不发', 'merged: another of its kind goes within these days'],
  cap_freed: ['前一条没有发成，改发这条', 'goes after all: the message ahead of it was not sent'],
  no_slot_in_window: ['有效期内没有合适的发送时段', 'no sending slot while it is worth sending'],
  paused: ['已暂停主动发送，恢复后再发', 'sending is paused; it goes when that is over'],
  quiet_hours: ['安静时段，顺延发送', 'put off: quiet hours'],
  expired: ['过了有效期', 'no longer worth sending'],
  stop_when: ['发送前已满足停发条件', 'the stop rule holds by now'],
  // --- not sent, because it would not be true any more
  template_off: ['模板已停用', 'the template is switched off'],
  called_off: ['修改模板时取消', 'called off when the template was edited'],
  template_gone: ['模板文件已删除', 'the template is gone'],
  template_broken: ['模板有错误，改好后再发', 'the template has a mistake; it goes when that is corrected'],
  not_in_audience: ['已不在发送范围内', 'no longer in the audience'],
  day_passed: ['文字只在那一天成立，那天已过', 'its words were true on one day, which has passed'],
  no_such_day: ['文字说的那一天今年没有', 'the day its words speak of does not come'],
  not_yet_the_day: ['文字说的是之后的一天，到那天再发', 'its words are of a later day; it goes then'],
  no_join_code: ['没有可附的进群二维码', 'there is no join code to go with it'],
  other_words: ['文字有变，另建群发任务', 'its words have changed; it goes in another task'],
  nothing_to_do: ['已经一致，无需操作', 'nothing was left to do'],
  channel_gone: ['模板不再用原来的渠道', 'the template has the channel no more'],
  no_channel: ['没有配置能做这件事的渠道', 'no channel can do this'],
  unconfirmed: ['已发出，没有收到确认', 'sent; the answer got lost'],
  outcome_unknown: ['发送结果不明，为免重复不再发', 'the outcome is unknown; not sent again'],
  bug: ['程序错误，已记录', 'a bug; it has been logged'],
  unreadable: ['存下的内容读不出来', 'what was stored cannot be read'],
  // --- texts
  'text:missing_value': ['模板里有这位成员没有的值', 'the text names a value this member does not have'],
  'text:empty_text': ['模板填好后没有文字', 'nothing is left of the text when filled'],
  'text:too_long': ['模板填好后太长', 'the text is too long when filled'],
  'text:too_slow': ['模板太费时间', 'the text takes too long to fill'],
  'text:not_renderable': ['模板填不出来', 'the text cannot be filled'],
  // --- mass-sends
  waits_for_staff: ['等员工点确认', 'waits for the tap of staff'],
  handed_on: ['转给另一位员工发送', 'handed on to a colleague'],
  made_anew: ['任务已撤回，重新建给其余客户', 'the task was made anew for the others'],
  sender_gone: ['发送的员工已离职或不在可见范围', 'the sender has left or is out of scope'],
  cannot_cancel: ['群发任务取消不了', 'the mass-send could not be cancelled'],
  opted_out_in_task: ['成员已退订，正在撤回群发任务', 'opted out; the mass-send is being withdrawn'],
  wecom_daily_cap: ['企业微信每天的群发上限已到', "WeCom's daily cap of mass-sends is reached"],
  wecom_weekly_cap: ['企业微信每周的群发上限已到', "WeCom's weekly cap of mass-sends is reached"],
  wecom_monthly_cap: ['企业微信每月的群发上限已到', "WeCom's monthly cap of mass-sends is reached"],
  not_listed: ['员工点了发送，企业微信一直没有列出这位客户', 'tapped, and WeCom never listed this customer'],
  not_confirmed: ['员工没有确认群发', 'staff did not confirm it'],
  refused_by_wecom: ['企业微信没有收下这位客户', 'WeCom did not take this customer'],
  wecom_cap: ['企业微信的每月群发上限已到', "WeCom's own monthly cap is reached"],
  not_a_contact: ['已不是好友', 'no longer a contact'],
  nobody_to_send_to: ['没有可发的客户', 'there is nobody to send it to'],
  mass_send_cancelled: ['群发任务被取消', 'the mass-send was cancelled'],
  mass_send_unknown: ['企业微信还没有这个群发任务', 'WeCom does not know the mass-send yet'],
  cannot_reconcile: ['上次的结果还查不到，稍后再查', 'what became of the last try cannot be read yet'],
  too_early_to_tell: ['刚发出，结果还不能定', 'too early to tell what became of it'],
  // --- welcome
  welcome_code_expired: ['欢迎语的 20 秒窗口已过', 'the 20 seconds for a welcome are over'],
  welcome_code_missing: ['没有欢迎语凭证', 'there is no welcome code'],
  already_welcomed: ['已经发过欢迎语或已开始聊天', 'welcomed already'],
  welcome_in_flight: ['另一个应用正在发欢迎语', 'another app is sending a welcome'],
  // --- WeCom
  wecom_busy: ['企业微信繁忙，稍后重试', 'WeCom is busy; tried again later'],
  wecom_halted: ['企业微信接口已暂停，等管理员处理', 'halted until an admin acts'],
  wecom_quota_full: ['接口额度用完，稍后重试', 'our quota at WeCom is used up for now'],
  wecom_refused: ['企业微信拒绝了', 'WeCom refused'],
  wecom_no_token: ['企业微信没有给出可用的凭证，稍后重试', 'WeCom gave no usable token; tried again later'],
  wecom_answer_unreadable: ['企业微信的回答看不懂', "WeCom's answer could not be read"],
  too_frequent: ['调用过于频繁，稍后重试', 'too frequent; tried again later'],
  too_many_at_once: ['并发过多，稍后重试', 'too many at once; tried again later'],
  conflicting_call: ['同一客户正在被操作，稍后重试', 'the same customer is being worked on'],
  data_conflict: ['数据冲突，稍后重试', 'two writers met; tried again later'],
  no_such_contact: ['客户不存在或不在可见范围', 'no such contact, or out of scope'],
  not_following: ['员工没有添加这位客户', 'the staff member does not have this customer'],
  no_contact_permission: ['没有客户联系权限', 'no permission for customer contact'],
  no_such_staff: ['员工不存在或已离职', 'no such member of staff'],
  staff_out_of_scope: ['员工不在应用可见范围', "the staff member is out of the app's scope"],
  no_valid_receiver: ['接收的员工都无效', 'none of the receivers is valid'],
  no_such_group: ['群不存在', 'no such group'],
  group_dismissed: ['群已解散', 'the group was dismissed'],
  no_permission: ['没有权限', 'not permitted'],
  bad_secret: ['应用 Secret 不正确', "the app's secret is wrong"],
  untrusted_ip: ['服务器 IP 不在可信名单', "the server's address is not on WeCom's list"],
  tag_library_incomplete: ['正在建企业标签，稍后继续', 'the corp tags are being made first'],
  tags_still_missing: ['企业标签还没建好，稍后重试', 'the corp tags are not there yet'],
  tag_library_doubted: ['标签被删过，正在重读标签库', 'a tag was deleted; the library is being read'],
  tag_library_full: ['企业标签已满 10000 个，没有位置新建', 'the corp has 10 000 tags; there is no room for more'],
  customer_tags_full: ['这位客户身上的标签已满 3000 个', 'this customer has 3 000 tags; there is no room for more'],
  no_such_tag: ['标签已被删除，重读标签库后再打', 'the tag was deleted; told again when the library is read'],
  bad_tag_name: ['标签名不合规', "the tag's name is not allowed"],
  picture_not_found: ['图片地址打不开', 'the picture is not there'],
  picture_unreachable: ['图片暂时取不到', 'the picture cannot be had just now'],
  picture_slow: ['图片太久没有取到', 'the picture took too long'],
  picture_too_large: ['图片太大', 'the picture is too large'],
  // --- moves
  tier_changed: ['层级变了', 'the tier changed'],
  not_in_the_tier_group: ['不在本层级的群里', "not in the tier's group"],
  merged: ['两份档案合并为一人', 'two records became one person'],
  pool_full: ['本层级的群都满了', "the tier's groups are full"],
  no_pool: ['本层级还没有群', 'the tier has no group'],
  too_many_tries: ['邀请次数已用完', 'invited often enough'],
  invitation_never_sent: ['邀请一直没有发出', 'the invitation was never sent'],
  not_sent: ['邀请没有发成', 'the invitation was not sent'],
  did_not_join: ['没有进群', 'did not join'],
  reminder: ['提醒过一次', 'reminded once'],
  asked: ['已请群主移出旧群', "the old group's owner was asked to remove them"],
  joined: ['已进新群', 'joined the new group'],
  left: ['已离开旧群', 'left the old group'],
  approved: ['运营已同意', 'an operator agreed'],
  refused_by_operator: ['运营没有同意', 'an operator did not agree'],
  no_way_in: ['这个群进不去了', 'there is no way into the group any more'],
  left_the_new_group: ['进群后又退出了新群', 'left the new group again'],
  // --- decisions
  came_by_way: ['来自渠道码', 'came by a code that has the tag'],
  rule_removed: ['规则已删除', 'the rule was removed'],
  tag_group_changed: ['标签换了分组', 'the tag is in another group now'],
};

const words = new Map(Object.entries(ownWords));

/** What the codes of a channel mean: each brings its own, when the product is put together. */
export function addReasonWords(reasons: Readonly<Record<string, Words>>): void {
  for (const [code, said] of Object.entries(reasons)) words.set(code, said);
}

const withTail: Readonly<Record<string, (tail: string) => Words>> = {
  locked_by: (who) => [who === '' ? '人工锁定' : `由 ${who} 锁定`, who === '' ? 'locked by hand' : `locked by ${who}`],
  tier_is_now: (tier) => [`层级已是 ${tier}`, `the tier is now ${tier}`],
  without: (why) => [`文字已发，没带图片：${reasonLabel(why).zh}`, `sent without its picture: ${reasonLabel(why).en}`],
  instead: (why) => [`改走下一个渠道：${reasonLabel(why).zh}`, `by the next channel: ${reasonLabel(why).en}`],
  new_version: (version) => [`换成第 ${version} 版的文字`, `in the words of version ${version}`],
  text: (what) => [`模板填不出来：${what}`, `the text cannot be filled: ${what}`],
};

export interface Reason {
  readonly code: string;
  readonly label: Label;
}

/** Something stands against one message of a mass-send that is out. */
const IN_TASK = '_in_task';

/** A code in words; one that nobody wrote down is shown as it is. */
export function reasonLabel(code: string): Label {
  const known = words.get(code);
  if (known) return { zh: known[0], en: known[1] };
  const gone = goneWords.get(code);
  if (gone) return gone;
  if (code.endsWith(IN_TASK)) {
    const { zh, en } = reasonLabel(code.slice(0, -IN_TASK.length));
    return { zh: `${zh}，但群发任务只能整条取消`, en: `${en}, but a mass-send can only be cancelled as a whole` };
  }
  const cut = code.indexOf(':');
  const family = code.slice(0, Math.max(0, cut));
  const tailed = Object.hasOwn(withTail, family) ? withTail[family]?.(code.slice(cut + 1)) : undefined;
  return tailed ? { zh: tailed[0], en: tailed[1] } : { zh: code, en: code };
}

export const reasonOf = (code: string): Reason => ({ code, label: reasonLabel(code) });
