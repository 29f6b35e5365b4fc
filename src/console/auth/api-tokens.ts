import type { Database } from '../../platform/database/database.js';
import { isSameToken, tokenHash } from './tokens.js';

/** Bearer tokens of programs: one from the settings, more in the table, of which only the hash is kept. */
export class ApiTokens {
  constructor(
    private readonly db: Database,
    private readonly configured: string | undefined,
  ) {}

  /** Under which name the bearer acts; null for a token nobody gave out. */
  async nameOf(token: string): Promise<string | null> {
    if (this.configured !== undefined && isSameToken(token, this.configured)) return 'api';
    // Looked up by its hash: how long that takes tells nothing of the token.
    const row = await this.db.read.one<{ name: string }>('SELECT name FROM api_token WHERE token_hash = $1', [
      tokenHash(token),
    ]);
    return row ? `api:${row.name}` : null;
  }
}
