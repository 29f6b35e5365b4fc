// The nightly review among 10 000, 100 000 and a million members of whom always 2 000 were active in the last weeks. Its work
// must grow with those whose outcome can change. Baseline: a review of everybody among 10 000. Build first.
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { withChildren } from './processes/child.mjs';
import { inFolder, productSettings } from './processes/corp.mjs';
import { median, rounded } from './processes/figures.mjs';
import { openToWrite } from './processes/sqlite.mjs';

const SIZES = [10_000, 100_000, 1_000_000];
const ACTIVE = 2_000;
const NIGHTS = 5;
const DAY_MS = 86_400_000;
const START = Date.parse('2026-03-02T00:30:00+08:00');
const TODAY = Math.floor((START + 8 * 3_600_000) / DAY_MS);
/** No server listens there. */
const NOBODY = 'http://127.0.0.1:9';

for (const size of SIZES) console.log(JSON.stringify(await inFolder((folder) => measure(folder, size))));

async function measure(folder, size) {
  const file = join(folder, 'product.sqlite');
  const asked = { settings: productSettings(NOBODY, file), runsByItself: false, startAt: START, logLevel: 'error' };
  const stopped = (work) =>
    withChildren(['processes/product.mjs'], async (product) => {
      await product.ask('start', asked);
      const answer = await work(product);
      await product.ask('stop');
      return answer;
    });
  // Without members: it stores what everybody is reviewed under.
  await stopped((product) => product.ask('reviewAt', START));
  await fill(file, size);
  return stopped(async (product) => {
    // The first night computes the due days of the active members.
    const first = await product.ask('reviewAt', START + DAY_MS);
    const nights = [];
    for (let night = 2; night < 2 + NIGHTS; night += 1)
      nights.push(await product.ask('reviewAt', START + night * DAY_MS));
    const ms = median(nights.map((night) => night.ms));
    const everybody = size > SIZES[0] ? null : await reviewOfEverybody(product);
    return {
      bench: 'nightly',
      members: size,
      active: ACTIVE,
      reviewedANight: Math.round(median(nights.map(({ reviewed }) => reviewed))),
      ms: Math.round(ms),
      msOfNights: nights.map((night) => Math.round(night.ms)),
      firstNight: { reviewed: first.reviewed, ms: Math.round(first.ms) },
      ...(everybody ? { everybodyMs: Math.round(everybody.ms), ratio: rounded(everybody.ms / ms) } : {}),
      load: loadavg().map((figure) => rounded(figure)),
    };
  });
}

async function reviewOfEverybody(product) {
  await product.ask('forgetReviews');
  return product.ask('reviewAt', START + (2 + NIGHTS) * DAY_MS);
}

/** Members who came a year ago and were not seen since, and `ACTIVE` who were seen on several of the last days. */
async function fill(file, size) {
  const db = await openToWrite(file);
  const people = `WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < ${size})`;
  // Whoever is not active was reviewed within the last half year, as a product that runs for long has done it.
  await db.exec(`BEGIN;
    INSERT INTO member (id, name, created_at, first_seen_at, last_seen_at, joined_at, reviewed_day, due_day, tier_since, stage_since)
      ${people} SELECT id, 'member ' || id, 1, ${START - 400 * DAY_MS}, 1, 1, 1,
      CASE WHEN id <= ${ACTIVE} THEN 0 ELSE ${TODAY} + id % 180 END, 1, 1 FROM n;
    INSERT INTO member_metrics (member_id, tier, stage, is_contact, opted_out, messages_30d, last_seen_day, joined_day)
      ${people} SELECT id, 'potential', CASE WHEN id <= ${ACTIVE} THEN 'active' ELSE 'lost' END, 0, 0,
      CASE WHEN id <= ${ACTIVE} THEN 1 ELSE 0 END,
      CASE WHEN id <= ${ACTIVE} THEN ${TODAY} - id % 3 ELSE ${TODAY} - 380 END, ${TODAY} - 400 FROM n;
    INSERT INTO member_day (member_id, day, messages, seen)
      ${people}, d(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM d WHERE k < 5)
      SELECT id, ${TODAY} - id % 3 - k * (5 + id % 5), 2, 1 FROM n CROSS JOIN d WHERE id <= ${ACTIVE};
    INSERT INTO member_tag (member_id, name, grp, origin, want, confirmed, confirmed_at, since)
      ${people} SELECT id, '潜在', '层级', 'rule', 1, 1, 1, 1 FROM n
      UNION ALL SELECT id, '流失', '生命周期', 'rule', 1, 1, 1, 1 FROM n WHERE id > ${ACTIVE}
      UNION ALL SELECT id, '只看不说', '行为', 'rule', 1, 1, 1, 1 FROM n WHERE id > ${ACTIVE};
    UPDATE corp_figure SET value = 1 WHERE name = 'corp_messages_30d';
    COMMIT;`);
  await db.close();
}
