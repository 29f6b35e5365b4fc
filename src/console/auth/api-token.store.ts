import type { Sql } from '../../platform/database/sql.js';

/** Bearer tokens of programs. Only their hashes are stored. */
export class ApiTokenStore {
  async nameOf(sql: Sql, tokenHash: string): Promise<string | undefined> {
    const row = await sql.one<{ name: string }>('SELECT name FROM api_token WHERE token_hash = $1', [tokenHash]);
    return row?.name;
  }
}

export const apiTokenStore = new ApiTokenStore();
