import { messageKeyOfOther, messageKeyStart, withoutNumber } from '../domain/action-keys.js';
import type { MemberId } from '../domain/ids.js';
import { mayHaveArrived } from '../domain/sending/may-have-arrived.js';
import { unusedKey } from '../domain/answered-occasions.js';
import { claimOf, readGround } from '../domain/triggers/read-triggers.js';
import type { Sql } from '../platform/database/sql.js';

interface OccasionRow {
  readonly id: number;
  readonly key: string;
  readonly campaign: string;
  readonly state: string;
  readonly reason: string | null;
  readonly ground: string | null;
  readonly occasion: string | null;
  readonly cap_at: number | null;
}

const columns = 'id, key, campaign, state, reason, ground, occasion, cap_at';

/** Whether the member has the message or may get it: it is sent, being sent, or ended with an unclear outcome. */
const mayReachMember = ({ state, reason, cap_at }: OccasionRow): boolean =>
  state === 'sending' ||
  state === 'waiting' ||
  state === 'sent' ||
  (state !== 'planned' && cap_at !== null && reason !== null && mayHaveArrived.has(reason));

/** Moves template messages between members, with the keys of their occasions. */
export class OccasionStore {
  /** Moves the messages of member `from` to member `to`, when both are the same person. */
  async merge(tx: Sql, from: MemberId, to: MemberId, now: number): Promise<void> {
    await mergeOccasions(tx, from, to, now);
    await tx.run('UPDATE outbox SET member_id = $1 WHERE member_id = $2', [to, from]);
  }
}

/**
 * Renames the occasions of `from` to those of `to`, so that the same person is not congratulated twice: the key of an occasion
 * contains the member (`<campaign>:<member>` and perhaps a suffix). Of two planned rows for one occasion the row of `to`
 * stays. A planned row is cancelled for a row that is planned, being sent or sent, but not for one that was suppressed or
 * cancelled: whether it may be sent is checked when it is due.
 */
async function mergeOccasions(tx: Sql, from: MemberId, to: MemberId, now: number): Promise<void> {
  const rows = await tx.all<OccasionRow>(
    `SELECT ${columns} FROM outbox WHERE member_id = $1 AND campaign IS NOT NULL ORDER BY id`,
    [from],
  );
  const renamed = rows.flatMap((row) => {
    const newKey = messageKeyOfOther(row.key, row.campaign, from, to);
    const occasion = row.occasion === null ? null : messageKeyOfOther(row.occasion, row.campaign, from, to);
    return newKey === null ? [] : [{ ...row, newKey, occasion }];
  });
  if (renamed.length === 0) return;
  for (const campaign of new Set(renamed.map((row) => row.campaign))) {
    const old = messageKeyStart(campaign, from);
    await tx.run(
      'UPDATE outbox SET occasion = $1 || SUBSTR(occasion, $2) WHERE member_id = $3 AND campaign = $4 AND occasion IS NOT NULL',
      [messageKeyStart(campaign, to), old.length + 1, from, campaign],
    );
  }
  const kept = await tx.all<OccasionRow>(
    `SELECT ${columns} FROM outbox WHERE member_id = $1 AND campaign IS NOT NULL ORDER BY id`,
    [to],
  );
  const usedKeys: { readonly key: string }[] = kept.map(({ key }) => ({ key }));
  for (const row of renamed) {
    const twins = kept.filter(
      ({ key, occasion }) =>
        withoutNumber(key) === withoutNumber(row.newKey) || (occasion !== null && occasion === row.occasion),
    );
    const isPlanned = row.state === 'planned';
    if (
      isPlanned &&
      (twins.some((twin) => twin.state === 'planned' || mayReachMember(twin)) || (await hasSameClaim(tx, row, to)))
    ) {
      await cancel(tx, row.id, now);
      continue;
    }
    if (mayReachMember(row))
      for (const twin of twins.filter(({ state }) => state === 'planned')) await cancel(tx, twin.id, now);
    // The twin has the new key already. The row keeps its old one; its `occasion` column is renamed above.
    if (twins.length > 0 && !isPlanned) continue;
    const key = unusedKey(row.newKey, usedKeys);
    await tx.run('UPDATE outbox SET key = $1 WHERE id = $2', [key, row.id]);
    usedKeys.push({ key });
  }
}

/** Whether an unsent message to the kept member makes the same claim as this planned message. */
async function hasSameClaim(tx: Sql, row: OccasionRow, to: MemberId): Promise<boolean> {
  const ground = readGround(row.ground);
  if (ground === null || ground.on === 'move_invited' || ground.on === 'move_reminder') return false;
  const open = await tx.all<{ ground: string | null }>(
    `SELECT ground FROM outbox WHERE member_id = $1 AND campaign = $2 AND state IN ('planned', 'sending', 'waiting')`,
    [to, row.campaign],
  );
  return open.some((other) => {
    const otherGround = readGround(other.ground);
    return otherGround !== null && claimOf(otherGround) === claimOf(ground);
  });
}

async function cancel(tx: Sql, id: number, now: number): Promise<void> {
  await tx.run(`UPDATE outbox SET state = 'cancelled', reason = 'merged', settled_at = $1 WHERE id = $2`, [now, id]);
  await tx.insert('outbox_event', [{ outbox_id: id, at: now, state: 'cancelled', note: 'merged' }]);
}

export const occasionStore = new OccasionStore();
