import type { LocalizedText } from '../../domain/localized-text.js';
import { groupLapsedLabels } from '../../domain/group-posts/triggers/index.js';
import { lapsedReasonLabels } from '../../domain/triggers/read-triggers.js';

/** Labels of reason codes: why something was not sent, not done, or done. */
const ownWords: Readonly<Record<string, LocalizedText>> = {
  // --- not sent, by our own rules
  opted_out: { zh: '成员已退订', en: 'the member opted out' },
  told_today: { zh: '同一天已经说过一次', en: 'told within the same day already' },
  hibernating: { zh: '成员已流失，日常消息不发', en: 'the member is lost: routine messages are left out' },
  global_holdout: {
    zh: '长期对照组：不收活动消息，用来看这些消息有没有用',
    en: 'in the global holdout: gets no campaigns, to show what they are worth',
  },
  holdout: { zh: '对照组，故意不发', en: 'held back as a control group' },
  unreachable: { zh: '没有能触达的渠道', en: 'no channel reaches the member' },
  daily_cap: { zh: '24 小时内的触达次数已用完', en: 'the messages of 24 hours are used up' },
  monthly_cap: { zh: '30 天内的触达次数已用完', en: 'the messages of 30 days are used up' },
  invited_on_request: { zh: '成员已经拿到群码，不再重复邀请', en: 'the member has the code already' },
  min_gap: { zh: '离上一条太近，要隔几天', en: 'too soon after the last message' },
  merged_nudge: { zh: '同类提醒这几天已有一条，合并不发', en: 'merged: another of its kind goes within these days' },
  cap_freed: { zh: '前一条没有发成，改发这条', en: 'goes after all: the message ahead of it was not sent' },
  no_slot_in_window: { zh: '有效期内没有合适的发送时段', en: 'no sending slot while it is worth sending' },
  days_kept_free: {
    zh: '有效期内都是这个模板不发的日子',
    en: 'only days that the template keeps free while it is worth sending',
  },
  day_kept_free: { zh: '今天是这个模板不发的日子，顺延发送', en: 'put off: a day that the template keeps free' },
  watched_launch: {
    zh: '盯着首发：等人看过放行，或数据好再发',
    en: 'a watched launch: it waits for a look or for good figures',
  },
  paused: { zh: '已暂停主动发送，恢复后再发', en: 'sending is paused; it goes when that is over' },
  quiet_hours: { zh: '安静时段，顺延发送', en: 'put off: quiet hours' },
  expired: { zh: '过了有效期', en: 'no longer worth sending' },
  stop_when: { zh: '发送前已满足停发条件', en: 'the stop rule holds by now' },
  // --- not sent, because it would not be true any more
  template_off: { zh: '模板已停用', en: 'the template is switched off' },
  tried_again: { zh: '有人让它再试一次', en: 'a person had it tried again' },
  brought_forward: { zh: '有人让它提前发', en: 'a person had it sent before its time' },
  no_such_message: { zh: '没有这条消息', en: 'there is no such message' },
  cancel_the_task: {
    zh: '已经交给员工：在「待员工确认」里取消整个任务',
    en: 'it is with staff: cancel the whole task under “Waiting for staff”',
  },
  not_planned_any_more: { zh: '已经不在排队了', en: 'it is not in the queue any more' },
  sent_already: { zh: '已经发出了', en: 'it was sent already' },
  stopped_by_person: { zh: '有人取消了', en: 'a person cancelled it' },
  nobody_else: { zh: '没有别的同事能发，也没有别的渠道', en: 'no colleague and no other channel can send it' },
  not_waiting_any_more: { zh: '已经不在等这一次点击', en: 'it waits for this tap no more' },
  called_off: { zh: '修改模板时取消', en: 'called off when the template was edited' },
  template_gone: { zh: '模板文件已删除', en: 'the template is gone' },
  template_broken: { zh: '模板有错误，改好后再发', en: 'the template has a mistake; it goes when that is corrected' },
  not_in_audience: { zh: '已不在发送范围内', en: 'no longer in the audience' },
  day_passed: { zh: '文字只在那一天成立，那天已过', en: 'its words were true on one day, which has passed' },
  no_such_day: { zh: '文字说的那一天今年没有', en: 'the day its words speak of does not come' },
  not_yet_the_day: { zh: '文字说的是之后的一天，到那天再发', en: 'its words are of a later day; it goes then' },
  no_join_code: { zh: '没有可附的进群二维码', en: 'there is no join code to go with it' },
  other_words: { zh: '文字有变，另建群发任务', en: 'its words have changed; it goes in another task' },
  nothing_to_do: { zh: '已经一致，无需操作', en: 'nothing was left to do' },
  channel_gone: { zh: '模板不再用原来的渠道', en: 'the template has the channel no more' },
  no_channel: { zh: '没有配置能做这件事的渠道', en: 'no channel can do this' },
  unconfirmed: { zh: '已发出，没有收到确认', en: 'sent; the answer got lost' },
  outcome_unknown: { zh: '发送结果不明，为免重复不再发', en: 'the outcome is unknown; not sent again' },
  bug: { zh: '程序错误，已记录', en: 'a bug; it has been logged' },
  unreadable: { zh: '存下的内容读不出来', en: 'what was stored cannot be read' },
  // --- texts
  'text:missing_value': { zh: '模板里有这位成员没有的值', en: 'the text names a value this member does not have' },
  'text:empty_text': { zh: '模板填好后没有文字', en: 'nothing is left of the text when filled' },
  'text:too_long': { zh: '模板填好后太长', en: 'the text is too long when filled' },
  'text:too_slow': { zh: '模板太费时间', en: 'the text takes too long to fill' },
  'text:not_renderable': { zh: '模板填不出来', en: 'the text cannot be filled' },
  // --- mass-sends
  waits_for_staff: { zh: '等员工点确认', en: 'waits for the tap of staff' },
  handed_on: { zh: '转给另一位员工发送', en: 'handed on to a colleague' },
  made_anew: { zh: '任务已撤回，重新建给其余客户', en: 'the task was created again for the other customers' },
  sender_gone: { zh: '发送的员工已离职或不在可见范围', en: 'the sender has left or is out of scope' },
  cannot_cancel: { zh: '群发任务取消不了', en: 'the mass-send could not be cancelled' },
  opted_out_in_task: { zh: '成员已退订，正在撤回群发任务', en: 'opted out; the mass-send is being withdrawn' },
  wecom_daily_cap: { zh: '企业微信每天的群发上限已到', en: "WeCom's daily cap of mass-sends is reached" },
  wecom_weekly_cap: { zh: '企业微信每周的群发上限已到', en: "WeCom's weekly cap of mass-sends is reached" },
  wecom_monthly_cap: { zh: '企业微信每月的群发上限已到', en: "WeCom's monthly cap of mass-sends is reached" },
  not_listed: { zh: '员工点了发送，企业微信一直没有列出这位客户', en: 'tapped, and WeCom never listed this customer' },
  not_confirmed: { zh: '员工没有确认群发', en: 'staff did not confirm it' },
  refused_by_wecom: { zh: '企业微信没有收下这位客户', en: 'WeCom did not take this customer' },
  wecom_cap: { zh: '企业微信的每月群发上限已到', en: "WeCom's own monthly cap is reached" },
  not_a_contact: { zh: '已不是好友', en: 'no longer a contact' },
  nobody_to_send_to: { zh: '没有可发的客户', en: 'there is nobody to send it to' },
  mass_send_cancelled: { zh: '群发任务被取消', en: 'the mass-send was cancelled' },
  mass_send_unknown: { zh: '企业微信还没有这个群发任务', en: 'WeCom does not know the mass-send yet' },
  cannot_reconcile: { zh: '上次的结果还查不到，稍后再查', en: 'what became of the last try cannot be read yet' },
  too_early_to_tell: { zh: '刚发出，结果还不能定', en: 'too early to tell what became of it' },
  // --- posts in groups
  group_text_off: { zh: '这段群消息已停用或改了', en: 'the text for groups is switched off or gone' },
  plan_changed: { zh: '日历里的这条已改或已取消', en: 'the planned post was changed or cancelled' },
  group_gone: { zh: '群已解散', en: 'the group is gone' },
  group_unreachable: {
    zh: '这个群没有人能发：没有群主，聊天账号也不在群里',
    en: 'nobody can post: the group has no owner, nor the chat account',
  },
  group_daily_cap: { zh: '这个群一天里的消息够了', en: 'the group has its posts of a day' },
  group_weekly_cap: { zh: '这个群一周里的消息够了', en: 'the group has its posts of a week' },
  // --- welcome
  welcome_code_expired: { zh: '欢迎语的 20 秒窗口已过', en: 'the 20 seconds for a welcome are over' },
  welcome_code_missing: { zh: '没有欢迎语凭证', en: 'there is no welcome code' },
  already_welcomed: { zh: '已经发过欢迎语或已开始聊天', en: 'welcomed already' },
  welcome_in_flight: { zh: '另一个应用正在发欢迎语', en: 'another app is sending a welcome' },
  // --- WeCom
  wecom_busy: { zh: '企业微信繁忙，稍后重试', en: 'WeCom is busy; tried again later' },
  wecom_halted: { zh: '企业微信接口已暂停，等管理员处理', en: 'halted until an admin acts' },
  wecom_quota_full: { zh: '接口额度用完，稍后重试', en: 'our quota at WeCom is used up for now' },
  wecom_refused: { zh: '企业微信拒绝了', en: 'WeCom refused' },
  wecom_no_token: { zh: '企业微信没有给出可用的凭证，稍后重试', en: 'WeCom gave no usable token; tried again later' },
  wecom_answer_unreadable: { zh: '企业微信的回答看不懂', en: "WeCom's answer could not be read" },
  too_frequent: { zh: '调用过于频繁，稍后重试', en: 'too frequent; tried again later' },
  too_many_at_once: { zh: '并发过多，稍后重试', en: 'too many at once; tried again later' },
  conflicting_call: { zh: '同一客户正在被操作，稍后重试', en: 'the same customer is being worked on' },
  data_conflict: { zh: '数据冲突，稍后重试', en: 'two writers met; tried again later' },
  no_such_contact: { zh: '客户不存在或不在可见范围', en: 'no such contact, or out of scope' },
  not_following: { zh: '员工没有添加这位客户', en: 'the staff member does not have this customer' },
  no_contact_permission: { zh: '没有客户联系权限', en: 'no permission for customer contact' },
  no_such_staff: { zh: '员工不存在或已离职', en: 'no such member of staff' },
  staff_out_of_scope: { zh: '员工不在应用可见范围', en: "the staff member is out of the app's scope" },
  no_valid_receiver: { zh: '接收的员工都无效', en: 'none of the receivers is valid' },
  no_such_group: { zh: '群不存在', en: 'no such group' },
  group_dismissed: { zh: '群已解散', en: 'the group was dismissed' },
  no_permission: { zh: '没有权限', en: 'not permitted' },
  bad_secret: { zh: '应用 Secret 不正确', en: "the app's secret is wrong" },
  untrusted_ip: { zh: '服务器 IP 不在可信名单', en: "the server's address is not on WeCom's list" },
  tag_library_incomplete: { zh: '正在建企业标签，稍后继续', en: 'the corp tags are being made first' },
  tags_still_missing: { zh: '企业标签还没建好，稍后重试', en: 'the corp tags are not there yet' },
  tag_library_doubted: { zh: '标签被删过，正在重读标签库', en: 'a tag was deleted; the library is being read' },
  tag_library_full: {
    zh: '企业标签已满 10000 个，没有位置新建',
    en: 'the corp has 10 000 tags; there is no room for more',
  },
  customer_tags_full: {
    zh: '这位客户身上的标签已满 3000 个',
    en: 'this customer has 3 000 tags; there is no room for more',
  },
  no_such_tag: {
    zh: '标签已被删除，重读标签库后再打',
    en: 'the tag was deleted; it is set again when the library is read',
  },
  bad_tag_name: { zh: '标签名不合规', en: "the tag's name is not allowed" },
  picture_not_found: { zh: '图片地址打不开', en: 'the picture is not there' },
  picture_unreachable: { zh: '图片暂时取不到', en: 'the picture cannot be had just now' },
  picture_slow: { zh: '图片太久没有取到', en: 'the picture took too long' },
  picture_too_large: { zh: '图片太大', en: 'the picture is too large' },
  // --- moves
  tier_changed: { zh: '层级变了', en: 'the tier changed' },
  not_in_the_tier_group: { zh: '不在本层级的群里', en: "not in the tier's group" },
  merged: { zh: '两份档案合并为一人', en: 'two records became one person' },
  pool_full: { zh: '本层级的群都满了', en: "the tier's groups are full" },
  no_pool: { zh: '本层级还没有群', en: 'the tier has no group' },
  too_many_tries: { zh: '邀请次数已用完', en: 'invited often enough' },
  invitation_never_sent: { zh: '邀请一直没有发出', en: 'the invitation was never sent' },
  not_sent: { zh: '邀请没有发成', en: 'the invitation was not sent' },
  did_not_join: { zh: '没有进群', en: 'did not join' },
  reminder: { zh: '提醒过一次', en: 'reminded once' },
  asked: { zh: '已请群主移出旧群', en: "the old group's owner was asked to remove them" },
  joined: { zh: '已进新群', en: 'joined the new group' },
  left: { zh: '已离开旧群', en: 'left the old group' },
  approved: { zh: '运营已同意', en: 'an operator agreed' },
  refused_by_operator: { zh: '运营没有同意', en: 'an operator did not agree' },
  no_way_in: { zh: '这个群进不去了', en: 'there is no way into the group any more' },
  most_room: { zh: '这个群空位最多', en: 'the group with the most room' },
  only_group_with_room: { zh: '只有这个群有空位', en: 'the only group with room' },
  undo: { zh: '撤回上一次换群', en: 'takes the last move back' },
  undone: { zh: '有人撤回了这次换群', en: 'a person took the move back' },
  move_closed: { zh: '换群已结束', en: 'the move is over' },
  invited: { zh: '已安排邀请', en: 'the invitation is on its way' },
  adding: { zh: '聊天账号正在拉人', en: 'the chat account adds them' },
  waits_for_approval: { zh: '等运营人员同意', en: 'waits for an operator' },
  has_open_move: { zh: '正在换群', en: 'a move is under way' },
  placed_already: { zh: '已在本层级的群里', en: "in the tier's group already" },
  comes_alone: { zh: '最低层级不邀请', en: 'nobody is invited to the lowest tier' },
  owner_reminded: { zh: '已提醒群主', en: 'the owner was reminded' },
  staff_reminded: { zh: '已提醒同事点发送', en: 'the colleague was reminded to tap' },
  not_with_staff: { zh: '邀请没有在等同事点发送', en: 'the invitation waits for no tap' },
  reminded_today: { zh: '今天已经提醒过', en: 'reminded today already' },
  being_checked: { zh: '群主说做好了，正在核对', en: 'the owner says it is done; being checked' },
  no_task: { zh: '没有对应的待办', en: 'there is no such task' },
  group_asked: { zh: '已请群主建新群', en: 'an owner was asked for the next group' },
  has_room: { zh: '还有空位，不用建新群', en: 'there is room; no new group is needed' },
  no_such_member: { zh: '没有这位成员', en: 'there is no such member' },
  nothing_to_undo: { zh: '这次换群没有发生', en: 'the move did not happen' },
  newer_move: { zh: '之后又换过群', en: 'the member has a newer move' },
  not_in_new_group: { zh: '已不在新群里', en: 'the member is not in the new group any more' },
  came_from_no_group: { zh: '原来不在分层群', en: 'the member came from no tier group' },
  no_way_back: { zh: '原层级没有进得去的群', en: 'no group of the old tier has room and a way in' },
  member_opted_out: { zh: '成员已退订，不能邀请', en: 'the member opted out and cannot be invited' },
  left_the_new_group: { zh: '进群后又退出了新群', en: 'left the new group again' },
  // --- decisions
  came_by_way: { zh: '来自渠道码', en: 'came by a code that has the tag' },
  rule_removed: { zh: '规则已删除', en: 'the rule was removed' },
  no_longer_kept: { zh: '连保留标签的条件也不满足了', en: 'not even the looser rule for keeping it holds' },
  tag_group_changed: { zh: '标签换了分组', en: 'the tag is in another group now' },
};

const words = new Map(Object.entries(ownWords));

/** Adds the labels of a channel's reason codes. Called for each channel at startup. */
export function addReasonWords(reasons: Readonly<Record<string, LocalizedText>>): void {
  for (const [code, label] of Object.entries(reasons)) words.set(code, label);
}

const withTail: Readonly<Record<string, (tail: string) => LocalizedText>> = {
  locked_by: (who) => ({
    zh: who === '' ? '人工锁定' : `由 ${who} 锁定`,
    en: who === '' ? 'locked by hand' : `locked by ${who}`,
  }),
  no_answer_for: (days) => ({
    zh: `问过要不要留下，${days} 天没有动静`,
    en: `asked whether to stay; no sign of life for ${days} days`,
  }),
  friends_there: (n) => ({ zh: `群里有 ${n} 位聊过的人`, en: `${n} people there with whom they have talked` }),
  invited_together: (n) => ({ zh: `群里有 ${n} 位同一邀请人带来的人`, en: `${n} people there from the same inviter` }),
  neighbours_there: (n) => ({ zh: `群里 ${n}% 的人同地区`, en: `${n}% of its people are of the same region` }),
  undone_by: (who) => ({ zh: `由 ${who} 撤回`, en: `taken back by ${who}` }),
  swings: (counts) => {
    const [changes = '', days = ''] = counts.split(':');
    return {
      zh: `${days} 天内已经换层 ${changes} 次，来回变动，先停在这一层`,
      en: `changed tier ${changes} times within ${days} days and swings: held in this tier for now`,
    };
  },
  floor_tag: (tag) => ({ zh: `有标签「${tag}」，层级保底`, en: `the tag ${tag} keeps the tier` }),
  floor_group: (group) => ({ zh: `在「${group}」群里，层级保底`, en: `being in the group ${group} keeps the tier` }),
  tier_is_now: (tier) => ({ zh: `层级已是 ${tier}`, en: `the tier is now ${tier}` }),
  without: (why) => ({
    zh: `文字已发，没带图片：${reasonLabel(why).zh}`,
    en: `sent without its picture: ${reasonLabel(why).en}`,
  }),
  instead: (why) => ({
    zh: `改走下一个渠道：${reasonLabel(why).zh}`,
    en: `by the next channel: ${reasonLabel(why).en}`,
  }),
  new_version: (version) => ({ zh: `换成第 ${version} 版的文字`, en: `in the words of version ${version}` }),
  text: (what) => ({ zh: `模板填不出来：${what}`, en: `the text cannot be filled: ${what}` }),
};

export interface Reason {
  readonly code: string;
  readonly label: LocalizedText;
}

/** Suffix of codes that concern one message of a created mass-send. */
const IN_TASK = '_in_task';

/** The label of a code; an unknown code is shown as it is. */
export function reasonLabel(code: string): LocalizedText {
  const known = words.get(code);
  if (known) return known;
  const gone = lapsedReasonLabels.get(code) ?? groupLapsedLabels.get(code);
  if (gone) return gone;
  if (code.endsWith(IN_TASK)) {
    const { zh, en } = reasonLabel(code.slice(0, -IN_TASK.length));
    return { zh: `${zh}，但群发任务只能整条取消`, en: `${en}, but a mass-send can only be cancelled as a whole` };
  }
  const cut = code.indexOf(':');
  const family = code.slice(0, Math.max(0, cut));
  const tailed = Object.hasOwn(withTail, family) ? withTail[family]?.(code.slice(cut + 1)) : undefined;
  return tailed ?? { zh: code, en: code };
}

export const reasonOf = (code: string): Reason => ({ code, label: reasonLabel(code) });
