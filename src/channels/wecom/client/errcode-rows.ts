import type { Blamed } from '../../../platform/errors.js';

/**
 * `afterMs`: delay before the next try, for `retry`. `countsAsAttempt`, `blames`: as in `RetryLater` and `GiveUp`. `zh`,
 * `en`: what the admin must do, for `halt_*`.
 */
interface Row {
  readonly errcode: number;
  readonly act: Act;
  readonly code: string;
  readonly source: string;
  readonly afterMs?: number;
  readonly countsAsAttempt?: boolean;
  readonly blames?: readonly Blamed[];
  readonly zh?: string;
  readonly en?: string;
}

type Advice = Required<Pick<Row, 'zh' | 'en'>>;

const giveUp = (errcode: number, code: string, source: string, ...blames: Blamed[]): Row => ({
  errcode,
  act: 'give_up',
  code,
  source,
  ...(blames.length === 0 ? {} : { blames }),
});
const retry = (errcode: number, code: string, afterMs: number, source: string): Row => ({
  errcode,
  act: 'retry',
  code,
  source,
  afterMs,
});
const haltApp = (errcode: number, code: string, source: string, advice: Advice): Row => ({
  errcode,
  act: 'halt_app',
  code,
  source,
  ...advice,
});
const haltEndpoint = (errcode: number, code: string, source: string, advice: Advice): Row => ({
  errcode,
  act: 'halt_endpoint',
  code,
  source,
  ...advice,
});

/**
 * Every errcode of the contract (§1.2), who must act on it, and the source. Meanings: the official table (G, crawled
 * 2024-04) and the 2026 page extracts (S); T: an error that a live client received.
 */
export const errcodeRows: readonly Row[] = [
  // --- nobody acts: tried again later
  retry(-1, 'wecom_busy', 2_000, 'G: system busy, back off'),
  retry(6000, 'data_conflict', 2_000, 'G: two writers'),
  retry(40007, 'media_expired', 1_000, 'G: media_id lives 3 days; uploaded anew'),
  retry(41047, 'mass_send_unknown', 60_000, 'G: invalid id; ★ also seen right after creation'),
  retry(41063, 'mass_send_dispatching', 60_000, 'G: asked right after creation'),
  {
    errcode: 41096,
    act: 'retry',
    code: 'welcome_in_flight',
    source: 'G: another app is sending one; may be tried again',
    afterMs: 1_000,
    countsAsAttempt: false,
  },
  retry(50100, 'bad_cursor', 2_000, 'S: paging starts again'),
  // --- nobody acts: limits of WeCom
  { errcode: 45009, act: 'window', code: 'too_frequent', source: 'G: the block lasts as long as the window' },
  {
    errcode: 45033,
    act: 'crowded',
    code: 'too_many_at_once',
    source: 'G: calls at once per endpoint; no number is published',
    afterMs: 2_000,
  },
  {
    errcode: 45035,
    act: 'conflict',
    code: 'conflicting_call',
    source: 'S 2026: the same pair in parallel',
    afterMs: 2_000,
  },
  // --- nobody acts: a new token, once
  {
    errcode: 40014,
    act: 'refresh',
    code: 'token_refused',
    source: 'G, S probe: expired, mangled or of the wrong kind',
  },
  { errcode: 41001, act: 'refresh', code: 'token_missing', source: 'G, S probe' },
  { errcode: 42001, act: 'refresh', code: 'token_expired', source: 'G' },

  // --- an admin acts: the whole app is refused
  haltApp(40001, 'bad_secret', 'G: wrong secret, of another corp, or the app is disabled; never loop', {
    zh: '应用 Secret 不正确（或应用已停用）：在管理后台「应用管理」里重新查看 Secret，改好 WECOM_SECRET 后重启。不要反复重试，多次错误会让本机 IP 被封一小时',
    en: "The app's secret is wrong, or the app is disabled: look it up under 应用管理, put it into WECOM_SECRET and restart. Do not try often: wrong secrets get this address blocked for an hour.",
  }),
  haltApp(40013, 'bad_corp_id', 'G, S probe', {
    zh: '企业 ID 不正确：在管理后台「我的企业」最下方核对，改好 WECOM_CORP_ID 后重启',
    en: 'The corp id is wrong: compare it with the foot of 我的企业, put it into WECOM_CORP_ID and restart.',
  }),
  haltApp(41002, 'corp_id_missing', 'G', {
    zh: '缺少企业 ID，请检查 WECOM_CORP_ID',
    en: 'No corp id: set WECOM_CORP_ID.',
  }),
  haltApp(41004, 'secret_missing', 'G, S probe', {
    zh: '缺少 Secret，请检查 WECOM_SECRET',
    en: 'No secret: set WECOM_SECRET.',
  }),
  haltApp(48004, 'authorisation_void', 'G', {
    zh: '应用授权已失效，请在管理后台重新授权',
    en: "The app's authorisation is void: authorise it again in the admin console.",
  }),
  haltApp(50003, 'app_disabled', 'G', {
    zh: '应用已被停用，请在管理后台启用',
    en: 'The app is disabled: enable it in the admin console.',
  }),
  haltApp(60020, 'untrusted_ip', 'G: apps made after 2022-06-20', {
    zh: '服务器 IP 不在应用的「企业可信 IP」里：在应用详情页底部加入，约 1 分钟后生效',
    en: "The server's address is not among the app's 企业可信 IP: add it at the foot of the app's page; it takes about a minute.",
  }),
  // --- an admin acts: only one endpoint is refused
  haltEndpoint(40056, 'bad_agent_id', 'G', {
    zh: 'AgentId 不正确：在应用详情页核对，改好 WECOM_AGENT_ID 后重启',
    en: "The AgentId is wrong: compare it with the app's page, put it into WECOM_AGENT_ID and restart.",
  }),
  haltEndpoint(43012, 'app_needs_callback', 'G, S: interactive cards', {
    zh: '应用需要先设置「接收消息」的回调地址',
    en: 'The app needs a callback address (接收消息) first.',
  }),
  haltEndpoint(48001, 'endpoint_not_authorised', 'G', {
    zh: '应用没有这个接口的权限，请在管理后台授权',
    en: 'The app has no right to this endpoint: grant it in the admin console.',
  }),
  haltEndpoint(48002, 'app_may_not_call', 'G, O-99547', {
    zh: '请在「客户联系 → 客户 → API → 可调用接口的应用」里加入本应用；如果是微信客服的接口，则在「微信客服 → 可调用接口的应用」里加入',
    en: 'Add this app under 客户联系 → 客户 → API → 可调用接口的应用; for customer service under 微信客服 → 可调用接口的应用.',
  }),
  haltEndpoint(301002, 'foreign_agent_id', 'G: the token belongs to another app', {
    zh: 'AgentId 与 Secret 不属于同一个应用，请一起核对 WECOM_AGENT_ID 和 WECOM_SECRET',
    en: 'The AgentId and the secret are of two apps: check WECOM_AGENT_ID and WECOM_SECRET together.',
  }),
  haltEndpoint(301052, 'archive_expired', 'G', {
    zh: '会话内容存档已到期，请续费或关闭',
    en: 'The conversation archive has expired: renew it or switch it off.',
  }),
  haltEndpoint(301053, 'archive_off', 'G', {
    zh: '没有开通会话内容存档',
    en: 'The conversation archive is not switched on.',
  }),

  // --- an operator acts, when convenient: the target does not exist or is not accessible
  giveUp(40003, 'no_such_staff', 'G: bad form, not in the directory, or resigned', 'sender', 'pair'),
  giveUp(40031, 'bad_staff_list', 'G'),
  giveUp(40032, 'bad_staff_list', 'G: too long or empty'),
  giveUp(40050, 'no_such_group', 'T: invalid group id'),
  giveUp(40066, 'bad_department', 'G'),
  giveUp(40068, 'no_such_tag', 'G, T: unknown tag or group id; read the library again'),
  giveUp(40071, 'tag_exists', 'T: fetched and reused by ensure_tags'),
  giveUp(40072, 'bad_tag_name', 'G: length'),
  giveUp(40096, 'no_such_contact', 'G, T: of another subject, or its staff are outside the visible scope', 'pair'),
  giveUp(49008, 'group_dismissed', 'G'),
  giveUp(50002, 'staff_out_of_scope', 'G', 'sender', 'pair'),
  giveUp(60011, 'no_permission', 'G: outside the visible scope, or not the creator', 'sender'),
  giveUp(60111, 'no_such_staff', 'G, T: left, outside the scope, or none named', 'sender', 'pair'),
  giveUp(60123, 'bad_department', 'G'),
  giveUp(81011, 'no_permission', '?: a tag of another app'),
  giveUp(81013, 'no_valid_receiver', 'S: message/send, all invalid'),
  giveUp(84061, 'not_a_contact', 'G: the pair has no relation any more', 'pair'),
  giveUp(84074, 'no_contact_permission', 'G', 'sender', 'pair'),
  giveUp(84084, 'not_following', 'G'),
  giveUp(701008, 'staff_unlicensed', 'G: none of them has an interop licence', 'sender'),
  giveUp(701099, 'staff_unlicensed', 'G', 'sender'),
  // --- contact ways, join ways, welcome
  giveUp(40029, 'bad_oauth_code', 'G'),
  giveUp(40037, 'no_such_welcome_template', 'T'),
  giveUp(41037, 'contact_way_type_missing', 'G'),
  giveUp(41038, 'contact_way_scene_missing', 'G'),
  giveUp(41039, 'bad_contact_way_type', 'G'),
  giveUp(41040, 'bad_contact_way_scene', 'G'),
  giveUp(41041, 'too_many_staff_in_contact_way', 'G: 100'),
  giveUp(41042, 'bad_contact_way_style', 'G'),
  giveUp(41043, 'join_way_missing', 'G: config_id'),
  giveUp(41044, 'no_such_join_way', 'G: or made by another app'),
  giveUp(41045, 'join_way_quota_full', 'G: 500 000 a corp, with contact ways'),
  giveUp(41049, 'welcome_code_missing', 'G'),
  giveUp(41050, 'welcome_code_expired', 'G: 20 s, once'),
  giveUp(41051, 'already_welcomed', 'G: chatting already, or another app was first'),
  giveUp(41054, 'staff_not_activated', 'G: or without their real name', 'sender'),
  giveUp(41055, 'welcome_template_quota_full', 'G: 100 a corp'),
  giveUp(41058, 'foreign_welcome_template', 'G: made by another app'),
  giveUp(41091, 'too_many_groups_in_join_way', 'G: 5'),
  giveUp(41095, 'too_many_acquisition_links', 'G'),
  // --- mass sends, messages, media
  giveUp(41046, 'mass_send_missing', 'G'),
  giveUp(41048, 'nobody_to_send_to', 'T: all over quota or not contacts'),
  giveUp(41064, 'too_many_attachments', 'G'),
  giveUp(41065, 'bad_attachment', 'G'),
  giveUp(41093, 'mass_send_cancelled', 'G'),
  giveUp(41094, 'too_many_reminders', 'G: 3 in 24 h'),
  giveUp(40008, 'bad_message_type', 'G'),
  giveUp(41016, 'card_title_missing', 'G; a live client got it for a card of the wrong shape (go-workwx #76, 2023-09)'),
  giveUp(42014, 'bad_card_task_id', 'G: written for task cards; that template cards share it is likely'),
  giveUp(42015, 'card_of_another_app', 'G: as 42014'),
  giveUp(42016, 'no_such_card', 'G: as 42014; the task id to be updated'),
  giveUp(42017, 'no_such_card_button', 'G: as 42014'),
  giveUp(
    60140,
    'card_code_used_up',
    'G: a response_code is good once, for 72 h (D-94888); close_card takes it for done',
  ),
  giveUp(44001, 'empty_media', 'G'),
  giveUp(44004, 'empty_text', 'G'),
  giveUp(45001, 'media_too_large', 'G'),
  giveUp(45002, 'text_too_long', 'G'),
  giveUp(93000, 'bad_webhook', 'S probe: wrong key, or the bot was removed'),
  giveUp(93004, 'bot_disabled', 'G'),
  giveUp(93006, 'no_such_group', 'G'),
  giveUp(93008, 'bot_not_in_group', 'G'),
  // --- customer service (kf contract §11)
  giveUp(95000, 'no_such_kf_account', 'G: bad open_kfid'),
  giveUp(95004, 'no_such_kf_account', 'G: deleted, or of another corp'),
  giveUp(60251, 'no_such_kf_account', 'G: open_kfid missing'),
  giveUp(60252, 'no_such_kf_account', 'G: open_kfid malformed'),
  giveUp(95001, 'kf_messages_used_up', "G: five after each message; only the customer's next message helps"),
  giveUp(95002, 'kf_window_closed', 'G: 48 h after the last message'),
  giveUp(95031, 'kf_window_closed', 'G: no consultation in 48 h'),
  giveUp(95003, 'kf_customers_full', 'G: the cap of a corp that is not verified'),
  giveUp(95005, 'kf_accounts_full', 'G: also: at least one must remain'),
  giveUp(95006, 'bad_kf_account_name', 'G'),
  giveUp(95026, 'kf_account_low_use', 'G: a new account is refused'),
  giveUp(95027, 'kf_accounts_full', 'G: ten in a corp that is not verified'),
  retry(95007, 'kf_token_expired', 2_000, 'G: pull without a token'),
  giveUp(95008, 'bad_kf_menu', 'G: too many items'),
  giveUp(95009, 'bad_kf_menu', 'G: type of an item'),
  haltEndpoint(95011, 'kf_wrong_secret', 'G: WeCom mode with the token of the independent one', {
    zh: '微信客服在企业微信里开通，却用了独立版的 Secret：WECOM_SECRET 应是自建应用的 Secret',
    en: 'Customer service is used inside WeCom, with the secret of the independent one: WECOM_SECRET must be that of the self-built app.',
  }),
  haltEndpoint(95012, 'kf_wrong_secret', 'G: the reverse', {
    zh: '微信客服是独立版（kf.weixin.qq.com）：请改为在企业微信里开通，并授权给本应用',
    en: 'Customer service is the independent one (kf.weixin.qq.com): switch it on inside WeCom and grant it to this app.',
  }),
  giveUp(95013, 'kf_session_ended', "G: only the customer's next message opens another"),
  giveUp(95014, 'kf_servicer_unavailable', 'G: none, or not activated'),
  giveUp(95019, 'kf_servicer_unavailable', 'G: stopped or paused'),
  giveUp(95015, 'kf_upgrade_by_console', 'G: 专属服务 is set in the console'),
  giveUp(95016, 'kf_change_not_allowed', 'G: from this state to that one'),
  haltEndpoint(95017, 'kf_api_off', 'G', {
    zh: '微信客服的「通过 API 管理」没有打开：管理后台 → 微信客服 → 通过 API 管理微信客服账号',
    en: 'The API of customer service is switched off: admin console → 微信客服 → 通过API管理微信客服账号.',
  }),
  haltEndpoint(95023, 'kf_api_off', 'G: given to a developed app of a provider', {
    zh: '微信客服的 API 授权给了代开发应用：请改为授权给本应用',
    en: "The API of customer service is granted to a provider's app: grant it to this app.",
  }),
  giveUp(95018, 'kf_not_our_turn', 'G: the state does not allow sending, or more than 48 h'),
  giveUp(95022, 'bad_parameter', 'G: location_type'),
  giveUp(95030, 'kf_type_forbidden', 'G'),
  giveUp(95032, 'kf_record_right_gone', 'G: of the component'),
  giveUp(48007, 'kf_account_not_granted', 'D-94661: granted for other accounts'),
  giveUp(60030, 'kf_out_of_scope', 'G'),
  giveUp(40201, 'kf_text_refused', 'G: anti-spam'),
  // --- transfer of customers and groups
  giveUp(40097, 'staff_not_resigned', 'G'),
  giveUp(40098, 'staff_not_verified', 'G: no real name'),
  giveUp(40099, 'staff_contacts_full', 'G'),
  giveUp(40100, 'already_handed_over', 'G: under way'),
  giveUp(90500, 'owner_not_resigned', 'G'),
  giveUp(90501, 'not_a_customer_group', 'G'),
  giveUp(90502, 'owner_resigned', 'G'),
  giveUp(90503, 'group_full', 'G: full with 99 from WeChat; to be confirmed in the client'),
  giveUp(90504, 'owner_unchanged', 'G'),
  giveUp(90507, 'group_being_inherited', 'G'),
  giveUp(90508, 'group_already_inherited', 'G'),
  giveUp(90509, 'not_a_wecom_group', 'G'),
  giveUp(90511, 'bad_group_id', 'G: opengid'),
  // --- the call is wrong: a bug of this product
  giveUp(40035, 'bad_parameter', 'G: often text where a list is due'),
  giveUp(40058, 'bad_parameter', 'G, T: also too long, bad JSON, GET for POST'),
  giveUp(40063, 'parameter_missing', 'G, T'),
  giveUp(41009, 'staff_missing', 'G'),
  giveUp(41017, 'tag_missing', 'T'),
  giveUp(41018, 'tag_name_missing', 'T'),
  giveUp(41035, 'contact_missing', 'G'),
  giveUp(50001, 'bad_redirect', 'G'),
  giveUp(81017, 'owner_filter_needed', 'G: more than 1 000 people in scope'),
  giveUp(600018, 'bad_time_span', 'T: statistics'),
  giveUp(610014, 'bad_unionid', 'G'),
];

/**
 * Who must act on an errcode.
 * - `retry`: nobody; the outbox tries again
 * - `window`: nobody; the endpoint has a cooldown of its quota window
 * - `crowded`: nobody; the endpoint gets fewer concurrent calls for a while, and the outbox tries again
 * - `conflict`: nobody; tried again after the other call on the same pair
 * - `refresh`: nobody; a new token is fetched, once
 * - `give_up`: an operator, when convenient; a retry would fail again
 * - `halt_app`, `halt_endpoint`: an admin, in WeCom's console or in our settings; every call would fail the same way, and
 *   repeating a wrong secret gets the IP address blocked for an hour
 */
export type Act = 'retry' | 'window' | 'crowded' | 'conflict' | 'refresh' | 'give_up' | 'halt_app' | 'halt_endpoint';
