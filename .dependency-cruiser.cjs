/**
 * Who may import whom. One row per folder of src: what it may use besides itself. The test test/architecture/import-rules.spec.ts
 * runs this over the tree and also over a made-up tree in which every forbidden import is made once.
 */
const ground = ['domain', 'platform'];
/** What a channel is to the rest of the house: how it is told, how it stands, how the corp is compared. */
const ports = ['channels/channel.ts', 'channels/connection.ts', 'channels/reconciliation.ts', 'channels/wecom-app.ts'];
/** What is kept for later, in either direction, and what had to be left out of it. */
const queues = ['inbox', 'outbox', 'set-aside'];

/** A folder's name, or one file for when only the port is meant. */
const mayImport = {
  domain: [],
  platform: [],
  migrations: ['platform/database'],
  // The pretend corp meets the product at its doors only: with one codec on both sides a wrong signature would agree with itself.
  sandbox: [],
  channels: ground,
  insights: ground,
  'set-aside': ground,
  inbox: [...ground, ...ports, 'set-aside'],
  outbox: [...ground, ...ports, 'set-aside'],
  features: [...ground, ...ports, ...queues],
  engine: [...ground, ...ports, ...queues, 'features'],
  commands: [...ground, ...ports, ...queues, 'features', 'engine', 'insights'],
  console: [...ground, ...ports, ...queues, 'features', 'engine', 'insights'],
  'member-page': [
    ...ground,
    ...ports,
    'channels/fetch-picture.ts',
    'inbox',
    'features',
    'engine',
    'commands',
    'insights',
  ],
};

/** A feature may use those in a row above its own. A new feature needs a place here. */
const featureRows = [
  ['audit', 'members', 'templates'],
  ['ruleset', 'tasks', 'links', 'experiments', 'watched-launches'],
  ['tags', 'contact-ways', 'groups', 'service'],
  ['moves', 'reconcile', 'contacts', 'group-posts'],
  ['messages'],
  ['broadcasts'],
];
/** What every feature plans in. */
const run = '^src/features/run\\.ts$';

/** Tables of words that the browser's pages bring along, so that a label stands in one place. They know nothing else. */
const labels = [
  'domain/messages/sections.ts',
  'domain/task-kind.ts',
  'insights/words/channel-words.ts',
  'insights/words/delivery-states.ts',
];

/** What puts the parts together: imported by nothing but what stands here. */
const composition = ['app', 'demo'];

const pathOf = (name) => (name.endsWith('.ts') ? `^src/${name.replace('.', '\\.')}$` : `^src/${name}/`);
const specs = '\\.spec\\.ts$';
const folders = [...Object.keys(mayImport), ...composition];

module.exports = {
  forbidden: [
    ...Object.entries(mayImport).map(([folder, allowed]) => ({
      name: `${folder}-imports`,
      comment: `src/${folder} may import ${['itself', ...allowed].join(', ')}`,
      severity: 'error',
      from: { path: `^src/${folder}/` },
      to: { path: '^src/', pathNot: [folder, ...allowed].map(pathOf) },
    })),
    {
      name: 'unknown-folder',
      comment: 'A new folder of src needs a row in the table above.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: folders.map((folder) => `^src/${folder}/`) },
      to: { path: '^src/' },
    },
    ...featureRows.flatMap((row, index) =>
      row.map((feature) => ({
        name: `feature-${feature}-imports`,
        comment: `src/features/${feature} may import ${featureRows.slice(0, index).flat().join(', ') || 'no other feature'}`,
        severity: 'error',
        from: { path: `^src/features/${feature}/` },
        to: {
          path: '^src/features/',
          pathNot: [run, ...[feature, ...featureRows.slice(0, index).flat()].map((name) => `^src/features/${name}/`)],
        },
      })),
    ),
    {
      name: 'unknown-feature',
      comment: 'A new feature needs a place in the rows above.',
      severity: 'error',
      from: { path: '^src/features/', pathNot: [run, ...featureRows.flat().map((name) => `^src/features/${name}/`)] },
      to: {},
    },
    {
      name: 'adapter-only-by-its-module',
      comment: 'An adapter of a channel is imported by channels.module.ts alone, and by no other adapter.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/channels/[^/]+/', '^src/channels/channels\\.module\\.ts$'] },
      to: { path: '^src/channels/[^/]+/' },
    },
    {
      name: 'adapter-not-by-another',
      severity: 'error',
      from: { path: '^src/channels/([^/]+)/' },
      to: { path: '^src/channels/[^/]+/', pathNot: '^src/channels/$1/' },
    },
    {
      name: 'sandbox-only-by-demo',
      comment: 'The product never loads the sandbox.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/sandbox/', '^src/demo/'] },
      to: { path: '^src/sandbox/' },
    },
    {
      name: 'demo-only-by-demo',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/demo/' },
      to: { path: '^src/demo/' },
    },
    {
      name: 'roots-imported-by-folders',
      comment: 'What composes the product is not imported by its parts.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: composition.map((folder) => `^src/${folder}/`) },
      to: { path: ['^src/[^/]+\\.ts$', '^src/app/'] },
    },
    {
      name: 'domain-is-pure',
      comment:
        'What decides knows no framework, no database, no clock. The packages named parse and compute, and do nothing else.',
      severity: 'error',
      from: { path: '^src/domain/', pathNot: specs },
      to: {
        dependencyTypesNot: ['local'],
        pathNot: [
          '^src/',
          'node_modules/(zod|@marcbachmann/cel-js|lunar-typescript|liquidjs|yaml|simple-statistics|ml-kmeans|jstat|modern-ahocorasick)/',
        ],
      },
    },
    {
      name: 'no-cycles',
      comment: 'Of types neither: a cycle of types is gone when the program runs, but not when a person reads.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'pages-import-labels-only',
      comment: 'The browser gets everything else over the API.',
      severity: 'error',
      from: { path: '^src/console/web/', pathNot: '\\.spec\\.tsx?$' },
      to: { path: '^src/', pathNot: ['^src/console/web/', ...labels.map(pathOf)] },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'declared-packages-only',
      comment: 'The built product runs with the packages listed under dependencies; what the browser runs is bundled.',
      severity: 'error',
      from: { path: '^src/', pathNot: [specs, '^src/console/web/'] },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
