import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileProblem } from '../../platform/config/config-files.js';
import { inBoth, wordsOf, type Refusal } from '../../platform/config/refusal.js';
import { ruleDocuments, type RuleDocument } from '../../domain/rule-document.js';
import { fileOf, optionalTexts, type RuleTexts } from './documents.js';

export interface TextsRead {
  readonly texts: Partial<RuleTexts>;
  readonly problems: readonly FileProblem[];
}

/** Reads the text of every document from the config folder. Reports every file that is missing or cannot be read. */
export async function readRuleTexts(directory: string): Promise<TextsRead> {
  const problems: FileProblem[] = [];
  const texts: Partial<Record<RuleDocument, string>> = {};
  for (const document of ruleDocuments) {
    const file = join(directory, fileOf(document));
    try {
      texts[document] = await readFile(file, 'utf8');
    } catch (cause) {
      const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
      if (code === 'ENOENT' && optionalTexts[document] !== undefined) {
        texts[document] = optionalTexts[document];
        continue;
      }
      problems.push({ file, line: 1, column: 1, ...wordsOf(unreadable(code)) });
    }
  }
  return { texts, problems };
}

const unreadable = (code: string): Refusal =>
  code === 'ENOENT'
    ? inBoth('the file is missing', '没有这个文件')
    : inBoth(`the file cannot be read (${code})`, `读不了这个文件（${code}）`);
