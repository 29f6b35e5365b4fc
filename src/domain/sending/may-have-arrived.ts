/**
 * Reasons of failed messages that may have arrived all the same, or still may. Such a message counts against the caps and is
 * not sent by another channel.
 */
export const mayHaveArrived: ReadonlySet<string> = new Set([
  'outcome_unknown',
  'chat_outcome_unknown',
  'sent_unconfirmed',
  'wecom_answer_unreadable',
  'not_listed',
  'cannot_cancel',
  'bug',
  'unreadable',
]);
