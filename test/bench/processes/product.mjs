// The product in a process of its own: on the machine's clock, or on one that is pushed.
import { createLogger } from '../../../dist/platform/logger/logger.js';
import { readConfig } from '../../../dist/platform/config/config.js';
import { PushedClock, systemClock } from '../../../dist/platform/clock.js';
import { publishedQuotas } from '../../../dist/channels/wecom/rate-limits/published-quotas.js';
import { startProduct } from '../../../dist/app/product.js';
import { outboxStore } from '../../../dist/outbox/outbox.store.js';
import { answerFor } from './asked.mjs';

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
   * `startAt`: epoch ms of a clock that stands still until it is pushed; without it the machine's. `tagsPerMinute`: a
   * quota of our own below WeCom's, that a short run meets.
   */
  async start({ settings, runsByItself, startAt, tagsPerMinute }) {
    const read = readConfig(settings);
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    const logger = createLogger({ level: 'warn', write: (line) => void process.stderr.write(line) });
    if (startAt !== undefined) clock = new PushedClock(startAt);
    product = await startProduct({
      config: read.config,
      clock,
      logger,
      runsByItself,
      ...(startAt === undefined ? {} : { wecomQuotas: { ...publishedQuotas, patienceMs: 0 } }),
      ...(tagsPerMinute === undefined ? {} : { wecomQuotas: withTagsPerMinute(tagsPerMinute) }),
    });
    return { port: Number(new URL(product.url).port) };
  },
  /** Pushes the clock, and does all that is due by then. */
  async settleAt(now) {
    clock.pushTo(now);
    await product.pump.settle();
  },
  /** Everybody is to be looked at again, as when a day has begun. */
  forgetReviews: () => product.database.write((tx) => tx.run('UPDATE member SET reviewed_day = reviewed_day - 1')),
  reviewed: async () =>
    (
      await product.database.read.one(
        'SELECT COUNT(*) AS n FROM member WHERE reviewed_day = (SELECT MAX(reviewed_day) FROM member)',
      )
    ).n,
  /** As many mass-sends as texts, by one member of staff to one customer: none of them can be put together. */
  massSends: ({ sender, externalUserIds, texts }) =>
    product.database.write((tx) =>
      outboxStore.plan(
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
