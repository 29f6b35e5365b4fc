// Genuine callbacks, every 25th a large one, while 24 attackers send 250 kB of junk each, one shape after another, and the
// same callbacks without attackers. All on this machine. Build first.
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { withChildren } from './processes/child.mjs';
import { isLarge } from './callback/sealed-callbacks.mjs';
import { corp, inFolder, productSettings, sandboxSettings } from './processes/corp.mjs';
import { quantile, rounded } from './processes/figures.mjs';

const ATTACKERS = 24;
const PER_SECOND = 50;
const WARM_UP = 500;
const LARGE_EVERY = 25;
const QUIET = 300;
const PER_SHAPE = 150;
const MOST_SHAPES = 20;
const MOST_BODIES_PER_SHAPE = 50_000;
const MOST_MS_PER_SHAPE = 15_000;
const WANTED_P99_MS = 200;

const files = ['processes/sandbox.mjs', 'processes/product.mjs', 'callback/load.mjs', 'callback/attackers.mjs'];
const figures = await inFolder((folder) => withChildren(files, (...children) => measure(folder, children)));
console.log(JSON.stringify(figures));

async function measure(folder, [sandbox, product, load, attackers]) {
  const { url } = await sandbox.ask('start', sandboxSettings);
  const settings = { ...productSettings(url, join(folder, 'product.sqlite')), LOG_LEVEL: 'warn' };
  const { port } = await product.ask('start', { settings, runsByItself: false });
  const shapes = await attackers.ask('shapes');
  await load.ask('prepare', { corp, count: WARM_UP + QUIET + MOST_SHAPES * PER_SHAPE, largeEvery: LARGE_EVERY });

  let from = 0;
  const pace = async (count) => {
    const { latencies: all } = await load.ask('pace', { port, from, count, perSecond: PER_SECOND, connections: 8 });
    const first = from;
    from += count;
    return {
      small: all.filter((_, index) => !isLarge(first + index, LARGE_EVERY)),
      large: all.filter((_, index) => isLarge(first + index, LARGE_EVERY)),
    };
  };
  await load.ask('saturate', { port, from, count: WARM_UP, connections: 8 });
  from += WARM_UP;
  const quiet = await pace(QUIET);
  const latencies = { small: [], large: [] };
  const byShape = {};
  for (const shape of shapes) {
    await attackers.ask('begin', {
      port,
      shape,
      attackers: ATTACKERS,
      mostBodies: MOST_BODIES_PER_SHAPE,
      mostMs: MOST_MS_PER_SHAPE,
    });
    const before = await product.ask('cpuSeconds');
    const measured = await pace(PER_SHAPE);
    const cpuSeconds = (await product.ask('cpuSeconds')) - before;
    const { bodies, perSecond, statuses } = await attackers.ask('stop');
    // If the product accepted junk, or closed all its connections, the measurement would not be valid.
    if (Object.keys(statuses).some((status) => !['400', '403', '503'].includes(status)) || perSecond === 0)
      throw new Error(`junk of ${shape} was answered ${JSON.stringify(statuses)}`);
    latencies.small.push(...measured.small);
    latencies.large.push(...measured.large);
    byShape[shape] = {
      p50Ms: rounded(quantile(measured.small, 0.5)),
      p99Ms: rounded(quantile(measured.small, 0.99)),
      largeWorstMs: rounded(Math.max(...measured.large)),
      junkPerSecond: perSecond,
      cpuUsPerJunk: Math.round((cpuSeconds * 1e6) / bodies),
    };
  }
  const p99Ms = rounded(quantile(latencies.small, 0.99));
  const quietP99Ms = rounded(quantile(quiet.small, 0.99));
  return {
    bench: 'flood',
    attackers: ATTACKERS,
    callbacks: latencies.small.length,
    p50Ms: rounded(quantile(latencies.small, 0.5)),
    p99Ms,
    quietP99Ms,
    quietP50Ms: rounded(quantile(quiet.small, 0.5)),
    ratio: rounded(p99Ms / quietP99Ms),
    wantedP99Ms: WANTED_P99_MS,
    isAsWanted: p99Ms <= WANTED_P99_MS,
    large: {
      callbacks: latencies.large.length,
      p50Ms: rounded(quantile(latencies.large, 0.5)),
      worstMs: rounded(Math.max(...latencies.large)),
      quietP50Ms: rounded(quantile(quiet.large, 0.5)),
    },
    byShape,
    load: loadavg().map((figure) => rounded(figure)),
  };
}
