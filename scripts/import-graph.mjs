// node scripts/import-graph.mjs [checkout …]: counts the imports of the product's files, imports of types included, in this
// checkout or in those named. Specs are left out. Decision 26 in docs/decisions has earlier figures.
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { cruise } from 'dependency-cruiser';
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import { root } from './prepare.mjs';

const MAX_SHOWN_CYCLES = 10;

const checkouts = process.argv.slice(2).map((folder) => resolve(folder));
for (const checkout of checkouts.length > 0 ? checkouts : [root]) {
  if (!existsSync(join(checkout, 'src'))) {
    console.error(`${checkout} has no folder src.`);
    process.exitCode = 1;
    continue;
  }
  show(checkout, await importsIn(checkout));
}

/** Every product file with the product files it imports. */
async function importsIn(checkout) {
  // All checkouts are read with the options of this one.
  const options = await extractOptions(join(root, '.dependency-cruiser.cjs'));
  const { output } = await cruise(['src'], { ...options, ruleSet: undefined, validate: false, baseDir: checkout });
  const files = output.modules.filter(({ source }) => isProduct(source));
  if (files.length === 0) throw new Error('no TypeScript file was read: does the installed TypeScript fit?');
  return new Map(
    files.map(({ source, dependencies }) => [
      source,
      [...new Set(dependencies.map(({ resolved }) => resolved).filter(isProduct))],
    ]),
  );
}

function isProduct(file) {
  return /^src\/.*\.tsx?$/.test(file) && !/\.spec\.tsx?$/.test(file);
}

function show(checkout, imports) {
  const importPairs = [...imports].flatMap(([from, targets]) => targets.map((to) => [from, to]));
  const between = new Set(
    importPairs
      .map(([from, to]) => [topFolderOf(from), topFolderOf(to)])
      .flatMap(([from, to]) => (from === to ? [] : `${from} ${to}`)),
  );
  const mutual = [...between].map((pair) => pair.split(' ')).filter(([a, b]) => a < b && between.has(`${b} ${a}`));
  const cycles = cyclesOf(imports);
  const [largest, size] = largestFolder(imports);
  console.log(
    [
      checkout,
      `  files                           ${imports.size}`,
      `  imports (a file imports a file) ${importPairs.length}`,
      `  folders and programs under src  ${new Set([...imports.keys()].map(topFolderOf)).size}`,
      `  pairs: one imports the other    ${between.size - mutual.length}`,
      `  pairs: each imports the other   ${mutual.length}${mutual.map(([a, b]) => `  ${a} and ${b}`).join(',')}`,
      `  cycles of files                 ${cycles.length}${cycles.length > 0 ? `  of ${cycles.map((cycle) => cycle.length).join(', ')} files` : ''}`,
      ...cycles.slice(0, MAX_SHOWN_CYCLES).map((cycle) => `    ${cycle.join(' ')}`),
      `  largest folder                  ${size} files  ${largest}`,
      `  files in src/engine             ${[...imports.keys()].filter((file) => dirname(file) === 'src/engine').length}`,
    ].join('\n'),
  );
}

/** The folder directly under src, or the program beside these folders. */
function topFolderOf(file) {
  return file.split('/')[1];
}

function largestFolder(imports) {
  const sizes = new Map();
  for (const file of imports.keys()) sizes.set(dirname(file), (sizes.get(dirname(file)) ?? 0) + 1);
  return [...sizes].sort(([, a], [, b]) => b - a)[0];
}

/** Sets of files each of which reaches every other one (Tarjan's strongly connected components), the largest first. */
function cyclesOf(imports) {
  const order = new Map();
  const lowest = new Map();
  const open = [];
  const found = [];
  const visit = (file) => {
    order.set(file, order.size);
    lowest.set(file, order.get(file));
    open.push(file);
    for (const next of imports.get(file) ?? []) {
      if (!order.has(next)) visit(next);
      if (open.includes(next)) lowest.set(file, Math.min(lowest.get(file), lowest.get(next)));
    }
    if (lowest.get(file) === order.get(file)) found.push(open.splice(open.indexOf(file)));
  };
  for (const file of imports.keys()) if (!order.has(file)) visit(file);
  return found
    .filter((cycle) => cycle.length > 1)
    .map((cycle) => cycle.sort())
    .sort((a, b) => b.length - a.length);
}
