/**
 * Who may import whom. One row per folder of src: what it may use besides itself. The test test/architecture/import-rules.spec.ts
 * runs this over the tree and also over a made-up tree in which every forbidden import is made once.
 */
const stores = ['members', 'groups', 'templates', 'audit'];
/** What a channel is to the rest of the house: how it is told, how it stands, how the corp is compared. */
const ports = ['channels/channel.ts', 'channels/connection.ts', 'channels/reconciliation.ts'];
const engine = ['domain', 'platform', ...stores, 'outbox'];
const commands = [...engine, 'engine', 'insights'];

/** A folder's name, or one file for when only the port is meant. */
const mayImport = {
  domain: [],
  platform: [],
  channels: ['domain', 'platform'],
  ...Object.fromEntries(stores.map((store) => [store, ['domain', 'platform']])),
  outbox: ['domain', 'platform', 'audit', ...ports],
  engine: [...engine, ...ports],
  commands: [...commands, ...ports],
  intake: ['domain', 'platform', ...ports, 'members', 'engine', 'commands'],
  insights: ['domain', 'platform'],
  console: [...commands, 'commands', 'migrations', ...ports],
  // The pretend corp meets the product at its doors only: with one codec on both sides a wrong signature would agree with itself.
  sandbox: [],
  migrations: ['platform/database'],
};

const pathOf = (name) => (name.endsWith('.ts') ? `^src/${name.replace('.', '\\.')}$` : `^src/${name}/`);
const specs = '\\.spec\\.ts$';

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
      from: { path: '^src/[^/]+/', pathNot: Object.keys(mayImport).map((folder) => `^src/${folder}/`) },
      to: { path: '^src/' },
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
      from: { path: '^src/', pathNot: ['^src/sandbox/', '^src/demo[^/]*\\.ts$'] },
      to: { path: '^src/sandbox/' },
    },
    {
      name: 'demo-only-by-demo',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/demo[^/]*\\.ts$' },
      to: { path: '^src/demo[^/]*\\.ts$' },
    },
    {
      name: 'roots-imported-by-folders',
      comment: 'What composes the product is not imported by its parts.',
      severity: 'error',
      from: { path: '^src/[^/]+/' },
      to: { path: '^src/[^/]+\\.ts$' },
    },
    {
      name: 'domain-is-pure',
      comment:
        'What decides knows no framework, no database, no clock. The packages named parse and compute, and do nothing else.',
      severity: 'error',
      from: { path: '^src/domain/', pathNot: specs },
      to: {
        dependencyTypesNot: ['local'],
        pathNot: ['^src/', 'node_modules/(zod|@marcbachmann/cel-js|chinese-days|liquidjs|yaml)/'],
      },
    },
    {
      name: 'no-cycles',
      comment: 'A cycle of types alone is gone when the program runs.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'declared-packages-only',
      comment: 'The built product runs with the packages listed under dependencies.',
      severity: 'error',
      from: { path: '^src/', pathNot: specs },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(src/console/web|dist)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
