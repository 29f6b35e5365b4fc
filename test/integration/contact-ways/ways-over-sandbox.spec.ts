import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ContactWayInList } from '../../../src/insights/contact-ways.js';
import type { GroupStatDay } from '../../../src/insights/group-stats.js';
import type { Sandbox } from '../../../src/sandbox/sandbox.js';
import { CORP } from '../../support/product.js';
import { aProductOverSandbox, type ProductOverSandbox } from './a-product-over-sandbox.js';

let product: ProductOverSandbox;
let corp: Sandbox;

beforeEach(async () => {
  product = await aProductOverSandbox();
  ({ corp } = product);
});

afterEach(() => product.close());

const ways = async () => (await product.asAdmin<{ items: ContactWayInList[] }>('GET', 'contact-ways')).items;
const rows = <T>(sql: string) => product.database.read.all<T>(sql);

/** Changes the corp as an admin, or another program with the app's secret, would. */
async function changeOutside(endpoint: string, body: object): Promise<void> {
  const { access_token: token } = (await (
    await fetch(`${corp.url}/cgi-bin/gettoken?corpid=${CORP.corpId}&corpsecret=${CORP.secret}`)
  ).json()) as { access_token: string };
  const answer = await fetch(`${corp.url}/cgi-bin/externalcontact/${endpoint}?access_token=${token}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  expect(await answer.json()).toMatchObject({ errcode: 0 });
}

const pool = () =>
  rows<{ name: string; chat_id: string; join_config_id: string; join_chats: string; join_state: string }>(
    `SELECT name, chat_id, join_config_id, join_chats, join_state FROM chat_group WHERE tier = 'member' AND status = 'active' ORDER BY id`,
  );

async function aPoolWithCodes() {
  await expect
    .poll(async () => {
      await product.workLoop.drain();
      return (await pool()).map((group) => (JSON.parse(group.join_chats ?? '[]') as string[]).length);
    })
    .toEqual([2, 2]);
  return pool();
}

it('the join code of a dismissed group still leads into the pool, and its state names that group’s code', async () => {
  const [first, second] = await aPoolWithCodes();
  await corp.act({ do: 'dismiss_group', group: second!.name });
  await product.later(0.01);
  // WeCom's read of the group lags behind its callback.
  await product.later(0.01);
  expect(await pool()).toMatchObject([{ name: first!.name, join_chats: JSON.stringify([first!.chat_id]) }]);

  await corp.act({ do: 'newcomer', name: '小鹿' });
  expect(await corp.act({ do: 'scan', who: '小鹿', configId: second!.join_config_id })).toMatchObject({
    joined: first!.name,
  });
  await product.later(0.01);
  await product.later(0.01);
  expect(await rows(`SELECT state, scene FROM group_person WHERE state IS NOT NULL`)).toEqual([
    { state: second!.join_state, scene: 3 },
  ]);
});

it('a join way that an admin deleted is made again the next day', async () => {
  const [first] = await aPoolWithCodes();
  await corp.act({ do: 'newcomer', name: '小鹿' });
  await corp.act({ do: 'add_contact', who: '小鹿', staff: 'LinXia' });
  await changeOutside('groupchat/del_join_way', { config_id: first!.join_config_id });
  await product.later(24);
  const [madeAgain] = await pool();
  expect(madeAgain!.join_config_id).not.toBe(first!.join_config_id);
  expect(await corp.act({ do: 'scan', who: '小鹿', configId: madeAgain!.join_config_id })).toMatchObject({
    joined: first!.name,
  });
});

it('a channel’s code brings contacts with its tag and remark, is made again after it was deleted, and can be retired', async () => {
  const { way } = await product.asAdmin<{ way: ContactWayInList }>('POST', 'contact-ways', {
    name: '展会',
    staff: ['LinXia', 'ZhaoMin'],
    tags: ['展会'],
    skipVerify: true,
  });
  expect(way).toMatchObject({
    kind: 'channel',
    name: '展会',
    problem: null,
    qr: expect.stringContaining('http') as string,
  });
  await corp.act({ do: 'newcomer', name: '小鹿' });
  await corp.act({ do: 'scan_contact_way', who: '小鹿', state: way.state });
  await product.later(0.1);
  await product.later(1);
  expect(await ways()).toMatchObject([{ contacts: 1 }]);
  const pair = corp.record().pairs.find(({ state }) => state === way.state);
  expect(pair).toMatchObject({ remark: expect.stringMatching(/^小鹿-展会-/) as string });
  expect(pair?.tags.map(({ name }) => name)).toContain('展会');

  const [{ config_id: configId }] = (await rows<{ config_id: string }>('SELECT config_id FROM contact_way')) as [
    { config_id: string },
  ];
  await changeOutside('del_contact_way', { config_id: configId });
  await product.later(24);
  await corp.act({ do: 'newcomer', name: '阿花' });
  await corp.act({ do: 'scan_contact_way', who: '阿花', state: way.state });
  await product.later(0.1);
  expect(await ways()).toMatchObject([{ contacts: 2, problem: null }]);

  await product.asAdmin('POST', `contact-ways/${way.id}/retire`, {});
  expect(await ways()).toEqual([]);
  await corp.act({ do: 'newcomer', name: '大山' });
  await expect(corp.act({ do: 'scan_contact_way', who: '大山', state: way.state })).rejects.toThrow();
});

it('the tag of a code made in the console comes back when it is deleted in WeCom', async () => {
  const wanted = { name: '展会', staff: ['LinXia'], tags: ['展会'] };
  const { way } = await product.asAdmin<{ way: ContactWayInList }>('POST', 'contact-ways', wanted);
  await corp.act({ do: 'newcomer', name: '小鹿' });
  await corp.act({ do: 'scan_contact_way', who: '小鹿', state: way.state });
  await product.later(0.1);
  await product.later(1);
  const tag = () =>
    corp
      .record()
      .pairs.find(({ state }) => state === way.state)
      ?.tags.find(({ name }) => name === '展会');
  const first = tag();
  // Staff also have a tag of this name, in another group.
  expect(first).toMatchObject({ group: '渠道' });

  await corp.act({ do: 'delete_tag', tag: first!.id });
  await product.later(0.1);
  await product.later(1);
  expect(tag()).toMatchObject({ group: '渠道' });
  expect(tag()!.id).not.toBe(first!.id);

  // The tag of a retired contact way is not made again.
  await product.asAdmin('POST', `contact-ways/${way.id}/retire`, {});
  await corp.act({ do: 'delete_tag', tag: tag()!.id });
  await product.later(0.1);
  await product.later(24);
  expect(tag()).toBe(undefined);
});

it('a code whose staff WeCom does not know has a problem', async () => {
  const { way } = await product.asAdmin<{ way: ContactWayInList }>('POST', 'contact-ways', {
    name: '门店',
    staff: ['Nobody'],
  });
  expect(way).toMatchObject({ qr: null, problem: expect.stringMatching(/staff/) as string });
});

it('a member’s code, asked for in the app, credits them with the friend who came by it', async () => {
  await corp.act({ do: 'newcomer', name: '小鹿' });
  await corp.act({ do: 'add_contact', who: '小鹿', staff: 'ZhaoMin' });
  await product.later(0.1);
  await corp.act({ do: 'write_to_app', staff: 'LinXia', text: '专属码 小鹿' });
  await product.later(0.1);
  const [vip] = await ways();
  expect(vip).toMatchObject({ kind: 'vip', name: '小鹿', staff: ['ZhaoMin'] });
  // The text and the picture of the code.
  const { inbox } = corp.record();
  expect(inbox.some(({ msgtype, text }) => msgtype === 'text' && text.includes('「小鹿」的专属码'))).toBe(true);
  expect(inbox.some(({ msgtype }) => msgtype === 'image')).toBe(true);

  await corp.act({ do: 'newcomer', name: '阿花' });
  await corp.act({ do: 'scan_contact_way', who: '阿花', state: vip!.state });
  await product.later(0.1);
  await product.later(1);
  expect(await rows(`SELECT invites_total FROM member_metrics WHERE member_id = ${vip!.memberId}`)).toEqual([
    { invites_total: 1 },
  ]);
});

it('WeCom’s group statistics are read at night, one row for each day and owner', async () => {
  await aPoolWithCodes();
  await corp.act({ do: 'newcomer', name: '小鹿' });
  await corp.act({ do: 'add_contact', who: '小鹿', staff: 'LinXia' });
  await product.later(24);
  await corp.act({ do: 'invite', who: '小鹿', group: '会员群②', staff: 'LinXia' });
  await product.later(24);
  const { items } = await product.asAdmin<{ items: GroupStatDay[] }>('GET', 'group-stats?days=7&owner=LinXia');
  expect(items.at(-1)).toMatchObject({ owner: 'LinXia', day: '2026-03-03', peopleNew: 1, chatsNew: 0 });
  expect(new Set(items.map(({ day }) => day)).size).toBe(items.length);
});
