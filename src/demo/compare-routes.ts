import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { knownCustomers } from '../insights/known-customers.js';
import { Database } from '../platform/database/database.js';
import { Conductor } from './conductor.js';
import { routeReport, type RouteReport, type Share } from './route-report.js';
import { notPlacedWords, type NotPlaced } from './why-not-placed.js';

const DAY_MS = 86_400_000;
const START = Date.parse('2026-01-05T00:00:00+08:00');

/** Simulates a year of the sandbox corp and reports how well the product knows its people. */
async function yearOf(chat: boolean, { days, seed }: Asked): Promise<RouteReport> {
  const folder = await mkdtemp(join(tmpdir(), 'qunjie-routes-'));
  const databaseUrl = `sqlite:${join(folder, 'product.sqlite')}`;
  try {
    const conductor = await Conductor.open({
      startAt: START,
      months: 13,
      databaseUrl,
      chat,
      logLevel: 'error',
      ...(seed === undefined ? {} : { seed }),
      adminPassword: 'comparison-of-routes',
    });
    try {
      await conductor.startProduct();
      await conductor.liveUntil(START + days * DAY_MS, () => undefined, { hurry: true });
      const record = conductor.sandbox.record();
      const database = await Database.open({ url: databaseUrl, migrations: [] });
      try {
        return routeReport(record, await knownCustomers(database.read));
      } finally {
        await database.close();
      }
    } finally {
      await conductor.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const lines: readonly {
  readonly key: Exclude<keyof RouteReport, 'notPlaced' | 'notAwake'>;
  readonly label: string;
  readonly wanted: number;
}[] = [
  { key: 'recorded', label: 'members whose activity of their last 60 days was recorded', wanted: 0.7 },
  { key: 'awake', label: 'members active within 30 days who are neither asleep nor lost', wanted: 1 },
  { key: 'placed', label: 'contacts who are in a group of their tier', wanted: 0.85 },
  { key: 'optedOut', label: 'members who asked for no more messages and are opted out', wanted: 1 },
];

const shown = ({ count, of }: Share): string =>
  `${of === 0 ? '–' : `${Math.round((100 * count) / of)} %`} (${count} of ${of})`;

interface Asked {
  readonly days: number;
  /** Undefined: the people of the demo. */
  readonly seed: number | undefined;
  /** False: the official route alone. */
  readonly withChat: boolean;
}

/** Like `365 seed=7 route=official`, in any order. */
function askedIn(words: readonly string[]): Asked {
  let asked: Asked = { days: 365, seed: undefined, withChat: true };
  for (const word of words) {
    const [, seed] = /^seed=(\d+)$/.exec(word) ?? [];
    if (seed !== undefined) asked = { ...asked, seed: Number(seed) };
    else if (/^[1-9]\d*$/.test(word)) asked = { ...asked, days: Number(word) };
    else if (word === 'route=official') asked = { ...asked, withChat: false };
    else throw new Error(`${word}: expected days, seed=N or route=official, like: npm run routes -- 365 seed=7`);
  }
  return asked;
}

/** The largest group of people first. */
function printNotPlaced({ notPlaced }: RouteReport): void {
  const names = new Map<NotPlaced, string[]>();
  for (const { name, because } of notPlaced) names.set(because, [...(names.get(because) ?? []), name]);
  for (const [because, own] of [...names].sort((a, b) => b[1].length - a[1].length))
    process.stdout.write(`     ${own.length} ${notPlacedWords[because]}: ${own.slice(0, 20).join('、')}\n`);
}

const activityWords: Readonly<Record<string, string>> = {
  talk: '说话，官方接口听不到 / talk, which the official route does not hear',
  shop: '商城 / the shop',
  service: '微信客服 / customer service',
  link: '点链接 / a link',
};

/** Where the people were last active who count as asleep or lost. */
function printNotAwake({ notAwake }: RouteReport): void {
  for (const { name, last } of notAwake) process.stdout.write(`     ${name}: ${activityWords[last ?? ''] ?? '–'}\n`);
}

async function main(): Promise<void> {
  const asked = askedIn(process.argv.slice(2));
  const official = await yearOf(false, asked);
  const chat = asked.withChat ? await yearOf(true, asked) : undefined;
  let isReached = true;
  for (const { key, label, wanted } of lines) {
    const share = official[key];
    const isEnough = share.of === 0 || share.count / share.of >= wanted;
    isReached &&= isEnough;
    process.stdout.write(
      `${isEnough ? 'ok  ' : 'LOW '} ${label}: ${shown(share)}, wanted ${wanted * 100} %${chat ? `; with the chat account ${shown(chat[key])}` : ''}\n`,
    );
    if (key === 'placed') printNotPlaced(official);
    else if (key === 'awake') printNotAwake(official);
    else if (!isEnough) process.stdout.write(`     missing: ${share.missing.slice(0, 20).join('、')}\n`);
  }
  if (!isReached) process.exitCode = 1;
}

await main();
