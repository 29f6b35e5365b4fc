import type { LocalizedText } from '../localized-text.js';

/** One mistake in a template file. Lines and columns count from 1, over the whole file; columns are UTF-16 units. */
export interface TemplateProblem {
  readonly code: string;
  readonly line: number;
  readonly column: number;
  readonly message: LocalizedText;
  readonly hint: LocalizedText;
}

/** A mistake with an offset instead of line and column; used between the checks. */
export interface Finding {
  readonly code: string;
  readonly at: number;
  readonly message: LocalizedText;
  readonly hint: LocalizedText;
}
