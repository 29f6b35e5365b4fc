import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { channelReasons } from '../../src/channels/open-channels.js';
import { addReasonWords, reasonLabel } from '../../src/insights/words/reason-words.js';

addReasonWords(channelReasons());

/** Where what is not done, put off or closed is written down with its reason. */
const folders = ['engine', 'features', 'outbox', 'channels', 'domain/moves', 'domain/sending', 'domain/triggers'];
/** How a code is written down: as what is thrown, as a step's note, as what became of a delivery or a decision. */
const places = [
  /new (?:GiveUp|RetryLater)\(\s*'([a-z_]+)'/g,
  /\bnote: (?:[\w.? ]+)?'([a-z_]+)'/g,
  /\brefused\('([a-z_]+)'/g,
  /\bfailed\(tx, [\w.]+, '([a-z_]+)'/g,
  /\b(?:suppressed|cancel|reason|delayed): '([a-z_]+)'/g,
  /\bgone(?:: | = )\{\s*code: '([a-z_]+)'/g,
  /\bok: false, code: '([a-z_]+)'/g,
  /'(template_(?:off|gone|broken))'/g,
  /\breasons: \['([a-z_]+)'/g,
  /\bkind: 'refused', code: '([a-z_]+)'/g,
  /'(wecom_[a-z]+_cap)'/g,
  /'(chat_(?:paced|[a-z]+_limit))'/g,
];

/** What only the runner of a reconciliation hears: another process has the run. */
const heardByARunner = /^reconcile\//;

async function codesOf(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  const texts = await Promise.all(
    names
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts') && !heardByARunner.test(name))
      .map((name) => readFile(join(folder, name), 'utf8')),
  );
  return texts.flatMap((text) => places.flatMap((place) => [...text.matchAll(place)].map(([, code]) => code!)));
}

describe('the words for reasons', () => {
  it('are there in both languages for every code that is written down somewhere', async () => {
    const codes = [...new Set((await Promise.all(folders.map((folder) => codesOf(join('src', folder))))).flat())];
    expect(codes.length).toBeGreaterThan(60);
    const wordless = codes.filter((code) => reasonLabel(code).zh === code || reasonLabel(code).en === code);
    expect(wordless.sort()).toEqual([]);
  });
});
