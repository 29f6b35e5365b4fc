// Finding, among a million members, whom 42 rules of tags change: by the function with which a dry run of the product begins, and
// by one pass of SQL written by hand for the same rules, in one run. Both must find the same. The product also decides the tier
// of every member in that pass. The whole dry run is measured beside it: it estimates what follows, too, from changed members
// whom it evaluates one by one. Ratios of processor time say more than those of time where others work on the machine. (json-rules-engine is no dependency of the product; how
// its compiled rules compare with rules written by hand in JavaScript is shown by the bench `rules`.) Build first.
import { readFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { dayOf } from './members/fill.mjs';
import { dryRun, fileWithMembers } from './members/million.mjs';
import { nowMs } from './processes/clock.mjs';
import { withChildren } from './processes/child.mjs';
import { inFolder } from './processes/corp.mjs';
import { median, rounded } from './processes/figures.mjs';
import { openToRead, openToWrite } from './processes/sqlite.mjs';

const MEMBERS = 1_000_000;
const RULES = 42;
const ROUNDS = 3;
const AIM_RATIO = 1.2;
const GROUP = '扫描';
const START = Date.parse('2026-03-02T10:00:00+08:00');
const TODAY = dayOf(START);

/** Each rule in CEL and by hand. They hold for some in a hundred. */
const kinds = [
  (n) => [
    `orders_total >= ${6 + n} && spend_total_cents >= 50000`,
    `orders_total >= ${6 + n} AND spend_total_cents >= 50000`,
  ],
  (n) => [
    `messages_30d >= ${30 + n} && active_days_30d >= ${n}`,
    `messages_30d >= ${30 + n} AND active_days_30d >= ${n}`,
  ],
  (n) => [
    `is_contact && views_30d >= 7 && checkins_30d >= ${10 + n}`,
    `is_contact = 1 AND views_30d >= 7 AND checkins_30d >= ${10 + n}`,
  ],
  (n) => [
    `tier == 'loyal' && days_since_last_seen > ${200 + n}`,
    `tier = 'loyal' AND ${TODAY} - last_seen_day > ${200 + n}`,
  ],
  (n) => [
    `days_since_last_order != null && days_since_last_order <= ${20 + n} && orders_total >= 3`,
    `last_order_day IS NOT NULL AND ${TODAY} - last_order_day <= ${20 + n} AND orders_total >= 3`,
  ],
  (n) => [
    `messages_total >= ${700 + n} && orders_total == 0 && groups_count >= 1`,
    `messages_total >= ${700 + n} AND orders_total = 0 AND groups_count >= 1`,
  ],
];
const rules = Array.from({ length: RULES }, (_, index) => {
  const [cel, sql] = kinds[index % kinds.length](Math.floor(index / kinds.length));
  return { name: `规则${index}`, cel, sql };
});

console.log(JSON.stringify(await inFolder(measure)));

async function measure(folder) {
  const { file, start } = await fileWithMembers(folder, MEMBERS, START, START);
  await giveTags(file);
  const tags = [
    await readFile(join(import.meta.dirname, '../../config/tags.yaml'), 'utf8'),
    `  - group: ${GROUP}`,
    '    tags:',
    ...rules.map(({ name, cel }) => `      - { name: ${name}, when: "${cel}" }`),
  ].join('\n');
  return withChildren(['processes/product.mjs'], async (product) => {
    const { port } = await product.ask('start', start);
    const rounds = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const finding = await product.ask('countChanges', { texts: { tags } });
      const byHand = await passByHand(file);
      const begun = nowMs();
      const { report } = await dryRun(port, { tags });
      const dryRunMs = nowMs() - begun;
      for (const found of [countsOf(finding.counts), countsOf(report)])
        if (JSON.stringify(found) !== JSON.stringify(byHand.found))
          throw new Error(`the product found ${JSON.stringify(found)}, by hand ${JSON.stringify(byHand.found)}`);
      rounds.push({ finding, byHand, dryRunMs });
    }
    const middle = (of) => median(rounds.map(of));
    return {
      bench: 'sweep',
      members: MEMBERS,
      rules: RULES,
      aimRatio: AIM_RATIO,
      ratio: rounded(middle(({ finding, byHand }) => finding.ms / byHand.ms)),
      cpuRatio: rounded(middle(({ finding, byHand }) => finding.cpuSeconds / byHand.cpuSeconds)),
      findingMs: Math.round(middle(({ finding }) => finding.ms)),
      findingCpuSeconds: rounded(middle(({ finding }) => finding.cpuSeconds)),
      byHandMs: Math.round(middle(({ byHand }) => byHand.ms)),
      byHandCpuSeconds: rounded(middle(({ byHand }) => byHand.cpuSeconds)),
      wholeDryRunMs: Math.round(middle(({ dryRunMs }) => dryRunMs)),
      wholeDryRunRatio: rounded(middle(({ dryRunMs, byHand }) => dryRunMs / byHand.ms)),
      changes: rounds[0].byHand.found.reduce((sum, { on, off }) => sum + on + off, 0),
      load: loadavg().map((figure) => rounded(figure)),
    };
  });
}

/** Everybody gets the tags that are right, but for those whose number ends in 7: they get those of the next rule. */
async function giveTags(file) {
  const db = await openToWrite(file);
  await db.exec('BEGIN');
  for (const [index, { sql }] of rules.entries()) {
    const next = rules[(index + 1) % RULES].sql;
    await db.exec(`INSERT INTO member_tag (member_id, name, grp, origin, want, confirmed, confirmed_at, since)
      SELECT member_id, '规则${index}', '${GROUP}', 'rule', 1, 1, 1, 1 FROM member_metrics
      WHERE CASE WHEN member_id % 10 = 7 THEN ${next} ELSE ${sql} END`);
  }
  await db.exec('COMMIT');
  await db.close();
}

function countsOf({ tagsOn, tagsOff }) {
  const n = (list, name) => list.find(({ tag }) => tag === name)?.n ?? 0;
  return rules.map(({ name }) => ({ on: n(tagsOn, name), off: n(tagsOff, name) }));
}

/** One statement: every rule is one bit, and so is every tag. */
async function passByHand(file) {
  const db = await openToRead(file);
  await db.all('PRAGMA cache_size = -65536');
  const [begun, cpu] = [nowMs(), process.cpuUsage()];
  const holds = rules.map(({ sql }, index) => `(COALESCE(${sql}, 0) << ${index})`).join(' | ');
  const rows = await db.all(`SELECT holds & ~had AS come, had & ~holds AS go FROM (
    SELECT COALESCE(t.had, 0) AS had, m.holds AS holds
    FROM (SELECT member_id, ${holds} AS holds FROM member_metrics) m
    LEFT JOIN (SELECT member_id, SUM(1 << CAST(substr(name, 3) AS INTEGER)) AS had FROM member_tag
      WHERE grp = '${GROUP}' AND want = 1 GROUP BY member_id) t ON t.member_id = m.member_id)
    WHERE had <> holds`);
  const found = rules.map(() => ({ on: 0, off: 0 }));
  const has = (mask, index) => Math.floor(mask / 2 ** index) % 2 === 1;
  for (const { come, go } of rows)
    for (const [index, counts] of found.entries()) {
      if (has(come, index)) counts.on += 1;
      if (has(go, index)) counts.off += 1;
    }
  const { user, system } = process.cpuUsage(cpu);
  const ms = nowMs() - begun;
  await db.close();
  return { ms, cpuSeconds: (user + system) / 1e6, found };
}
