import { dayOf, type Day } from '../../domain/day.js';
import type { StoredFact } from '../../domain/fact.js';
import { readLinkUrl, type PlacedLink } from '../../domain/links/link.js';
import { messageStore } from '../../outbox/message.store.js';
import { inTexts } from '../../platform/database/in-list.js';
import type { Sql } from '../../platform/database/sql.js';
import { storableJson } from '../../platform/database/storable.js';

export interface StoredLink {
  readonly code: string;
  readonly url: string;
  /** The message in the outbox, where the link is for one member alone. */
  readonly delivery: number | null;
  readonly identify: boolean;
}

/** The links in texts that were or will be sent. A code keeps its address for ever. */
export class LinkStore {
  /** Stores links whose messages are in the outbox. One that is stored already stays as it is. */
  async add(tx: Sql, links: readonly (PlacedLink & { readonly code: string })[], now: number): Promise<void> {
    const keys = links.flatMap(({ delivery }) => delivery ?? []);
    const ids = await messageStore.idsOf(tx, keys);
    const unique = new Map(links.map((link) => [link.code, link]));
    await tx.insert(
      'link',
      [...unique.values()].map(({ code, url, name, template, version, delivery, identify }) => ({
        ...{ code, url, name, template, version },
        outbox_id: delivery === null ? null : (ids.get(delivery) ?? null),
        identify: identify ? 1 : 0,
        created_at: now,
      })),
      '(code) DO NOTHING',
    );
  }

  /** Null when there is no such link, or when its address is none that anybody may be sent to. */
  async read(sql: Sql, code: string): Promise<StoredLink | null> {
    const row = await sql.one<{ url: string; outbox_id: number | null; identify: number }>(
      'SELECT url, outbox_id, identify FROM link WHERE code = $1',
      [code],
    );
    const read = row && readLinkUrl(row.url);
    if (!row || !read || 'problem' in read) return null;
    return { code, url: read.url, delivery: row.outbox_id, identify: row.identify === 1 };
  }

  /** The names of links by their codes. A code that is not stored has no entry. */
  async namesOf(sql: Sql, codes: readonly string[]): Promise<ReadonlyMap<string, string>> {
    if (codes.length === 0) return new Map();
    const rows = await sql.all<{ code: string; name: string }>(
      `SELECT code, name FROM link WHERE code IN ${inTexts(sql, 1)}`,
      [storableJson([...new Set(codes)])],
    );
    return new Map(rows.map(({ code, name }) => [code, name]));
  }

  /** Counts these clicks on their links. Called once per fact, in the transaction that applies it. */
  async addClicks(tx: Sql, facts: readonly StoredFact[], timeZone: string): Promise<void> {
    const clicks = new Map<string, { times: number; first: number; last: number }>();
    for (const fact of facts) {
      if (fact.kind !== 'link_clicked') continue;
      const { times, first, last } = clicks.get(fact.data.code) ?? { times: 0, first: fact.at, last: fact.at };
      clicks.set(fact.data.code, {
        times: times + 1,
        first: Math.min(first, fact.at),
        last: Math.max(last, fact.at),
      });
    }
    await this.addDays(tx, facts, timeZone);
    // In one order, so that two processes do not wait for each other.
    for (const [code, { times, first, last }] of [...clicks].sort(([one], [other]) => (one < other ? -1 : 1)))
      await tx.run(
        `UPDATE link SET clicks = clicks + $1,
          first_click_at = CASE WHEN first_click_at < $2 THEN first_click_at ELSE $2 END,
          last_click_at = CASE WHEN last_click_at > $3 THEN last_click_at ELSE $3 END WHERE code = $4`,
        [times, first, last, code],
      );
  }

  private async addDays(tx: Sql, facts: readonly StoredFact[], timeZone: string): Promise<void> {
    const days = new Map<string, { readonly code: string; readonly day: Day; readonly clicks: number }>();
    for (const fact of facts) {
      if (fact.kind !== 'link_clicked') continue;
      const [code, day] = [fact.data.code, dayOf(fact.at, timeZone)];
      const id = `${code} ${day}`;
      days.set(id, { code, day, clicks: (days.get(id)?.clicks ?? 0) + 1 });
    }
    await tx.insert(
      'link_day',
      [...days.values()].map((each) => ({ ...each })),
      '(code, day) DO UPDATE SET clicks = link_day.clicks + excluded.clicks',
    );
  }
}

export const linkStore = new LinkStore();
