import { createHash } from 'node:crypto';
import type { UnkeyedFact } from '../../reconciliation.js';

/** A read on request: two of one moment that say different things are two facts. */
export const withReadKey = <K extends 'contact_read' | 'group_read'>(
  id: string,
  fact: UnkeyedFact<K>,
): UnkeyedFact<K> & { readonly key: string } => ({
  ...fact,
  key: `read:${id}:${fact.at}:${digest(fact.data)}`,
});

/**
 * A read of a comparison: a chunk that a crash made us read again tells the same facts, which is free; the same drift found
 * another night is another fact.
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
