import type { RuleDocument } from '../../domain/rule-document.js';

/** The text of every document. */
export type RuleTexts = Readonly<Record<RuleDocument, string>>;

/** Documents that an older installation has no file for. Without a file they have this text. */
export const optionalDocuments: Readonly<Partial<Record<RuleDocument, string>>> = {};

export const fileOf = (document: RuleDocument): string => `${document}.yaml`;
