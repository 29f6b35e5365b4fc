import type { TemplateProblem } from '../../domain/messages/index.js';
import type { RuleProblem } from '../../domain/rules/index.js';

/** A mistake in a rule or a template, in Chinese and in English. */
export interface ProblemView {
  readonly code: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly hint: string;
  readonly messageEn: string;
  readonly hintEn: string;
}

export const problemView = ({ code, line, column, message, hint }: RuleProblem | TemplateProblem): ProblemView => ({
  code,
  line,
  column,
  message: message.zh,
  hint: hint.zh,
  messageEn: message.en,
  hintEn: hint.en,
});
