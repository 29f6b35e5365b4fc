// The product in a process of its own.
import { createLogger } from '../../../dist/platform/logger/logger.js';
import { readConfig } from '../../../dist/platform/config/config.js';
import { systemClock } from '../../../dist/platform/clock.js';
import { startProduct } from '../../../dist/product.js';
import { answerFor } from './asked.mjs';

answerFor({
  async start({ settings, runsByItself }) {
    const read = readConfig(settings);
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    const logger = createLogger({ level: 'warn', write: (line) => void process.stderr.write(line) });
    const { url } = await startProduct({ config: read.config, clock: systemClock, logger, runsByItself });
    return { port: Number(new URL(url).port) };
  },
});
