import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { en } from '../../src/console/web/i18n/en.js';
import { zh } from '../../src/console/web/i18n/zh.js';

/** Where what the console's API refuses is thrown. */
const folders = ['src/console/api', 'src/console/auth', 'src/platform/http', 'src/insights'];
const files = [
  ...folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
      .map((file) => join(folder, file)),
  ),
  'src/platform/bounded-queue.ts',
  'src/features/contact-ways/contact-way-requests.ts',
  'src/features/group-posts/edit-plan.ts',
  'src/features/broadcasts/control-broadcast.ts',
  'src/features/watched-launches/open-launch.ts',
];
const sayings = [
  /new OperatorMistake\(\s*'([a-z_]+)'/g,
  /\bmistake\(\s*'([a-z_]+)'/g,
  /new HttpException\(\s*\{ code: '([a-z_]+)'/g,
  /\b4\d\d: \{ code: '([a-z_]+)'/g,
  /\bcode: '(bad_json|refused)'/g,
  /\b(?!status\b)([a-z_]+): 4\d\d\b/g,
];

describe('the faults of the console', () => {
  it('are told in both languages, whichever code the API answers', () => {
    const codes = new Set(
      files.flatMap((file) =>
        sayings.flatMap((saying) => [...readFileSync(file, 'utf8').matchAll(saying)].map(([, code]) => code!)),
      ),
    );
    expect([...codes]).toEqual(expect.arrayContaining(['not_fitting', 'no_such_task', 'busy', 'too_large']));
    for (const [language, words] of Object.entries({ zh, en })) {
      const missing = [...codes].filter((code) => !(`fault.${code}` in words)).sort();
      expect(missing, language).toEqual([]);
    }
  });
});
