// Taps on links, to the product and to a bare server that does the same work, in one run: look the code up, answer 302, and
// store the click in a group commit after the answer. The engine is stopped. Build first.
import { randomBytes } from 'node:crypto';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { withChildren } from './processes/child.mjs';
import { corp, inFolder, productSettings, sandboxSettings } from './processes/corp.mjs';
import { median, rounded } from './processes/figures.mjs';
import { openToRead, schemaOf } from './processes/sqlite.mjs';

const LINKS = 2_000;
const ROUNDS = 7;
const PER_ROUND = 2_000;
const CONNECTIONS = 32;
const URL = 'https://shop.example/menu?from=bot';

const files = ['processes/sandbox.mjs', 'processes/product.mjs', 'links/bare-server.mjs', 'links/load.mjs'];
const figures = await inFolder((folder) => withChildren(files, (...children) => measure(folder, children)));
console.log(JSON.stringify(figures));

async function measure(folder, [sandbox, product, bare, load]) {
  const productFile = join(folder, 'product.sqlite');
  const bareFile = join(folder, 'bare.sqlite');
  const { url } = await sandbox.ask('start', sandboxSettings);
  const settings = { ...productSettings(url, productFile), PUBLIC_URL: 'https://bot.example.com' };
  const doors = { product: await product.ask('start', { settings, runsByItself: false }) };
  const codes = Array.from({ length: LINKS }, () => randomBytes(6).toString('hex'));
  await product.ask('storeLinks', { codes, url: URL });
  const schema = [...(await schemaOf(productFile, 'fact')), ...(await schemaOf(productFile, 'link'))];
  doors.bare = await bare.ask('start', { corp, file: bareFile, schema, codes, url: URL });

  const rounds = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const outcome = {};
    // The first server changes from round to round. Every tap is of another visitor, so that every one counts.
    for (const name of round % 2 === 0 ? ['product', 'bare'] : ['bare', 'product'])
      outcome[name] = await load.ask('tap', {
        ...{ port: doors[name].port, codes, expected: URL, from: round * PER_ROUND },
        ...{ count: PER_ROUND, connections: CONNECTIONS },
      });
    if (round > 0) rounds.push(outcome);
  }
  const taps = (ROUNDS + 1) * PER_ROUND;
  const stored = {};
  for (const [name, file] of Object.entries({ product: productFile, bare: bareFile }))
    stored[name] = await clicksIn(file, taps);
  const middle = (name, figure) => median(rounds.map((round) => round[name][figure]));
  return {
    bench: 'links',
    perSecond: Math.round(middle('product', 'perSecond')),
    barePerSecond: Math.round(middle('bare', 'perSecond')),
    ratio: rounded(median(rounds.map((round) => round.product.perSecond / round.bare.perSecond))),
    ratios: rounds.map((round) => rounded(round.product.perSecond / round.bare.perSecond)),
    aloneP50Ms: rounded(middle('product', 'aloneP50Ms')),
    aloneP99Ms: rounded(middle('product', 'aloneP99Ms')),
    bareAloneP99Ms: rounded(middle('bare', 'aloneP99Ms')),
    p99Ms: rounded(middle('product', 'p99Ms')),
    bareP99Ms: rounded(middle('bare', 'p99Ms')),
    connections: CONNECTIONS,
    taps,
    stored,
    load: loadavg().map((figure) => rounded(figure)),
  };
}

/** Waits for the last commit: clicks are stored after the answer. */
async function clicksIn(file, wanted) {
  const db = await openToRead(file);
  let found = 0;
  for (let waited = 0; waited < 10_000 && found < wanted; waited += 100) {
    await setTimeout(100);
    [{ found }] = await db.all(`SELECT COUNT(*) AS found FROM fact WHERE kind = 'link_clicked'`);
  }
  await db.close();
  if (found !== wanted) throw new Error(`${wanted} taps were answered, and ${found} clicks are stored in ${file}`);
  return found;
}
