// From WeCom's callback to the message that it causes: the whole product with its work loop, against the sandbox corp. A
// customer adds a staff member; the welcome is in the outbox; the welcome arrives. 200 customers one after another, then 200
// at 20 a second; and the time of SQLite alone for the two commits. Build first.
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { withChildren } from './processes/child.mjs';
import { nowMs } from './processes/clock.mjs';
import { inFolder, productSettings, sandboxSettings } from './processes/corp.mjs';
import { quantile, rounded } from './processes/figures.mjs';
import { openToRead, openToWrite, schemaOf } from './processes/sqlite.mjs';

const WARM_UP = 20;
const ONE_BY_ONE = 200;
const PACED = 200;
const PER_SECOND = 20;
const STAFF = ['LinXia', 'ZhaoMin', 'ChenYu'];
/** Poll interval of the outbox: a measured time is too long by this much at most. */
const LOOK_EVERY_MS = 1;
const PATIENCE_MS = 15_000;

const files = ['processes/sandbox.mjs', 'processes/product.mjs'];
const figures = await inFolder((folder) => withChildren(files, (...children) => measure(folder, ...children)));
console.log(JSON.stringify(figures));

async function measure(folder, sandbox, product) {
  const file = join(folder, 'product.sqlite');
  const { url } = await sandbox.ask('start', sandboxSettings);
  const { port } = await product.ask('start', { settings: productSettings(url, file), runsByItself: true });
  await sandbox.ask('connect', `http://127.0.0.1:${port}/wecom/callback`);
  const people = Array.from({ length: WARM_UP + ONE_BY_ONE + PACED }, (_, index) => `新朋友${index}`);
  await sandbox.ask('newcomers', people);

  const bare = await openBare(folder, [...(await schemaOf(file, 'fact')), ...(await schemaOf(file, 'outbox'))]);
  const outbox = await watchOutbox(file);
  let met = 0;
  const meet = () => sandbox.ask('addContact', { who: people[met], staff: STAFF[met++ % STAFF.length] });
  const bareMs = [];
  const oneByOne = async (count) => {
    const contacts = [];
    for (let index = 0; index < count; index += 1) {
      contacts.push(await meet());
      await outbox.settled(contacts.at(-1).welcomeCode);
      bareMs.push(await bare.round());
    }
    return contacts;
  };
  await oneByOne(WARM_UP);
  bareMs.length = 0;
  const alone = await oneByOne(ONE_BY_ONE);
  const meetings = [];
  const begun = nowMs();
  for (let index = 0; index < PACED; index += 1) {
    await pause(begun + (index * 1_000) / PER_SECOND - nowMs());
    meetings.push(meet());
  }
  const paced = await Promise.all(meetings);
  for (const { welcomeCode } of paced) await outbox.settled(welcomeCode);

  const welcomes = await sandbox.ask('welcomes');
  const arrived = new Map(welcomes.map(({ code, at }) => [code, at]));
  if (welcomes.length !== met || arrived.size !== met)
    throw new Error(`${met} people came, ${welcomes.length} welcomes arrived, ${arrived.size} different ones`);
  const planned = (contacts) => contacts.map(({ welcomeCode, postedAt }) => outbox.seen.get(welcomeCode) - postedAt);
  const delivered = (contacts) => contacts.map(({ welcomeCode, postedAt }) => arrived.get(welcomeCode) - postedAt);
  await outbox.close();
  await bare.close();
  const [p50Ms, bareP50Ms] = [quantile(planned(alone), 0.5), quantile(bareMs, 0.5)];
  return {
    bench: 'journey',
    p50Ms: rounded(p50Ms),
    p95Ms: rounded(quantile(planned(alone), 0.95)),
    deliveredP50Ms: rounded(quantile(delivered(alone), 0.5)),
    deliveredP95Ms: rounded(quantile(delivered(alone), 0.95)),
    bareP50Ms: rounded(bareP50Ms),
    bareP95Ms: rounded(quantile(bareMs, 0.95)),
    timesBare: rounded(p50Ms / bareP50Ms),
    at20P50Ms: rounded(quantile(planned(paced), 0.5)),
    at20P95Ms: rounded(quantile(planned(paced), 0.95)),
    at20DeliveredP50Ms: rounded(quantile(delivered(paced), 0.5)),
    at20DeliveredP95Ms: rounded(quantile(delivered(paced), 0.95)),
    people: met,
    lookEveryMs: LOOK_EVERY_MS,
    load: loadavg().map((figure) => rounded(figure)),
  };
}

/** Polls the outbox on its own connection, and records when a welcome is there. */
async function watchOutbox(file) {
  const db = await openToRead(file);
  const fresh = db.prepare(`SELECT id, kind, action ->> 'welcomeCode' AS code FROM outbox WHERE id > ? ORDER BY id`);
  const sent = db.prepare(`SELECT state FROM outbox WHERE id = ?`);
  const seen = new Map();
  const ids = new Map();
  let last = 0;
  let closed = false;
  const watching = (async () => {
    while (!closed) {
      for (const { id, kind, code } of await fresh(last)) {
        last = id;
        if (kind !== 'send_welcome') continue;
        if (seen.has(code)) throw new Error(`the welcome ${code} was planned twice`);
        seen.set(code, nowMs());
        ids.set(code, id);
      }
      await pause(LOOK_EVERY_MS);
    }
  })();
  return {
    seen,
    async settled(code) {
      const until = nowMs() + PATIENCE_MS;
      while (nowMs() < until) {
        const [row] = ids.has(code) ? await sent(ids.get(code)) : [];
        if (row?.state === 'sent') return;
        if (row && row.state !== 'planned' && row.state !== 'sending')
          throw new Error(`a welcome ended as ${row.state}`);
        await Promise.race([pause(LOOK_EVERY_MS * 3), watching]);
      }
      throw new Error(`no welcome within ${PATIENCE_MS} ms`);
    },
    async close() {
      closed = true;
      await watching;
      await db.close();
    },
  };
}

/** The minimum: the fact is committed and read, then the outbox row is committed and read. */
async function openBare(folder, schema) {
  const file = join(folder, 'bare.sqlite');
  const writing = await openToWrite(file);
  await writing.exec(['PRAGMA journal_mode = WAL', 'PRAGMA synchronous = FULL', ...schema].join(';'));
  const reading = await openToRead(file);
  const insertFact = writing.prepare(
    `INSERT INTO fact (key, kind, at, ids, data, received_at) VALUES (?, 'contact_added', ?, ?, ?, ?)`,
  );
  const insertRow = writing.prepare(
    `INSERT INTO outbox (key, kind, action, state, not_before, created_at) VALUES (?, 'send_welcome', ?, 'planned', ?, ?)`,
  );
  const readFact = reading.prepare('SELECT * FROM fact WHERE state = 0 AND key = ?');
  const readRow = reading.prepare('SELECT * FROM outbox WHERE key = ?');
  let rounds = 0;
  return {
    async round() {
      const [key, now] = [`bare:${rounds++}`, Date.now()];
      const text = JSON.stringify({ welcomeCode: key, text: '你好'.repeat(60) });
      const begun = nowMs();
      await insertFact(key, now, text, text, now);
      const facts = await readFact(key);
      await insertRow(key, text, now, now);
      const rows = await readRow(key);
      const tookMs = nowMs() - begun;
      if (facts.length !== 1 || rows.length !== 1) throw new Error('what was committed could not be read');
      return tookMs;
    },
    close: async () => {
      await reading.close();
      await writing.close();
    },
  };
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}
