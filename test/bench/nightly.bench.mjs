// The nightly review among 10 000, 100 000 and a million members of whom always 2 000 were active in the last weeks. Its work
// must grow with those whose outcome can change. Baseline: a review of everybody among 10 000. Build first.
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { DAY_MS, fillMembers } from './members/fill.mjs';
import { withChildren } from './processes/child.mjs';
import { inFolder, productSettings } from './processes/corp.mjs';
import { median, rounded } from './processes/figures.mjs';

const SIZES = [10_000, 100_000, 1_000_000];
const ACTIVE = 2_000;
const NIGHTS = 5;
const START = Date.parse('2026-03-02T00:30:00+08:00');
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
  await fillMembers(file, size, { active: ACTIVE, now: START });
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
