import type { Database } from '../../platform/database/database.js';
import { apiTokenStore } from './api-token.store.js';
import { isSameToken, tokenHash } from '../../platform/tokens.js';

/** Bearer tokens of programs: one from the settings, others from the table as hashes. */
export class ApiTokens {
  constructor(
    private readonly db: Database,
    private readonly configured: string | undefined,
  ) {}

  /** The name under which the bearer acts; null for an unknown token. */
  async nameOf(token: string): Promise<string | null> {
    if (this.configured !== undefined && isSameToken(token, this.configured)) return 'api';
    // The lookup uses the hash, so its duration reveals nothing about the token.
    const name = await apiTokenStore.nameOf(this.db.read, tokenHash(token));
    return name === undefined ? null : `api:${name}`;
  }
}
