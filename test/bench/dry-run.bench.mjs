// Dry runs among a million members: of one changed rule, and of all tiers; what memory they take, and how long WeCom's
// callbacks wait for their answers meanwhile. The counts are compared with plain SQL on the same file. Build first.
import { readFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { dryRun, fileWithMembers } from './members/million.mjs';
import { nowMs } from './processes/clock.mjs';
import { withChildren } from './processes/child.mjs';
import { corp, inFolder } from './processes/corp.mjs';
import { median, quantile, rounded } from './processes/figures.mjs';
import { openToRead } from './processes/sqlite.mjs';

const MEMBERS = 1_000_000;
const ROUNDS = 3;
const AIMS = { oneRuleMs: 5_000, allTiersMs: 20_000, peakMb: 512, callbacksP99Ms: 50 };
const PER_SECOND = 100;
const PER_PART = 100;
const MOST_PARTS = 120;
/** So long callbacks are timed without a dry run, for comparison. */
const ALONE_MS = 10_000;

const config = join(import.meta.dirname, '../../config');
const changed = async (name, ...changes) => {
  let text = await readFile(join(config, `${name}.yaml`), 'utf8');
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`config/${name}.yaml has no ${from}`);
    text = text.replace(from, to);
  }
  return { [name]: text };
};
const oneRule = await changed('tags', ['when: orders_total >= 2', 'when: orders_total >= 3']);
const allTiers = await changed(
  'tiers',
  ['enter: is_contact || messages_total > 0', 'enter: is_contact || messages_total > 1'],
  ['enter: orders_total >= 1', 'enter: orders_total >= 2'],
  ['enter: (orders_90d >= 3', 'enter: (orders_90d >= 2'],
);

console.log(JSON.stringify(await inFolder(measure)));

async function measure(folder) {
  const { file, start } = await fileWithMembers(folder, MEMBERS, Date.now());
  const files = ['processes/product.mjs', 'callback/load.mjs'];
  return withChildren(files, async (product, load) => {
    const { port } = await product.ask('start', start);
    const before = await product.ask('peakMb');
    const ofOne = await timed(product, port, oneRule);
    const ofAll = await timed(product, port, allTiers);
    const peakMb = await product.ask('peakMb');
    await compare(file, ofOne.report, ofAll.report);
    await load.ask('prepare', { corp, count: PER_PART * MOST_PARTS });
    const alone = await callbacksDuring(load, port, () => setTimeout(ALONE_MS));
    const meanwhile = await callbacksDuring(load, port, () => dryRun(port, allTiers));
    return {
      bench: 'dry-run',
      members: MEMBERS,
      aims: AIMS,
      oneRuleMs: Math.round(ofOne.ms),
      oneRuleMsOfAll: ofOne.all.map(Math.round),
      oneRuleCpuSeconds: rounded(ofOne.cpuSeconds),
      allTiersMs: Math.round(ofAll.ms),
      allTiersMsOfAll: ofAll.all.map(Math.round),
      allTiersCpuSeconds: rounded(ofAll.cpuSeconds),
      startedMb: Math.round(before),
      peakMb: Math.round(peakMb),
      callbacksAloneP50Ms: rounded(median(alone)),
      callbacksAloneP99Ms: rounded(quantile(alone, 0.99)),
      callbacks: meanwhile.length,
      callbacksP50Ms: rounded(median(meanwhile)),
      callbacksP99Ms: rounded(quantile(meanwhile, 0.99)),
      load: loadavg().map((figure) => rounded(figure)),
    };
  });
}

async function timed(product, port, texts) {
  const all = [];
  const cpu = [];
  let report;
  for (let round = 0; round < ROUNDS; round += 1) {
    const [begun, used] = [nowMs(), await product.ask('cpuSeconds')];
    ({ report } = await dryRun(port, texts));
    all.push(nowMs() - begun);
    cpu.push((await product.ask('cpuSeconds')) - used);
  }
  return { ms: median(all), all, cpuSeconds: median(cpu), report };
}

/** The milliseconds that each callback took while the work went on. */
async function callbacksDuring(load, port, work) {
  let isOver = false;
  const working = work().finally(() => (isOver = true));
  const latencies = [];
  for (let part = 0; part < MOST_PARTS && !isOver; part += 1) {
    const about = { port, from: part * PER_PART, count: PER_PART, perSecond: PER_SECOND, connections: 8 };
    latencies.push(...(await load.ask('pace', about)).latencies);
  }
  await working;
  return latencies;
}

async function compare(file, ofOne, ofAll) {
  const db = await openToRead(file);
  const [expected] = await db.all(`SELECT COUNT(*) AS members, SUM(orders_total >= 3) AS tagged,
    SUM(tier IN ('potential', 'regular') AND orders_total >= 2) AS atLeastMember FROM member_metrics`);
  await db.close();
  const tagged = ofOne.tagsOn.find(({ tag }) => tag === '复购客')?.n ?? 0;
  const risen = ofAll.flows
    .filter(({ from, to }) => ['potential', 'regular'].includes(from) && ['member', 'loyal'].includes(to))
    .reduce((sum, { n }) => sum + n, 0);
  const found = { members: ofAll.members, tagged, atLeastMember: risen };
  if (JSON.stringify(found) !== JSON.stringify(expected))
    throw new Error(`the dry runs counted ${JSON.stringify(found)}, plain SQL ${JSON.stringify(expected)}`);
}
