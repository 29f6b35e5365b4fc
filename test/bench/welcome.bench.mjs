// From WeCom's callback to the welcome's arrival, under load: a queue of facts, tagging up to the end of a quota, mass-sends,
// a review of all members; and the same two calls through a server that does nothing else, in the same run. Product, sandbox
// and bare server run in their own processes, on the machine's clock. Build first. WELCOME_NEWCOMERS=50 for a quick run.
import { request, createServer } from 'node:http';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { withChildren } from './processes/child.mjs';
import { nowMs } from './processes/clock.mjs';
import { inFolder, productSettings, sandboxSettings } from './processes/corp.mjs';
import { quantile, rounded } from './processes/figures.mjs';
import { openToRead } from './processes/sqlite.mjs';

const NEWCOMERS = Number(process.env.WELCOME_NEWCOMERS ?? 400);
const PER_SECOND = 5;
const CONTACTS = 3_000;
/** Few, so that tagging reaches the end of its quota repeatedly. */
const TAGS_PER_MINUTE = 1_200;
const MASS_SENDS = 300;
/** One large queue at the start, and a steady stream in addition. */
const BURST = 30_000;
const FACTS_PER_TURN = 200;
const TURN_MS = 500;
const STAFF = ['LinXia', 'ZhaoMin', 'ChenYu'];
const API_TOKEN = 'a-token-of-the-benchmark-0123456789';
/** The life of WeCom's welcome code. */
const DEAD_MS = 20_000;

const files = ['processes/sandbox.mjs', 'processes/product.mjs', 'processes/bare-server.mjs'];
const figures = await inFolder((folder) => withChildren(files, (...children) => measure(folder, ...children)));
console.log(JSON.stringify(figures));

async function measure(folder, sandbox, product, bare) {
  const file = join(folder, 'product.sqlite');
  const { url } = await sandbox.ask('start', sandboxSettings);
  const contacts = await sandbox.ask('contacts', { count: CONTACTS, staff: STAFF[0] });
  const people = Array.from({ length: NEWCOMERS }, (_, index) => `新朋友${index}`);
  await sandbox.ask('newcomers', people);
  const settings = { ...productSettings(url, file), API_TOKEN };
  const { port } = await product.ask('start', { settings, runsByItself: true, tagsPerMinute: TAGS_PER_MINUTE });
  await sandbox.ask('connect', `http://127.0.0.1:${port}/wecom/callback`);
  const rounds = await bareRounds(bare);

  const outbox = await openToRead(file);
  await untilKnown(outbox);
  await product.ask('massSends', {
    sender: STAFF[0],
    externalUserIds: contacts,
    texts: Array.from({ length: MASS_SENDS }, (_, index) => `第 ${index} 条群发`),
  });
  const traffic = keepTelling(port, contacts);
  const meetings = [];
  const bareMs = [];
  const begun = nowMs();
  let longestQueue = 0;
  for (let index = 0; index < NEWCOMERS; index += 1) {
    await pause(begun + (index * 1_000) / PER_SECOND - nowMs());
    if (index === Math.floor(NEWCOMERS / 4)) await traffic.burst();
    if (index === Math.floor(NEWCOMERS / 2)) await product.ask('forgetReviews');
    meetings.push(sandbox.ask('addContact', { who: people[index], staff: STAFF[index % STAFF.length] }));
    bareMs.push(await rounds.one());
    if (index % 10 === 0) longestQueue = Math.max(longestQueue, await count(outbox, 'fact WHERE state = 0'));
  }
  const met = await Promise.all(meetings);
  const welcomes = await untilWelcomed(sandbox, met.length);
  const facts = await traffic.end();
  const reviewed = await product.ask('reviewed');
  const calls = await sandbox.ask('calls');
  await outbox.close();
  rounds.close();

  const arrived = new Map(welcomes.map(({ code, at }) => [code, at]));
  if (welcomes.length !== arrived.size) throw new Error('somebody was greeted twice');
  const late = met.filter(({ welcomeCode }) => !arrived.has(welcomeCode)).length;
  const took = met.map(({ welcomeCode, postedAt }) => (arrived.get(welcomeCode) ?? Infinity) - postedAt);
  const [p50, baseline] = [quantile(took, 0.5), quantile(bareMs, 0.5)];
  return {
    bench: 'welcome',
    p50: rounded(p50),
    p95: rounded(quantile(took, 0.95)),
    p99: rounded(quantile(took, 0.99)),
    longest: rounded(Math.max(...took)),
    baseline: rounded(baseline),
    baselineP99: rounded(quantile(bareMs, 0.99)),
    ratio: rounded(p50 / baseline),
    unit: 'ms',
    newcomers: NEWCOMERS,
    notGreeted: late,
    meanwhile: {
      facts,
      longestQueue,
      reviewed,
      tagged: calls['/cgi-bin/externalcontact/mark_tag'] ?? 0,
      massSends: calls['/cgi-bin/externalcontact/add_msg_template'] ?? 0,
      seconds: rounded((nowMs() - begun) / 1_000),
    },
    load: loadavg().map((figure) => rounded(figure)),
  };
}

async function count(db, of) {
  const [row] = await db.all(`SELECT COUNT(*) AS n FROM ${of}`);
  return row.n;
}

/** Waits until the contacts are read and wait for their tags: then the quota is in use. */
async function untilKnown(outbox) {
  const until = nowMs() + 120_000;
  while ((await count(outbox, `outbox WHERE kind = 'mark_tags'`)) < CONTACTS) {
    if (nowMs() > until) throw new Error('the corp was not read in time');
    await pause(200);
  }
}

async function untilWelcomed(sandbox, wanted) {
  for (const until = nowMs() + DEAD_MS + 10_000; ;) {
    const welcomes = await sandbox.ask('welcomes');
    if (welcomes.length >= wanted || nowMs() > until) return welcomes;
    await pause(100);
  }
}

/** Posts facts to the product's API, as a shop does. */
function keepTelling(port, contacts) {
  let [posted, ended] = [0, false];
  const facts = (count) =>
    Array.from({ length: count }, () => ({
      key: `bench-${(posted += 1)}`,
      kind: 'sent_message',
      at: new Date().toISOString(),
      member: { externalUserId: contacts[posted % contacts.length] },
      data: { length: 12, mentions: [], looksLikeAd: false },
    }));
  const post = async (count) => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/facts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${API_TOKEN}` },
      body: JSON.stringify({ facts: facts(count) }),
    });
    if (!answer.ok) throw new Error(`facts were refused: ${answer.status} ${await answer.text()}`);
    await answer.arrayBuffer();
  };
  const telling = (async () => {
    while (!ended) {
      await post(FACTS_PER_TURN);
      await pause(TURN_MS);
    }
  })();
  return {
    async burst() {
      for (let left = BURST; left > 0; left -= 1_000) await post(1_000);
    },
    async end() {
      ended = true;
      await telling;
      return posted;
    },
  };
}

/** The ms from a callback to the bare server until its post arrives here. */
async function bareRounds(bare) {
  let arrived;
  const sink = createServer((asked, answer) => {
    asked.resume();
    asked.on('end', () => {
      answer.end('{}');
      arrived(nowMs());
    });
  });
  await new Promise((settle) => sink.listen(0, '127.0.0.1', settle));
  const { port } = await bare.ask('start', { sinkUrl: `http://127.0.0.1:${sink.address().port}/send_welcome_msg` });
  const body = JSON.stringify({ welcome_code: 'x'.repeat(64), text: { content: '你好'.repeat(60) } });
  return {
    async one() {
      const arrival = new Promise((settle) => (arrived = settle));
      const postedAt = nowMs();
      request({ port, host: '127.0.0.1', method: 'POST', path: '/wecom/callback' }, (answer) => answer.resume()).end(
        body,
      );
      return (await arrival) - postedAt;
    },
    close: () => sink.close(),
  };
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}
