import { afterEach, expect, test } from 'vitest';
import { aSandbox, START } from '../../testing/a-sandbox.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function aCorp(options: Parameters<typeof aSandbox>[0] = {}) {
  const corp = await aSandbox(options);
  open.push(corp.sandbox);
  const { sandbox, post, get } = corp;
  const add = (change: object) =>
    post('externalcontact/add_contact_way', { type: 1, scene: 2, user: ['LinXia'], state: 'expo-a', ...change });
  const way = async (config_id: string) =>
    (await post('externalcontact/get_contact_way', { config_id }))['contact_way'] as Record<string, unknown>;
  const newcomer = async (name: string): Promise<string> =>
    (await sandbox.act({ do: 'newcomer', name }))['externalUserId'] as string;
  const scan = (who: string, configId: string) => sandbox.act({ do: 'scan_contact_way', who, configId });
  const follow = async (id: string) =>
    (await get(`externalcontact/get?external_userid=${id}`))['follow_user'] as Record<string, unknown>[];
  return { ...corp, add, way, newcomer, scan, follow };
}

test('a person who scans becomes a contact, with the state in the event and in the contact', async () => {
  const { add, newcomer, scan, sandbox, follow } = await aCorp();
  const { config_id, errcode } = await add({});
  expect(errcode).toBe(0);
  const deer = await newcomer('小鹿');
  const { added, welcomeCode } = await scan('小鹿', config_id);
  expect(added).toBe('LinXia');
  expect(sandbox.record().callbacks.at(-1)!.plaintext).toContain(
    `<ChangeType><![CDATA[add_external_contact]]></ChangeType><UserID><![CDATA[LinXia]]></UserID>` +
      `<ExternalUserID><![CDATA[${deer}]]></ExternalUserID><State><![CDATA[expo-a]]></State>` +
      `<WelcomeCode><![CDATA[${welcomeCode as string}]]></WelcomeCode>`,
  );
  expect(await follow(deer)).toMatchObject([{ userid: 'LinXia', state: 'expo-a', add_way: 1 }]);
  expect(await scan('小鹿', config_id)).toEqual({ not: 'already_contact' });
});

test('a way is also found by its state', async () => {
  const { add, newcomer, sandbox } = await aCorp();
  await add({ state: 'm7' });
  await newcomer('小鹿');
  expect(await sandbox.act({ do: 'scan_contact_way', who: '小鹿', state: 'm7' })).toMatchObject({ added: 'LinXia' });
  await expect(sandbox.act({ do: 'scan_contact_way', who: '小鹿', state: 'none' })).rejects.toThrow('no contact way');
});

test('a way for several staff leads to them in turn, the staff of its department included', async () => {
  const { add, newcomer, scan } = await aCorp();
  const two = await add({ type: 2, user: ['LinXia', 'ZhaoMin'] });
  const all = await add({ type: 2, user: [], party: [1] });
  for (const name of ['甲', '乙', '丙']) await newcomer(name);
  const met = async (config_id: string) =>
    Promise.all(['甲', '乙', '丙'].map(async (name) => (await scan(name, config_id))['added']));
  expect(await met(two.config_id)).toEqual(['LinXia', 'ZhaoMin', 'LinXia']);
  expect(await met(all.config_id)).toEqual([undefined, undefined, 'ChenYu']);
});

test('an exclusive way leads to the staff member who already has the customer', async () => {
  const { add, newcomer, scan } = await aCorp();
  const { config_id } = await add({ type: 2, user: ['LinXia', 'ZhaoMin'], is_exclusive: true });
  await newcomer('小鹿');
  expect(await scan('小鹿', config_id)).toMatchObject({ added: 'LinXia' });
  expect(await scan('小鹿', config_id)).toEqual({ not: 'already_contact' });
});

test('with verification nobody is a contact before the staff member accepts', async () => {
  const { add, newcomer, scan, sandbox, get, follow } = await aCorp();
  const { config_id } = await add({ skip_verify: false, user: ['XuNuo'] });
  const deer = await newcomer('小鹿');
  expect(await scan('小鹿', config_id)).toEqual({ waiting: 'XuNuo' });
  expect(sandbox.record().callbacks).toEqual([]);
  expect(await get(`externalcontact/get?external_userid=${deer}`)).toMatchObject({ errcode: 84061 });
  const { welcomeCode } = await sandbox.act({ do: 'accept_contact', who: '小鹿', staff: 'XuNuo' });
  expect(welcomeCode).toMatch(/^\S{40,}$/);
  expect(await follow(deer)).toMatchObject([{ userid: 'XuNuo', state: 'expo-a' }]);
});

test('diligent staff accept requests by themselves', async () => {
  const { add, newcomer, scan, sandbox } = await aCorp();
  const { config_id } = await add({ skip_verify: false });
  for (let i = 0; i < 10; i += 1) {
    await newcomer(`新人${i}`);
    await scan(`新人${i}`, config_id);
  }
  await sandbox.advance(START + 14 * DAY);
  expect(sandbox.record().pairs.length).toBeGreaterThanOrEqual(7);
});

test.each([
  ['no type', { type: undefined }, 41037],
  ['no scene', { scene: undefined }, 41038],
  ['an unknown type', { type: 3 }, 41039],
  ['an unknown scene', { scene: 0 }, 41040],
  ['an unknown style', { scene: 1, style: 9 }, 41042],
  ['nobody', { type: 2, user: [] }, 40063],
  ['two users of type 1', { user: ['LinXia', 'ZhaoMin'] }, 40058],
  ['a stranger', { user: ['Nobody'] }, 40003],
  ['a user who may have no customers', { user: ['GuBei'] }, 41054],
  ['an unknown department', { type: 2, party: [7] }, 60123],
  ['a state of more than 30 bytes', { state: '渠道渠道渠道渠道渠道渠' }, 40058],
  ['a remark of more than 30 characters', { remark: '长'.repeat(31) }, 40058],
  ['a text where yes or no is due', { skip_verify: 'yes' }, 40058],
  ['a temporary one for several', { type: 2, user: ['LinXia'], is_temp: true }, 40058],
])('%s is refused, with the empty fields', async (_what, change, errcode) => {
  const { add } = await aCorp();
  expect(await add(change)).toMatchObject({ errcode, config_id: '' });
});

test('more users than a way may have, those of its departments counted, are 41041', async () => {
  const { add } = await aCorp({ quotas: { usersOfWay: 4 } });
  expect(await add({ type: 2, user: [], party: [1] })).toMatchObject({ errcode: 41041 });
  expect(await add({ type: 2, user: ['LinXia', 'ZhaoMin'] })).toMatchObject({ errcode: 0 });
});

test('contact ways and join ways share one quota', async () => {
  const { add, post, sandbox } = await aCorp({ quotas: { ways: 2 } });
  const chat_id_list = [sandbox.record().groups[0]!.chatId];
  const join = () => post('externalcontact/groupchat/add_join_way', { scene: 2, chat_id_list });
  const { config_id } = await add({});
  expect(await join()).toMatchObject({ errcode: 0 });
  expect([await add({}), await join()].map((answer) => answer.errcode)).toEqual([41045, 41045]);
  await post('externalcontact/del_contact_way', { config_id });
  expect(await join()).toMatchObject({ errcode: 0 });
});

test('a change replaces only the given fields, and never the type or the scene', async () => {
  const { add, way, post } = await aCorp();
  const { config_id } = await add({ remark: '展会' });
  await post('externalcontact/update_contact_way', { config_id, type: 2, scene: 1, user: ['ZhaoMin'], state: 'b' });
  const read = await way(config_id);
  expect(read).toMatchObject({ type: 1, scene: 2, user: ['ZhaoMin'], state: 'b', remark: '展会', skip_verify: true });
  expect(await post('externalcontact/update_contact_way', { config_id, user: ['LinXia', 'ZhaoMin'] })).toMatchObject({
    errcode: 40058,
  });
  expect(await post('externalcontact/update_contact_way', {})).toMatchObject({ errcode: 41043 });
  expect(await post('externalcontact/del_contact_way', { config_id: 'none' })).toMatchObject({ errcode: 41044 });
  expect(await post('externalcontact/del_contact_way', { config_id })).toMatchObject({ errcode: 0 });
  expect(await post('externalcontact/get_contact_way', { config_id })).toMatchObject({
    errcode: 41044,
    contact_way: {},
  });
});

test('only a QR code has a picture; it can be fetched, and identifies the way when a message contains it', async () => {
  const { add, way, sandbox, upload, post, newcomer } = await aCorp();
  const { config_id, ...made } = await add({});
  const button = await add({ scene: 1, style: 1 });
  expect(button['qr_code']).toBeUndefined();
  expect((await way(config_id))['qr_code']).toBe(made['qr_code']);
  const bytes = Buffer.from(await (await fetch(made['qr_code'] as string)).arrayBuffer());
  const { media_id } = await upload('media/upload?type=image', bytes);
  await newcomer('小鹿');
  const { welcomeCode } = await sandbox.act({ do: 'add_contact', who: '小鹿', staff: 'ZhaoMin' });
  await post('externalcontact/send_welcome_msg', {
    welcome_code: welcomeCode,
    attachments: [{ msgtype: 'image', image: { media_id } }],
  });
  expect(sandbox.record().received.map((message) => message.contactWay)).toEqual([config_id]);
});

test('the list is filtered by time, in pages and without temporary ways', async () => {
  const { add, post, sandbox } = await aCorp();
  const first = await add({});
  await add({ is_temp: true });
  await sandbox.advance(START + DAY);
  const second = await add({});
  const list = (change: object) => post('externalcontact/list_contact_way', change);
  const page = await list({ limit: 1 });
  expect(page).toMatchObject({ contact_way: [{ config_id: first.config_id }] });
  await sandbox.advance(START + DAY + 5_000);
  expect(await list({ limit: 1, cursor: page.next_cursor })).toMatchObject({
    contact_way: [{ config_id: second.config_id }],
    next_cursor: '',
  });
  expect(await list({ start_time: START / 1000 + 60 })).toMatchObject({
    contact_way: [{ config_id: second.config_id }],
  });
  expect(await list({ start_time: 5, cursor: page.next_cursor })).toMatchObject({ errcode: 50100, contact_way: [] });
  expect(await list({ limit: 1_001 })).toMatchObject({ errcode: 40058 });
  await sandbox.advance(START + 100 * DAY);
  expect(await list({})).toMatchObject({ contact_way: [] });
});

test('a temporary way opens a chat that makes nobody a contact and ends with its closing message', async () => {
  const { add, newcomer, scan, post, sandbox, way, upload } = await aCorp();
  const { media_id } = await upload('media/upload?type=image', Buffer.from('a picture of a kind'));
  const conclusions = { text: { content: '再见' }, image: { media_id } };
  const { config_id } = await add({ is_temp: true, expires_in: 3600, conclusions });
  expect(await way(config_id)).toMatchObject({
    is_temp: true,
    expires_in: 3600,
    chat_expires_in: 86_400,
    conclusions: { text: { content: '再见' }, image: { pic_url: expect.stringContaining('/wwpic/') as string } },
  });
  const deer = await newcomer('小鹿');
  expect(await scan('小鹿', config_id)).toEqual({ chat: 'LinXia' });
  expect(sandbox.record().pairs).toEqual([]);
  const close = () => post('externalcontact/close_temp_chat', { userid: 'LinXia', external_userid: deer });
  expect([await close(), await close()].map((answer) => answer.errcode)).toEqual([0, 84061]);
  await sandbox.advance(START + 2 * DAY);
  expect(sandbox.record().received).toMatchObject([{ name: '小鹿', via: 'conclusion', text: '再见', at: START }]);
  expect(await scan('小鹿', config_id)).toEqual({ not: 'expired' });
});
