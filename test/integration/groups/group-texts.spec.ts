import { expect, it } from 'vitest';
import { eachDatabase } from '../../support/databases.js';
import { RetryLater } from '../../../src/platform/errors.js';
import { FakeChannel } from '../../support/fake-channel.js';
import {
  aFact,
  aProduct,
  groupRead,
  groupReadOf,
  MONDAY,
  rulesWith,
  type TestProduct,
} from '../../support/test-product.js';

const DAY = 24 * 3_600_000;
const people = ['wm1', 'wm2', 'wm3', 'wm4', 'wm5', 'wm6'];

/** The rules of the files with one of the texts switched on. */
const withText = (key: string, ...changes: readonly (readonly [string, string])[]) =>
  rulesWith({
    'group-texts': {
      [`key: ${key}\n    name: ${names[key]!}\n    enabled: false`]: `key: ${key}\n    name: ${names[key]!}\n    enabled: true`,
      ...Object.fromEntries(changes),
    },
  });
const names: Readonly<Record<string, string>> = {
  'group-quiet': '群里安静了三天',
  'group-half-silent': '一半以上的人没开过口',
  'group-half-checked-in': '一半的人打卡了',
  'group-birthday': '群周年',
};

/** A group of LinXia's of which the chat account hears every word. */
async function aHeardGroup(product: TestProduct, chatId = 'wrQuiet', name = '茶友群'): Promise<void> {
  await product.happens(groupRead(chatId, name, people, MONDAY));
  await product.db.write((tx) =>
    tx.run('UPDATE chat_group SET room_id = $1 WHERE chat_id = $2', [`R:${chatId}`, chatId]),
  );
}

const said = (who: string, at: number, chatId = 'wrQuiet') =>
  aFact('sent_message', at, { externalUserId: who }, { chatId: `R:${chatId}` });

interface Row {
  readonly key: string;
  readonly state: string;
  readonly reason: string | null;
}

/** Posts and notes to owners, in the order in which they were planned. */
const posts = (product: TestProduct): Promise<Row[]> =>
  product.db.read.all<Row & Record<string, string | null>>(
    `SELECT key, state, reason FROM outbox WHERE key LIKE 'group\\_text:%' ESCAPE '\\' OR key LIKE 'group\\_note:%' ESCAPE '\\' ORDER BY id`,
  );
const tasks = ({ channel }: TestProduct) =>
  channel
    .ofKind('mass_send')
    .flatMap(({ sender, chatIds, message }) => (chatIds ? [{ sender, chatIds, text: message.text }] : []));

eachDatabase('a text on what happens in a group', (open) => {
  it('is said once after three days of silence, by the tap of the owner, and is true when it goes', async () => {
    const product = await aProduct(await open(), { rules: await withText('group-quiet') });
    await aHeardGroup(product);
    await product.happens(said('wm1', MONDAY));
    await product.later('2026-03-04T12:00');
    expect(await posts(product)).toEqual([]);
    // Three days after the last word it is planned at midnight, and goes at the first slot.
    await product.later('2026-03-05T00:01');
    expect(await posts(product)).toMatchObject([{ state: 'planned' }]);
    await product.later('2026-03-05T07:30');
    expect(tasks(product)).toEqual([
      { sender: 'LinXia', chatIds: ['wrQuiet'], text: expect.stringContaining('停在 3 天前') as string },
    ]);
    product.channel.tapAll();
    await product.later('2026-03-05T10:00');
    expect(await posts(product)).toMatchObject([{ state: 'sent' }]);
    for (const day of ['06', '07', '08', '09']) await product.later(`2026-03-${day}T12:00`);
    expect(tasks(product)).toHaveLength(1);
    // Another silence is another occasion.
    await product.happens(said('wm2', Date.parse('2026-03-09T13:00:00+08:00')));
    for (const day of ['10', '11', '12'])
      for (const time of ['00:01', '12:00']) await product.later(`2026-03-${day}T${time}`);
    expect(tasks(product)).toHaveLength(2);
  });

  it('is not said, and a waiting task is withdrawn, when somebody speaks', async () => {
    const product = await aProduct(await open(), { rules: await withText('group-quiet') });
    await aHeardGroup(product);
    await product.happens(said('wm1', MONDAY));
    await product.later('2026-03-05T00:01');
    await product.happens(said('wm2', product.clock.now()));
    await product.later('2026-03-05T08:00');
    expect(await posts(product)).toMatchObject([{ state: 'cancelled', reason: 'group_spoke' }]);
    for (const time of ['08T00:01', '08T12:00']) await product.later(`2026-03-${time}`);
    expect(tasks(product)).toHaveLength(1);
    await product.happens(said('wm3', product.clock.now()));
    await product.later(1);
    expect(product.channel.cancelled.size).toBe(1);
    expect((await posts(product)).map(({ state, reason }) => [state, reason])).toEqual([
      ['cancelled', 'group_spoke'],
      ['cancelled', 'group_spoke'],
    ]);
  });

  it('that waits over midnight is made anew with the figures of the day, in the same row', async () => {
    const rules = await withText('group-quiet', [
      '    trigger: { on: group_silent, days: 3 }\n',
      '    trigger: { on: group_silent, days: 3 }\n    window_hours: 72\n',
    ]);
    const product = await aProduct(await open(), { rules });
    await aHeardGroup(product);
    await product.happens(said('wm1', MONDAY));
    await product.later('2026-03-05T00:01');
    await product.later('2026-03-05T07:30');
    await product.later('2026-03-06T00:05');
    await product.later('2026-03-06T00:10');
    // At night nobody is asked to tap.
    expect(tasks(product)).toHaveLength(1);
    await product.later('2026-03-06T08:00');
    expect(tasks(product).map(({ text }) => /\d 天/.exec(text)?.[0])).toEqual(['3 天', '4 天']);
    expect(product.channel.cancelled.size).toBe(1);
    expect(await posts(product)).toMatchObject([{ state: 'waiting' }]);
  });

  it('goes by a new owner, and fails when the owner does not tap', async () => {
    const product = await aProduct(await open(), { rules: await withText('group-quiet') });
    await aHeardGroup(product);
    await product.happens(said('wm1', MONDAY));
    await product.later('2026-03-05T00:01');
    const read = { chatId: 'wrQuiet', name: '茶友群', people, at: product.clock.now(), owner: 'ChenYu' };
    await product.happens(groupReadOf(read));
    await product.later('2026-03-05T07:30');
    expect(tasks(product).map(({ sender }) => sender)).toEqual(['ChenYu']);
    for (const time of ['05T20:00', '06T00:05', '06T00:10', '06T09:00']) await product.later(`2026-03-${time}`);
    expect(await posts(product)).toMatchObject([{ state: 'failed' }]);
  });

  it('is kept back by the caps of the group, whichever text it is', async () => {
    const rules = await rulesWith({
      'group-texts': {
        'texts:\n  - key: group-quiet': [
          'texts:',
          ...['a', 'b', 'c', 'd', 'e'].flatMap((key) => [
            `  - { key: ${key}, name: ${key}, trigger: { on: group_spoken_share, reached: 10 }, timing: now, window_hours: 700, text: ${key} }`,
          ]),
          '  - key: group-quiet',
        ].join('\n'),
        'send_by: owner': 'send_by: chat',
      },
    });
    const channel = new FakeChannel(['group_say', 'read_group', 'read_contact']);
    const product = await aProduct(await open(), { rules, channel });
    await aHeardGroup(product);
    await product.happens(said('wm1', MONDAY));
    for (let day = 3; day <= 20; day++)
      for (const hour of ['00:01', '09:00', '15:00'])
        await product.later(`2026-03-${String(day).padStart(2, '0')}T${hour}`);
    const times = product.channel.performed.filter(({ action }) => action.kind === 'group_say').length;
    expect(times).toBe(5);
    const sent = await product.db.read.all<{ at: number }>(
      "SELECT settled_at AS at FROM outbox WHERE kind = 'group_say' AND state = 'sent' ORDER BY settled_at",
    );
    const at = sent.map((row) => Number(row.at));
    for (const moment of at) {
      expect(at.filter((other) => other >= moment && other < moment + DAY).length).toBe(1);
      expect(at.filter((other) => other >= moment && other < moment + 7 * DAY).length).toBeLessThanOrEqual(3);
    }
  });

  it('on check-ins is said at once when half have, with the true count, and tells the owner', async () => {
    const product = await aProduct(await open(), { rules: await withText('group-half-checked-in') });
    await aHeardGroup(product);
    const checkIn = (who: string) => aFact('checked_in', product.clock.now(), { externalUserId: who });
    await product.happens(checkIn('wm1'), checkIn('wm2'));
    expect(await posts(product)).toEqual([]);
    await product.happens(checkIn('wm3'));
    const counted = await product.db.read.one<{ n: number }>(
      'SELECT COUNT(*) AS n FROM member_day WHERE checkins > 0 AND member_id IN (SELECT member_id FROM group_person WHERE present = 1)',
    );
    expect(tasks(product)).toMatchObject([{ text: expect.stringContaining(`有 ${counted!.n} 位群友打卡`) as string }]);
    expect(
      product.channel.ofKind('notify_staff').map(({ staff, text }) => [staff, /（\d+%）/.exec(text)?.[0]]),
    ).toContainEqual([['LinXia'], '（50%）']);
    await product.happens(checkIn('wm4'));
    expect(tasks(product)).toHaveLength(1);
  });

  it('on the birthday of a group comes from the day that WeCom says it was made on', async () => {
    const product = await aProduct(await open(), { rules: await withText('group-birthday') });
    const made = aFact(
      'group_read',
      MONDAY,
      {},
      {
        ...(groupRead('wrQuiet', '茶友群', people, MONDAY).data as object),
        foundedAt: Date.parse('2024-03-05T20:00:00+08:00'),
      },
    );
    await product.happens(made);
    await product.later('2026-03-04T12:00');
    expect(tasks(product)).toEqual([]);
    await product.later('2026-03-05T00:01');
    await product.later('2026-03-05T10:30');
    expect(tasks(product)).toMatchObject([{ text: expect.stringContaining('2 周岁') as string }]);
  });

  it('is said once although the answer to the call was lost, or the call', async () => {
    for (const after of [true, false]) {
      const product = await aProduct(await open(), { rules: await withText('group-quiet') });
      await aHeardGroup(product);
      await product.happens(said('wm1', MONDAY));
      await product.later('2026-03-05T00:01');
      product.channel.failNext('mass_send', new RetryLater('wecom_busy'), { after });
      await product.later('2026-03-05T07:30');
      const again = await product.rebuilt();
      await again.later('2026-03-05T07:50');
      await again.later('2026-03-05T09:00');
      expect(tasks(again)).toHaveLength(1);
      expect(await posts(again)).toMatchObject([{ state: 'waiting' }]);
    }
  });
});
