import type { Database } from '../../platform/database/database.js';
import { codeIn } from './link-codes.js';
import { linkStore, type StoredLink } from './link.store.js';

/** A link never changes its address, so it may be kept. A mass-send is opened thousands of times within minutes. */
const MOST_KEPT = 5_000;

/** Reads links by their codes and keeps the latest ones in memory. */
export class KeptLinks {
  private readonly kept = new Map<string, StoredLink>();

  constructor(private readonly db: Database) {}

  /** `text`: what stands in the address where the code should be. */
  async find(text: string): Promise<StoredLink | null> {
    const code = codeIn(text);
    if (code === null) return null;
    const known = this.kept.get(code);
    if (known) return known;
    const link = await linkStore.read(this.db.read, code);
    if (link === null) return null;
    const [oldest] = this.kept.keys();
    if (this.kept.size >= MOST_KEPT && oldest !== undefined) this.kept.delete(oldest);
    this.kept.set(code, link);
    return link;
  }
}
