import { READ_DISTRUST_MS } from '../../domain/read-lag.js';
import type { FactOf } from '../../domain/fact.js';
import type { MemberId } from '../../domain/ids.js';
import { inNumbers, inTexts } from '../../platform/database/in-list.js';
import type { Sql } from '../../platform/database/sql.js';
import { storableJson } from '../../platform/database/storable.js';

export interface ContactPair {
  readonly externalUserId: string;
  readonly staff: string;
  readonly remark: string | null;
}

interface PairChange {
  readonly externalUserId: string;
  readonly staff: string;
  readonly at: number;
  readonly mutual: boolean;
  readonly ended: boolean;
  readonly state?: string | undefined;
}

export interface StoredPair {
  readonly externalUserId: string;
  readonly staff: string;
  readonly changedAt: number;
  readonly mutual: boolean;
  readonly ended: boolean;
  /** It ended only because WeCom stopped listing it. */
  readonly unlisted: boolean;
  readonly remark: string | null;
  readonly state: string | null;
}

export interface ContactRead {
  readonly externalUserId: string;
  readonly read: FactOf<'contact_read'>['data'];
}

/** Stored when WeCom reported no start: sorts before every known start. */
const SINCE_UNKNOWN = 0;

const pairKey = (externalUserId: string, staff: string): string => `${externalUserId} ${staff}`;

const isNewRelation = 'follow.ended = 1 AND excluded.since > follow.changed_at';
/** Nobody ended it: WeCom had stopped listing it for this app, for example because staff left its scope (contract §4.9). */
const isListedAgain = `follow.ended = 1 AND follow.unlisted = 1 AND excluded.changed_at - ${READ_DISTRUST_MS} > follow.changed_at`;
const isReopened = `(${isNewRelation} OR ${isListedAgain})`;

/** The open pair of a member through which tags and messages go: one with the member's main id if there is any. */
export const preferredPair = (pairs: readonly ContactPair[], externalUserId: string | null): ContactPair | undefined =>
  pairs.find((pair) => pair.externalUserId === externalUserId) ?? pairs[0];

/** Contact pairs: which member of staff has which customer. WeCom's tags, remarks and mass-sends belong to the pair. */
export class ContactPairStore {
  /** Applies adds and losses that were reported. A change older than the stored one does not undo it. */
  async applyChanges(tx: Sql, writes: readonly PairChange[]): Promise<void> {
    const latest = new Map<string, PairChange>();
    for (const write of writes) {
      const key = `${write.externalUserId}:${write.staff}`;
      const known = latest.get(key);
      if (!known || write.at >= known.at) latest.set(key, write);
    }
    await tx.insert(
      'follow',
      [...latest.values()].map((write) => ({
        external_userid: write.externalUserId,
        staff: write.staff,
        since: write.at,
        changed_at: write.at,
        mutual: write.mutual ? 1 : 0,
        ended: write.ended ? 1 : 0,
        state: write.state ?? null,
      })),
      `(external_userid, staff) DO UPDATE SET
      ended = CASE WHEN excluded.changed_at >= follow.changed_at THEN excluded.ended ELSE follow.ended END,
      mutual = CASE WHEN excluded.changed_at >= follow.changed_at THEN excluded.mutual ELSE follow.mutual END,
      state = COALESCE(follow.state, excluded.state),
      unlisted = CASE WHEN excluded.changed_at >= follow.changed_at THEN 0 ELSE follow.unlisted END,
      changed_at = CASE WHEN excluded.changed_at > follow.changed_at THEN excluded.changed_at ELSE follow.changed_at END`,
    );
  }

  /**
   * Applies reads of contacts: adds listed pairs, ends stored pairs that are not listed. Returns the external_userids of
   * whom a pair ended. WeCom goes on listing staff whom the customer deleted (contract §4.9), so an ended pair is reopened
   * only when it started after its end, or had ended only because it was not listed. A pair that is not mutual yet becomes
   * so when it is listed, and is not ended by a read before that.
   */
  async applyReads(tx: Sql, reads: readonly ContactRead[]): Promise<Set<string>> {
    const ended = new Set<string>();
    // A statement can write each row only once, so two reads of one contact go in two rounds.
    for (let pending = reads; pending.length > 0;) {
      const round = new Map<string, ContactRead>();
      const later: ContactRead[] = [];
      for (const read of pending) {
        if (round.has(read.externalUserId)) later.push(read);
        else round.set(read.externalUserId, read);
      }
      await this.upsertListed(tx, [...round.values()]);
      for (const id of await this.endMissing(tx, round)) ended.add(id);
      pending = later;
    }
    return ended;
  }

  private async upsertListed(tx: Sql, reads: readonly ContactRead[]): Promise<void> {
    const rows = new Map(
      reads.flatMap(({ externalUserId, read }) =>
        read.follows.map((follow) => [
          pairKey(externalUserId, follow.staff),
          {
            external_userid: externalUserId,
            staff: follow.staff,
            since: follow.createdAt ?? SINCE_UNKNOWN,
            changed_at: read.readAt,
            mutual: 1,
            ended: 0,
            remark: follow.remark || null,
            state: follow.state ?? null,
          },
        ]),
      ),
    );
    await tx.insert(
      'follow',
      [...rows.values()],
      `(external_userid, staff) DO UPDATE SET state = COALESCE(follow.state, excluded.state),
      remark = COALESCE(excluded.remark, follow.remark),
      ended = CASE WHEN ${isReopened} THEN 0 ELSE follow.ended END,
      mutual = CASE WHEN ${isReopened} OR follow.ended = 0 THEN 1 ELSE follow.mutual END,
      since = CASE WHEN ${isNewRelation} OR follow.since = ${SINCE_UNKNOWN} THEN excluded.since ELSE follow.since END,
      changed_at = CASE WHEN ${isNewRelation} THEN excluded.since WHEN ${isListedAgain} THEN excluded.changed_at ELSE follow.changed_at END,
      unlisted = CASE WHEN ${isReopened} THEN 0 ELSE follow.unlisted END`,
    );
  }

  private async endMissing(tx: Sql, reads: ReadonlyMap<string, ContactRead>): Promise<string[]> {
    const open = await tx.all<{ external_userid: string; staff: string; changed_at: number }>(
      `SELECT external_userid, staff, changed_at FROM follow WHERE ended = 0 AND mutual = 1 AND external_userid IN ${inTexts(tx, 1)}`,
      [storableJson([...reads.keys()])],
    );
    const missing = open.filter((pair) => {
      const { read } = reads.get(pair.external_userid)!;
      return (
        pair.changed_at < read.readAt - READ_DISTRUST_MS &&
        (read.of?.includes(pair.staff) ?? true) &&
        !read.follows.some((follow) => follow.staff === pair.staff)
      );
    });
    for (const readAt of new Set(missing.map((pair) => reads.get(pair.external_userid)!.read.readAt))) {
      const pairs = missing.filter((pair) => reads.get(pair.external_userid)!.read.readAt === readAt);
      await tx.run(
        `UPDATE follow SET ended = 1, unlisted = 1, changed_at = $1 WHERE external_userid || ' ' || staff IN ${inTexts(tx, 2)}
        AND external_userid IN ${inTexts(tx, 3)}`,
        [
          readAt,
          storableJson(pairs.map((pair) => pairKey(pair.external_userid, pair.staff))),
          storableJson([...new Set(pairs.map((pair) => pair.external_userid))]),
        ],
      );
    }
    return missing.map((pair) => pair.external_userid);
  }

  /** Every customer of an open pair with this member of staff. */
  async customersOf(sql: Sql, staff: string): Promise<string[]> {
    const rows = await sql.all<{ external_userid: string }>(
      'SELECT external_userid FROM follow WHERE staff = $1 AND ended = 0 ORDER BY external_userid',
      [staff],
    );
    return rows.map((row) => row.external_userid);
  }

  /** All pairs of these customers, ended ones too, the longest-standing first. */
  async pairs(sql: Sql, externalUserIds: readonly string[]): Promise<StoredPair[]> {
    const rows = await sql.all<{
      external_userid: string;
      staff: string;
      changed_at: number;
      mutual: number;
      ended: number;
      unlisted: number;
      remark: string | null;
      state: string | null;
    }>(
      `SELECT external_userid, staff, changed_at, mutual, ended, unlisted, remark, state FROM follow WHERE external_userid IN ${inTexts(sql, 1)} ORDER BY since, staff`,
      [storableJson(externalUserIds)],
    );
    return rows.map((row) => ({
      externalUserId: row.external_userid,
      staff: row.staff,
      changedAt: row.changed_at,
      mutual: row.mutual === 1,
      ended: row.ended === 1,
      unlisted: row.unlisted === 1,
      remark: row.remark,
      state: row.state,
    }));
  }

  /** Customers of these staff whose pairs last changed before `changedBefore` (epoch ms). */
  async customersOfStaff(sql: Sql, staff: readonly string[], changedBefore: number): Promise<string[]> {
    const rows = await sql.all<{ external_userid: string }>(
      `SELECT DISTINCT external_userid FROM follow WHERE ended = 0 AND mutual = 1 AND changed_at < $1 AND staff IN ${inTexts(sql, 2)} ORDER BY external_userid`,
      [changedBefore, storableJson(staff)],
    );
    return rows.map((row) => row.external_userid);
  }

  /** Everybody who has a customer, except these. */
  async staffExcept(sql: Sql, staff: readonly string[]): Promise<string[]> {
    const rows = await sql.all<{ staff: string }>(
      `SELECT DISTINCT staff FROM follow WHERE ended = 0 AND mutual = 1 AND staff NOT IN ${inTexts(sql, 1)} ORDER BY staff`,
      [storableJson(staff)],
    );
    return rows.map((row) => row.staff);
  }

  /** The next page of these staff's customers: ordered by external_userid, after the given one. */
  async customersAfter(sql: Sql, staff: readonly string[], after: string, limit: number): Promise<string[]> {
    const rows = await sql.all<{ external_userid: string }>(
      `SELECT DISTINCT external_userid FROM follow WHERE ended = 0 AND mutual = 1 AND external_userid > $1
      AND staff IN ${inTexts(sql, 2)} ORDER BY external_userid LIMIT ${limit}`,
      [after, storableJson(staff)],
    );
    return rows.map((row) => row.external_userid);
  }

  /** The open, mutual pairs of each customer, the longest-standing first. */
  async open(sql: Sql, externalUserIds: readonly string[]): Promise<Map<string, ContactPair[]>> {
    const found = new Map<string, ContactPair[]>();
    if (externalUserIds.length === 0) return found;
    const rows = await sql.all<{ external_userid: string; staff: string; remark: string | null }>(
      `SELECT external_userid, staff, remark FROM follow WHERE ended = 0 AND mutual = 1 AND external_userid IN ${inTexts(sql, 1)} ORDER BY since, staff`,
      [storableJson(externalUserIds)],
    );
    for (const row of rows) {
      found.set(row.external_userid, [
        ...(found.get(row.external_userid) ?? []),
        { externalUserId: row.external_userid, staff: row.staff, remark: row.remark },
      ]);
    }
    return found;
  }

  /** The open, mutual pairs of each member under any of their ids, the longest-standing first. */
  async openOfMembers(sql: Sql, members: readonly MemberId[]): Promise<Map<MemberId, ContactPair[]>> {
    const found = new Map<MemberId, ContactPair[]>();
    if (members.length === 0) return found;
    const rows = await sql.all<{ member_id: number; external_userid: string; staff: string; remark: string | null }>(
      `SELECT i.member_id, f.external_userid, f.staff, f.remark FROM identity i JOIN follow f ON f.external_userid = i.value
      WHERE i.kind = 'external_userid' AND i.member_id IN ${inNumbers(sql, 1)} AND f.ended = 0 AND f.mutual = 1
      ORDER BY f.since, f.staff, f.external_userid`,
      [storableJson(members)],
    );
    for (const row of rows) {
      const member = Number(row.member_id) as MemberId;
      const pair = { externalUserId: row.external_userid, staff: row.staff, remark: row.remark };
      found.set(member, [...(found.get(member) ?? []), pair]);
    }
    return found;
  }

  /** Ends all pairs of a customer who is nobody's contact any more. */
  async endAll(tx: Sql, externalUserId: string, at: number): Promise<void> {
    await tx.run(
      'UPDATE follow SET ended = 1, unlisted = 0, changed_at = $1 WHERE external_userid = $2 AND changed_at <= $1',
      [at, externalUserId],
    );
  }

  async setRemark(tx: Sql, externalUserId: string, staff: string, remark: string): Promise<void> {
    await tx.run('UPDATE follow SET remark = $1 WHERE external_userid = $2 AND staff = $3', [
      remark,
      externalUserId,
      staff,
    ]);
  }

  /**
   * Ends one pair because WeCom said that it does not exist; the customer's other pairs stay (contract §4.9). `unlisted`:
   * WeCom refused a call (84061), which it also does for pairs it only stopped listing. It is false for a mass-send that was
   * not delivered (status 2): then the customer deleted the staff, and WeCom goes on listing the pair.
   */
  async end(
    tx: Sql,
    { externalUserId, staff }: Pick<ContactPair, 'externalUserId' | 'staff'>,
    { at, unlisted }: { readonly at: number; readonly unlisted: boolean },
  ): Promise<void> {
    await tx.run(
      'UPDATE follow SET ended = 1, unlisted = $1, changed_at = $2 WHERE external_userid = $3 AND staff = $4',
      [unlisted ? 1 : 0, at, externalUserId, staff],
    );
  }
}

export const contactPairStore = new ContactPairStore();
