import { handOverKey } from '../../domain/action-keys.js';
import { priorities } from '../../domain/priorities.js';
import type { NewOutboxRow, OutboxRow } from '../../outbox/outbox-row.js';
import { recordReply } from '../tasks/member-replies.js';
import type { Run } from '../run.js';

/** How long a hand-over that could not be made at once is still tried. */
const EXPIRES_MS = 10 * 60_000;

interface AskedForPerson {
  /** Key of the message in which the customer asked. */
  readonly request: string;
  readonly account: string;
  readonly externalUserId: string;
  readonly member: NewOutboxRow['member'];
  readonly text: string;
}

/** Hands the customer over to the people of the account. The bot may not write after that, so `text` goes with it. */
export const handOverRow = (
  { request, account, externalUserId, member, text }: AskedForPerson,
  now: number,
): NewOutboxRow => ({
  key: handOverKey(request),
  action: { kind: 'kf_hand_over', account, externalUserId, text },
  member,
  notBefore: now,
  expiresAt: now + EXPIRES_MS,
  priority: priorities.reply,
});

/** The account has nobody to hand the customer over to, so the member's own staff get a task. */
export async function askStaffInstead(run: Run, { key, member }: Pick<OutboxRow, 'key' | 'member'>): Promise<void> {
  if (member === null) return;
  await recordReply(run, { key, member, at: run.now, words: '在微信客服里要求转人工' });
}
