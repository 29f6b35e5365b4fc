import type { LocalizedText } from '../domain/localized-text.js';
import { inNumbers, inTexts } from '../platform/database/in-list.js';
import type { Sql } from '../platform/database/sql.js';
import { storableJson } from '../platform/database/storable.js';
import { memberName, templateNames } from './names.js';
import { pageOf, readCursor, type Page } from './page.js';
import { unreadable } from './words/stored-words.js';
import {
  auditDetailFrom,
  auditWords,
  auditActionsOf,
  type AuditDetail,
  type AuditNames,
  type AuditSubject,
} from './words/audit-words.js';

export interface AuditEntry {
  readonly id: number;
  readonly at: number;
  /** An admin's name, a userid, or `comparison`. */
  readonly who: string;
  readonly what: string;
  readonly title: LocalizedText;
  /** The author's note, or the address of the request; empty for none. A label when the row cannot be read. */
  readonly note: string | LocalizedText;
  /** What the entry links to. */
  readonly about:
    | { readonly is: 'member'; readonly id: number }
    | { readonly is: 'template'; readonly key: string }
    | { readonly is: 'comparison'; readonly id: number }
    | { readonly is: 'task' }
    | { readonly is: 'way' }
    | null;
}

export interface AuditFilter {
  readonly who?: string | undefined;
  readonly about?: AuditSubject | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

interface Row {
  readonly id: number;
  readonly at: number;
  readonly who: string;
  readonly what: string;
  readonly detail: string;
}

/** Actions of people on the product and results of reconciliations, the latest first. */
export async function listAudit(
  sql: Sql,
  filter: AuditFilter,
  tierLabel: (key: string) => LocalizedText,
): Promise<Page<AuditEntry>> {
  const after = readCursor(filter.cursor, 1);
  const params: (string | number)[] = [];
  const place = (value: string | number): string => `$${params.push(value)}`;
  const where = [
    ...(after ? [`id < ${place(after[0]!)}`] : []),
    ...(filter.who === undefined ? [] : [`who = ${place(filter.who)}`]),
    ...(filter.about ? [`what IN ${inTexts(sql, params.push(storableJson(auditActionsOf(filter.about))))}`] : []),
  ];
  const rows = await sql.all<Row>(
    `SELECT id, at, who, what, detail FROM audit ${where.length > 0 ? `WHERE ${where.join(' AND ')}` : ''} ORDER BY id DESC LIMIT ${filter.limit + 1}`,
    params,
  );
  const page = pageOf(rows, filter.limit, (row) => [row.id]);
  const entries = page.items.map(({ detail, ...row }) => ({ ...row, detail: auditDetailFrom(detail) }));
  const names = await namesIn(
    sql,
    entries.map(({ detail }) => detail ?? {}),
    tierLabel,
  );
  return {
    items: entries.map(({ detail, ...row }) => ({
      ...row,
      title: auditWords(row.what, detail ?? {}, names),
      note: detail === null ? unreadable : (detail.note ?? detail.address ?? ''),
      about: aboutOf(detail ?? {}),
    })),
    next: page.next,
  };
}

/** All actors in the audit. */
export async function auditPeople(sql: Sql): Promise<readonly string[]> {
  return (await sql.all<{ who: string }>('SELECT DISTINCT who FROM audit ORDER BY who')).map(({ who }) => who);
}

function aboutOf(detail: AuditDetail): AuditEntry['about'] {
  if (detail.member !== undefined) return { is: 'member', id: detail.member };
  if (detail.key !== undefined) return { is: 'template', key: detail.key };
  if (detail.run !== undefined) return { is: 'comparison', id: detail.run };
  if (detail.task !== undefined) return { is: 'task' };
  return detail.way === undefined ? null : { is: 'way' };
}

async function namesIn(
  sql: Sql,
  details: readonly AuditDetail[],
  tierLabel: (key: string) => LocalizedText,
): Promise<AuditNames> {
  const numbers = (of: (detail: AuditDetail) => number | undefined): string =>
    storableJson(details.flatMap((detail) => of(detail) ?? []));
  const templates = await templateNames(sql);
  const members = await sql.all<{ id: number; name: string | null }>(
    `SELECT id, name FROM member WHERE id IN ${inNumbers(sql, 1)}`,
    [numbers(({ member }) => member)],
  );
  const ways = await sql.all<{ id: number; name: string }>(
    `SELECT id, name FROM contact_way WHERE id IN ${inNumbers(sql, 1)}`,
    [numbers(({ way }) => way)],
  );
  const memberNames = new Map(members.map((row) => [row.id, memberName(row)]));
  const wayNames = new Map(ways.map((row) => [row.id, row.name]));
  return {
    template: (key) => templates.get(key) ?? key,
    member: (id) => memberNames.get(id) ?? `#${id}`,
    way: (id) => wayNames.get(id) ?? `#${id}`,
    tier: tierLabel,
  };
}
