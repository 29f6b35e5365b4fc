// The product in a process of its own: on the machine's clock, or on one that is pushed.
import { createLogger } from '../../../dist/platform/logger/logger.js';
import { readConfig } from '../../../dist/platform/config/config.js';
import { PushedClock, systemClock } from '../../../dist/platform/clock.js';
import { publishedQuotas } from '../../../dist/channels/wecom/quotas.js';
import { startProduct } from '../../../dist/product.js';
import { stores } from '../../../dist/engine/stores.js';
import { answerFor } from './asked.mjs';

let product;
let clock = systemClock;

answerFor({
  /** `startAt`: epoch ms of a clock that stands still until it is pushed; without it the machine's. */
  async start({ settings, runsByItself, startAt }) {
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
    });
    return { port: Number(new URL(product.url).port) };
  },
  /** Pushes the clock, and does all that is due by then. */
  async settleAt(now) {
    clock.pushTo(now);
    await product.pump.settle();
  },
  /** As many mass-sends as texts, by one member of staff to one customer: none of them can be put together. */
  massSends: ({ sender, externalUserIds, texts }) =>
    product.database.write((tx) =>
      stores.outbox.plan(
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
