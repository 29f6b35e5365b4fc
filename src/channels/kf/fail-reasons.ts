/**
 * The reason code of each `fail_type` of a `msg_send_fail` event (kf contract §3.3; 7 and 9 are of older texts, 13 is
 * reported by users only). An unlisted one counts as unknown.
 */
const reasons: Readonly<Record<number, string>> = {
  0: 'kf_not_delivered',
  1: 'no_such_kf_account',
  2: 'kf_api_off',
  4: 'kf_window_closed',
  5: 'kf_session_ended',
  6: 'kf_messages_used_up',
  7: 'kf_channels_unbound',
  8: 'kf_customers_full',
  9: 'kf_channels_unbound',
  10: 'kf_customer_refuses',
  11: 'kf_nobody_logged_in',
  12: 'kf_type_forbidden',
  13: 'kf_text_refused',
};

export const failReasonOf = (failType: number): string => reasons[failType] ?? 'kf_not_delivered';
