import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Conductor } from '../../src/demo/conductor.js';
import { Database } from '../../src/platform/database/database.js';
import type { SandboxRecord } from '../../src/sandbox/sandbox.js';
import { quickFolder } from '../support/quick-folder.js';
import { repeatedMessages, tagsOfContacts } from '../support/record-checks.js';

const DAY_MS = 86_400_000;
const START = Date.parse('2026-01-05T00:00:00+08:00');
/** `npm run kill -- 200` makes more, spread over the whole year; here they follow one another in real time. */
const KILLS = Number(process.env['KILLS'] ?? 25);
const SPREAD_DAYS = KILLS > 25 ? 365 : 0;
const MOST_DAYS = Math.max(150, SPREAD_DAYS);
/** With more kills due than this, simulated time waits. */
const KILLS_BEHIND = 3;
const PER_KILL_MS = 36_000;
const LEAST_RECEIVED = SPREAD_DAYS > 0 ? 1_000 : 80;
const AGENT = 1_000_002;

/** Seeded, so that a failure can be reproduced. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('a product that is killed again and again', () => {
  let directory: string;
  let conductor: Conductor;
  let database: Database;
  let record: SandboxRecord;
  let kills = 0;
  let livedDays = 0;

  beforeAll(async () => {
    directory = await quickFolder('qunjie-kill-');
    const url = `sqlite:${join(directory, 'product.sqlite')}`;
    conductor = await Conductor.open({
      startAt: START,
      databaseUrl: url,
      people: 200,
      months: SPREAD_DAYS > 0 ? 12 : 6,
      logLevel: 'fatal',
      adminPassword: 'kill-test-password',
      mischief: { duplicate: 0.1, reorder: 0.1 },
      productFile: resolve('dist/demo/product-process.js'),
    });
    await conductor.startProduct();
    const next = random(20_260_105);
    let over = false;
    const killsDue = (): number =>
      SPREAD_DAYS === 0 ? KILLS : Math.ceil(((conductor.sandbox.now() - START) / DAY_MS) * (KILLS / SPREAD_DAYS));
    const reaper = (async () => {
      while (!over && kills < KILLS) {
        await new Promise((wake) => setTimeout(wake, 200 + next() * 1_500));
        if (over) return;
        if (kills >= killsDue()) continue;
        await conductor.killProduct();
        kills += 1;
        await conductor.startProduct();
      }
    })();
    let broken: Error | undefined;
    reaper.catch((cause: unknown) => (broken = cause instanceof Error ? cause : new Error(String(cause))));
    const waitForKills = async (): Promise<void> => {
      if (broken) throw broken;
      await new Promise((wake) => setTimeout(wake, 50));
    };
    // The kills come in real time: on a slow machine they may end before much has happened.
    const isLived = () => conductor.sandbox.record().received.length > LEAST_RECEIVED;
    const end = START + MOST_DAYS * DAY_MS;
    const isOver = () => (SPREAD_DAYS === 0 && kills >= KILLS && isLived()) || conductor.sandbox.now() >= end;
    while (!isOver()) {
      await conductor.liveUntil(conductor.sandbox.now() + DAY_MS);
      while (SPREAD_DAYS > 0 && kills < Math.min(KILLS, killsDue()) - KILLS_BEHIND) await waitForKills();
    }
    while (SPREAD_DAYS > 0 && kills < KILLS) await waitForKills();
    livedDays = (conductor.sandbox.now() - START) / DAY_MS;
    over = true;
    await reaper;
    await conductor.liveUntil(conductor.sandbox.now() + 3 * DAY_MS);
    // No new events from here on; pending work is finished.
    for (let round = 0; round < 3; round++) await conductor.catchUp();
    record = conductor.sandbox.record();
    await conductor.close();
    database = await Database.open({ url, migrations: [] });
  }, KILLS * PER_KILL_MS);

  afterAll(async () => {
    await database.close();
    await rm(directory, { recursive: true, force: true });
  });

  it('was really killed during real activity', () => {
    expect(kills).toBeGreaterThanOrEqual(KILLS);
    expect(livedDays).toBeGreaterThanOrEqual(SPREAD_DAYS);
    expect(record.received.length).toBeGreaterThan(LEAST_RECEIVED);
    expect(record.callbacks.filter((callback) => callback.state === 'answered').length).toBeGreaterThan(50);
  });

  it('sends no message to a member twice', async () => {
    expect(await repeatedMessages(record, database.read)).toEqual([]);
  });

  it('answers every question once, in one message', async () => {
    const asked = await database.read.all<{ answer: string; n: number }>(
      'SELECT answer, COUNT(*) AS n FROM command_request WHERE answer IS NOT NULL GROUP BY answer',
    );
    // A mention in a group is part of a post. `1/12` must not match `11/12`.
    const received = [...record.received.filter(({ via }) => via !== 'mention'), ...record.posts, ...record.inbox];
    const timesReceived = (answer: string): number =>
      received.filter(({ text }) => text.includes(answer) && !/\d$/.test(text.slice(0, text.indexOf(answer)))).length;
    // After a kill between sending and recording it, the message is not sent again.
    const tooOften = asked.map(({ answer, n }) => ({ answer, n, times: timesReceived(answer) }));
    expect(tooOften.filter((one) => one.times > one.n)).toEqual([]);
    expect(asked.length).toBeGreaterThan(0);
  });

  it('has stored every callback that it answered with 200', async () => {
    const facts = new Set(
      (await database.read.all<{ key: string }>(`SELECT key FROM fact WHERE key LIKE 'wecom:%'`)).map((row) =>
        row.key.replace(/:\d+$/, ''),
      ),
    );
    for (const { key } of await database.read.all<{ key: string }>('SELECT key FROM command_request')) facts.add(key);
    const missing = record.callbacks.filter(
      (callback) => callback.state === 'answered' && !facts.has(keyOf(callback.plaintext)),
    );
    expect(missing).toEqual([]);
    expect(await database.read.all('SELECT id, kind FROM fact WHERE state <> 1')).toEqual([]);
  });

  it('has stored every order that it accepted from the shop', async () => {
    const [{ n }] = (await database.read.all<{ n: number }>(
      `SELECT COUNT(*) AS n FROM fact WHERE kind = 'order_paid'`,
    )) as [{ n: number }];
    expect(n).toBe(record.shop.kinds['order_paid']);
    expect(record.shop.waiting).toBe(0);
  });

  it('agrees with WeCom about every tag of every contact', async () => {
    const contacts = await tagsOfContacts(record, database.read);
    expect(contacts.length).toBeGreaterThan(20);
    for (const { contact, ours, theirs } of contacts)
      expect({ contact, tags: theirs }).toEqual({ contact, tags: ours });
  });
});

/** Identifies a callback as the contract does: by sender and MsgId if it has one, otherwise by its content. */
function keyOf(plaintext: string): string {
  const id = /<MsgId>(?:<!\[CDATA\[)?(\d+)/.exec(plaintext)?.[1];
  const from = /<FromUserName>(?:<!\[CDATA\[)?([\w.@-]+)/.exec(plaintext)?.[1];
  if (id !== undefined) return `wecom:msg:${AGENT}:${from}:${id}`;
  return `wecom:${createHash('sha256').update(`${AGENT}\n${plaintext}`).digest('base64url')}`;
}
