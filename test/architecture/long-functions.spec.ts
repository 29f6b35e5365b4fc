import { readdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ESLint, Linter } from 'eslint';
import tseslint from 'typescript-eslint';
import { expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const RULE = 'max-lines-per-function';

it('list no file as one with a long function that has none: lint looks at all the others', async () => {
  const eslint = new ESLint({ cwd: root });
  const rulesOf = async (path: string) =>
    ((await eslint.calculateConfigForFile(resolve(root, path))) as { rules: Linter.RulesRecord }).rules;
  const entry = (await rulesOf('src/engine/engine.ts'))[RULE]!;
  const isLong = (text: string, filename: string): boolean => {
    const languageOptions = { parser: tseslint.parser as Linter.Parser };
    const found = new Linter().verify(
      text,
      { files: ['**/*.{ts,tsx}'], languageOptions, rules: { [RULE]: entry } },
      { filename },
    );
    return found.some(({ ruleId }) => ruleId === RULE);
  };
  const made = (lines: number): string => `export function made() {\n${'  void 0;\n'.repeat(lines - 2)}}\n`;
  expect([isLong(made(60), 'made.ts'), isLong(made(61), 'made.ts')]).toEqual([false, true]);

  const listed: string[] = [];
  for (const path of await sources()) if ((await rulesOf(path))[RULE] === undefined) listed.push(path);
  expect(listed).toContain('src/domain/evolve.ts');
  const short: string[] = [];
  for (const path of listed.filter((one) => !one.startsWith('src/migrations/')))
    if (!isLong(await readFile(resolve(root, path), 'utf8'), path)) short.push(path);
  expect(short).toEqual([]);
}, 60_000);

async function sources(): Promise<string[]> {
  const all = await readdir(resolve(root, 'src'), { recursive: true });
  return all
    .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.spec.ts') && !path.endsWith('.d.ts'))
    .map((path) => `src/${path.replaceAll('\\', '/')}`)
    .sort();
}
