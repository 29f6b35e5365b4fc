// WeCom's callbacks to the product and to a bare server that does the same work, in one run: at full speed, and at 500 a
// second. Measures the inbox only: the engine is stopped. Build first.
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { withChildren } from './processes/child.mjs';
import { nowMs } from './processes/clock.mjs';
import { corp, inFolder, productSettings, sandboxSettings } from './processes/corp.mjs';
import { median, rounded } from './processes/figures.mjs';
import { openToRead, schemaOf } from './processes/sqlite.mjs';

const WARM_UP = 4_000;
/** Many short alternating rounds, so that other load of the machine affects both. */
const ROUNDS = 11;
const FEWEST_ROUNDS = 4;
const NO_MORE_ROUNDS_AFTER_MS = 18_000;
const PER_ROUND = 4_000;
const CONNECTIONS = 64;
const PACED_ROUNDS = 3;
const PER_SECOND = 500;
const PER_PACED_ROUND = 1_000;
const MOST_CALLBACKS = WARM_UP + ROUNDS * PER_ROUND + PACED_ROUNDS * PER_PACED_ROUND;

const files = ['processes/sandbox.mjs', 'processes/product.mjs', 'callback/bare-server.mjs', 'callback/load.mjs'];
const figures = await inFolder((folder) => withChildren(files, (...children) => measure(folder, children)));
console.log(JSON.stringify(figures));

async function measure(folder, [sandbox, product, bare, load]) {
  const productFile = join(folder, 'product.sqlite');
  const bareFile = join(folder, 'bare.sqlite');
  const { url } = await sandbox.ask('start', sandboxSettings);
  const settings = productSettings(url, productFile);
  const doors = { product: await product.ask('start', { settings, runsByItself: false }) };
  doors.bare = await bare.ask('start', { corp, file: bareFile, schema: await schemaOf(productFile, 'fact') });
  await load.ask('prepare', { corp, count: MOST_CALLBACKS });

  let from = 0;
  const servers = { product, bare };
  const both = async (round, how, about) => {
    const outcome = {};
    // The first server changes from round to round.
    for (const name of round % 2 === 0 ? ['product', 'bare'] : ['bare', 'product']) {
      const before = await servers[name].ask('cpuSeconds');
      const measured = await load.ask(how, { port: doors[name].port, from, ...about });
      const cpuSeconds = (await servers[name].ask('cpuSeconds')) - before;
      outcome[name] = { ...measured, cpuUs: (cpuSeconds * 1e6) / about.count };
    }
    from += about.count;
    return outcome;
  };
  await both(0, 'saturate', { count: WARM_UP, connections: CONNECTIONS });
  const full = [];
  const begun = nowMs();
  for (
    let round = 0;
    round < ROUNDS && (round < FEWEST_ROUNDS || nowMs() - begun < NO_MORE_ROUNDS_AFTER_MS);
    round += 1
  )
    full.push(await both(round, 'saturate', { count: PER_ROUND, connections: CONNECTIONS }));
  const paced = [];
  for (let round = 0; round < PACED_ROUNDS; round += 1)
    paced.push(await both(round, 'pace', { count: PER_PACED_ROUND, perSecond: PER_SECOND, connections: 32 }));

  const rows = await sameRows(productFile, bareFile, from);
  const middle = (rounds, name, figure) => median(rounds.map((round) => round[name][figure]));
  return {
    bench: 'callback',
    perSecond: Math.round(middle(full, 'product', 'perSecond')),
    barePerSecond: Math.round(middle(full, 'bare', 'perSecond')),
    ratio: rounded(median(full.map((round) => round.product.perSecond / round.bare.perSecond))),
    ratios: full.map((round) => rounded(round.product.perSecond / round.bare.perSecond)),
    cpuUs: Math.round(middle(full, 'product', 'cpuUs')),
    bareCpuUs: Math.round(middle(full, 'bare', 'cpuUs')),
    p99Ms: rounded(middle(full, 'product', 'p99Ms')),
    bareP99Ms: rounded(middle(full, 'bare', 'p99Ms')),
    at500P50Ms: rounded(middle(paced, 'product', 'p50Ms')),
    bareAt500P50Ms: rounded(middle(paced, 'bare', 'p50Ms')),
    at500P99Ms: rounded(middle(paced, 'product', 'p99Ms')),
    bareAt500P99Ms: rounded(middle(paced, 'bare', 'p99Ms')),
    connections: CONNECTIONS,
    callbacks: from,
    rows,
    load: loadavg().map((figure) => rounded(figure)),
  };
}

/** Every callback was answered with 200, so both databases must have the same rows, one for each fact. */
async function sameRows(productFile, bareFile, callbacks) {
  const text = `SELECT key || kind || at || ids || data AS row FROM fact WHERE key LIKE 'wecom:%' AND kind IN ('contact_added', 'joined_group', 'group_changed') ORDER BY key`;
  const [ours, theirs] = [await rowsIn(productFile, text), await rowsIn(bareFile, text)];
  const expected = callbacks * 1.5; // every second one has two facts
  if (ours.length !== expected || theirs.length !== expected)
    throw new Error(`${expected} facts were sent, the product has ${ours.length}, the bare server ${theirs.length}`);
  const unlike = ours.findIndex(({ row }, index) => row !== theirs[index].row);
  if (unlike >= 0) throw new Error(`the rows differ: ${ours[unlike].row} and ${theirs[unlike].row}`);
  return ours.length;
}

async function rowsIn(file, text) {
  const db = await openToRead(file);
  const rows = await db.all(text);
  await db.close();
  return rows;
}
