import { env } from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { DAY, HOUR, SECOND } from './calendar.js';
import { startSandbox, type Sandbox } from './sandbox.js';
import { help, madeUp, readSettings, type Settings } from './serve-settings.js';

const TICK_MS = 250;
/** Poll interval for waiting welcomes while time is stopped. */
const WELCOME_POLL_MS = 50;

/** Runs the pretend corp alone, for any software that connects to it. */
async function main(): Promise<void> {
  const read = readSettings(env, process.argv.slice(2));
  if (read.help) return say(help());
  if (read.problems.length > 0) return fail(read.problems);
  const { settings } = read;
  const past = (settings.SANDBOX_PAST_DAYS ?? 30) * DAY;
  const keys = {
    corpId: settings.SANDBOX_CORP_ID ?? 'ww5a9d0b0c00qunjie',
    agentId: String(settings.SANDBOX_AGENT_ID ?? 1_000_002),
    secret: settings.SANDBOX_SECRET ?? madeUp(43),
    callbackToken: settings.SANDBOX_CALLBACK_TOKEN ?? madeUp(24),
    callbackAesKey: settings.SANDBOX_CALLBACK_AES_KEY ?? madeUp(43),
  };
  const sandbox = await startSandbox({ ...optionsFrom(settings), ...keys, startAt: Date.now() - past });

  let stopping = false;
  let stopPace: () => Promise<void> = async () => undefined;
  const stop = (): void => {
    if (stopping) process.exit(1);
    stopping = true;
    say('\n正在停止… stopping');
    void sandbox
      .close()
      .then(stopPace)
      .then(() => process.exit(0), fatal);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);

  // No callbacks are sent for the past days: the corp is older than the app.
  for (const opens = sandbox.now() + past; sandbox.now() < opens && !stopping;) await sandbox.advance(opens);
  const { SANDBOX_CALLBACK_URL: callbackUrl, SANDBOX_SHOP_URL: url, SANDBOX_SHOP_TOKEN: token } = settings;
  if (callbackUrl !== undefined) sandbox.setDoors({ callbackUrl });
  if (url !== undefined && token !== undefined) sandbox.setDoors({ shop: { url, token } });
  sandbox.pace.isPaused = settings.SANDBOX_PACE === 0;
  const hold = settings.SANDBOX_WELCOME_HOLD_MS ?? 2_000;
  stopPace = sandbox.pace.drive(TICK_MS, (byMs) => live(sandbox, byMs, hold, () => stopping));
  printAddresses(sandbox, settings, keys);
  if (callbackUrl === undefined)
    say('还没有回调地址：加 --callback-url，或者在页面的「捣乱」里填。No callback address yet.');
  else await printVerification(sandbox, callbackUrl);
}

const optionsFrom = (settings: Settings) => ({
  host: settings.SANDBOX_HOST ?? '127.0.0.1',
  port: settings.SANDBOX_PORT ?? 3_900,
  seed: settings.SANDBOX_SEED ?? 20_261_121,
  people: settings.SANDBOX_PEOPLE ?? 300,
  months: settings.SANDBOX_MONTHS ?? 12,
  chat: settings.SANDBOX_CHAT ?? true,
  msPerSecond: (settings.SANDBOX_PACE || 300) * SECOND,
  latencyMs: settings.SANDBOX_LATENCY_MS ?? 0,
  answerLimitMs: settings.SANDBOX_ANSWER_MS ?? 5_000,
  ...(settings.SANDBOX_TRUSTED_DOMAIN === undefined ? {} : { trustedDomain: settings.SANDBOX_TRUSTED_DOMAIN }),
  ...(settings.SANDBOX_MEMBER_PAGE === undefined ? {} : { memberPage: settings.SANDBOX_MEMBER_PAGE }),
  ...(settings.SANDBOX_PUBLIC_URL === undefined ? {} : { publicUrl: settings.SANDBOX_PUBLIC_URL }),
  mischief: {
    duplicate: settings.SANDBOX_DUPLICATE ?? 0,
    reorder: settings.SANDBOX_REORDER ?? 0,
    lose: settings.SANDBOX_LOSE ?? 0,
    bare: settings.SANDBOX_BARE ?? 0,
  },
  limits: {
    perMinute: settings.SANDBOX_PER_MINUTE ?? 10_000,
    perHour: settings.SANDBOX_PER_HOUR ?? 150_000,
    parallel: settings.SANDBOX_PARALLEL ?? 400,
  },
});

/** Stops time for up to `holdMs` while a welcome is waiting: at five minutes a second its code would expire at once. */
async function live(sandbox: Sandbox, byMs: number, holdMs: number, isOver: () => boolean): Promise<void> {
  const until = sandbox.now() + byMs;
  while (sandbox.now() < until && !isOver()) {
    const { urgent } = await sandbox.advance(Math.min(until, sandbox.now() + HOUR));
    if (!urgent) continue;
    const holdUntil = performance.now() + holdMs;
    while (sandbox.clock().welcomesWaiting > 0 && performance.now() < holdUntil) await pause(WELCOME_POLL_MS);
  }
}

function printAddresses(sandbox: Sandbox, settings: Settings, keys: Readonly<Record<string, string>>): void {
  const lines = [
    '\n沙盒企业微信已启动。The pretend corp is running.',
    `\n页面 / page:   ${sandbox.url}/\n`,
    '把下面几行放进要接入的软件的环境里。Put these lines into the environment of your software:\n',
    `WECOM_API_BASE=${settings.SANDBOX_PUBLIC_URL ?? sandbox.url}`,
    `WECOM_OAUTH_BASE=${settings.SANDBOX_PUBLIC_URL ?? sandbox.url}`,
    `WECOM_CORP_ID=${keys['corpId']}`,
    `WECOM_AGENT_ID=${keys['agentId']}`,
    `WECOM_SECRET=${keys['secret']}`,
    `WECOM_CALLBACK_TOKEN=${keys['callbackToken']}`,
    `WECOM_CALLBACK_AES_KEY=${keys['callbackAesKey']}\n`,
  ];
  say(lines.join('\n'));
}

async function printVerification(sandbox: Sandbox, callbackUrl: string): Promise<void> {
  const verified = await sandbox.verify();
  if (verified.ok) say(`✓ 回调地址验证通过 / the callback address answers: ${callbackUrl}`);
  else
    say(
      `✗ 回调地址还没通过验证 / the callback address does not answer as it should: ${callbackUrl}\n  ${verified.because}`,
    );
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function fail(problems: readonly string[]): void {
  process.stderr.write(`不能启动 / cannot start:\n${problems.map((problem) => `  - ${problem}`).join('\n')}\n`);
  process.exitCode = 1;
}

function fatal(cause: unknown): void {
  fail([cause instanceof Error ? cause.message : String(cause)]);
  process.exit(1);
}

main().catch(fatal);
