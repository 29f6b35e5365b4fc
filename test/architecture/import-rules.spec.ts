import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

describe('the import rules', () => {
  it('hold in every module of the product', async () => {
    const seen = await cruised(root);
    expect(violationsOf(seen)).toEqual([]);
    // A cruiser that cannot parse TypeScript sees nothing and is content with it.
    const onDisk = await typescriptFiles();
    expect(seen.modules.map((module) => module.source)).toEqual(expect.arrayContaining(onDisk));
    expect(onDisk.length).toBeGreaterThan(40);
    expect(seen.summary.totalDependenciesCruised ?? 0).toBeGreaterThan(onDisk.length);
  });

  describe('when broken on purpose', () => {
    let made: ICruiseResult;
    let folder: string;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'qunjie-imports-'));
      for (const [path, imports] of Object.entries(madeUpTree())) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(
          join(folder, path),
          imports.map((each) => `import '${each}';\n`).join('') + 'export const it = 1;\n',
        );
      }
      await writeFile(
        join(folder, 'package.json'),
        '{ "type": "module", "devDependencies": { "for-tests": "1.0.0" } }',
      );
      made = await cruised(folder);
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));

    it('report exactly the folders that must not know each other', () => {
      const pairs = violationsOf(made).flatMap(
        (violation) => /src\/(.+)\/to-(.+)\.ts /.exec(violation)?.slice(1, 3).join(' > ') ?? [],
      );
      const forbidden = folders.flatMap((from) =>
        folders.filter((to) => to !== from && !allowed[from].includes(to)).map((to) => `${from} > ${to}`),
      );
      expect([...new Set(pairs)].sort()).toEqual(forbidden.sort());
    });

    it.each([
      ['src/main.ts', 'sandbox-only-by-demo'],
      ['src/engine/leak.ts', 'adapter-only-by-its-module'],
      ['src/channels/wecom/neighbour.ts', 'adapter-not-by-another'],
      ['src/domain/impure.ts', 'domain-is-pure'],
      ['src/members/composed.ts', 'roots-imported-by-folders'],
      ['src/novelty/odd.ts', 'unknown-folder'],
      ['src/groups/round.ts', 'no-cycles'],
      ['src/groups/lost.ts', 'resolvable'],
      ['src/groups/grabs.ts', 'declared-packages-only'],
      ['src/groups/borrows.ts', 'declared-packages-only'],
    ])('report %s by the rule %s', (file, rule) => {
      expect(violationsOf(made).filter((violation) => violation.startsWith(`${rule}: ${file} `))).not.toEqual([]);
    });

    it.each(['src/channels/channels.module.ts', 'src/demo/demo.ts', 'src/outbox/port.ts', 'src/intake/port.ts'])(
      'let %s be',
      (file) => {
        expect(violationsOf(made).filter((violation) => violation.includes(`: ${file} `))).toEqual([]);
      },
    );
  });
});

const folders = [
  'domain',
  'platform',
  'channels',
  'members',
  'groups',
  'templates',
  'audit',
  'outbox',
  'engine',
  'commands',
  'intake',
  'insights',
  'console',
  'sandbox',
] as const;
type Folder = (typeof folders)[number];

/** Written out here a second time, so that a slip in the rules' own table is noticed. */
const allowed: Readonly<Record<Folder, readonly Folder[]>> = {
  domain: [],
  platform: [],
  channels: ['domain', 'platform'],
  members: ['domain', 'platform'],
  groups: ['domain', 'platform'],
  templates: ['domain', 'platform'],
  audit: ['domain', 'platform'],
  outbox: ['domain', 'platform', 'audit'],
  engine: ['domain', 'platform', 'members', 'groups', 'templates', 'audit', 'outbox'],
  commands: ['domain', 'platform', 'members', 'groups', 'templates', 'audit', 'outbox', 'engine', 'insights'],
  intake: ['domain', 'platform', 'members', 'engine', 'commands'],
  insights: ['domain', 'platform'],
  console: [
    'domain',
    'platform',
    'members',
    'groups',
    'templates',
    'audit',
    'outbox',
    'engine',
    'commands',
    'insights',
  ],
  sandbox: [],
};

function madeUpTree(): Record<string, readonly string[]> {
  const tree: Record<string, readonly string[]> = {};
  for (const from of folders) {
    tree[`src/${from}/it.ts`] = [];
    for (const to of folders) if (to !== from) tree[`src/${from}/to-${to}.ts`] = [`../${to}/it.js`];
  }
  return {
    ...tree,
    'src/channels/channel.ts': [],
    'src/channels/wecom/adapter.ts': ['../channel.js'],
    'src/channels/chat/adapter.ts': ['../channel.js'],
    'src/channels/channels.module.ts': ['./wecom/adapter.js', './chat/adapter.js'],
    'src/channels/wecom/neighbour.ts': ['../chat/adapter.js'],
    'src/demo/demo.ts': ['./sandbox/it.js', './main.js'],
    'src/main.ts': ['./sandbox/it.js', './channels/channels.module.js'],
    'src/outbox/port.ts': ['../channels/channel.js'],
    'src/intake/port.ts': ['../channels/channel.js'],
    'src/engine/leak.ts': ['../channels/wecom/adapter.js'],
    'src/domain/impure.ts': ['node:fs'],
    'src/members/composed.ts': ['../main.js'],
    'src/novelty/odd.ts': ['../domain/it.js'],
    'src/groups/round.ts': ['./trip.js'],
    'src/groups/trip.ts': ['./round.js'],
    'src/groups/lost.ts': ['./nowhere.js'],
    'src/groups/grabs.ts': ['not-declared'],
    'src/groups/borrows.ts': ['for-tests'],
    'node_modules/not-declared/index.js': [],
    'node_modules/for-tests/index.js': [],
  };
}

async function cruised(baseDir: string): Promise<ICruiseResult> {
  const options = await extractOptions(join(root, '.dependency-cruiser.cjs'));
  const { output } = await cruise(['src'], { ...options, baseDir, validate: true });
  if (typeof output === 'string') throw new Error(output);
  return output;
}

function violationsOf(seen: ICruiseResult): string[] {
  return seen.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`);
}

async function typescriptFiles(): Promise<string[]> {
  const entries = await readdir(join(root, 'src'), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .filter((path) => !path.startsWith('src/console/web/'));
}
