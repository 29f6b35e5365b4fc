import type { RuleDocument } from '../../domain/rule-document.js';
import { NO_CALENDAR } from './calendar.js';
import { NO_GROUP_TEXTS } from './group-texts.js';
import { NO_METRICS } from './metrics.js';
import { NO_SERIES } from './series.js';
import { NO_SEGMENTS } from './segments.js';
import { NO_WORDS } from './words.js';

/** The text of every document. */
export type RuleTexts = Readonly<Record<RuleDocument, string>>;

/** Documents that a config folder may lack, and the text that then counts. */
export const optionalTexts: Readonly<Partial<RuleTexts>> = {
  metrics: NO_METRICS,
  segments: NO_SEGMENTS,
  calendar: NO_CALENDAR,
  series: NO_SERIES,
  'group-texts': NO_GROUP_TEXTS,
  words: NO_WORDS,
};

export const fileOf = (document: RuleDocument): string => `${document}.yaml`;
