import type { PlacedLink } from '../../domain/links/link.js';
import type { Run } from '../run.js';
import { linkStore } from './link.store.js';

/** Stores the links of texts, in the transaction that stores the texts: a text is never sent before its links lead anywhere. */
export async function storeLinks({ tx, context, now }: Run, links: readonly PlacedLink[]): Promise<void> {
  const addresses = context.links;
  if (links.length === 0 || addresses === undefined) return;
  await linkStore.add(
    tx,
    links.map((link) => ({ ...link, code: addresses.codeOf(link) })),
    now,
  );
}
