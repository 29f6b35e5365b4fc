import type { MemberId } from '../domain/ids.js';
import { claimOf, readGround } from '../domain/triggers/index.js';
import { amongTexts } from '../platform/database/among.js';
import type { Sql } from '../platform/database/sql.js';
import { storableJson } from '../platform/database/storable.js';

interface OccasionRow {
  readonly id: number;
  readonly key: string;
  readonly campaign: string;
  readonly state: string;
  readonly ground: string | null;
}

/** Told, or on its way and not to be called back. */
const goesOut: ReadonlySet<string> = new Set(['sending', 'waiting', 'sent']);

/**
 * What was said to `from`, or decided not to be said, was said to `to`: the same person is not congratulated twice. An
 * occasion's key names the member (`<campaign>:<member>` and perhaps a suffix), so it is named anew. Of two rows for one
 * occasion the kept member's stays, unless the other one is already on its way.
 */
export async function mergeOccasions(tx: Sql, from: MemberId, to: MemberId, now: number): Promise<void> {
  const rows = await tx.all<OccasionRow>(
    'SELECT id, key, campaign, state, ground FROM outbox WHERE member_id = $1 AND campaign IS NOT NULL ORDER BY id',
    [from],
  );
  const renamed = rows.flatMap((row) => {
    const old = `${row.campaign}:${from}`;
    return row.key === old || row.key.startsWith(`${old}:`) || row.key.startsWith(`${old}~`)
      ? [{ ...row, newKey: `${row.campaign}:${to}${row.key.slice(old.length)}` }]
      : [];
  });
  if (renamed.length === 0) return;
  for (const campaign of new Set(renamed.map((row) => row.campaign))) {
    const old = `${campaign}:${from}`;
    await tx.run(
      'UPDATE outbox SET occasion = $1 || SUBSTR(occasion, $2) WHERE member_id = $3 AND campaign = $4 AND occasion IS NOT NULL',
      [`${campaign}:${to}`, old.length + 1, from, campaign],
    );
  }
  const known = new Map(
    (
      await tx.all<OccasionRow>(
        `SELECT id, key, campaign, state, ground FROM outbox WHERE key IN ${amongTexts(tx, 1)}`,
        [storableJson(renamed.map((row) => row.newKey))],
      )
    ).map((row) => [row.key, row]),
  );
  for (const row of renamed) {
    if (await saysTheSame(tx, row, to)) {
      await cancel(tx, row.id, now);
      continue;
    }
    const twin = known.get(row.newKey);
    if (!twin) await tx.run('UPDATE outbox SET key = $1 WHERE id = $2', [row.newKey, row.id]);
    else if (row.state === 'planned') await cancel(tx, row.id, now);
    else if (twin.state === 'planned' && goesOut.has(row.state)) await cancel(tx, twin.id, now);
  }
}

/** Whether something that is to go, or goes, to the kept member says what a queued message would say once more. */
async function saysTheSame(tx: Sql, row: OccasionRow, to: MemberId): Promise<boolean> {
  const ground = row.state === 'planned' ? readGround(row.ground) : null;
  if (ground === null || ground.on === 'move_invited' || ground.on === 'move_reminder') return false;
  const open = await tx.all<{ ground: string | null }>(
    `SELECT ground FROM outbox WHERE member_id = $1 AND campaign = $2 AND state IN ('planned', 'sending', 'waiting')`,
    [to, row.campaign],
  );
  return open.some((other) => {
    const its = readGround(other.ground);
    return its !== null && claimOf(its) === claimOf(ground);
  });
}

async function cancel(tx: Sql, id: number, now: number): Promise<void> {
  await tx.run(`UPDATE outbox SET state = 'cancelled', reason = 'merged', settled_at = $1 WHERE id = $2`, [now, id]);
  await tx.insert('outbox_event', [{ outbox_id: id, at: now, state: 'cancelled', note: 'merged' }]);
}
