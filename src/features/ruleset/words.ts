import { z } from 'zod';
import { makeWordList, type WordGroup, type WordList } from '../../domain/words/word-list.js';
import { inBoth } from '../../platform/config/refusal.js';
import { ruleKey, text } from './fields.js';
import type { RuleFile } from './rule-file.js';

const MOST_WORDS = 5_000;
const LONGEST_WORD = 40;

/** A word is found by its letters and digits, so it needs one. */
const word = text(LONGEST_WORD).regex(
  /[\p{L}\p{N}]/u,
  inBoth('needs a letter or a digit to be found by', '至少要有一个字、字母或数字'),
);
const words = z.array(word).max(MOST_WORDS);

export const wordsFile = z.strictObject({
  lists: z
    .array(
      z.strictObject({
        key: ruleKey,
        label: z.strictObject({ zh: text(30), en: text(60) }),
        severity: z.enum(['refuse', 'warn']),
        words,
        except: words.default([]),
      }),
    )
    .max(50),
});

/** The text of the document in a config folder without `words.yaml`. */
export const NO_WORDS = 'lists: []\n';

/** Reports a key that two lists have. */
export function readWords(file: RuleFile<z.output<typeof wordsFile>>): WordList {
  const { lists } = file.value;
  for (const [index, { key }] of lists.entries())
    if (lists.slice(0, index).some((other) => other.key === key))
      file.report(['lists', index, 'key'], inBoth(`there is a list ${key} already`, `已有清单 ${key}`));
  return makeWordList(lists satisfies readonly WordGroup[]);
}
