import type { FromProduct, ToProduct, DemoSetup } from './ipc.js';
import { PushedClock } from '../platform/clock.js';
import { readConfig, secretsOf } from '../platform/config/config.js';
import { createLogger } from '../platform/logger/logger.js';
import { CannotStart } from '../app/cannot-start.js';
import { startProduct, type Product } from '../app/product.js';

/**
 * The product as the demo runs it: a process of its own that can be killed, connected to the sandbox through the doors a
 * live product has too, with a clock that the conductor pushes.
 */
let product: Product | undefined;
let clock: PushedClock | undefined;

const send = (message: FromProduct): void => void process.send?.(message);

async function start(setup: DemoSetup): Promise<void> {
  const read = readConfig({
    PORT: String(setup.port),
    HOST: setup.host,
    DATABASE_URL: setup.databaseUrl,
    WECOM_CORP_ID: setup.corp.corpId,
    WECOM_AGENT_ID: String(setup.corp.agentId),
    WECOM_SECRET: setup.corp.secret,
    WECOM_CALLBACK_TOKEN: setup.corp.callbackToken,
    WECOM_CALLBACK_AES_KEY: setup.corp.callbackAesKey,
    WECOM_API_BASE: setup.sandboxUrl,
    WECOM_OAUTH_BASE: setup.sandboxUrl,
    WECOM_KF_IDS: setup.kfIds.join(','),
    PUBLIC_URL: setup.publicUrl,
    API_TOKEN: setup.apiToken,
    LOG_LEVEL: setup.logLevel,
    ...(setup.adminPassword ? { ADMIN_PASSWORD: setup.adminPassword } : {}),
    ...setup.directories,
  });
  if (!read.ok) throw new CannotStart(read.problems.map((problem) => `${problem.setting}: ${problem.message}`));
  const config = { ...read.config, mode: 'sandbox' as const };
  clock = new PushedClock(setup.startAt);
  const logger = createLogger({ level: config.logLevel, secrets: secretsOf(config), pretty: process.stdout.isTTY });
  product = await startProduct({
    config,
    clock,
    logger,
    runsByItself: setup.runsByItself,
    operators: setup.operators,
    survivesPowerCut: setup.survivesPowerCut,
    ...(setup.year ? { demo: { sandboxUrl: `${setup.sandboxUrl}/`, year: setup.year } } : {}),
    ...(setup.chat ? { sandboxPuppet: await sandboxPuppet(setup.sandboxUrl) } : {}),
  });
  send({ kind: 'ready', url: product.url, adminPassword: product.adminPassword });
}

/** Loaded only where a chat account is wanted: it stands on Wechaty, which may be left out. */
async function sandboxPuppet(url: string) {
  const { createSandboxPuppet } = await import('../sandbox/puppet/sandbox-puppet.js');
  return createSandboxPuppet({ url });
}

async function obey(message: ToProduct): Promise<void> {
  switch (message.kind) {
    case 'setup':
      return start(message);
    case 'push':
      clock?.pushTo(message.at);
      if (message.settle) await product?.workLoop.drain();
      else product?.workLoop.wake();
      return send({ kind: 'settled', id: message.id });
    case 'night':
      void product?.workLoop.reconcileChannels();
      return;
    case 'close':
      await product?.close();
      process.exit(0);
  }
}

process.on('message', (message: ToProduct) => {
  obey(message).catch((cause: unknown) => {
    const words =
      cause instanceof CannotStart
        ? cause.message
        : cause instanceof Error
          ? (cause.stack ?? cause.message)
          : String(cause);
    send({ kind: 'failed', message: words });
    process.exitCode = 1;
    process.disconnect?.();
  });
});
// The conductor is gone: so are we, whatever is under way; the database is made for that.
process.on('disconnect', () => process.exit());
// Ctrl-C reaches the whole process group; the conductor decides what becomes of it.
process.on('SIGINT', () => undefined);
