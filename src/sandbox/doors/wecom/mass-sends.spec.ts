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
  const { sandbox, post } = corp;
  const meet = async (name: string, staff = 'XuNuo'): Promise<string> => {
    if (!sandbox.record().people.some((person) => person.name === name)) await sandbox.act({ do: 'newcomer', name });
    await sandbox.act({ do: 'add_contact', who: name, staff, welcome: false });
    return sandbox.record().people.find((person) => person.name === name)!.externalUserId;
  };
  const send = (change: object) =>
    post('externalcontact/add_msg_template', { text: { content: '周五福利' }, ...change });
  const tasksOf = async (msgid: string) => {
    await sandbox.advance(sandbox.now() + 10_000);
    return (await post('externalcontact/get_groupmsg_task', { msgid }))['task_list'];
  };
  return { ...corp, meet, send, tasksOf };
}

test('without a sender, the staff member who last talked with the customer sends, and nobody else', async () => {
  const { send, meet, sandbox, tasksOf } = await aCorp();
  const deer = await meet('小鹿', 'LinXia');
  await sandbox.advance(START + HOUR);
  await meet('小鹿', 'ZhaoMin');
  const { msgid } = await send({ external_userid: [deer] });
  expect(await tasksOf(msgid)).toEqual([{ userid: 'ZhaoMin', status: 0 }]);
});

test('a tag filter is OR within an entry and AND between them, and is ignored when customers are named', async () => {
  const { send, meet, sandbox, post } = await aCorp();
  const [deer, cloud, star] = [await meet('小鹿'), await meet('云朵'), await meet('星河')];
  const tags = sandbox.record().tags;
  const id = (name: string): string => tags.find((tag) => tag.name === name)!.id;
  await sandbox.act({ do: 'tag', who: '小鹿', staff: 'XuNuo', add: ['VIP', '水果'] });
  await sandbox.act({ do: 'tag', who: '云朵', staff: 'XuNuo', add: ['VIP'] });
  await sandbox.act({ do: 'tag', who: '星河', staff: 'XuNuo', add: ['普通', '茶饮'] });
  const aimed = async (change: object): Promise<unknown> => {
    const { msgid, errcode } = await send(change);
    if (errcode !== 0) return errcode;
    await sandbox.advance(sandbox.now() + 10_000);
    const { send_list } = await post('externalcontact/get_groupmsg_send_result', { msgid, userid: 'XuNuo' });
    return (send_list as { external_userid: string }[]).map((one) => one.external_userid);
  };
  const tag_filter = {
    group_list: [{ tag_list: [id('VIP'), id('普通')] }, { tag_list: [id('水果'), id('茶饮')] }],
  };
  expect(await aimed({ tag_filter })).toEqual([deer, star]);
  expect(await aimed({ tag_filter, external_userid: [cloud] })).toEqual([cloud]);
  expect(await aimed({ tag_filter: { group_list: [{ tag_list: ['et-none'] }] } })).toBe(40068);
  expect(await aimed({ tag_filter: { group_list: [{ tag_list: Array(101).fill(id('VIP')) }] } })).toBe(40058);
});

test('a group mass-send goes only to groups the sender owns, and the answer lists the others', async () => {
  const { send, chatId, sandbox, tasksOf, post } = await aCorp();
  const [own, theirs] = [chatId('普通成员群②'), chatId('会员群①')];
  expect(await send({ chat_type: 'group', chat_id_list: [own] })).toMatchObject({ errcode: 40063, fail_list: [] });
  const created = await send({ chat_type: 'group', sender: 'TangGuo', chat_id_list: [own, theirs] });
  expect(created).toMatchObject({ errcode: 0, fail_list: [theirs] });
  expect(await tasksOf(created.msgid)).toEqual([{ userid: 'TangGuo', status: 0 }]);
  await sandbox.act({ do: 'confirm', msgid: created.msgid });
  expect(
    await post('externalcontact/get_groupmsg_send_result', { msgid: created.msgid, userid: 'TangGuo' }),
  ).toMatchObject({ send_list: [{ chat_id: own, status: 1, userid: 'TangGuo' }] });
  expect(sandbox.record().posts).toMatchObject([{ group: '普通成员群②', via: 'mass_send' }]);
  expect(await send({ chat_type: 'group', sender: 'TangGuo', chat_id_list: [theirs] })).toMatchObject({
    errcode: 41048,
  });
});

test('a cancel stops the messages that are not sent yet, and no others', async () => {
  const { send, meet, sandbox, post, tasksOf } = await aCorp();
  const [deer, cloud] = [await meet('小鹿', 'LinXia'), await meet('云朵', 'ZhaoMin')];
  const { msgid } = await send({ external_userid: [deer, cloud] });
  await tasksOf(msgid);
  await sandbox.act({ do: 'confirm', msgid, staff: 'LinXia' });
  expect(await post('externalcontact/cancel_groupmsg_send', { msgid })).toMatchObject({ errcode: 0 });
  await sandbox.act({ do: 'confirm', msgid });
  expect(sandbox.record().received.map((message) => message.name)).toEqual(['小鹿']);
  expect(await post('externalcontact/get_groupmsg_task', { msgid })).toMatchObject({
    task_list: [
      { userid: 'LinXia', status: 2 },
      { userid: 'ZhaoMin', status: 0 },
    ],
  });
  expect(await post('externalcontact/cancel_groupmsg_send', { msgid })).toMatchObject({ errcode: 41093 });
});

test('three reminders are accepted in 24 hours, and another one when the oldest is a day old', async () => {
  const { send, meet, sandbox, post, tasksOf } = await aCorp();
  const { msgid } = await send({ external_userid: [await meet('小鹿')] });
  expect(await post('externalcontact/remind_groupmsg_send', { msgid })).toMatchObject({ errcode: 41063 });
  await tasksOf(msgid);
  const remind = async () => (await post('externalcontact/remind_groupmsg_send', { msgid })).errcode;
  expect([await remind(), await remind(), await remind(), await remind()]).toEqual([0, 0, 0, 41094]);
  await sandbox.advance(sandbox.now() + DAY);
  expect(await remind()).toBe(0);
  expect(await post('externalcontact/remind_groupmsg_send', {})).toMatchObject({ errcode: 41046 });
  expect(await post('externalcontact/remind_groupmsg_send', { msgid: 'msg-none' })).toMatchObject({ errcode: 41047 });
});

test.each([
  ['as many as the month has days when nothing is tightened', {}, 40, 30],
  ['seven in a week', { perWeek: 7 }, 9, 7],
  ['one in a day', { perDay: 1 }, 3, 1],
])('a customer gets %s', async (_what, massSendCap, asked, got) => {
  const { send, meet, sandbox } = await aCorp({ massSendCap, people: 0 });
  const deer = await meet('小鹿');
  const msgids: string[] = [];
  for (let i = 0; i < asked; i += 1) msgids.push((await send({ external_userid: [deer] })).msgid);
  for (const msgid of msgids) await sandbox.act({ do: 'confirm', msgid });
  expect(sandbox.record().received).toHaveLength(got);
  expect(await send({ external_userid: [deer] })).toMatchObject({ errcode: 41048, msgid: '', fail_list: [] });
});

test('the list is read in pages, takes at most a month and a hundred, and a cursor of another list is 50100', async () => {
  const { send, meet, post } = await aCorp();
  const deer = await meet('小鹿');
  const msgids = [];
  for (let i = 0; i < 3; i += 1) msgids.unshift((await send({ external_userid: [deer] })).msgid);
  const span = { chat_type: 'single', start_time: START / 1000 - 60, end_time: START / 1000 + 60 };
  const list = (change: object) => post('externalcontact/get_groupmsg_list_v2', { ...span, ...change });
  const first = await list({ limit: 2 });
  const second = await list({ limit: 2, cursor: first.next_cursor });
  expect([first, second].flatMap((one) => (one['group_msg_list'] as { msgid: string }[]).map((m) => m.msgid))).toEqual(
    msgids,
  );
  expect(second.next_cursor).toBe('');
  expect(await list({ chat_type: 'group', cursor: first.next_cursor })).toMatchObject({
    errcode: 50100,
    group_msg_list: [],
  });
  expect(await list({ limit: 101 })).toMatchObject({ errcode: 40058 });
  expect(await list({ end_time: span.start_time + 32 * 86_400 })).toMatchObject({ errcode: 600018 });
  expect(await list({ filter_type: 1 })).toMatchObject({ errcode: 0, group_msg_list: [] });
  expect(await list({ filter_type: 0 })).toMatchObject({ group_msg_list: [{ msgid: msgids[0] }, {}, {}] });
  expect(await list({ chat_type: 'both' })).toMatchObject({ errcode: 40058 });
});

test('an empty message is 40063, a stranger 84061, ten attachments 41064, and expired media 40007', async () => {
  const { send, meet } = await aCorp();
  const deer = await meet('小鹿');
  expect(await send({ external_userid: [deer], text: {} })).toMatchObject({ errcode: 40063 });
  expect(await send({ external_userid: ['wm-none'] })).toMatchObject({ errcode: 84061, fail_list: ['wm-none'] });
  const link = { msgtype: 'link', link: { title: '福利', url: 'https://shop.example.invalid' } };
  expect(await send({ external_userid: [deer], attachments: Array(10).fill(link) })).toMatchObject({ errcode: 41064 });
  const image = { msgtype: 'image', image: { media_id: 'none' } };
  expect(await send({ external_userid: [deer], attachments: [image] })).toMatchObject({ errcode: 40007 });
});
