// The product in its own process, on the machine's clock or on a pushed clock.
import { setTimeout } from 'node:timers/promises';
import { createLogger } from '../../../dist/platform/logger/logger.js';
import { readConfig } from '../../../dist/platform/config/config.js';
import { PushedClock, systemClock } from '../../../dist/platform/clock.js';
import { publishedQuotas } from '../../../dist/channels/wecom/rate-limits/published-quotas.js';
import { startProduct } from '../../../dist/app/product.js';
import { proposedRules } from '../../../dist/console/api/proposed-rules.js';
import { countChanges } from '../../../dist/engine/dry-runs/count-changes.js';
import { MOST_EVALUATED } from '../../../dist/engine/dry-runs/dry-run-rules.js';
import { Engine } from '../../../dist/engine/engine.js';
import { RulesService } from '../../../dist/features/ruleset/rules.service.js';
import { factStore } from '../../../dist/inbox/fact.store.js';
import { outboxStore } from '../../../dist/outbox/outbox.store.js';
import { forgetStatements, recordStatements, replay } from '../engine/recorded-statements.mjs';
import { monthOfFacts } from '../engine/facts.mjs';
import { answerFor } from './asked.mjs';
import { nowMs } from './clock.mjs';

const COUNT_LIMIT_MS = 600_000;

let product;
let clock = systemClock;

const withTagsPerMinute = (limit) => ({
  ...publishedQuotas,
  rows: [
    ...publishedQuotas.rows,
    { endpoint: 'externalcontact/mark_tag', per: 'corp', window: 'minute', limit, source: 'the benchmark' },
  ],
});

answerFor({
  /**
   * `startAt`: epoch ms of a pushed clock; without it the machine's clock is used. `tagsPerMinute`: a quota below WeCom's,
   * which a short run reaches. `isUnlimited`: no quota but that of calls at once.
   */
  async start({ settings, runsByItself, startAt, tagsPerMinute, isUnlimited = false, logLevel = 'warn' }) {
    const read = readConfig(settings);
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    const logger = createLogger({ level: logLevel, write: (line) => void process.stderr.write(line) });
    if (startAt !== undefined) clock = new PushedClock(startAt);
    product = await startProduct({
      config: read.config,
      clock,
      logger,
      runsByItself,
      ...(startAt === undefined ? {} : { wecomQuotas: { ...publishedQuotas, patienceMs: 0 } }),
      ...(isUnlimited ? { wecomQuotas: { ...publishedQuotas, rows: [] } } : {}),
      ...(tagsPerMinute === undefined ? {} : { wecomQuotas: withTagsPerMinute(tagsPerMinute) }),
    });
    return { port: Number(new URL(product.url).port) };
  },
  /** Pushes the clock and drains the work loop. */
  async settleAt(now) {
    clock.pushTo(now);
    await product.workLoop.drain();
  },
  /** Does what is to be done. Answers the milliseconds it took. */
  async drain() {
    const begun = nowMs();
    await product.workLoop.drain();
    return nowMs() - begun;
  },
  /** Plans one row for each remark, in the form of the call. */
  planRemarks: (remarks) =>
    product.database.write((tx) =>
      outboxStore.enqueue(
        tx,
        remarks.map(({ userid: staff, external_userid: externalUserId, remark }) => ({
          key: `bench:remark:${remark}`,
          notBefore: clock.now(),
          action: { kind: 'set_remark', staff, externalUserId, remark },
        })),
        clock.now(),
      ),
    ),
  sentRemarks: async () =>
    (
      await product.database.read.one(
        `SELECT COUNT(*) AS n FROM outbox WHERE key LIKE 'bench:remark:%' AND state = 'sent'`,
      )
    ).n,
  /** Resolves after the reconciliation of the start, which would apply facts that are stored meanwhile. */
  async compared() {
    const running = () => product.database.read.all(`SELECT 1 FROM corp_run WHERE state = 'running'`);
    const done = () => product.database.read.all(`SELECT 1 FROM corp_run WHERE state = 'done'`);
    while ((await done()).length === 0 || (await running()).length > 0) await setTimeout(20);
  },
  recordStatements,
  /** Stores `count` facts about `members` members without applying them. */
  async storeFacts({ members, count }) {
    const facts = monthOfFacts({ members, count, now: clock.now() });
    for (let from = 0; from < facts.length; from += 2_000)
      await product.database.write((tx) => factStore.append(tx, facts.slice(from, from + 2_000), clock.now()));
  },
  /** Applies every stored fact. Answers the milliseconds it took. */
  async applyFacts() {
    const engine = product.app.get(Engine);
    const begun = nowMs();
    while ((await engine.advance()) > 0);
    return nowMs() - begun;
  },
  factsLeft: () =>
    product.database.read.one(
      'SELECT (SELECT COUNT(*) FROM fact WHERE state = 0) AS waiting, (SELECT COUNT(*) FROM member) AS members',
    ),
  /** Waits for the transaction under way: half a transaction cannot be replayed. */
  async forgetStatements() {
    await product.database.write(() => Promise.resolve());
    forgetStatements();
  },
  /** Runs the statements since then on this file. Answers their number and the milliseconds they took. */
  async replay(file) {
    const statements = forgetStatements();
    return { statements: statements.length, ms: await replay(file, statements) };
  },
  /** Stores links as texts have them, each with a code of `codes`. */
  storeLinks: ({ codes, url }) =>
    product.database.write((tx) =>
      tx.insert(
        'link',
        codes.map((code) => ({
          ...{ code, url, name: 'menu', template: 'bench', version: 1 },
          ...{ outbox_id: null, identify: 0, created_at: clock.now() },
        })),
      ),
    ),
  async stop() {
    await product.close();
  },
  /** Makes the daily review of all members due again. */
  forgetReviews: () => product.database.write((tx) => tx.run('UPDATE member SET due_day = 0')),
  /** Reviews who is due at this moment of the pushed clock. Answers how many, and the milliseconds it took. */
  async reviewAt(now) {
    clock.pushTo(now);
    const begun = nowMs();
    const { reviewed } = await product.app.get(Engine).review();
    return { reviewed, ms: nowMs() - begun };
  },
  /**
   * Counts whom these documents would change by the function with which a dry run begins; left out is what follows from the
   * changes. Answers the counts, the milliseconds it took, and the seconds of processor time.
   */
  async countChanges({ texts }) {
    const inForce = await product.app.get(Engine).context();
    const { proposed, changesFigures } = await proposedRules(product.app.get(RulesService), texts, inForce);
    const comparison = { current: inForce.ruleset, context: proposed, now: clock.now(), changesFigures };
    const [begun, cpu] = [nowMs(), process.cpuUsage()];
    const { counts } = await product.database.readSnapshot(AbortSignal.timeout(COUNT_LIMIT_MS), (sql) =>
      countChanges(sql, comparison, MOST_EVALUATED, () => Promise.resolve()),
    );
    const { user, system } = process.cpuUsage(cpu);
    return { counts, ms: nowMs() - begun, cpuSeconds: (user + system) / 1e6 };
  },
  reviewed: async () =>
    (
      await product.database.read.one(
        'SELECT COUNT(*) AS n FROM member WHERE reviewed_day = (SELECT MAX(reviewed_day) FROM member)',
      )
    ).n,
  /** Plans one mass-send for each text, each to one customer, so that no two can be batched. */
  massSends: ({ sender, externalUserIds, texts }) =>
    product.database.write((tx) =>
      outboxStore.enqueue(
        tx,
        texts.map((text, index) => ({
          key: `bench:${text}`,
          notBefore: clock.now(),
          action: {
            kind: 'mass_send',
            sender,
            externalUserIds: [externalUserIds[index % externalUserIds.length]],
            message: { text, attachments: [] },
          },
        })),
        clock.now(),
      ),
    ),
});
