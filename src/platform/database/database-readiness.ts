import type { Database } from './database.js';

/** `Database.open` has run the migrations, so a query is enough. */
export function databaseReadiness(database: Database) {
  return {
    name: 'database',
    async check(): Promise<{ ok: boolean; detail: string }> {
      await database.read.one('SELECT 1 AS one');
      return { ok: true, detail: '' };
    },
  };
}
