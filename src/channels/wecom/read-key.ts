import { createHash } from 'node:crypto';
import { DAY_MS, isoDay } from '../../domain/day.js';
import type { FactKind, FactOf } from '../../domain/fact.js';

/** A fact that was read rather than told. WeCom has no name for it, so its key is made from what it says. */
export type Keyless<K extends FactKind> = Omit<FactOf<K>, 'key'>;

/** A read on request: two of one moment that say different things are two facts. */
export const withReadKey = <K extends 'contact_read' | 'group_read'>(
  id: string,
  fact: Keyless<K>,
): Keyless<K> & { readonly key: string } => ({
  ...fact,
  key: `read:${id}:${fact.at}:${digest(fact.data)}`,
});

/** A read of the whole corp: one fact a day, unless it says something new, so a restart neither repeats nor hides anything. */
export const withSyncKey = <K extends 'contact_read' | 'group_read'>(
  what: 'contact' | 'group',
  id: string,
  fact: Keyless<K>,
): Keyless<K> & { readonly key: string } => ({
  ...fact,
  key: `sync:${what}:${id}:${isoDay(Math.floor(fact.at / DAY_MS))}:${digest(fact.data)}`,
});

const digest = (data: object): string =>
  createHash('sha256')
    .update(JSON.stringify({ ...data, readAt: 0 }))
    .digest('base64url')
    .slice(0, 12);
