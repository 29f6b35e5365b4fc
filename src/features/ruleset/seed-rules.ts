import { join } from 'node:path';
import type { FileProblem } from '../../platform/config/config-files.js';
import type { Sql } from '../../platform/database/sql.js';
import { compileRules, type CompiledRules } from './compile-rules.js';
import { ruleDocuments, type RuleDocument } from '../../domain/rule-document.js';
import { fileOf, type RuleTexts } from './documents.js';
import { ruleDocumentStore, type DocumentVersion } from './rule-document.store.js';
import { readRuleTexts } from './rule-texts.js';

/** `savedBy` of a version that came from a file. */
export const SAVED_FROM_FILES = 'files';

export type SeededRules =
  | {
      readonly ok: true;
      readonly rules: CompiledRules;
      /** The file differs, but the document was edited in the console, and the console takes precedence. */
      readonly skipped: readonly RuleDocument[];
    }
  | { readonly ok: false; readonly problems: readonly FileProblem[] };

/**
 * Compiles the rules in force and stores the files as versions: a new document becomes version 1, and a changed file becomes
 * the next version unless the document was edited in the console. Nothing is stored when any rule has a mistake, so that
 * rules that do not compile never come into force.
 */
export async function seedRules(tx: Sql, directory: string, now: number): Promise<SeededRules> {
  const files = await readRuleTexts(directory);
  const current = await ruleDocumentStore.current(tx);
  const edited = await ruleDocumentStore.edited(tx, SAVED_FROM_FILES);
  const texts: Partial<RuleTexts> = Object.fromEntries(
    ruleDocuments.flatMap((document) => {
      const text = edited.has(document) ? current.get(document)?.text : files.texts[document];
      return text === undefined ? [] : [[document, text]];
    }),
  );
  const nameOf = (document: RuleDocument): string =>
    edited.has(document) ? versionName(document, current.get(document)) : join(directory, fileOf(document));
  const unread = files.problems.filter(
    ({ file }) => ![...edited].some((document) => file === join(directory, fileOf(document))),
  );
  const compiled = compileRules(texts, nameOf, unread);
  if (!compiled.ok) return compiled;
  for (const document of ruleDocuments) {
    const before = current.get(document);
    const text = compiled.value.texts[document];
    if (before?.text === text) continue;
    const version = (before?.version ?? 0) + 1;
    await ruleDocumentStore.append(tx, document, { version, text, savedAt: now, savedBy: SAVED_FROM_FILES, note: '' });
  }
  const skipped = [...edited].filter((document) => {
    const file = files.texts[document];
    return file !== undefined && file !== current.get(document)?.text;
  });
  return { ok: true, rules: compiled.value, skipped };
}

/** How a problem names a text of the console, such as `tiers.yaml (version 5, console)`. */
const versionName = (document: RuleDocument, version: DocumentVersion | undefined): string =>
  `${fileOf(document)} (version ${version?.version ?? 0}, console)`;
