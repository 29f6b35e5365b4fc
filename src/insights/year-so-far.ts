import type { Sql } from '../platform/database/sql.js';
import { tierDirection } from './tier-direction.js';

export interface YearSoFar {
  readonly members: number;
  readonly promotions: number;
  readonly moves: number;
  readonly messages: number;
}

/** Totals of a demo's year so far, in one statement, because the console asks every second. */
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
