import type { ReasonWords } from '../channel-definition.js';

/** Labels for operators, by the reason codes of customer service. */
export const kfReasons: ReasonWords = {
  // --- the window of a customer
  kf_window_closed: { zh: '客户 48 小时内没有给客服留言', en: 'the customer has not written to service for 48 hours' },
  kf_messages_used_up: {
    zh: '客户上次留言后的 5 条已用完',
    en: "the five messages after the customer's last one are used up",
  },
  kf_session_ended: { zh: '客服会话已结束，等客户再留言', en: 'the session has ended; the customer must write again' },
  kf_not_our_turn: {
    zh: '客服会话不归机器人：人工接待中，或已过 48 小时',
    en: 'a person serves, or 48 hours are over',
  },
  kf_customer_refuses: { zh: '客户拒收客服消息', en: 'the customer refuses messages of customer service' },
  kf_person_serves: { zh: '正由同事接待，机器人不插话', en: 'a person serves the customer; the bot is silent' },
  kf_recalled: { zh: '客户撤回了留言，不再回答', en: 'the customer recalled the message; it is not answered' },
  kf_no_servicer: { zh: '客服账号没有接待人员', en: 'the account has no servicers' },
  kf_facts_pending: { zh: '等刚收到的留言处理完', en: 'waits until what was just read is applied' },
  sent_unconfirmed: {
    zh: '可能已发出，没有收到确认，不再重发',
    en: 'perhaps sent; no confirmation came; not sent again',
  },
  // --- not delivered, although WeCom took it
  kf_not_delivered: { zh: '企业微信收下了，但没有送达', en: 'WeCom took it and did not deliver it' },
  kf_channels_unbound: { zh: '企业没有绑定视频号', en: 'the corp has no 视频号 bound' },
  kf_nobody_logged_in: {
    zh: '企业没有成员登录过企业微信 App',
    en: 'no member of the corp ever logged in to the WeCom app',
  },
  kf_type_forbidden: { zh: '客服不允许发这种消息', en: 'customer service may not send messages of this kind' },
  kf_text_refused: { zh: '文字被企业微信的安全策略拒绝', en: "WeCom's security policy refused the text" },
  // --- the account
  kf_api_off: {
    zh: '微信客服没有开启 API：管理后台 → 微信客服 → 通过 API 管理微信客服账号',
    en: 'the API of customer service is off: 微信客服 → 通过API管理微信客服账号',
  },
  kf_wrong_secret: {
    zh: 'Secret 与微信客服的开通方式不符，请核对 WECOM_SECRET',
    en: 'the secret does not fit the way in which customer service is used: check WECOM_SECRET',
  },
  no_such_kf_account: {
    zh: '客服账号不存在或不属于本企业，请核对 WECOM_KF_IDS（区分大小写）',
    en: 'no such customer-service account: check WECOM_KF_IDS (case matters)',
  },
  kf_account_not_granted: {
    zh: '这个客服账号没有授权给本应用：微信客服 → 通过 API 管理微信客服账号',
    en: 'the account is not granted to this app: 微信客服 → 通过API管理微信客服账号',
  },
  kf_customers_full: {
    zh: '企业未认证，客服客户数已到上限',
    en: 'the corp is not verified and its customers are full',
  },
  kf_accounts_full: { zh: '客服账号数已到上限，或至少要保留一个', en: 'no more accounts, or one must remain' },
  bad_kf_account_name: { zh: '客服账号的名字不合规', en: "the account's name is not allowed" },
  kf_account_low_use: { zh: '客服账号使用太少，不能再建', en: 'the accounts are little used; no more can be made' },
  kf_out_of_scope: { zh: '不在应用的可见范围内', en: "out of the app's scope" },
  kf_record_right_gone: { zh: '会话记录的权限已失效', en: 'the right to the records is gone' },
  // --- reading
  kf_token_expired: {
    zh: '回调凭证过期，改为不带凭证读取',
    en: 'the token of the callback had expired; read without one',
  },
  kf_not_readable: { zh: '客服消息读不出来', en: 'the messages of customer service cannot be read' },
  kf_pages_without_end: {
    zh: '企业微信一直说还有消息，却没有给到头；先停一停，从停下的地方接着读',
    en: 'WeCom names more pages without end; read on from there in a minute',
  },
  kf_pull_paced: { zh: '读取太频繁，稍后再读', en: 'read too often; read again soon' },
  // --- menus and sessions
  bad_kf_menu: { zh: '客服菜单不合规', en: 'the menu is not allowed' },
  kf_servicer_unavailable: { zh: '接待人员不在或没有激活', en: 'the servicer is away or not activated' },
  kf_change_not_allowed: { zh: '客服会话不能这样转', en: 'the session cannot be changed like this' },
  kf_upgrade_by_console: { zh: '管理后台已配置专属服务', en: '专属服务 is set in the admin console' },
};
