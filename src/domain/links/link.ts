import type { ActionKey } from '../action-keys.js';

/** A link as it is written in a template: `{{ 'https://example.com/menu' | link: 'menu' }}`. */
export interface NamedLink {
  /** In the form that a browser would request: an address that is equal is written the same. */
  readonly url: string;
  readonly name: string;
}

/** A link in a text that is sent. */
export interface PlacedLink extends NamedLink {
  readonly template: string;
  readonly version: number;
  /** The message, where the text is for one member alone; null in a text that many members get or read. */
  readonly delivery: ActionKey | null;
  /** A click on a shared link may be signed in, so that the member is known. */
  readonly identify: boolean;
}

/** Gives each link its short address, always the same for the same link. Undefined as long as PUBLIC_URL is not set. */
export interface LinkAddresses {
  codeOf(link: PlacedLink): string;
  addressOf(code: string): string;
}

/** Prints a link while a text is filled. */
export type PrintLink = (link: NamedLink) => string;

export const LONGEST_LINK = 1_000;
const namePattern = /^[\p{L}\p{N}_-]{1,32}$/u;

export const isLinkName = (name: string): boolean => namePattern.test(name);

export type LinkProblem = 'not_http' | 'too_long' | 'not_an_address';

/**
 * Reads the address of a link: only http and https, without a user name. A backslash or a blank is refused, because browsers
 * correct such addresses, each in its own way.
 */
export function readLinkUrl(text: string): { readonly url: string } | { readonly problem: LinkProblem } {
  if (text.length > LONGEST_LINK) return { problem: 'too_long' };
  if (/[\\\s\p{C}]/u.test(text) || !URL.canParse(text)) return { problem: 'not_an_address' };
  const { protocol, hostname, username, password, href } = new URL(text);
  if (protocol !== 'https:' && protocol !== 'http:') return { problem: 'not_http' };
  // `https:example.com` parses, but whoever wrote it has lost two slashes.
  if (!/^https?:\/\//i.test(text) || hostname === '' || username !== '' || password !== '')
    return { problem: 'not_an_address' };
  return href.length > LONGEST_LINK ? { problem: 'too_long' } : { url: href };
}

/**
 * What a code stands for. The address belongs to it, so that a code never leads to another one. A link of one delivery does
 * not depend on the version: its text may be filled again from a newer one before it is sent.
 */
export const linkIdentity = ({ delivery, template, version, name, url }: PlacedLink): string =>
  JSON.stringify(delivery === null ? ['template', template, version, name, url] : ['delivery', delivery, name, url]);
