// node scripts/import-graph.mjs [checkout …]: counts the imports of the product's files, imports of types included, in this
// checkout or in those named. Specs are left out. The decision 0026 in docs/decisions says what the figures were.
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { cruise } from 'dependency-cruiser';
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import { root } from './prepare.mjs';

const MANY_CIRCLES = 10;

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
  const arrows = [...imports].flatMap(([from, targets]) => targets.map((to) => [from, to]));
  const between = new Set(
    arrows
      .map(([from, to]) => [roomOf(from), roomOf(to)])
      .flatMap(([from, to]) => (from === to ? [] : `${from} ${to}`)),
  );
  const mutual = [...between].map((pair) => pair.split(' ')).filter(([a, b]) => a < b && between.has(`${b} ${a}`));
  const circles = circlesOf(imports);
  const [largest, size] = largestFolder(imports);
  console.log(
    [
      checkout,
      `  files                          ${imports.size}`,
      `  arrows (a file imports a file) ${arrows.length}`,
      `  rooms directly under src       ${new Set([...imports.keys()].map(roomOf)).size}`,
      `  pairs: one imports the other   ${between.size - mutual.length}`,
      `  pairs: each imports the other  ${mutual.length}${mutual.map(([a, b]) => `  ${a} and ${b}`).join(',')}`,
      `  circles of files               ${circles.length}${circles.length > 0 ? `  of ${circles.map((circle) => circle.length).join(', ')} files` : ''}`,
      ...circles.slice(0, MANY_CIRCLES).map((circle) => `    ${circle.join(' ')}`),
      `  largest folder                 ${size} files  ${largest}`,
      `  files in src/engine            ${[...imports.keys()].filter((file) => dirname(file) === 'src/engine').length}`,
    ].join('\n'),
  );
}

/** A folder of src, or a program beside the folders. */
function roomOf(file) {
  return file.split('/')[1];
}

function largestFolder(imports) {
  const sizes = new Map();
  for (const file of imports.keys()) sizes.set(dirname(file), (sizes.get(dirname(file)) ?? 0) + 1);
  return [...sizes].sort(([, a], [, b]) => b - a)[0];
}

/** Sets of files each of which reaches every other one (Tarjan's strongly connected components), the largest first. */
function circlesOf(imports) {
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
    .filter((circle) => circle.length > 1)
    .map((circle) => circle.sort())
    .sort((a, b) => b.length - a.length);
}
