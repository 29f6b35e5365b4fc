// One simulated hour of repeated tagging of all contacts and of mass-sends: the used share of WeCom's quotas, and that WeCom
// never refuses a call. Product and sandbox run in their own processes with WeCom's real quotas; time is pushed, so the hour
// takes as long as the calls do. QUOTA_MINUTES=2 for a quick run.
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withChildren } from './processes/child.mjs';
import { nowMs } from './processes/clock.mjs';
import { inFolder, productSettings, sandboxSettings } from './processes/corp.mjs';
import { rounded } from './processes/figures.mjs';
import { openToRead } from './processes/sqlite.mjs';

const MINUTES = Number(process.env.QUOTA_MINUTES ?? 60);
const CONTACTS = 5_000;
const MASS_SENDS = 200;
const STAFF = 'LinXia';
const TAG = '全员';
const PER_MINUTE = 10_000;
const PER_HOUR = 150_000;
const STEP_MS = 5_000;
const START_AT = Date.parse('2026-03-02T10:00:00+08:00');
const MARK = '/cgi-bin/externalcontact/mark_tag';

const files = ['processes/sandbox.mjs', 'processes/product.mjs'];
const figures = await inFolder((folder) => withChildren(files, (...children) => measure(folder, ...children)));
console.log(JSON.stringify(figures));

async function measure(folder, sandbox, product) {
  const file = join(folder, 'product.sqlite');
  const config = join(folder, 'config');
  await cp(join(import.meta.dirname, '../../config'), config, { recursive: true });
  await writeFile(
    join(config, 'tags.yaml'),
    `groups:\n  - group: 基准\n    tags:\n      - { name: ${TAG}, when: is_contact }\n`,
  );
  const { url } = await sandbox.ask('start', { ...sandboxSettings, startAt: START_AT });
  const externalUserIds = await sandbox.ask('contacts', { count: CONTACTS, staff: STAFF });
  const settings = { ...productSettings(url, file), CONFIG_DIR: config };
  const { port } = await product.ask('start', { settings, runsByItself: false, startAt: START_AT });
  await sandbox.ask('connect', `http://127.0.0.1:${port}/wecom/callback`);

  const outbox = await openToRead(file);
  const waiting = async () => {
    const [row] = await outbox.all(`SELECT COUNT(*) AS n FROM outbox WHERE state = 'planned' AND kind = 'mark_tags'`);
    return row.n;
  };
  let now = START_AT;
  const push = async (ms) => {
    now += ms;
    await sandbox.ask('advance', now);
    await product.ask('settleAt', now);
  };
  const tagged = async () => {
    const [row] = await outbox.all(`SELECT COUNT(DISTINCT member_id) AS n FROM member_tag WHERE confirmed = 1`);
    return row.n;
  };
  // First all contacts are read, remarked and tagged once; then time moves past the windows of these calls.
  for (let step = 0; (await tagged()) < CONTACTS; step += 1) {
    if (step > 500) throw new Error(`only ${await tagged()} of ${CONTACTS} contacts are tagged at the start`);
    await push(STEP_MS);
  }
  await push(2 * 3_600_000);

  const before = await sandbox.ask('calls');
  await product.ask('massSends', {
    sender: STAFF,
    externalUserIds,
    texts: Array.from({ length: MASS_SENDS }, (_, index) => `第 ${index} 条群发`),
  });
  const begunAt = now;
  const begun = nowMs();
  let deletions = 0;
  while (now - begunAt < MINUTES * 60_000) {
    // Staff delete the tag in WeCom: the product creates it again and tags all contacts again.
    if ((await waiting()) < CONTACTS && (await sandbox.ask('tags')).includes(TAG)) {
      await sandbox.ask('act', { do: 'delete_tag', tag: TAG });
      deletions += 1;
    }
    await push(STEP_MS);
  }
  const tookMs = nowMs() - begun;
  const after = await sandbox.ask('calls');
  await outbox.close();

  const made = Object.fromEntries(Object.entries(after).map(([path, count]) => [path, count - (before[path] ?? 0)]));
  const refused = Object.entries(after).filter(([path]) => / (45009|45033|45035)$/.test(path));
  if (refused.length > 0) throw new Error(`WeCom had to refuse: ${JSON.stringify(refused)}`);
  const legal = Math.min(PER_HOUR, PER_MINUTE * MINUTES);
  return {
    bench: 'quota',
    share: rounded((made[MARK] ?? 0) / legal),
    calls: made[MARK] ?? 0,
    legal,
    refused: 0,
    minutes: MINUTES,
    contacts: CONTACTS,
    timesTaggedAnew: deletions,
    massSends: made['/cgi-bin/externalcontact/add_msg_template'] ?? 0,
    allCalls: Object.entries(made).reduce((sum, [path, count]) => sum + (path.includes(' ') ? 0 : count), 0),
    tookSeconds: rounded(tookMs / 1_000),
    callsPerSecond: rounded((1_000 * (made[MARK] ?? 0)) / tookMs),
  };
}
