import { createHash } from 'node:crypto';
import type { UnkeyedFact } from '../../reconciliation.js';

/** The key of a single read. Two reads at the same time with different content are two facts. */
export const withReadKey = <K extends 'contact_read' | 'group_read'>(
  id: string,
  fact: UnkeyedFact<K>,
): UnkeyedFact<K> & { readonly key: string } => ({
  ...fact,
  key: `read:${id}:${fact.at}:${digest(fact.data)}`,
});

/**
 * The key of a read in a reconciliation. A chunk that is read again after a crash makes the same facts; the same drift in
 * another run is a new fact.
 */
export const withRunKey = <K extends 'contact_read' | 'group_read' | 'tag_library_read'>(
  run: number,
  id: string,
  fact: UnkeyedFact<K>,
): UnkeyedFact<K> & { readonly key: string } => ({
  ...fact,
  key: `compare:${run}:${id}:${digest(fact.data)}`,
});

const digest = (data: object): string =>
  createHash('sha256')
    .update(JSON.stringify({ ...data, readAt: 0 }))
    .digest('base64url')
    .slice(0, 12);
