import type { Database } from './database.js';

/** For the list of readiness checks. The migrations ran before the database was handed out. */
export function databaseReadiness(database: Database) {
  return {
    name: 'database',
    async check(): Promise<{ ok: boolean; detail: string }> {
      await database.read.one('SELECT 1 AS one');
      return { ok: true, detail: '' };
    },
  };
}
