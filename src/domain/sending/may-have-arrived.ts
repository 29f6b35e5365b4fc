/**
 * Reasons for which a message ends although it may have arrived, or still may: nobody can tell. Such a message counts
 * against the caps, goes no other way, and nothing is said of it.
 */
export const mayHaveArrived: ReadonlySet<string> = new Set([
  'outcome_unknown',
  'chat_outcome_unknown',
  'wecom_answer_unreadable',
  'not_listed',
  'cannot_cancel',
  'bug',
  'unreadable',
]);
