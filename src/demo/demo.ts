import { mkdir, rm } from 'node:fs/promises';
import { isInstalled } from '../channels/wechaty-installed.js';
import { FOLLOWERS } from '../sandbox/people/arrivals.js';
import { openAcquisitionLinks, openChannelCodes } from './channel-codes.js';
import { isClosedToBrowsers } from './closed-ports.js';
import { Conductor } from './conductor.js';
import { memberStore } from '../features/members/member.store.js';
import { readEnvironment } from '../platform/config/environment.js';
import { Database } from '../platform/database/database.js';

const DAY_MS = 86_400_000;
const YEAR_DAYS = 365;
/** The part of the year that is not hurried through: what one sees of it on the first page is as it would be. */
const LAST_DAYS = 14;
/** After the year: how often corp and product take a turn. */
const TURN_MS = 1_000;
const BAR_WIDTH = 30;
const PRODUCT_ENDED = '产品进程意外退出，见上面的日志。The product ended by itself; see the log above.';
const DEFAULT_DATABASE = 'sqlite:data/qunjie.sqlite';
const CHAT_OPTION = '--chat';

/** Somebody asked for the end; whatever breaks off because of it is no failure. */
let isStopping = false;
let hasStarted = false;

/** The demo: a pretend corp of some 300 people, its year pushed through, then living on at a pace one can watch. */
async function main(): Promise<void> {
  const read = readEnvironment();
  if (!read.ok) return fail(read.problems.map((problem) => `${problem.setting}: ${problem.message}`));
  const unknown = process.argv.slice(2).filter((option) => option !== CHAT_OPTION);
  if (unknown.length > 0)
    return fail([
      `${unknown.join(' ')}: 没有这个选项，只有 ${CHAT_OPTION}。No such option; there is only ${CHAT_OPTION}.`,
    ]);
  const { config } = read;
  if (config.mode === 'live')
    return fail(['WECOM_* is set: the demo is for the sandbox corp only. Run `node dist/main.js` instead.']);

  if (isClosedToBrowsers(config.port))
    return fail([
      `PORT: 浏览器打不开 ${config.port} 这个端口，换一个，例如 3000。`,
      `PORT: browsers do not open port ${config.port}. Choose another one, such as 3000.`,
    ]);

  const members = await membersIn(config.databaseUrl);
  if (members > 0)
    return fail([
      `DATABASE_URL: 这个数据库里已有 ${members} 位成员，不能与沙盒企业混在一起。要连接真实企业，请配置 WECOM_*；要看沙盒，请换一个空的数据库，或不设 DATABASE_URL。`,
      `DATABASE_URL: this database holds ${members} members already, who must not be mixed with the sandbox corp's. Set WECOM_* for a real corp; for the sandbox name an empty database, or leave DATABASE_URL out.`,
    ]);

  say('群阶 Qunjie');
  say('没有配置 WECOM_*，以内置的沙盒企业运行。No WECOM_* set: running against the built-in sandbox corp.');
  const chat = process.argv.includes(CHAT_OPTION);
  if (chat && !isInstalled())
    return fail([
      `${CHAT_OPTION}: 没有安装 Wechaty（可选依赖）。装上它：npm install --include=optional，或者不带 ${CHAT_OPTION} 启动。`,
      `${CHAT_OPTION}: Wechaty, an optional dependency, is not installed. Run npm install --include=optional, or start without ${CHAT_OPTION}.`,
    ]);
  say(
    chat
      ? '群里有聊天账号（npm start -- --chat）。A chat account is in the groups (npm start -- --chat).'
      : '只用官方接口，没有聊天账号；加上它：npm start -- --chat。Official API only, without a chat account; with one: npm start -- --chat.',
  );
  const endAt = Date.now();
  const startAt = endAt - YEAR_DAYS * DAY_MS;
  const conductor = await Conductor.open({
    startAt,
    months: 13,
    yearUntil: endAt,
    chat,
    databaseUrl: await databaseFor(config.databaseUrl),
    // The corp is in memory only, so after a power cut the database is useless anyway.
    survivesPowerCut: false,
    host: config.host,
    port: config.port,
    adminPassword: config.adminPassword ?? null,
    logLevel: config.logLevel === 'info' ? 'warn' : config.logLevel,
    mischief: { duplicate: 0.02, reorder: 0.02 },
    directories: { CONFIG_DIR: config.configDir, TEMPLATES_DIR: config.templatesDir, TIME_ZONE: config.timeZone },
    ...(config.apiToken ? { apiToken: config.apiToken } : {}),
  });
  let rest = (): Promise<void> => Promise.resolve();
  const stop = (): void => {
    if (isStopping) process.exit(1);
    isStopping = true;
    say('\n正在停止… Stopping…');
    // The turn of time that is under way breaks off because the conductor is closing.
    void Promise.allSettled([conductor.close(), rest()]).then(() => process.exit(0));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);

  await conductor.startProduct();
  hasStarted = true;
  printAddress(conductor);
  const password = conductor.adminPassword ?? config.adminPassword;
  if (password !== undefined) await openChannels(conductor, password);
  const bar = progressBar(startAt, endAt);
  const onProgress = (at: number): void => {
    if (isStopping) return;
    if (!conductor.isRunning) throw new Error(PRODUCT_ENDED);
    bar(at);
  };
  await conductor.liveUntil(endAt - LAST_DAYS * DAY_MS, onProgress, { hurry: true });
  await conductor.liveUntil(endAt, onProgress);
  if (isStopping) return;
  say('\n一年已过完，社群继续运转（每秒约 5 分钟）。The year is over; the corp lives on, about five minutes a second.');
  printAddress(conductor);
  printFirstSteps(conductor, chat);

  // Also while time stands still the product takes up what somebody makes happen on the sandbox's page.
  rest = conductor.sandbox.pace.drive(TURN_MS, async (byMs) => {
    if (!conductor.isRunning) throw new Error(PRODUCT_ENDED);
    if (byMs === 0) return conductor.catchUp();
    const from = conductor.sandbox.now();
    await conductor.liveUntil(from + byMs);
    if (nightOf(conductor.sandbox.now()) > nightOf(from)) conductor.strikeNight();
  });
}

/** Makes the channels, and puts the acquisition links where people see them. */
async function openChannels({ url, sandbox }: Conductor, password: string): Promise<void> {
  const door = { url, password };
  await openChannelCodes(door, FOLLOWERS);
  for (const address of await openAcquisitionLinks(door, FOLLOWERS))
    await sandbox.act({ do: 'publish_acquisition_link', url: address });
}

/** Nights begin at 03:41 in Shanghai, when a live product compares everything. */
const nightOf = (at: number): number => Math.floor((at - Date.parse('2026-01-01T03:41:00+08:00')) / DAY_MS);

/** Of a database of one's own: it may be a live corp's, or of an earlier sandbox, whose people nobody knows any more. */
async function membersIn(url: string): Promise<number> {
  if (url === DEFAULT_DATABASE) return 0;
  const database = await Database.open({ url, migrations: [] });
  try {
    return await memberStore.count(database.read);
  } catch {
    // No such table: nothing was ever kept in it. What else is wrong with it the product says when it opens it.
    return 0;
  } finally {
    await database.close();
  }
}

/** The sandbox forgets everything when it stops, so its database starts anew too: never the one of a live corp. */
async function databaseFor(configured: string): Promise<string> {
  if (configured !== DEFAULT_DATABASE) return configured;
  await mkdir('data', { recursive: true });
  for (const suffix of ['', '-wal', '-shm']) await rm(`data/sandbox.sqlite${suffix}`, { force: true });
  return 'sqlite:data/sandbox.sqlite';
}

function printAddress(conductor: Conductor): void {
  say(`\n控制台 / console:  ${conductor.url}`);
  say(
    `登录 / sign in:    admin  ${conductor.adminPassword ?? '（密码为 ADMIN_PASSWORD / the password in ADMIN_PASSWORD）'}`,
  );
  say(`沙盒 / sandbox:    ${conductor.sandbox.url}/\n`);
}

/** The same three as on the console's first page. */
function printFirstSteps({ url, sandbox }: Conductor, chat: boolean): void {
  say('先试试这三件事 / three things to try:');
  say(`  1. 看一位成员为什么在这一层级 / see why a member stands where they do:  ${url}/members`);
  say(
    chat
      ? `  2. 扮成成员，在群里说「我的等级」/ as a member, say 我的等级 in a group:  ${sandbox.url}/`
      : `  2. 扮成成员，给客服写「我的等级」/ as a member, write 我的等级 to customer service:  ${sandbox.url}/`,
  );
  say(`  3. 改一条欢迎语 / change the welcome text:  ${url}/templates/welcome\n`);
}

function progressBar(from: number, to: number): (at: number) => void {
  let printedTenth = -1;
  return (at) => {
    const share = Math.min(1, (at - from) / (to - from));
    const day = new Date(at).toISOString().slice(0, 10);
    if (process.stdout.isTTY) {
      const full = Math.round(share * BAR_WIDTH);
      process.stdout.write(
        `\r沙盒的一年 ${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)} ${Math.round(share * 100)}%  ${day} `,
      );
      return;
    }
    const tenth = Math.floor(share * 10);
    if (tenth > printedTenth) say(`沙盒的一年 / the sandbox year: ${tenth * 10}%  ${day}`);
    printedTenth = Math.max(printedTenth, tenth);
  };
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function fail(problems: readonly string[], headline = '不能启动 / cannot start'): void {
  process.stderr.write(`${headline}:\n${problems.map((problem) => `  - ${problem}`).join('\n')}\n`);
  process.exitCode = 1;
}

function fatal(cause: unknown): void {
  if (isStopping) return;
  fail(
    [cause instanceof Error ? cause.message : String(cause)],
    hasStarted ? '\n演示中断 / the demo broke off' : undefined,
  );
  process.exit(1);
}

// What breaks a turn of time reaches the process this way.
process.on('unhandledRejection', fatal);
main().catch(fatal);
