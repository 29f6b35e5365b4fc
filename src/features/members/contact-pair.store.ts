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
  /** It ended only because WeCom showed it no more. */
  readonly unlisted: boolean;
  readonly remark: string | null;
  readonly state: string | null;
}

export interface ContactRead {
  readonly externalUserId: string;
  readonly read: FactOf<'contact_read'>['data'];
}

/** Of a pair whose beginning WeCom did not tell: before any that is known. */
const SINCE_UNKNOWN = 0;

const pairKey = (externalUserId: string, staff: string): string => `${externalUserId} ${staff}`;

const isNewRelation = 'follow.ended = 1 AND excluded.since > follow.changed_at';
/** Nobody ended it: WeCom had only ceased to show it to this app, as when staff are out of its scope (contract §4.9). */
const isListedAgain = `follow.ended = 1 AND follow.unlisted = 1 AND excluded.changed_at - ${READ_DISTRUST_MS} > follow.changed_at`;
const isReopened = `(${isNewRelation} OR ${isListedAgain})`;

/** Of a member's open pairs: one of the id they are known by, or else one of another id of theirs. */
export const preferredPair = (pairs: readonly ContactPair[], externalUserId: string | null): ContactPair | undefined =>
  pairs.find((pair) => pair.externalUserId === externalUserId) ?? pairs[0];

/** Which member of staff has which customer: WeCom's tags, remarks and mass-sends belong to the pair. */
export class ContactPairStore {
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
   * Reads of contacts: pairs we did not know of, and the end of those that are not in them; answers whose pairs ended. A
   * pair that has ended stays so, as whom the customer deleted is still listed (contract §4.9), unless it began after its
   * end, or only was not shown: then they are back and we were not told. One that was half is whole when it is listed, and is not missed before.
   */
  async applyReads(tx: Sql, reads: readonly ContactRead[]): Promise<Set<string>> {
    const ended = new Set<string>();
    // One row may be written once in a statement: of two reads of one contact the second comes after the first.
    for (let rest = reads; rest.length > 0;) {
      const turn = new Map<string, ContactRead>();
      const later: ContactRead[] = [];
      for (const read of rest) {
        if (turn.has(read.externalUserId)) later.push(read);
        else turn.set(read.externalUserId, read);
      }
      await this.upsertListed(tx, [...turn.values()]);
      for (const id of await this.endMissing(tx, turn)) ended.add(id);
      rest = later;
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
    const gone = open.filter((pair) => {
      const { read } = reads.get(pair.external_userid)!;
      return (
        pair.changed_at < read.readAt - READ_DISTRUST_MS &&
        (read.of?.includes(pair.staff) ?? true) &&
        !read.follows.some((follow) => follow.staff === pair.staff)
      );
    });
    for (const readAt of new Set(gone.map((pair) => reads.get(pair.external_userid)!.read.readAt))) {
      const pairs = gone.filter((pair) => reads.get(pair.external_userid)!.read.readAt === readAt);
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
    return gone.map((pair) => pair.external_userid);
  }

  /** Every customer who can be reached through this member of staff. */
  async customersOf(sql: Sql, staff: string): Promise<string[]> {
    const rows = await sql.all<{ external_userid: string }>(
      'SELECT external_userid FROM follow WHERE staff = $1 AND ended = 0 ORDER BY external_userid',
      [staff],
    );
    return rows.map((row) => row.external_userid);
  }

  /** All that is known of these customers' pairs, those that have ended too; the longest-standing first. */
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

  /** Customers of these staff, by pairs that did not change since a moment. */
  async customersOfStaff(sql: Sql, staff: readonly string[], changedBefore: number): Promise<string[]> {
    const rows = await sql.all<{ external_userid: string }>(
      `SELECT DISTINCT external_userid FROM follow WHERE ended = 0 AND mutual = 1 AND changed_at < $1 AND staff IN ${inTexts(sql, 2)} ORDER BY external_userid`,
      [changedBefore, storableJson(staff)],
    );
    return rows.map((row) => row.external_userid);
  }

  /** Everybody who has a customer, but these. */
  async staffExcept(sql: Sql, staff: readonly string[]): Promise<string[]> {
    const rows = await sql.all<{ staff: string }>(
      `SELECT DISTINCT staff FROM follow WHERE ended = 0 AND mutual = 1 AND staff NOT IN ${inTexts(sql, 1)} ORDER BY staff`,
      [storableJson(staff)],
    );
    return rows.map((row) => row.staff);
  }

  /** Customers of these staff, in order, after one. */
  async customersAfter(sql: Sql, staff: readonly string[], after: string, limit: number): Promise<string[]> {
    const rows = await sql.all<{ external_userid: string }>(
      `SELECT DISTINCT external_userid FROM follow WHERE ended = 0 AND mutual = 1 AND external_userid > $1
      AND staff IN ${inTexts(sql, 2)} ORDER BY external_userid LIMIT ${limit}`,
      [after, storableJson(staff)],
    );
    return rows.map((row) => row.external_userid);
  }

  /** The pairs through which each customer can be reached, the longest-standing first. */
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

  /** The pairs through which each member can be reached, under whichever of their ids; the longest-standing first. */
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

  /** The customer is no contact of anybody's any more. */
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
   * WeCom said that the pair is no more; the customer's other pairs stand (contract §4.9). `unlisted`: it refused a call
   * (84061), which it does for whom it does not show either. A mass-send that did not arrive (status 2) is of a customer
   * who deleted the staff: such a one goes on being shown, and is lost all the same.
   */
  async end(tx: Sql, externalUserId: string, staff: string, now: number, unlisted: boolean): Promise<void> {
    await tx.run(
      'UPDATE follow SET ended = 1, unlisted = $1, changed_at = $2 WHERE external_userid = $3 AND staff = $4',
      [unlisted ? 1 : 0, now, externalUserId, staff],
    );
  }
}

export const contactPairStore = new ContactPairStore();
