import type { LocalizedText } from '../domain/localized-text.js';
import type { RulesNow, Unexplained } from './explain.js';
import type { BecauseView } from './words/because-words.js';

export interface TimelineEntry {
  readonly id: string;
  readonly at: number;
  readonly kind: 'fact' | 'tier' | 'stage' | 'tag' | 'message' | 'suppressed' | 'move' | 'command';
  readonly title: LocalizedText;
  readonly detail?: LocalizedText;
  readonly because: BecauseView | null;
  readonly state?: string;
  /** The entry covers a whole day; `at` is the day's last moment. */
  readonly isWholeDay?: boolean;
}

/** An entry with its position in the order: time, then source, then id within the source. */
export interface PlacedEntry {
  readonly entry: Unexplained<TimelineEntry>;
  readonly rank: number;
  readonly number: number;
}

export interface TimelineContext extends RulesNow {
  readonly timeZone: string;
  readonly now: number;
}

/** One page of a member's timeline, as each source gets it. */
export interface TimelineQuery extends TimelineContext {
  readonly member: number;
  readonly limit: number;
  readonly after: { readonly at: number; readonly rank: number; readonly number: number } | null;
  readonly groups: ReadonlyMap<number, string>;
  readonly templates: ReadonlyMap<string, string>;
}
