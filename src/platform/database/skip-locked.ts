import type { Sql } from './sql.js';

/** Skips rows that another worker is leasing. SQLite has one writer, so there is no other worker. */
export const skipLocked = ({ dialect }: Pick<Sql, 'dialect'>): string =>
  dialect === 'postgres' ? 'FOR UPDATE SKIP LOCKED' : '';
