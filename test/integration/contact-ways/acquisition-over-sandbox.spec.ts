import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AcquisitionQuota, ChannelInList } from '../../../src/insights/channels.js';
import type { ContactWayInList } from '../../../src/insights/contact-ways.js';
import type { Sandbox } from '../../../src/sandbox/sandbox.js';
import { aProductOverSandbox, type ProductOverSandbox } from './a-product-over-sandbox.js';

const HOUR = 3_600_000;
let product: ProductOverSandbox;
let corp: Sandbox;

beforeEach(async () => {
  product = await aProductOverSandbox();
  ({ corp } = product);
});

afterEach(() => product.close());

interface Channels {
  readonly items: readonly ChannelInList[];
  readonly quota: AcquisitionQuota | null;
}
const channels = () => product.asAdmin<Channels>('GET', 'channels');
const onlyLink = async () => (await channels()).items.find(({ kind }) => kind === 'link')!;
const aLink = async (over: object = {}) =>
  (
    await product.asAdmin<{ way: ContactWayInList }>('POST', 'contact-ways', {
      ...{ kind: 'link', name: '短信', staff: ['LinXia', 'ZhaoMin'], tags: ['短信'], skipVerify: true },
      ...over,
    })
  ).way;

const linkIdIn = (address: string): string => /\/ca\/([^?]+)/.exec(address)![1]!;

it('a link brings contacts with its channel, and its clicks, contacts and talk are counted', async () => {
  const way = await aLink();
  expect(way).toMatchObject({ kind: 'link', problem: null });
  expect(way.qr).toMatch(new RegExp(`/ca/[^?]+\\?customer_channel=${way.state}$`));
  for (const name of ['小鹿', '阿花']) await corp.act({ do: 'newcomer', name });
  const { added } = (await corp.act({ do: 'scan_acquisition_link', who: '小鹿', url: way.qr! })) as { added: string };
  await corp.act({ do: 'scan_acquisition_link', who: '阿花', url: way.qr! });
  await corp.act({ do: 'write_to_staff', who: '小鹿', staff: added });
  await product.later(0.1);
  await product.later(1);
  expect(await onlyLink()).toMatchObject({ name: '短信', added: 2, clicked30d: null, spoke: null });
  await product.later(24);
  expect(await onlyLink()).toMatchObject({ added: 2, clicked30d: 2, spoke: 1, problemLabel: null });
  expect((await channels()).quota).toMatchObject({ total: 200, balance: 199 });
  const tags = await product.database.read.all<{ name: string }>(`SELECT DISTINCT name FROM member_tag WHERE want = 1`);
  expect(tags.map(({ name }) => name)).toContain('短信');
});

it('a link that an administrator deleted is made again the next day, and a retired one is deleted', async () => {
  const way = await aLink();
  await corp.act({ do: 'delete_acquisition_link', linkId: linkIdIn(way.qr!) });
  await product.later(24);
  const again = (await onlyLink()).address!;
  expect(linkIdIn(again)).not.toBe(linkIdIn(way.qr!));
  await product.asAdmin('POST', `contact-ways/${way.id}/retire`, {});
  await product.workLoop.drain();
  await corp.act({ do: 'newcomer', name: '小鹿' });
  expect(await corp.act({ do: 'scan_acquisition_link', who: '小鹿', url: again })).toEqual({ not: 'no_such_link' });
  expect((await channels()).items).toEqual([]);
});

it('a link of staff who left is changed, and keeps its address', async () => {
  const way = await aLink({ staff: ['LinXia', 'ZhaoMin'] });
  await corp.act({ do: 'staff_leaves', staff: 'LinXia' });
  await product.later(0.1);
  await product.later(25);
  expect((await onlyLink()).address).toBe(way.qr);
  await corp.act({ do: 'newcomer', name: '小鹿' });
  expect(await corp.act({ do: 'scan_acquisition_link', who: '小鹿', url: way.qr! })).toMatchObject({
    added: 'ZhaoMin',
  });
});

it('says why WeCom refused a link: a priority that is not open to the corp', async () => {
  corp.trouble({ acquisition: { priority: false } });
  await aLink({ priority: ['ZhaoMin'] });
  expect(await onlyLink()).toMatchObject({
    address: null,
    problemLabel: { zh: expect.stringContaining('优先接待') as string },
  });
  expect(await aLink({ name: '门店' })).toMatchObject({ problem: null, qr: expect.stringContaining('/ca/') as string });
});

it('shows the uses that are left, and the alarm when there are none', async () => {
  const way = await aLink();
  corp.trouble({ acquisition: { chatStatus: 'unknown' } });
  await product.later(24);
  expect((await channels()).quota).toMatchObject({ balance: 200 });
  await corp.act({ do: 'block_acquisition_link', linkId: linkIdIn(way.qr!) });
  await product.later(0.1);
  const alarms = await product.database.read.all<{ name: string }>(
    `SELECT name FROM setting WHERE name LIKE 'app_alarm:%'`,
  );
  expect(alarms.map(({ name }) => name)).toEqual(['app_alarm:acquisition_link_unavailable']);
});

it('finds the link of an attempt whose answer was lost, and makes no second one', async () => {
  const way = await aLink();
  const channel = product.channels.find(({ id }) => id === 'acquisition')!;
  const action = {
    ...{ kind: 'ensure_acquisition_link' as const, way: way.id, version: 1, state: way.state, name: '短信' },
    ...{ staff: ['LinXia'], priority: [], skipVerify: true },
  };
  expect(channel.isRepeatable('ensure_acquisition_link', 0)).toBe(false);
  expect(await channel.findOutcome(action, corp.now())).toMatchObject({
    outcome: 'done',
    done: { ref: linkIdIn(way.qr!), result: { qrCode: way.qr } },
  });
  expect(await channel.findOutcome({ ...action, name: '门店' }, corp.now())).toEqual({ outcome: 'not_done' });
  expect(await channel.findOutcome(action, corp.now() + HOUR)).toEqual({ outcome: 'not_done' });
});

it('loses no event about links, however odd, and stops at none', async () => {
  const huge = '9'.repeat(40);
  type Fields = Record<string, string | number | string[]>;
  const alarming: readonly Fields[] = [
    { ChangeType: 'balance_low' },
    { ChangeType: 'link_unavailable', LinkId: 'x'.repeat(50_000) },
    { ChangeType: 'balance_exhausted', LinkId: '', CreateTime: huge },
    { ChangeType: 'quota_expire_soon', ExpireDate: huge, ExpireQuotaNum: 1e300, CreateTime: -1 },
    { ChangeType: 'balance_low', LinkId: ['a', 'b'], CreateTime: 'yesterday' },
  ];
  const unknown: readonly Fields[] = [
    {},
    { ChangeType: ['balance_low', 'link_unavailable'] },
    { ChangeType: '' },
    { ChangeType: huge },
    { ChangeType: '__proto__', LinkId: 'cawcde' },
    { ChangeType: 'a_new_change', LinkId: '<![CDATA[\u0000]]> & 😀', State: 'y'.repeat(20_000) },
  ];
  for (const fields of [...alarming, ...unknown])
    await corp.act({ do: 'send_callback', event: 'customer_acquisition', fields });
  await product.later(0.1);
  expect(corp.record().callbacks.map(({ state }) => state)).toEqual(
    Array<string>(alarming.length + unknown.length).fill('answered'),
  );
  const facts = await product.database.read.all<{ kind: string; at: number }>(
    `SELECT kind, at FROM fact WHERE kind IN ('app_alarm', 'unrecognized')`,
  );
  expect(facts.map(({ kind }) => kind).sort()).toEqual([
    ...alarming.map(() => 'app_alarm'),
    ...unknown.map(() => 'unrecognized'),
  ]);
  expect(facts.every(({ at }) => at > corp.now() - HOUR && at <= corp.now())).toBe(true);
  expect(await product.database.read.all('SELECT source, problem FROM set_aside')).toEqual([]);
  expect(await aLink()).toMatchObject({ problem: null, qr: expect.stringContaining('/ca/') as string });
});
