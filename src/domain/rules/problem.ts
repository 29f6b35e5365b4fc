import type { LocalizedText } from '../localized-text.js';

export type RuleProblemCode =
  | 'empty'
  | 'too_long'
  | 'too_complex'
  | 'syntax'
  | 'unknown_metric'
  | 'unknown_value'
  | 'wrong_type'
  | 'unsupported'
  | 'not_a_condition'
  | 'number_range';

/** One mistake in a rule's text. Lines and columns count from 1; columns are UTF-16 units, as editors count them. */
export interface RuleProblem {
  readonly code: RuleProblemCode;
  readonly line: number;
  readonly column: number;
  readonly message: LocalizedText;
  readonly hint: LocalizedText;
}

/** What is wrong and what to do about it, before its place in the text is known. */
export type Complaint = Omit<RuleProblem, 'line' | 'column'>;

export function problemAt(text: string, offset: number, complaint: Complaint): RuleProblem {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: offset - lineStart + 1, ...complaint };
}
