import { expect, test } from 'vitest';
import { aSandbox, START } from '../testing/a-sandbox.js';

const YEAR = 365 * 86_400_000;

async function aYear(seed?: number) {
  const { sandbox } = await aSandbox({ people: 300, chat: true, ...(seed === undefined ? {} : { seed }) });
  for (let at = START; at < START + YEAR;) at = (await sandbox.advance(START + YEAR)).at;
  const record = sandbox.record();
  await sandbox.close();
  return record;
}

test('300 people write and order a believable amount in a year', async () => {
  const record = await aYear();
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
