import type { Sql } from '../platform/database/sql.js';

/** The id of a member given by our id or an external_userid; null if unknown. A merged member resolves to the one kept. */
export async function resolveMemberId(sql: Sql, given: string): Promise<number | null> {
  const number = /^\d{1,15}$/.test(given) ? Number(given) : null;
  let row = await sql.one<{ id: number; merged_into: number | null }>(
    number === null
      ? 'SELECT id, merged_into FROM member WHERE external_userid = $1'
      : 'SELECT id, merged_into FROM member WHERE id = $1',
    [number ?? given],
  );
  row ??= await sql.one<{ id: number; merged_into: number | null }>(
    `SELECT mb.id, mb.merged_into FROM identity i JOIN member mb ON mb.id = i.member_id WHERE i.kind = 'external_userid' AND i.value = $1`,
    [given],
  );
  for (let steps = 0; row && row.merged_into !== null && steps < 20; steps += 1) {
    row = await sql.one('SELECT id, merged_into FROM member WHERE id = $1', [row.merged_into]);
  }
  return row?.id ?? null;
}

export interface KnownIds {
  readonly externalUserId?: string;
  readonly unionid?: string;
  readonly chatContactId?: string;
  /** With the middle digits masked. */
  readonly phone?: string;
}

export async function idsOf(sql: Sql, member: number): Promise<KnownIds> {
  const rows = await sql.all<{ kind: string; value: string }>(
    'SELECT kind, value FROM identity WHERE member_id = $1 ORDER BY linked_at DESC, value DESC',
    [member],
  );
  const first = new Map(rows.map(({ kind, value }) => [kind, value]));
  const phone =
    first.get('phone') ??
    (await sql.one<{ phone: string | null }>('SELECT phone FROM member WHERE id = $1', [member]))?.phone ??
    undefined;
  const entries: [keyof KnownIds, string | undefined][] = [
    ['externalUserId', first.get('external_userid')],
    ['unionid', first.get('unionid')],
    ['chatContactId', first.get('chat')],
    ['phone', phone === undefined ? undefined : maskedPhone(phone)],
  ];
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** Masks the middle digits. A mainland number is shown without the country code. */
function maskedPhone(number: string): string {
  const phone = number.replace(/^\+86(?=1\d{10}$)/, '');
  return phone.length < 7 ? '*'.repeat(phone.length) : `${phone.slice(0, 3)}****${phone.slice(-4)}`;
}

export interface TagOnMember {
  readonly name: string;
  readonly group: string;
  readonly origin: 'rule' | 'staff';
  readonly since: number;
  /** WeCom has confirmed the tag. */
  readonly synced: boolean;
  /** The name staff gave the tag in WeCom; null if they did not rename it. */
  readonly wecomName: string | null;
}

export async function tagsOn(sql: Sql, member: number): Promise<readonly TagOnMember[]> {
  const rows = await sql.all<{
    name: string;
    grp: string;
    origin: 'rule' | 'staff';
    since: number;
    confirmed: number;
    wecom_name: string | null;
  }>(
    `SELECT t.name, t.grp, t.origin, t.since, t.confirmed, (SELECT MAX(c.wecom_name) FROM corp_tag c WHERE c.gone = 0 AND c.grp = t.grp AND c.name = t.name) AS wecom_name
    FROM member_tag t WHERE t.member_id = $1 AND t.want = 1 ORDER BY t.grp, t.since, t.name`,
    [member],
  );
  return rows.map(({ name, grp, origin, since, confirmed, wecom_name: wecomName }) => ({
    name,
    group: grp,
    origin,
    since,
    synced: confirmed === 1,
    wecomName,
  }));
}

export interface GroupOfMember {
  readonly id: string;
  readonly name: string;
  readonly tier: string | null;
  readonly joinedAt: number | null;
}

export async function groupsOf(sql: Sql, member: number): Promise<readonly GroupOfMember[]> {
  const rows = await sql.all<{ id: number; name: string; tier: string | null; joined_at: number | null }>(
    `SELECT g.id, g.name, g.tier, gp.joined_at FROM group_person gp JOIN chat_group g ON g.id = gp.group_id
     WHERE gp.member_id = $1 AND gp.present = 1 ORDER BY gp.joined_at, g.id`,
    [member],
  );
  return rows.map((row) => ({
    id: String(row.id),
    name: row.name || `#${row.id}`,
    tier: row.tier,
    joinedAt: row.joined_at,
  }));
}
