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
        await writeFile(join(folder, path), imports.map(importOf).join('') + 'export const it = 1;\n');
      }
      await writeFile(
        join(folder, 'package.json'),
        '{ "type": "module", "devDependencies": { "for-tests": "1.0.0" } }',
      );
      made = await cruised(folder);
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));

    it('report exactly the folders that must not know each other', () => {
      expect(pairsOf(made, /src\/([^/]+)\/to-([^/]+)\.ts /)).toEqual(forbiddenAmong(folders, allowed));
    });

    it('report exactly the features that must not know each other', () => {
      expect(pairsOf(made, /src\/features\/([^/]+)\/to-([^/]+)\.ts /)).toEqual(forbiddenAmong(features, above));
    });

    it.each([
      ['src/main.ts', 'sandbox-only-by-demo'],
      ['src/engine/leak.ts', 'adapter-only-by-its-module'],
      ['src/engine/reach.ts', 'adapter-only-by-its-module'],
      ['src/channels/wecom/neighbour.ts', 'adapter-not-by-another'],
      ['src/domain/impure.ts', 'domain-is-pure'],
      ['src/engine/composed.ts', 'roots-imported-by-folders'],
      ['src/engine/put-together.ts', 'roots-imported-by-folders'],
      ['src/app/played.ts', 'demo-only-by-demo'],
      ['src/novelty/odd.ts', 'unknown-folder'],
      ['src/features/novelty/odd.ts', 'unknown-feature'],
      ['src/features/to-domain.ts', 'unknown-feature'],
      ['src/inbox/round.ts', 'no-cycles'],
      ['src/inbox/types-round.ts', 'no-cycles'],
      ['src/console/web/round.tsx', 'no-cycles'],
      ['src/console/web/reaches.ts', 'pages-import-labels-only'],
      ['src/inbox/lost.ts', 'resolvable'],
      ['src/inbox/grabs.ts', 'declared-packages-only'],
      ['src/inbox/borrows.ts', 'declared-packages-only'],
    ])('report %s by the rule %s', (file, rule) => {
      expect(violationsOf(made).filter((violation) => violation.startsWith(`${rule}: ${file} `))).not.toEqual([]);
    });

    it.each([
      'src/channels/channels.module.ts',
      'src/app/app.ts',
      'src/demo/demo.ts',
      'src/outbox/port.ts',
      'src/inbox/port.ts',
      'src/features/reconcile/port.ts',
      'src/console/web/page.tsx',
    ])('let %s be', (file) => {
      expect(violationsOf(made).filter((violation) => violation.includes(`: ${file} `))).toEqual([]);
    });
  });
});

// All that follows is written out here a second time, so that a slip in the rules' own table is noticed.

const folders = [
  'domain',
  'platform',
  'channels',
  'set-aside',
  'inbox',
  'outbox',
  'features',
  'engine',
  'commands',
  'insights',
  'console',
  'member-page',
  'sandbox',
  'app',
  'demo',
] as const;

const ground = ['domain', 'platform'];
const queues = ['set-aside', 'inbox', 'outbox'];
const all = ['channels', ...ground, ...queues, 'features', 'engine', 'commands', 'insights', 'console', 'member-page'];

const allowed: Readonly<Record<(typeof folders)[number], readonly string[]>> = {
  domain: [],
  platform: [],
  channels: ground,
  'set-aside': ground,
  inbox: [...ground, 'set-aside'],
  outbox: [...ground, 'set-aside'],
  features: [...ground, ...queues],
  engine: [...ground, ...queues, 'features'],
  commands: [...ground, ...queues, 'features', 'engine', 'insights'],
  insights: ground,
  console: [...ground, ...queues, 'features', 'engine', 'insights'],
  'member-page': [...ground, 'inbox', 'features', 'engine', 'commands', 'insights'],
  sandbox: [],
  app: all,
  demo: [...all, 'app', 'sandbox'],
};

const features = [
  'audit',
  'members',
  'templates',
  'ruleset',
  'tasks',
  'watched-launches',
  'tags',
  'contact-ways',
  'groups',
  'service',
  'moves',
  'reconcile',
  'contacts',
  'group-posts',
  'messages',
  'broadcasts',
] as const;

const firstRow = ['audit', 'members', 'templates'];
const secondRow = ['ruleset', 'tasks', 'watched-launches'];
const thirdRow = ['tags', 'contact-ways', 'groups', 'service'];
const above: Readonly<Record<(typeof features)[number], readonly string[]>> = {
  audit: [],
  members: [],
  templates: [],
  ruleset: firstRow,
  tasks: firstRow,
  'watched-launches': firstRow,
  tags: [...firstRow, ...secondRow],
  'contact-ways': [...firstRow, ...secondRow],
  groups: [...firstRow, ...secondRow],
  service: [...firstRow, ...secondRow],
  moves: [...firstRow, ...secondRow, ...thirdRow],
  reconcile: [...firstRow, ...secondRow, ...thirdRow],
  contacts: [...firstRow, ...secondRow, ...thirdRow],
  'group-posts': [...firstRow, ...secondRow, ...thirdRow],
  messages: [...firstRow, ...secondRow, ...thirdRow, 'moves', 'reconcile', 'contacts', 'group-posts'],
  broadcasts: [
    ...[...firstRow, ...secondRow, ...thirdRow],
    ...['moves', 'reconcile', 'contacts', 'group-posts', 'messages'],
  ],
};

function madeUpTree(): Record<string, readonly string[]> {
  const tree: Record<string, readonly string[]> = {};
  for (const from of folders) {
    tree[`src/${from}/it.ts`] = [];
    for (const to of folders) if (to !== from) tree[`src/${from}/to-${to}.ts`] = [`../${to}/it.js`];
  }
  for (const from of features) {
    tree[`src/features/${from}/it.ts`] = [];
    for (const to of features) if (to !== from) tree[`src/features/${from}/to-${to}.ts`] = [`../${to}/it.js`];
  }
  return {
    ...tree,
    'src/channels/channel.ts': [],
    'src/channels/reconciliation.ts': [],
    'src/channels/wecom/adapter.ts': ['../channel.js'],
    'src/channels/wecom/client/call.ts': [],
    'src/channels/chat/adapter.ts': ['../channel.js'],
    'src/channels/channels.module.ts': ['./wecom/adapter.js', './chat/adapter.js'],
    'src/channels/wecom/neighbour.ts': ['../chat/adapter.js'],
    'src/app/app.ts': ['../console/it.js', '../channels/channels.module.js'],
    'src/app/played.ts': ['../demo/it.js'],
    'src/demo/demo.ts': ['../sandbox/it.js', '../app/app.js'],
    'src/main.ts': ['./sandbox/it.js', './channels/channels.module.js'],
    'src/outbox/port.ts': ['../channels/channel.js'],
    'src/inbox/port.ts': ['../channels/channel.js'],
    'src/features/reconcile/port.ts': ['../../channels/reconciliation.js', '../../inbox/it.js', '../members/it.js'],
    'src/engine/leak.ts': ['../channels/wecom/adapter.js'],
    'src/engine/reach.ts': ['../channels/wecom/client/call.js'],
    'src/domain/impure.ts': ['node:fs'],
    'src/engine/composed.ts': ['../main.js'],
    'src/engine/put-together.ts': ['../app/app.js'],
    'src/novelty/odd.ts': ['../domain/it.js'],
    'src/features/novelty/odd.ts': ['../../domain/it.js'],
    'src/inbox/round.ts': ['./trip.js'],
    'src/inbox/trip.ts': ['./round.js'],
    'src/inbox/types-round.ts': ['type ./types-trip.js'],
    'src/inbox/types-trip.ts': ['type ./types-round.js'],
    'src/inbox/lost.ts': ['./nowhere.js'],
    'src/inbox/grabs.ts': ['not-declared'],
    'src/inbox/borrows.ts': ['for-tests'],
    'src/console/web/page.tsx': ['for-tests', '../../domain/task-kind.js'],
    'src/console/web/reaches.ts': ['../../domain/own.js'],
    'src/domain/task-kind.ts': [],
    'src/domain/own.ts': [],
    'src/console/web/round.tsx': ['./trip.js'],
    'src/console/web/trip.tsx': ['./round.js'],
    'node_modules/not-declared/index.js': [],
    'node_modules/for-tests/index.js': [],
  };
}

const importOf = (path: string): string =>
  path.startsWith('type ') ? `import type { it as what } from '${path.slice(5)}';\n` : `import '${path}';\n`;

function forbiddenAmong<N extends string>(names: readonly N[], may: Readonly<Record<N, readonly string[]>>): string[] {
  return names
    .flatMap((from) => names.filter((to) => to !== from && !may[from].includes(to)).map((to) => `${from} > ${to}`))
    .sort();
}

/** Which pairs of folders the violations name, each once. */
function pairsOf(seen: ICruiseResult, files: RegExp): string[] {
  return [
    ...new Set(
      violationsOf(seen)
        // A file of no feature is one of no row, whatever it imports.
        .filter((violation) => !violation.startsWith('unknown-feature: '))
        .flatMap((violation) => files.exec(violation)?.slice(1, 3).join(' > ') ?? []),
    ),
  ].sort();
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
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}
