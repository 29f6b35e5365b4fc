import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Conductor } from '../../src/demo/conductor.js';
import { Database } from '../../src/platform/database/database.js';
import type { SandboxRecord } from '../../src/sandbox/sandbox.js';
import { quickFolder } from '../support/quick-folder.js';
import { repeatedMessages, tagsOfContacts } from '../support/record-checks.js';

const DAY_MS = 86_400_000;
const START = Date.parse('2026-03-02T00:00:00+08:00');
const PASSWORD = 'password-of-the-chaos-month';
const LATE_MS = 3_000;

interface Comparison {
  readonly id: number;
  readonly state: string;
  readonly drift: number;
  readonly problem: string | null;
}

let folder: string;
let conductor: Conductor;
let database: Database | undefined;
let record: SandboxRecord;
let admin: { readonly cookie: string; readonly csrf: string };
const comparisons: Comparison[] = [];

async function logIn(): Promise<typeof admin> {
  const answer = await fetch(`${conductor.url}/console/api/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'admin', password: PASSWORD }),
  });
  const { csrf } = (await answer.json()) as { csrf: string };
  return {
    csrf,
    cookie: answer.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; '),
  };
}

/** Reconciles with the corp, as an admin does, and drains the work loop. */
async function compare(): Promise<Comparison> {
  const path = `${conductor.url}/console/api/comparisons`;
  const headers = { cookie: admin.cookie, 'x-csrf-token': admin.csrf, 'content-type': 'application/json' };
  const latest = async (): Promise<Comparison> => {
    const answer = (await (await fetch(path, { headers })).json()) as { items: readonly Comparison[] };
    return answer.items[0]!;
  };
  const before = (await latest()).id;
  const begin = async () => expect((await fetch(path, { method: 'POST', headers, body: '{}' })).status).toBe(202);
  await vi.waitFor(begin, { timeout: 60_000 });
  const isThrough = async () => {
    const { id, state } = await latest();
    expect(id).toBeGreaterThan(before);
    expect(state).not.toBe('running');
  };
  await vi.waitFor(isThrough, { timeout: 180_000 });
  for (let round = 0; round < 3; round += 1) {
    await conductor.sandbox.advance(conductor.sandbox.now() + 2 * LATE_MS);
    await conductor.catchUp();
  }
  return latest();
}

/** A month in which one callback in ten comes twice, one in ten late and one in twenty never, and reads are delayed. */
describe('a month of lost, late and duplicate callbacks, with the official API only', () => {
  beforeAll(async () => {
    folder = await quickFolder('qunjie-chaos-');
    const url = `sqlite:${join(folder, 'product.sqlite')}`;
    conductor = await Conductor.open({
      startAt: START,
      databaseUrl: url,
      people: 160,
      months: 2,
      chat: false,
      logLevel: 'error',
      adminPassword: PASSWORD,
      mischief: { duplicate: 0.1, reorder: 0.1, lose: 0.05, bare: 0.05 },
      productFile: resolve('dist/demo/product-process.js'),
    });
    conductor.sandbox.trouble({ lateGroupReadMs: LATE_MS, lateContactReadMs: LATE_MS });
    await conductor.startProduct();
    admin = await logIn();
    for (let week = 1; week <= 4; week += 1) {
      await conductor.liveUntil(START + week * 7 * DAY_MS);
      comparisons.push(await compare());
    }
    await conductor.liveUntil(START + 30 * DAY_MS);
    comparisons.push(await compare(), await compare());
    record = conductor.sandbox.record();
    await conductor.close();
    database = await Database.open({ url, migrations: [] });
  }, 900_000);
  afterAll(async () => {
    await database?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('was really chaotic', () => {
    const lost = record.callbacks.filter(({ state }) => state === 'lost').length;
    expect(lost).toBeGreaterThan(record.callbacks.length * 0.02);
    expect(record.callbacks.length).toBeGreaterThan(100);
    expect(record.received.length).toBeGreaterThan(20);
  });

  it('finishes every reconciliation, finds what was lost, and finds nothing in the last one', () => {
    expect(comparisons.map(({ state, problem }) => ({ state, problem }))).toEqual(
      comparisons.map(() => ({ state: 'done', problem: null })),
    );
    expect(comparisons.reduce((sum, { drift }) => sum + drift, 0)).toBeGreaterThan(0);
    expect(comparisons.at(-1)!.drift).toBe(0);
  });

  it('sends no message to a member twice', async () => {
    expect(await repeatedMessages(record, database!.read)).toEqual([]);
  });

  it('agrees with the corp about every tag of every contact', async () => {
    const contacts = await tagsOfContacts(record, database!.read);
    expect(contacts.length).toBeGreaterThan(20);
    for (const { contact, ours, theirs } of contacts)
      expect({ contact, tags: theirs }).toEqual({ contact, tags: ours });
  });

  it('agrees with the corp about who is whose contact', async () => {
    // A customer who deleted a staff member is no contact, but WeCom still lists the pair (contract §4.9): a lost
    // callback of that is the only change that no read can find.
    const left = new Set(record.pairs.filter(({ bond }) => bond === 'left').map(keyOfPair));
    const ours = await database!.read.all<{ external_userid: string; staff: string }>(
      'SELECT external_userid, staff FROM follow WHERE ended = 0 AND mutual = 1',
    );
    const known = ours.map((row) => keyOfPair({ externalUserId: row.external_userid, userid: row.staff }));
    const theirs = record.pairs.filter(({ bond }) => bond === 'mutual').map(keyOfPair);
    expect(known.filter((pair) => !left.has(pair)).sort()).toEqual(theirs.sort());
  });

  it('agrees with the corp about who is in which group', async () => {
    const rows = await database!.read.all<{ chat_id: string; external_userid: string }>(
      `SELECT g.chat_id, i.value AS external_userid FROM group_person p JOIN chat_group g ON g.id = p.group_id
       JOIN identity i ON i.member_id = p.member_id AND i.kind = 'external_userid' WHERE p.present = 1 AND g.chat_id IS NOT NULL`,
    );
    const ours = rows.map((row) => `${row.chat_id} ${row.external_userid}`).sort();
    const theirs = record.groups
      .flatMap(({ chatId, members }) => members.filter(({ staff }) => !staff).map(({ id }) => `${chatId} ${id}`))
      .sort();
    expect(theirs.length).toBeGreaterThan(50);
    expect(ours).toEqual(theirs);
  });
});

const keyOfPair = ({ externalUserId, userid }: { readonly externalUserId: string; readonly userid: string }): string =>
  `${userid} ${externalUserId}`;
