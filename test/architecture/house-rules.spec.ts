import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

describe('the house rules', () => {
  let sources: { path: string; text: string }[];

  beforeAll(async () => {
    const entries = await readdir(join(root, 'src'), { recursive: true, withFileTypes: true });
    const files = entries.filter(
      (entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.spec\.tsx?$/.test(entry.name),
    );
    sources = await Promise.all(
      files.map(async (entry) => {
        const path = join(entry.parentPath, entry.name);
        return { path: path.slice(root.length + 1), text: await readFile(path, 'utf8') };
      }),
    );
    expect(sources.length).toBeGreaterThan(80);
  });

  const whoHas = (pattern: RegExp): string[] =>
    sources.filter(({ text }) => pattern.test(text)).map(({ path }) => path);

  it('let only the configuration read the environment', () => {
    // The pretend corp is a program of its own and shares no code with the product, its configuration included.
    expect(whoHas(/\bprocess\s*(\.\s*env|\[\s*['"]env)\b|from 'node:process'/).sort()).toEqual([
      'src/platform/config/environment.ts',
      'src/sandbox/serve.ts',
    ]);
  });

  it('let only the database folder open a connection', () => {
    const openers = whoHas(/\bnew DataSource\b|\bnew (pg\.)?(Pool|Client)\(|from '(sqlite3|pg)'/);
    expect(openers.filter((path) => !path.startsWith('src/platform/database/'))).toEqual([]);
  });

  it('let only the demo keep a database that a power cut may spoil', () => {
    expect(whoHas(/\bsurvivesPowerCut: false\b/)).toEqual(['src/demo/demo.ts']);
    const passingOn = whoHas(/\bsurvivesPowerCut\b/).filter((path) => !path.startsWith('src/platform/database/'));
    expect(passingOn.filter((path) => !path.startsWith('src/demo/')).sort()).toEqual([
      'src/app/options.ts',
      'src/app/product.ts',
    ]);
  });

  it('let stored JSON be made and read in one place, where the values are made storable and a bad row is no surprise', () => {
    const storing = /^src\/(commands|engine|features|inbox|insights|outbox|set-aside)\//;
    expect(sources.filter(({ path }) => storing.test(path)).length).toBeGreaterThan(100);
    const elsewhere = (pattern: RegExp): string[] => whoHas(pattern).filter((path) => storing.test(path));
    // None of it is stored: keys to group by, and the cursor of a page.
    expect(elsewhere(/\bJSON\.stringify\(/).sort()).toEqual([
      'src/features/messages/launch-estimate.ts',
      'src/insights/page.ts',
      'src/outbox/mass-sends/rows.ts',
    ]);
    expect(elsewhere(/\bJSON\.parse\(/)).toEqual(['src/insights/page.ts']);
  });

  it('let only the domain make names and priorities of outbox rows: the types refuse every other text and number', () => {
    // A stored row reads back what was made there.
    const reading = 'src/outbox/outbox-row.ts';
    expect(whoHas(/\bas (unknown as )?ActionKey\b|<ActionKey>\w/).sort()).toEqual([
      'src/domain/action-keys.ts',
      reading,
    ]);
    expect(whoHas(/\bas (unknown as )?Priority\b|<Priority>\w/).sort()).toEqual(['src/domain/priorities.ts', reading]);
    expect(whoHas(/\bpriority (=|<>|<=?|>=?) \d/i)).toEqual([]);
    const rowType = sources.find(({ path }) => path === reading)?.text ?? '';
    expect(rowType).toMatch(/readonly key: ActionKey;/);
    expect(rowType).toMatch(/readonly priority\?: Priority \| undefined;/);
  });

  it('let a dangerous question be asked in one way only, so that Enter never says yes to it', () => {
    expect(whoHas(/\bokButtonProps(: |=\{)\{[^}]*\bdanger\b/)).toEqual([
      'src/console/web/components/confirm-danger.ts',
    ]);
  });

  it('know neither automatic tables nor forward references', () => {
    expect(whoHas(/\bsynchronize\s*:\s*true|\bforwardRef\b/)).toEqual([]);
  });

  it("keep the lockfile free of any one machine's registry", async () => {
    const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { resolved?: string }>;
    };
    expect(Object.keys(lock.packages).length).toBeGreaterThan(100);
    expect(Object.entries(lock.packages).filter(([, entry]) => entry.resolved)).toEqual([]);
    for (const name of ['package.json', '.npmrc']) {
      expect(await readFile(join(root, name), 'utf8')).not.toMatch(/registry\s*[=:]|https?:\/\//);
    }
  });
});
