import type { NamedLink } from '../links/link.js';
import type { Visibility } from '../metrics/index.js';
import type { ParsedBody } from './liquid.js';

/** A checked text, ready to be rendered. */
export interface Body {
  readonly text: string;
  /** Names of its variables. */
  readonly variables: readonly string[];
  /** The most restricted visibility of its variables. A `shared` text may be the same for many members. */
  readonly visibility: Visibility;
  /** The text must not be sent in a group. */
  readonly isKeptFromGroups: boolean;
  /** The links in it, also those in branches that a member may not get. */
  readonly links: readonly NamedLink[];
  readonly parsed: ParsedBody;
}
