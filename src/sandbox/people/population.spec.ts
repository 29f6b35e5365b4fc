import { expect, test } from 'vitest';
import { aSandbox, START } from '../testing/a-sandbox.js';

const YEAR = 365 * 86_400_000;

async function aYear(seed?: number, chat = true) {
  const { sandbox } = await aSandbox({ people: 300, chat, ...(seed === undefined ? {} : { seed }) });
  for (let at = START; at < START + YEAR;) at = (await sandbox.advance(START + YEAR)).at;
  const record = sandbox.record();
  await sandbox.close();
  return record;
}

let played: ReturnType<typeof aYear> | undefined;
/** The year of the usual seed, played once. */
const theYear = (): ReturnType<typeof aYear> => (played ??= aYear());

test('300 people write and order a believable amount in a year', async () => {
  const record = await theYear();
  const messages = record.people.reduce((sum, person) => sum + person.messages, 0);
  const orders = record.people.reduce((sum, person) => sum + person.orders, 0);
  expect(record.people).toHaveLength(300);
  expect(messages).toBeGreaterThan(28_000);
  expect(messages).toBeLessThan(52_000);
  expect(orders).toBeGreaterThan(1_100);
  expect(orders).toBeLessThan(2_000);
});

test('the same seed gives the same year, and another seed another one', async () => {
  const [one, same, other] = [await aYear(5), await aYear(5), await aYear(6)];
  expect(same).toEqual(one);
  expect(other.callbacks.map((callback) => callback.plaintext)).not.toEqual(
    one.callbacks.map((callback) => callback.plaintext),
  );
});

test('without a chat account people open the assistant and write to it, and opt out only where the product reads them', async () => {
  const { kf, people, now } = await aYear(undefined, false);
  const wrote = kf.talk.filter(({ by }) => by === 'customer');
  const said = (text: string) => wrote.filter((line) => line.text === text).length;
  expect(wrote.length).toBeGreaterThan(1_500);
  expect(wrote.length).toBeLessThan(6_000);
  for (const text of ['我的等级', '打卡', '换群', '你好', '人工', '退订'])
    expect([text, said(text) > 2]).toEqual([text, true]);
  const stopped = new Set(wrote.filter(({ text }) => text === '退订').map(({ name }) => name));
  expect(
    people
      .filter(({ optedOut }) => optedOut)
      .map(({ name }) => name)
      .sort(),
  ).toEqual([...stopped].sort());
  expect(wrote.every(({ at }) => at <= now)).toBe(true);
  // People write as they do with a chat account.
  const messages = people.reduce((sum, person) => sum + person.messages, 0);
  expect(messages).toBeGreaterThan(25_000);
});

test('with a chat account nobody writes to the assistant', async () => {
  expect((await theYear()).kf.talk).toEqual([]);
});
