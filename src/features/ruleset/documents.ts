import type { RuleDocument } from '../../domain/rule-document.js';

/** The text of every document. */
export type RuleTexts = Readonly<Record<RuleDocument, string>>;

export const fileOf = (document: RuleDocument): string => `${document}.yaml`;
