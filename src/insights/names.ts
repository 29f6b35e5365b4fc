import type { Sql } from '../platform/database/sql.js';

export async function groupNames(sql: Sql): Promise<ReadonlyMap<number, string>> {
  const rows = await sql.all<{ id: number; name: string }>('SELECT id, name FROM chat_group');
  return new Map(rows.map((row) => [row.id, row.name]));
}

export async function templateNames(sql: Sql): Promise<ReadonlyMap<string, string>> {
  const rows = await sql.all<{ key: string; name: string }>('SELECT key, name FROM template');
  return new Map(rows.map((row) => [row.key, row.name]));
}

/** The member's name, or `#id` if unknown; the bot understands both. */
export const memberName = (row: { readonly name: string | null; readonly id: number }): string =>
  row.name || `#${row.id}`;
