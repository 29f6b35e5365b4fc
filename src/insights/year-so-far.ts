import type { Sql } from '../platform/database/sql.js';
import { tierDirection } from './tier-direction.js';

export interface YearSoFar {
  readonly members: number;
  readonly promotions: number;
  readonly moves: number;
  readonly messages: number;
}

/** What has come together since the beginning of a demo's year, in one statement: it is asked for every second. */
export async function yearSoFar(sql: Sql): Promise<YearSoFar> {
  const row = await sql.one<Record<keyof YearSoFar, number>>(
    `SELECT (SELECT COUNT(*) FROM member WHERE merged_into IS NULL) AS members,
      (SELECT COUNT(*) FROM decision WHERE ${tierDirection('up')}) AS promotions,
      (SELECT COUNT(*) FROM move WHERE state = 'done') AS moves,
      (SELECT COUNT(*) FROM outbox WHERE state = 'sent' AND campaign IS NOT NULL) AS messages`,
  );
  return {
    members: Number(row?.members ?? 0),
    promotions: Number(row?.promotions ?? 0),
    moves: Number(row?.moves ?? 0),
    messages: Number(row?.messages ?? 0),
  };
}
