import { z } from 'zod';
import { dayOf, momentOf, type Day } from '../domain/day.js';
import { ACQUISITION_QUOTA, acquisitionQuotaSchema } from '../domain/ways/acquisition-quota.js';
import type { Sql } from '../platform/database/sql.js';
import { storedOr } from '../platform/database/stored-json.js';
import { reasonLabel } from './words/reason-words.js';

/**
 * A way by which people come: a code to scan, an acquisition link, a scene of customer service, all codes of members
 * together, or a source that WeCom reported and that is none of ours (`others`: all further sources together). Every contact
 * with a source is counted in the row of that source. A figure is null where nobody counts it.
 */
export interface ChannelInList {
  readonly kind: 'code' | 'link' | 'kf' | 'members' | 'source' | 'others';
  /** What WeCom reports with whoever comes: the `state` of a contact, the scene of customer service. */
  readonly source: string;
  readonly name: string;
  /** How many codes or sources the row sums up; null for a row of one. */
  readonly sums: number | null;
  /** The contact way, which can be retired; null for the other kinds, and for one that is retired. */
  readonly wayId: number | null;
  /** Out of use, and listed because people came by it. */
  readonly retired: boolean;
  readonly staff: readonly string[];
  readonly tags: readonly string[];
  /** The address of a link or a scene. */
  readonly address: string | null;
  /** The picture of a code. */
  readonly qr: string | null;
  readonly problemLabel: ReturnType<typeof reasonLabel> | null;
  /** Opened a link in the last 30 days, as WeCom counts it; entered customer service. */
  readonly clicked30d: number | null;
  /** Became contacts by it, ever. */
  readonly added: number | null;
  /** Spoke to the staff, as WeCom counts it. */
  readonly spoke: number | null;
  /** Epoch ms of the last who came. */
  readonly lastAt: number | null;
}

export interface AcquisitionQuota extends z.output<typeof acquisitionQuotaSchema> {
  /** Epoch ms. */
  readonly readAt: number;
}

const texts = z.array(z.string());
const namedTags = z.array(z.object({ name: z.string() }));
/** What rows of no contact way of their own have in common. */
const noWay = {
  ...{ sums: null, wayId: null, retired: false, staff: [], tags: [], address: null, qr: null },
  ...{ problemLabel: null, clicked30d: null, spoke: null },
};

interface WayRow {
  readonly id: number;
  readonly kind: string;
  readonly state: string;
  readonly name: string;
  readonly staff: string;
  readonly tags: string;
  readonly qr: string | null;
  readonly problem: string | null;
  readonly spoke: number | null;
  readonly spoke_unknown: number | null;
  readonly clicked: number | null;
  readonly added: number;
  readonly last_at: number | null;
  readonly retired: number;
}

interface SourceRow {
  readonly state: string;
  readonly added: number;
  readonly last_at: number | null;
}

/** Sums of rows; `added` is null when there are none. */
interface Sum {
  readonly sums: number;
  readonly added: number | null;
  readonly last_at: number | null;
}

/** Other apps may give every customer a source of their own. */
const SOURCES_SHOWN = 200;
/** Days of the clicks. Those of a link end yesterday, because WeCom counts a day when it is over. */
const DAYS_SHOWN = 30;

/** All channels, those that brought the most first, and the retired ones and the remaining sources at the end. */
export async function listChannels(
  sql: Sql,
  { now, timeZone }: { readonly now: number; readonly timeZone: string },
): Promise<readonly ChannelInList[]> {
  const today = dayOf(now, timeZone);
  const ways = await waysOf(sql, today - DAYS_SHOWN);
  const scenes = await scenesOf(sql, momentOf(today - DAYS_SHOWN + 1, 0, timeZone));
  const all = [...ways, ...scenes, ...(await memberCodesOf(sql)), ...(await sourcesOf(sql))];
  const size = ({ added, clicked30d }: ChannelInList): number => added ?? clicked30d ?? 0;
  const isLast = ({ retired, kind }: ChannelInList): number => (retired || kind === 'others' ? 1 : 0);
  return all.sort(
    (one, other) => isLast(one) - isLast(other) || size(other) - size(one) || (one.source < other.source ? -1 : 1),
  );
}

/** Null until it was read once, which happens when there is an acquisition link. */
export async function acquisitionQuota(sql: Sql): Promise<AcquisitionQuota | null> {
  const row = await sql.one<{ value: string; changed_at: number }>(
    'SELECT value, changed_at FROM setting WHERE name = $1',
    [ACQUISITION_QUOTA],
  );
  const read = row && storedOr(row.value, acquisitionQuotaSchema, null);
  return read ? { ...read, readAt: row.changed_at } : null;
}

/** Codes and links in use, and those out of use by which somebody came. */
async function waysOf(sql: Sql, from: Day): Promise<ChannelInList[]> {
  const rows = await sql.all<WayRow>(
    `SELECT w.id, w.kind, w.state, w.name, w.staff, w.tags, w.qr, w.problem, w.spoke, w.spoke_unknown, w.retired,
       (SELECT SUM(d.clicked) FROM acquisition_day d WHERE d.way_id = w.id AND d.day >= $1) AS clicked,
       (SELECT COUNT(DISTINCT f.external_userid) FROM follow f WHERE f.state = w.state) AS added,
       (SELECT MAX(f.since) FROM follow f WHERE f.state = w.state) AS last_at
     FROM contact_way w WHERE w.kind IN ('channel', 'link')
       AND (w.retired = 0 OR EXISTS (SELECT 1 FROM follow f WHERE f.state = w.state))`,
    [from],
  );
  return rows.map((row): ChannelInList => {
    const [isLink, retired] = [row.kind === 'link', row.retired === 1];
    const picture = retired ? null : row.qr;
    // Where WeCom says it of none of the customers, nought would be wrong.
    const isUnknown = row.spoke === null || (Number(row.spoke) === 0 && Number(row.spoke_unknown) > 0);
    return {
      kind: isLink ? 'link' : 'code',
      source: row.state,
      name: row.name,
      sums: null,
      wayId: retired ? null : row.id,
      retired,
      staff: storedOr(row.staff, texts, []),
      tags: storedOr(row.tags, namedTags, []).map(({ name }) => name),
      address: isLink ? picture : null,
      qr: isLink ? null : picture,
      problemLabel: row.problem === null || retired ? null : reasonLabel(row.problem),
      clicked30d: row.clicked === null ? null : Number(row.clicked),
      added: Number(row.added),
      spoke: isUnknown ? null : Number(row.spoke),
      lastAt: row.last_at,
    };
  });
}

/** The scenes of customer service; also those that only facts name. `from`: epoch ms. */
async function scenesOf(sql: Sql, from: number): Promise<ChannelInList[]> {
  const ways = await sql.all<{ scene: string; name: string | null; url: string | null; problem: string | null }>(
    `SELECT s.scene, COALESCE(g.name, t.name) AS name, s.url, s.problem FROM service_way s
     LEFT JOIN chat_group g ON s.kind = 'group' AND CAST(g.id AS TEXT) = s.about
     LEFT JOIN template t ON s.kind = 'template' AND t.key = s.about`,
  );
  const scene = sql.dialect === 'postgres' ? `data::json ->> 'scene'` : `data ->> 'scene'`;
  const counts = await sql.all<{ scene: string; entered: number; last_at: number }>(
    `SELECT ${scene} AS scene, COUNT(DISTINCT member_id) AS entered, MAX(at) AS last_at FROM fact
     WHERE kind = 'entered_service' AND at >= $1 AND ${scene} IS NOT NULL GROUP BY ${scene}`,
    [from],
  );
  const counted = new Map(counts.map((row) => [row.scene, row]));
  const known = new Map(ways.map((way) => [way.scene, way]));
  return [...new Set([...known.keys(), ...counted.keys()])].map((name): ChannelInList => {
    const [way, figures] = [known.get(name), counted.get(name)];
    return {
      ...noWay,
      kind: 'kf',
      source: name,
      name: way?.name || name,
      added: null,
      address: way?.url ?? null,
      problemLabel: way?.problem ? reasonLabel(way.problem) : null,
      clicked30d: Number(figures?.entered ?? 0),
      lastAt: figures?.last_at ?? null,
    };
  });
}

/** The codes with which members invite others, as one row. No row when nobody came by one. */
async function memberCodesOf(sql: Sql): Promise<ChannelInList[]> {
  const row = await sql.one<Sum>(
    `SELECT COUNT(*) AS sums, SUM(added) AS added, MAX(last_at) AS last_at FROM (
       SELECT COUNT(DISTINCT f.external_userid) AS added, MAX(f.since) AS last_at FROM follow f
       JOIN contact_way w ON w.state = f.state WHERE w.kind NOT IN ('channel', 'link') GROUP BY f.state) one`,
  );
  return sumRow('members', row);
}

/**
 * Sources seen on contacts that are nobody's code: made by hand in WeCom, or by another app. Those beyond the largest are
 * one row.
 */
async function sourcesOf(sql: Sql): Promise<ChannelInList[]> {
  const sources = `SELECT f.state, COUNT(DISTINCT f.external_userid) AS added, MAX(f.since) AS last_at FROM follow f
     WHERE f.state IS NOT NULL AND f.state <> '' AND NOT EXISTS (SELECT 1 FROM contact_way w WHERE w.state = f.state)
     GROUP BY f.state ORDER BY COUNT(DISTINCT f.external_userid) DESC, f.state`;
  const rows = await sql.all<SourceRow>(`${sources} LIMIT ${SOURCES_SHOWN}`);
  const rest = await sql.one<Sum>(
    `SELECT COUNT(*) AS sums, SUM(added) AS added, MAX(last_at) AS last_at
     FROM (${sources} LIMIT ${Number.MAX_SAFE_INTEGER} OFFSET ${SOURCES_SHOWN}) one`,
  );
  const listed = rows.map((row): ChannelInList => ({
    ...noWay,
    ...{ kind: 'source', source: row.state, name: row.state, added: Number(row.added), lastAt: row.last_at },
  }));
  return [...listed, ...sumRow('others', rest)];
}

function sumRow(kind: 'members' | 'others', row: Sum | undefined): ChannelInList[] {
  const sums = Number(row?.sums ?? 0);
  if (!row || sums === 0) return [];
  return [{ ...noWay, kind, source: '', name: '', sums, added: Number(row.added), lastAt: row.last_at }];
}
