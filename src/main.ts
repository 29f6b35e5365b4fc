import { systemClock } from './platform/clock.js';
import { secretsOf } from './platform/config/config.js';
import { readEnvironment } from './platform/config/environment.js';
import { createLogger } from './platform/logger/logger.js';
import { CannotStart } from './app/cannot-start.js';
import { startProduct } from './app/product.js';

const CLOSE_MS = 8_000;

/** Runs the product alone, as a container does: live, never with the sandbox. */
async function main(): Promise<void> {
  const read = readEnvironment();
  if (!read.ok) throw new CannotStart(read.problems.map((problem) => `${problem.setting}: ${problem.message}`));
  const { config } = read;
  const logger = createLogger({ level: config.logLevel, secrets: secretsOf(config), pretty: process.stdout.isTTY });
  const product = await startProduct({ config, clock: systemClock, logger });
  // Handles signals before it prints that the product runs: whoever reads that may stop it at once.
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      // A client that keeps a request open must not delay a restart. Work under way is safe in the database.
      setTimeout(() => process.exit(0), CLOSE_MS).unref();
      void product.close().then(() => process.exit(0));
    });
  }

  process.stdout.write(`\n群阶 Qunjie: ${product.url}\n`);
  if (product.adminPassword !== null)
    process.stdout.write(`登录 / sign in: admin  ${product.adminPassword}（只显示这一次 / shown only once）\n`);
  if (config.mode === 'sandbox')
    process.stdout.write('没有配置 WECOM_*：没有连接任何企业。No WECOM_* set: connected to no corp.\n');
}

main().catch((cause: unknown) => {
  if (cause instanceof CannotStart)
    process.stderr.write(`不能启动 / cannot start:\n${cause.problems.map((problem) => `  - ${problem}`).join('\n')}\n`);
  else
    process.stderr.write(
      `不能启动 / cannot start: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}\n`,
    );
  process.exit(1);
});
