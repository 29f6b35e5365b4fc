/**
 * Who must act on an errcode.
 * - `retry`: nobody; the outbox tries again
 * - `window`: nobody; the endpoint rests for its frequency window
 * - `refresh`: nobody; a new token is fetched, once
 * - `give_up`: an operator, when convenient; again would fail again
 * - `halt_app`, `halt_endpoint`: an admin, at WeCom's console or in our settings; every call would fail the same way, and
 *   repeating a wrong secret gets the whole address blocked for an hour
 */
export type Act = 'retry' | 'window' | 'refresh' | 'give_up' | 'halt_app' | 'halt_endpoint';

export interface Verdict {
  readonly errcode: number;
  readonly act: Act;
  /** Stable; shown, stored and matched on. */
  readonly code: string;
  /** Before the next try, for `retry`; jitter is added by the caller. */
  readonly afterMs?: number;
  /** For an admin, with `halt_*`: what to do. */
  readonly advice?: string;
}

/**
 * Meanings: the official table (G, crawled 2024-04) and the 2026 page extracts (S); other sources
 * are named in the row. T: an error really received by a live client.
 */
const rows: readonly (readonly [
  errcode: number,
  act: Act,
  code: string,
  source: string,
  afterMs?: number,
  advice?: string,
])[] = [
  [-1, 'retry', 'wecom_busy', 'G: system busy, back off', 2_000],
  [6000, 'retry', 'data_conflict', 'G: two writers', 2_000],
  [
    40001,
    'halt_app',
    'bad_secret',
    'G: wrong secret or app disabled; never loop',
    undefined,
    '应用 Secret 不正确或应用已停用，请核对 Secret',
  ],
  [40003, 'give_up', 'no_such_staff', 'G: invalid userid, or resigned'],
  [40007, 'retry', 'media_expired', 'G: media_id lives 3 days; uploaded anew', 1_000],
  [40008, 'give_up', 'bad_message_type', 'G'],
  [40013, 'halt_app', 'bad_corp_id', 'G, S probe', undefined, '企业 ID 不正确，请核对 CorpID'],
  [40014, 'refresh', 'token_refused', 'G, S probe'],
  [40031, 'give_up', 'bad_staff_list', 'G'],
  [40032, 'give_up', 'bad_staff_list', 'G: list length'],
  [40035, 'give_up', 'bad_parameter', 'G'],
  [40050, 'give_up', 'no_such_group', 'T: invalid group id'],
  [40056, 'halt_app', 'bad_agent_id', 'G', undefined, '应用 AgentId 不正确，请核对 AgentId'],
  [40058, 'give_up', 'bad_parameter', 'G, T: also too long, bad JSON'],
  [40063, 'give_up', 'parameter_missing', 'G, T'],
  [40066, 'give_up', 'bad_department', 'G'],
  [40068, 'give_up', 'no_such_tag', 'T: unknown tag or group id; read the library again'],
  [40071, 'give_up', 'tag_exists', 'T: fetched and reused by ensure_tags'],
  [40072, 'give_up', 'bad_tag_name', 'G: length'],
  [40096, 'give_up', 'no_such_contact', 'G, T: external_userid of another subject, or outside the visible scope'],
  [41001, 'refresh', 'token_missing', 'G, S probe'],
  [41002, 'halt_app', 'corp_id_missing', 'G', undefined, '缺少 CorpID，请检查配置'],
  [41004, 'halt_app', 'secret_missing', 'G, S probe', undefined, '缺少 Secret，请检查配置'],
  [41009, 'give_up', 'staff_missing', 'G'],
  [41017, 'give_up', 'tag_missing', 'T'],
  [41018, 'give_up', 'tag_name_missing', 'T'],
  [41035, 'give_up', 'contact_missing', 'G'],
  [41043, 'give_up', 'join_way_missing', 'G'],
  [41044, 'give_up', 'no_such_join_way', 'G: or made by another app'],
  [41045, 'give_up', 'join_way_quota_full', 'G: 500 000 a corp'],
  [41046, 'give_up', 'mass_send_missing', 'G'],
  [41047, 'retry', 'mass_send_unknown', 'G: invalid id; ★ also seen right after creation', 60_000],
  [41048, 'give_up', 'nobody_to_send_to', 'T: all over quota or not contacts'],
  [41049, 'give_up', 'welcome_code_missing', 'G'],
  [41050, 'give_up', 'welcome_code_expired', 'G: 20 s, once'],
  [41051, 'give_up', 'already_welcomed', 'G: chatting already, or another app was first'],
  [41054, 'give_up', 'staff_not_activated', 'G'],
  [41063, 'retry', 'mass_send_dispatching', 'G: asked right after creation', 60_000],
  [41064, 'give_up', 'too_many_attachments', 'G'],
  [41065, 'give_up', 'bad_attachment', 'G'],
  [41091, 'give_up', 'too_many_groups_in_join_way', 'G: 5'],
  [41093, 'give_up', 'mass_send_cancelled', 'G'],
  [41094, 'give_up', 'too_many_reminders', 'G: 3 in 24 h'],
  [41096, 'retry', 'welcome_in_flight', 'G: another app is sending one', 1_000],
  [42001, 'refresh', 'token_expired', 'G'],
  [43012, 'halt_endpoint', 'app_needs_callback', 'G', undefined, '应用需要先设置接收消息的回调地址'],
  [44001, 'give_up', 'empty_media', 'G'],
  [44004, 'give_up', 'empty_text', 'G'],
  [45001, 'give_up', 'media_too_large', 'G'],
  [45002, 'give_up', 'text_too_long', 'G'],
  [45009, 'window', 'too_frequent', 'G: the block lasts the window'],
  [45033, 'retry', 'too_many_at_once', 'G: concurrency per endpoint', 2_000],
  [45035, 'retry', 'conflicting_call', 'S 2026: the same pair in parallel', 2_000],
  [48001, 'halt_endpoint', 'endpoint_not_authorised', 'G', undefined, '应用没有该接口的权限，请在管理后台授权'],
  [
    48002,
    'halt_endpoint',
    'app_may_not_call',
    'G, O-99547',
    undefined,
    '请在「客户联系 → 可调用接口的应用」中加入本应用',
  ],
  [48004, 'halt_app', 'authorisation_void', 'G', undefined, '应用授权已失效，请重新授权'],
  [49008, 'give_up', 'group_dismissed', 'G'],
  [50001, 'give_up', 'bad_redirect', 'G'],
  [50002, 'give_up', 'staff_out_of_scope', 'G'],
  [50003, 'halt_app', 'app_disabled', 'G', undefined, '应用已被停用，请在管理后台启用'],
  [50100, 'retry', 'bad_cursor', 'S: paging starts again', 2_000],
  [60011, 'give_up', 'no_permission', 'G: outside the visible scope, or not the creator'],
  [
    60020,
    'halt_app',
    'untrusted_ip',
    'G',
    undefined,
    '服务器 IP 不在应用的「企业可信 IP」中，请加入（约 1 分钟后生效）',
  ],
  [60111, 'give_up', 'no_such_staff', 'G, T'],
  [60123, 'give_up', 'bad_department', 'G'],
  [701008, 'give_up', 'staff_unlicensed', 'G: no interop licence'],
  [701099, 'give_up', 'staff_unlicensed', 'G'],
  [81013, 'give_up', 'no_valid_receiver', 'S: message/send, all invalid'],
  [81017, 'give_up', 'owner_filter_needed', 'G: more than 1 000 people in scope'],
  [84061, 'give_up', 'not_a_contact', 'G: the pair has no relation any more'],
  [84074, 'give_up', 'no_contact_permission', 'G'],
  [84084, 'give_up', 'not_following', 'G'],
  [90501, 'give_up', 'not_a_customer_group', 'G'],
  [
    301002,
    'halt_app',
    'foreign_agent_id',
    'G: the token belongs to another app',
    undefined,
    'AgentId 与 Secret 不属于同一个应用，请核对',
  ],
];

export const verdicts: ReadonlyMap<number, Verdict> = new Map(
  rows.map(([errcode, act, code, , afterMs, advice]) => [
    errcode,
    { errcode, act, code, ...(afterMs === undefined ? {} : { afterMs }), ...(advice === undefined ? {} : { advice }) },
  ]),
);

/** A code nobody wrote down is for an operator to look at: trying it again blindly could send twice or wake a quota. */
export const verdictOn = (errcode: number): Verdict =>
  verdicts.get(errcode) ?? { errcode, act: 'give_up', code: 'wecom_refused' };
