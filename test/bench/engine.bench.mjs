// Facts through the engine: a queue of facts is applied, their members are evaluated, and the actions are planned; and the
// time of SQLite alone for the same statements, and the same facts on a PostgreSQL, in the same run. Nothing is sent. Build first.
import { copyFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { withChildren } from './processes/child.mjs';
import { runnerImport } from 'vite';
import { inFolder, productSettings, sandboxSettings } from './processes/corp.mjs';
import { median, rounded } from './processes/figures.mjs';
import { openToRead } from './processes/sqlite.mjs';

const MEMBERS = 20_000;
const FACTS = 87_000;
const ROUNDS = 3;
const AIM_PER_SECOND = 8_000;
/** No server listens there: with a corp that answers, the facts of a reconciliation would be applied, too. */
const NOBODY = 'http://127.0.0.1:9';

// Only errors are logged: the failing calls to the corp are intended.
const asked = (wecom, file) => ({ settings: productSettings(wecom, file), runsByItself: false, logLevel: 'error' });

const rounds = [];
for (let round = 0; round < ROUNDS; round += 1) rounds.push(await inFolder(measure));
const postgresMs = await onPostgres();
const of = (figure) => median(rounds.map((round) => round[figure]));
console.log(
  JSON.stringify({
    bench: 'engine',
    factsPerSecond: Math.round(FACTS / (of('ms') / 1_000)),
    bareFactsPerSecond: Math.round(FACTS / (of('bareMs') / 1_000)),
    aimPerSecond: AIM_PER_SECOND,
    postgresFactsPerSecond: Math.round(FACTS / (postgresMs / 1_000)),
    postgresRatio: rounded(of('ms') / postgresMs),
    ratio: rounded(median(rounds.map(({ ms, bareMs }) => bareMs / ms))),
    ratios: rounds.map(({ ms, bareMs }) => rounded(bareMs / ms)),
    cpuUsPerFact: Math.round(of('cpuUs')),
    statementsPerFact: rounded(of('statements') / FACTS),
    members: MEMBERS,
    facts: FACTS,
    ...rounds[0].planned,
    load: loadavg().map((figure) => rounded(figure)),
  }),
);

async function measure(folder) {
  const file = join(folder, 'product.sqlite');
  const [again, copy] = [join(folder, 'again.sqlite'), join(folder, 'bare.sqlite')];
  await storeFacts(file);
  await copyFile(file, again);
  await copyFile(file, copy);
  const measured = await withProduct(NOBODY, file, async (product) => {
    const before = await product.ask('cpuSeconds');
    const ms = await product.ask('applyFacts');
    return { ms, cpuUs: (((await product.ask('cpuSeconds')) - before) * 1e6) / FACTS };
  });
  const bare = await withChildren(['processes/product.mjs'], async (product) => {
    await product.ask('recordStatements');
    await product.ask('start', asked(NOBODY, again));
    await product.ask('forgetStatements');
    await product.ask('applyFacts');
    return product.ask('replay', copy);
  });
  return { ...measured, bareMs: bare.ms, statements: bare.statements, planned: await sameState(again, copy) };
}

/** Stores the facts and stops: the measured product and the bare statements begin with the same file. */
async function storeFacts(file) {
  await withChildren(['processes/sandbox.mjs'], async (sandbox) => {
    const { url } = await sandbox.ask('start', sandboxSettings);
    await withProduct(url, file, async (product) => {
      await product.ask('compared');
      await product.ask('storeFacts', { members: MEMBERS, count: FACTS });
      await product.ask('stop');
    });
  });
}

function withProduct(wecom, file, work) {
  return withChildren(['processes/product.mjs'], async (product) => {
    await product.ask('start', asked(wecom, file));
    return work(product);
  });
}

/** The ms that the same facts take on a PostgreSQL of the tests, which does not wait for the disk. */
async function onPostgres() {
  const { module } = await runnerImport(join(import.meta.dirname, '../support/postgres-server.ts'));
  const server = await module.startPostgres();
  try {
    const settings = { ...productSettings(NOBODY, ''), DATABASE_URL: `${server.url}/postgres` };
    return await withChildren(['processes/product.mjs'], async (product) => {
      await product.ask('start', { settings, runsByItself: false, logLevel: 'error' });
      await product.ask('storeFacts', { members: MEMBERS, count: FACTS });
      const ms = await product.ask('applyFacts');
      const { members, waiting } = await product.ask('factsLeft');
      if (waiting > 0 || members !== MEMBERS)
        throw new Error(`on PostgreSQL ${waiting} facts wait, and there are ${members} members`);
      await product.ask('stop');
      return ms;
    });
  } finally {
    await server.stop();
  }
}

/** Throws if the replayed statements did not produce the same state as the product. */
async function sameState(file, copy) {
  const text = `SELECT (SELECT COUNT(*) FROM fact WHERE state = 0) AS waiting, (SELECT COUNT(*) FROM member) AS members,
    (SELECT COUNT(*) FROM decision) AS decisions,
    (SELECT COUNT(*) FROM outbox WHERE member_id IS NOT NULL) AS planned, (SELECT SUM(messages_total) FROM member_metrics) AS messages`;
  const [ours, theirs] = [await oneOf(file, text), await oneOf(copy, text)];
  if (JSON.stringify(ours) !== JSON.stringify(theirs) || ours.waiting > 0 || ours.members !== MEMBERS)
    throw new Error(`the product ended with ${JSON.stringify(ours)}, its statements with ${JSON.stringify(theirs)}`);
  return { decisions: ours.decisions, planned: ours.planned };
}

async function oneOf(file, text) {
  const db = await openToRead(file);
  const [row] = await db.all(text);
  await db.close();
  return row;
}
