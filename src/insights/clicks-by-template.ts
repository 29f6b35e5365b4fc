import type { Day } from '../domain/day.js';
import type { Sql } from '../platform/database/sql.js';

export interface LinkClicks {
  readonly name: string;
  readonly clicks: number;
}

/** The clicks on the links of each template from a day on, in messages to one member and in mass-sends; the most first. */
export async function clicksByTemplate(sql: Sql, from: Day): Promise<ReadonlyMap<string, readonly LinkClicks[]>> {
  const rows = await sql.all<{ template: string; name: string; clicks: number }>(
    `SELECT l.template, l.name, SUM(d.clicks) AS clicks FROM link_day d JOIN link l ON l.code = d.code
     WHERE d.day >= $1 GROUP BY l.template, l.name ORDER BY SUM(d.clicks) DESC, l.name`,
    [from],
  );
  const found = new Map<string, LinkClicks[]>();
  for (const { template, name, clicks } of rows)
    found.set(template, [...(found.get(template) ?? []), { name, clicks: Number(clicks) }]);
  return found;
}
