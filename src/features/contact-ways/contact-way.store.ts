import { z } from 'zod';
import type { Day } from '../../domain/day.js';
import { asMemberId, type MemberId } from '../../domain/ids.js';
import type { TagRef } from '../../domain/tags.js';
import { inNumbers, inTexts } from '../../platform/database/in-list.js';
import type { Sql } from '../../platform/database/sql.js';
import { storableJson } from '../../platform/database/storable.js';
import { readStored, storedOr, type StoredReading } from '../../platform/database/stored-json.js';

/**
 * A contact way: a code by which people become contacts, of a channel or of one member who invites others; or the
 * acquisition link of a channel, whose `configId` is its link_id and whose `qr` is its address.
 */
export interface StoredWay {
  readonly id: number;
  readonly key: string;
  readonly kind: 'channel' | 'vip' | 'link';
  readonly name: string;
  /** WeCom sends it with every contact who comes by this code. */
  readonly state: string;
  readonly staff: readonly string[];
  readonly member: MemberId | null;
  readonly tags: readonly TagRef[];
  readonly skipVerify: boolean;
  /** Of a link: the staff who come first. */
  readonly priority: readonly string[];
  readonly configId: string | null;
  readonly qr: string | null;
  readonly problem: string | null;
  readonly retired: boolean;
  readonly createdAt: number;
  /** The version of the request, in epoch ms: it shows which request a delivery has fulfilled. */
  readonly changedAt: number;
}

export type NewWay = Pick<StoredWay, 'key' | 'kind' | 'name' | 'staff' | 'member' | 'tags' | 'skipVerify'> &
  Partial<Pick<StoredWay, 'priority'>>;

interface Row {
  id: number;
  key: string;
  kind: string;
  name: string;
  state: string;
  staff: string;
  member_id: number | null;
  tags: string;
  skip_verify: number;
  priority: string;
  config_id: string | null;
  qr: string | null;
  problem: string | null;
  retired: number;
  created_at: number;
  changed_at: number;
}

const columns =
  'id, key, kind, name, state, staff, member_id, tags, skip_verify, priority, config_id, qr, problem, retired, created_at, changed_at';
const userids = z.array(z.string());
const wayTags: z.ZodType<TagRef[]> = z.array(z.object({ name: z.string(), group: z.string() }));

function readWay(row: Row): StoredReading<StoredWay> {
  const staff = readStored(row.staff, userids);
  if (!staff.ok) return { ok: false, problem: `staff: ${staff.problem}` };
  const tags = readStored(row.tags, wayTags);
  if (!tags.ok) return { ok: false, problem: `tags: ${tags.problem}` };
  return { ok: true, value: storedWay(row, staff.value, tags.value) };
}

/** Undefined also for a row that cannot be read: `due` reports those, and they are set aside. */
const readableWay = (row: Row | undefined): StoredWay | undefined => {
  const read = row && readWay(row);
  return read?.ok ? read.value : undefined;
};

const storedWay = (row: Row, staff: readonly string[], tags: readonly TagRef[]): StoredWay => ({
  id: row.id,
  key: row.key,
  kind: row.kind as StoredWay['kind'],
  name: row.name,
  state: row.state,
  staff,
  member: row.member_id === null ? null : asMemberId(row.member_id),
  tags,
  skipVerify: row.skip_verify === 1,
  priority: storedOr(row.priority, userids, []),
  configId: row.config_id,
  qr: row.qr,
  problem: row.problem,
  retired: row.retired === 1,
  createdAt: row.created_at,
  changedAt: row.changed_at,
});

/** Two changes in one millisecond get two versions. */
const nextVersion = (now: string): string =>
  `changed_at = CASE WHEN changed_at < ${now} THEN ${now} ELSE changed_at + 1 END`;

const DUE_PAGE = 500;

interface Waiting {
  /** The member of staff who waits for the picture. */
  readonly askedBy: string | null;
  /** The name of the contact way. */
  readonly name: string;
}

/** Contact ways as requested and as WeCom has them. `due` marks the rows where the two may differ. */
export class ContactWayStore {
  /** Adds those with a new key. The state is the key, and neither ever changes. */
  async open(tx: Sql, ways: readonly NewWay[], now: number): Promise<void> {
    await tx.insert(
      'contact_way',
      ways.map((way) => ({
        key: way.key,
        kind: way.kind,
        name: way.name,
        state: way.key,
        staff: storableJson(way.staff),
        member_id: way.member,
        tags: storableJson(way.tags),
        skip_verify: way.skipVerify ? 1 : 0,
        priority: storableJson(way.priority ?? []),
        created_at: now,
        changed_at: now,
      })),
      'DO NOTHING',
    );
  }

  /** Adds or changes those of the file. One that an admin has retired stays retired. */
  async seed(tx: Sql, ways: readonly NewWay[], now: number): Promise<void> {
    await this.open(tx, ways, now);
    for (const way of ways) {
      const staff = storableJson(way.staff);
      const tags = storableJson(way.tags);
      await tx.run(
        `UPDATE contact_way SET name = $1, staff = $2, tags = $3, skip_verify = $4, due = 1, ${nextVersion('$5')}
         WHERE key = $6 AND (name <> $1 OR staff <> $2 OR tags <> $3 OR skip_verify <> $4)`,
        [way.name, staff, tags, way.skipVerify ? 1 : 0, now, way.key],
      );
    }
  }

  async byId(sql: Sql, id: number): Promise<StoredWay | undefined> {
    const row = await sql.one<Row>(`SELECT ${columns} FROM contact_way WHERE id = $1`, [id]);
    return readableWay(row);
  }

  async ofMember(sql: Sql, member: MemberId): Promise<StoredWay | undefined> {
    const row = await sql.one<Row>(
      `SELECT ${columns} FROM contact_way WHERE member_id = $1 ORDER BY retired, id LIMIT 1`,
      [member],
    );
    return readableWay(row);
  }

  /** The ones of these members who have a contact way, retired or not. */
  async membersWithWay(sql: Sql, members: readonly MemberId[]): Promise<Set<MemberId>> {
    if (members.length === 0) return new Set();
    const rows = await sql.all<{ member_id: number }>(
      `SELECT member_id FROM contact_way WHERE member_id IN ${inNumbers(sql, 1)}`,
      [storableJson(members)],
    );
    return new Set(rows.map((row) => asMemberId(row.member_id)));
  }

  async byStates(sql: Sql, states: readonly string[]): Promise<Map<string, StoredWay>> {
    if (states.length === 0) return new Map();
    const rows = await sql.all<Row>(`SELECT ${columns} FROM contact_way WHERE state IN ${inTexts(sql, 1)}`, [
      storableJson([...new Set(states)]),
    ]);
    return new Map(
      rows.flatMap((row) => {
        const way = readableWay(row);
        return way ? [[row.state, way] as const] : [];
      }),
    );
  }

  /** For two member records that become one. */
  async merge(tx: Sql, from: MemberId, to: MemberId): Promise<void> {
    await tx.run('UPDATE contact_way SET member_id = $1 WHERE member_id = $2', [to, from]);
  }

  /** The highest id; 0 when there is none. */
  async lastId(sql: Sql): Promise<number> {
    const row = await sql.one<{ last: number | null }>('SELECT MAX(id) AS last FROM contact_way');
    return Number(row?.last ?? 0);
  }

  async isTaken(sql: Sql, state: string): Promise<boolean> {
    return (await sql.one('SELECT id FROM contact_way WHERE state = $1', [state])) !== undefined;
  }

  /**
   * Those of these kinds that may differ from what WeCom has, in pages by ascending id; `last` is null after the last page.
   * `unreadable`: rows that another version of the product, a bug or a person wrote.
   */
  async due(
    sql: Sql,
    { kinds, after }: { readonly kinds: readonly StoredWay['kind'][]; readonly after: number },
  ): Promise<{
    ways: StoredWay[];
    unreadable: { readonly id: number; readonly changedAt: number; readonly problem: string }[];
    last: number | null;
  }> {
    const rows = await sql.all<Row>(
      `SELECT ${columns} FROM contact_way WHERE due = 1 AND retired = 0 AND id > $1 AND kind IN ${inTexts(sql, 2)} ORDER BY id LIMIT ${DUE_PAGE}`,
      [after, storableJson(kinds)],
    );
    const readings = rows.map((row) => ({ row, read: readWay(row) }));
    return {
      ways: readings.flatMap(({ read }) => (read.ok ? [read.value] : [])),
      unreadable: readings.flatMap(({ row, read }) =>
        read.ok ? [] : [{ id: row.id, changedAt: row.changed_at, problem: read.problem }],
      ),
      last: rows.length < DUE_PAGE ? null : rows.at(-1)!.id,
    };
  }

  /** Marks the contact ways of staff who joined, left or have another userid. */
  async markOfStaffForCheck(tx: Sql, staff: readonly string[], now: number): Promise<void> {
    for (const userid of staff)
      await tx.run(
        `UPDATE contact_way SET due = 1, ${nextVersion('$1')} WHERE retired = 0 AND staff LIKE $2 AND due = 0`,
        [now, `%${storableJson(userid)}%`],
      );
  }

  /** Marks one in `everyDays` contact ways, other ones each day, and all with a problem. `day`: today's day number. */
  async markShareForCheck(
    tx: Sql,
    { kind, everyDays, day }: { readonly kind: StoredWay['kind']; readonly everyDays: number; readonly day: number },
    now: number,
  ): Promise<void> {
    await tx.run(
      `UPDATE contact_way SET due = 1, ${nextVersion('$1')}
       WHERE retired = 0 AND due = 0 AND kind = $2 AND (problem IS NOT NULL OR id % ${everyDays} = ${day % everyDays})`,
      [now, kind],
    );
  }

  /** Tries a contact way without a picture again at once, also after WeCom refused it. */
  async retryNow(tx: Sql, id: number, now: number): Promise<void> {
    await tx.run(
      `UPDATE contact_way SET due = 1, ${nextVersion('$1')} WHERE id = $2 AND retired = 0 AND due = 0 AND qr IS NULL`,
      [now, id],
    );
  }

  async setStaff(tx: Sql, id: number, staff: readonly string[]): Promise<void> {
    await tx.run('UPDATE contact_way SET staff = $1 WHERE id = $2', [storableJson(staff), id]);
  }

  /**
   * Call it in the transaction that records the delivery: a contact way whose config id is lost can never be managed again
   * (contract §6). `qr` is null while the picture cannot be read yet.
   */
  async recordMade(
    tx: Sql,
    id: number,
    { configId, qr, version }: { readonly configId: string; readonly qr: string | null; readonly version: number },
  ): Promise<Waiting & { readonly retired: boolean; readonly formerConfigId: string | null }> {
    const row = await tx.one<{ asked_by: string | null; retired: number; name: string; config_id: string | null }>(
      'SELECT asked_by, retired, name, config_id FROM contact_way WHERE id = $1',
      [id],
    );
    if (qr === null)
      await tx.run('UPDATE contact_way SET config_id = $1, qr = NULL, problem = NULL WHERE id = $2', [configId, id]);
    else
      await tx.run(
        `UPDATE contact_way SET config_id = $1, qr = $2, problem = NULL, asked_by = NULL, due = CASE WHEN changed_at = $3 THEN 0 ELSE due END WHERE id = $4`,
        [configId, qr, version, id],
      );
    const { asked_by: askedBy = null, config_id: formerConfigId = null, name = '' } = row ?? {};
    return { askedBy, formerConfigId, name, retired: row?.retired === 1 };
  }

  /** This member of staff is sent the picture as soon as it is known. */
  async setAskedBy(tx: Sql, id: number, staff: string): Promise<void> {
    await tx.run('UPDATE contact_way SET asked_by = $1 WHERE id = $2', [staff, id]);
  }

  /** The contact way is not tried again before it is marked for check or its request changes. */
  async recordProblem(tx: Sql, id: number, problem: string, version: number): Promise<Waiting> {
    const row = await tx.one<{ asked_by: string | null; name: string }>(
      'SELECT asked_by, name FROM contact_way WHERE id = $1',
      [id],
    );
    await tx.run(
      `UPDATE contact_way SET problem = $1, asked_by = NULL, due = CASE WHEN changed_at = $2 THEN 0 ELSE due END WHERE id = $3`,
      [problem, version, id],
    );
    return { askedBy: row?.asked_by ?? null, name: row?.name ?? '' };
  }

  /** False when there is none in use. The row stays, because contacts who came by this code refer to its state. */
  async retire(tx: Sql, id: number, now: number): Promise<boolean> {
    return (
      (await tx.run('UPDATE contact_way SET retired = 1, due = 0, changed_at = $1 WHERE id = $2 AND retired = 0', [
        now,
        id,
      ])) > 0
    );
  }

  /** Takes a retired contact way into use again; WeCom will give it another config id. */
  async reopen(tx: Sql, id: number, now: number): Promise<void> {
    await tx.run(
      `UPDATE contact_way SET retired = 0, due = 1, config_id = NULL, qr = NULL, problem = NULL, ${nextVersion('$1')} WHERE id = $2 AND retired = 1`,
      [now, id],
    );
  }

  /** The tags each member has from the contact ways they came by, whichever member of staff they came to. */
  async tagsOf(sql: Sql, members: readonly MemberId[]): Promise<Map<MemberId, TagRef[]>> {
    const found = new Map<MemberId, TagRef[]>();
    if (members.length === 0) return found;
    const rows = await sql.all<{ member_id: number; tags: string }>(
      `SELECT DISTINCT i.member_id, w.tags FROM identity i JOIN follow f ON f.external_userid = i.value JOIN contact_way w ON w.state = f.state
       WHERE i.kind = 'external_userid' AND w.tags <> '[]' AND i.member_id IN ${inNumbers(sql, 1)}`,
      [storableJson(members)],
    );
    for (const row of rows) {
      const member = asMemberId(row.member_id);
      found.set(member, [...(found.get(member) ?? []), ...storedOr(row.tags, wayTags, [])]);
    }
    return found;
  }

  /** The tags that each contact way gives, by its state. */
  async tagsByState(sql: Sql): Promise<Map<string, TagRef[]>> {
    const rows = await sql.all<{ state: string; tags: string }>(
      `SELECT DISTINCT state, tags FROM contact_way WHERE tags <> '[]'`,
    );
    const found = new Map<string, TagRef[]>();
    for (const { state, tags } of rows) found.set(state, [...(found.get(state) ?? []), ...storedOr(tags, wayTags, [])]);
    return found;
  }

  /** The tags of every channel's contact way in use, also of those made in the console. */
  async tagsInUse(sql: Sql): Promise<TagRef[]> {
    const rows = await sql.all<{ tags: string }>(
      `SELECT DISTINCT tags FROM contact_way WHERE kind IN ('channel', 'link') AND retired = 0 AND tags <> '[]' ORDER BY tags`,
    );
    return rows.flatMap(({ tags }) => storedOr(tags, wayTags, []));
  }

  /** The acquisition links in use that WeCom has made, each with the last day that was counted. */
  async linksToCount(
    sql: Sql,
  ): Promise<
    { readonly id: number; readonly configId: string; readonly createdAt: number; readonly last: Day | null }[]
  > {
    const rows = await sql.all<{ id: number; config_id: string; created_at: number; last: Day | null }>(
      `SELECT w.id, w.config_id, w.created_at, (SELECT MAX(d.day) FROM acquisition_day d WHERE d.way_id = w.id) AS last
       FROM contact_way w WHERE w.kind = 'link' AND w.retired = 0 AND w.config_id IS NOT NULL ORDER BY w.id`,
    );
    return rows.map((row) => ({ id: row.id, configId: row.config_id, createdAt: row.created_at, last: row.last }));
  }

  /** Stores what WeCom counts about a link. A day that is read again replaces the former figures. */
  async recordStats(
    tx: Sql,
    way: number,
    {
      days,
      spoke,
      spokeUnknown,
    }: {
      readonly days: readonly { readonly day: Day; readonly clicked: number; readonly added: number }[];
      readonly spoke: number | null;
      readonly spokeUnknown: number | null;
    },
  ): Promise<void> {
    await tx.insert(
      'acquisition_day',
      days.map((day) => ({ way_id: way, ...day })),
      '(way_id, day) DO UPDATE SET clicked = excluded.clicked, added = excluded.added',
    );
    await tx.run('UPDATE contact_way SET spoke = $1, spoke_unknown = $2 WHERE id = $3', [spoke, spokeUnknown, way]);
  }

  /** Whether the customer was a contact of any staff before a time. */
  async wasContactBefore(sql: Sql, externalUserId: string, at: number): Promise<boolean> {
    return (
      (await sql.one('SELECT staff FROM follow WHERE external_userid = $1 AND since < $2 LIMIT 1', [
        externalUserId,
        at,
      ])) !== undefined
    );
  }
}

export const contactWayStore = new ContactWayStore();
