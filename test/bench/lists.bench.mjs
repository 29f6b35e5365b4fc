// The list of members among a million, as the console asks for it: pages, filters, segments and searches, in a quiet corp and
// while facts are applied. Each answer is compared with a plain query on the same file. `firstMs`: the first answer, which may
// read all figures once. Build first.
import { loadavg } from 'node:os';
import { DAY_MS, dayOf } from './members/fill.mjs';
import { askApi, fileWithMembers } from './members/million.mjs';
import { nowMs } from './processes/clock.mjs';
import { withChildren } from './processes/child.mjs';
import { inFolder } from './processes/corp.mjs';
import { median, quantile, rounded } from './processes/figures.mjs';
import { openToRead } from './processes/sqlite.mjs';

const MEMBERS = 1_000_000;
const ROUNDS = 20;
const LIMIT = 50;
const AIM_P95_MS = 150;
const FACTS = 20_000;
const START = Date.parse('2026-03-02T10:00:00+08:00');
const TODAY = dayOf(START);

/** A place in the middle of the list. */
const MIDDLE = { seen: START - 200 * DAY_MS, id: 500_000 };
const behindMiddle = `(COALESCE(mb.last_seen_at, 0), mb.id) < (${MIDDLE.seen}, ${MIDDLE.id})`;
const cursor = Buffer.from(JSON.stringify([MIDDLE.seen, MIDDLE.id])).toString('base64url');
const hasTag = (name) =>
  `EXISTS (SELECT 1 FROM member_tag t WHERE t.member_id = mb.id AND t.name = '${name}' AND t.want = 1)`;

/** What is asked, and the same in plain SQL over `member mb` and `member_metrics m`. */
const lists = {
  firstPage: [{}, '1'],
  byTier: [{ tier: 'member' }, "m.tier = 'member'"],
  byRareTag: [{ tag: '高价值' }, '0'],
  byStage: [{ stage: 'sleeping' }, "m.stage = 'sleeping'"],
  bySegment: [{ segment: 'active_not_buying' }, 'm.orders_total = 0 AND m.active_days_30d >= 4'],
  bySegmentOfDays: [
    { segment: 'quiet_payers' },
    `m.orders_total >= 1 AND ${TODAY} - m.last_seen_day >= 30 AND ${TODAY} - m.last_seen_day < 90`,
  ],
  byEmptySegment: [
    { segment: 'new_without_a_word' },
    `${TODAY} - m.joined_day <= 14 AND m.messages_total = 0 AND m.checkins_total = 0`,
  ],
  byLongSilence: [{ where: 'days_since_last_seen > 300' }, `${TODAY} - m.last_seen_day > 300`],
  byTierTagAndSearch: [
    { tier: 'loyal', tag: '只看不说', q: '小雨' },
    `m.tier = 'loyal' AND ${hasTag('只看不说')} AND mb.name LIKE '%小雨%'`,
  ],
  bySegmentTagAndSearch: [
    { segment: 'quiet_payers', tag: '只看不说', q: '雨' },
    `m.orders_total >= 1 AND ${TODAY} - m.last_seen_day >= 30 AND ${TODAY} - m.last_seen_day < 90
      AND ${hasTag('只看不说')} AND mb.name LIKE '%雨%'`,
  ],
  pageInTheMiddle: [{ cursor }, behindMiddle],
  tierInTheMiddle: [{ tier: 'loyal', cursor }, `m.tier = 'loyal' AND ${behindMiddle}`],
  byRule: [
    { where: 'orders_90d >= 3 && spend_total_cents >= 100000' },
    'm.orders_90d >= 3 AND m.spend_total_cents >= 100000',
  ],
  searchOften: [{ q: '小雨' }, "mb.name LIKE '%小雨%'"],
  searchOnce: [{ q: '诗涵99999' }, "mb.name LIKE '%诗涵99999%'"],
  searchNobody: [{ q: '没有这个人' }, '0'],
  searchNumber: [{ q: '#777777' }, "mb.id = 777777 OR mb.name LIKE '%#777777%'"],
  searchUserid: [{ q: `wm${'777777'.padStart(30, '0')}` }, `mb.external_userid = 'wm${'777777'.padStart(30, '0')}'`],
};

const quantiles = (times) => ({ p50Ms: rounded(median(times), 1), p95Ms: rounded(quantile(times, 0.95), 1) });

console.log(JSON.stringify(await inFolder(measure)));

async function measure(folder) {
  const { file, start } = await fileWithMembers(folder, MEMBERS, START, START);
  return withChildren(['processes/product.mjs'], async (product) => {
    const { port } = await product.ask('start', start);
    const figures = {};
    for (const [name, [filter, condition]] of Object.entries(lists)) {
      const firstMs = await timed(port, filter);
      await compare(file, await ids(port, filter), condition, name);
      const times = [];
      for (let round = 0; round < ROUNDS; round += 1) times.push(await timed(port, filter));
      figures[name] = { firstMs: rounded(firstMs, 1), ...quantiles(times) };
    }
    const slowest = Math.max(...Object.values(figures).map(({ p95Ms }) => p95Ms));
    return {
      bench: 'lists',
      members: MEMBERS,
      rounds: ROUNDS,
      aimP95Ms: AIM_P95_MS,
      slowestP95Ms: slowest,
      ...figures,
      whileFactsAreApplied: await whileFacts(product, port),
      load: loadavg().map((figure) => rounded(figure)),
    };
  });
}

/** Every list in turn, until the facts are applied. */
async function whileFacts(product, port) {
  await product.ask('storeFacts', { members: FACTS / 10, count: FACTS });
  let isApplied = false;
  const applied = product.ask('applyFacts').finally(() => (isApplied = true));
  const times = [];
  for (const filters = Object.values(lists); !isApplied || times.length === 0;)
    times.push(await timed(port, filters[times.length % filters.length][0]));
  const ms = await applied;
  return { factsPerSecond: Math.round((FACTS / ms) * 1000), lists: times.length, ...quantiles(times) };
}

async function timed(port, filter) {
  const begun = nowMs();
  await list(port, filter);
  return nowMs() - begun;
}

function list(port, filter) {
  return askApi(port, 'GET', `members?${new URLSearchParams({ limit: String(LIMIT), ...filter })}`);
}

/** The first two pages. */
async function ids(port, filter) {
  const first = await list(port, filter);
  const second = first.next === null ? { items: [] } : await list(port, { ...filter, cursor: first.next });
  return [...first.items, ...second.items].map(({ id }) => id);
}

async function compare(file, found, condition, name) {
  const db = await openToRead(file);
  const rows = await db.all(`SELECT mb.id FROM member mb JOIN member_metrics m ON m.member_id = mb.id
    WHERE ${condition} ORDER BY COALESCE(mb.last_seen_at, 0) DESC, mb.id DESC LIMIT ${2 * LIMIT}`);
  await db.close();
  const expected = rows.map(({ id }) => id);
  if (JSON.stringify(found) !== JSON.stringify(expected))
    throw new Error(`${name}: ${found.length} members were listed, and ${expected.length} expected, or others`);
}
