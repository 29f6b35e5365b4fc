import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { knownCustomers } from '../insights/known-customers.js';
import { Database } from '../platform/database/database.js';
import { Conductor } from './conductor.js';
import { routeReport, type RouteReport, type Share } from './route-report.js';

const DAY_MS = 86_400_000;
const START = Date.parse('2026-01-05T00:00:00+08:00');

/** Simulates a year of the sandbox corp and reports how well the product knows its people. */
async function yearOf(chat: boolean, days: number): Promise<RouteReport> {
  const folder = await mkdtemp(join(tmpdir(), 'qunjie-routes-'));
  const databaseUrl = `sqlite:${join(folder, 'product.sqlite')}`;
  try {
    const conductor = await Conductor.open({
      startAt: START,
      months: 13,
      databaseUrl,
      chat,
      logLevel: 'error',
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

const lines: readonly { readonly key: keyof RouteReport; readonly label: string; readonly wanted: number }[] = [
  { key: 'recorded', label: 'members whose activity of their last 60 days was recorded', wanted: 0.7 },
  { key: 'awake', label: 'members active within 30 days who are neither asleep nor lost', wanted: 1 },
  { key: 'placed', label: 'contacts who are in a group of their tier', wanted: 0.85 },
  { key: 'optedOut', label: 'members who asked for no more messages and are opted out', wanted: 1 },
];

const shown = ({ count, of }: Share): string =>
  `${of === 0 ? '–' : `${Math.round((100 * count) / of)} %`} (${count} of ${of})`;

async function main(): Promise<void> {
  const days = Number(process.argv[2] ?? 365);
  if (!Number.isInteger(days) || days < 1)
    throw new Error('How many days? A whole number, like: npm run routes -- 365');
  const official = await yearOf(false, days);
  const chat = await yearOf(true, days);
  let isReached = true;
  for (const { key, label, wanted } of lines) {
    const share = official[key];
    const isEnough = share.of === 0 || share.count / share.of >= wanted;
    isReached &&= isEnough;
    process.stdout.write(
      `${isEnough ? 'ok  ' : 'LOW '} ${label}: ${shown(share)}, wanted ${wanted * 100} %; with the chat account ${shown(chat[key])}\n`,
    );
    if (!isEnough) process.stdout.write(`     missing: ${share.missing.slice(0, 20).join('、')}\n`);
  }
  if (!isReached) process.exitCode = 1;
}

await main();
