import type { LocalizedText } from '../domain/localized-text.js';
import type { BecauseView } from './words/because-words.js';

export interface TimelineEntry {
  readonly id: string;
  readonly at: number;
  readonly kind: 'fact' | 'tier' | 'stage' | 'tag' | 'message' | 'suppressed' | 'move' | 'command';
  readonly title: LocalizedText;
  readonly detail?: LocalizedText;
  readonly because: BecauseView | null;
  readonly state?: string;
  /** Of a whole day: its moment is the day's last. */
  readonly isWholeDay?: boolean;
}

/** An entry with its place: moment, then source, then the source's own number. */
export interface Placed {
  readonly entry: TimelineEntry;
  readonly rank: number;
  readonly number: number;
}

export interface TimelineContext {
  readonly timeZone: string;
  readonly now: number;
  readonly tierLabel: (key: string) => LocalizedText;
}

/** Everything a source needs to tell its part of the page. */
export interface Asked extends TimelineContext {
  readonly member: number;
  readonly limit: number;
  readonly after: { readonly at: number; readonly rank: number; readonly number: number } | null;
  readonly groups: ReadonlyMap<number, string>;
  readonly templates: ReadonlyMap<string, string>;
}
