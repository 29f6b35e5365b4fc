import type { Database } from '../../platform/database/database.js';
import { apiTokenStore } from './api-token.store.js';
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
    const name = await apiTokenStore.nameOf(this.db.read, tokenHash(token));
    return name === undefined ? null : `api:${name}`;
  }
}
