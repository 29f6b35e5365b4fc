import { afterEach, expect, test } from 'vitest';
import { aSandbox, START } from '../testing/a-sandbox.js';

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
  const group = (name: string) => sandbox.record().groups.find((one) => one.name === name)!;
  const joinWay = async (change: object) => {
    const { config_id } = await post('externalcontact/groupchat/add_join_way', {
      scene: 2,
      chat_id_list: [group('会员群①').chatId],
      state: 'm1',
      ...change,
    });
    return (await post('externalcontact/groupchat/get_join_way', { config_id })).join_way as {
      config_id: string;
      qr_code: string;
    };
  };
  const lastCallback = (): string => sandbox.record().callbacks.at(-1)!.plaintext;
  return { ...corp, group, joinWay, lastCallback };
}

test('a mass-send is 41063 at first, then waits for the tap, and after it reports who received it', async () => {
  const { post, sandbox, meet } = await aCorp();
  const [deer, cloud] = [await meet('小鹿'), await meet('云朵')];
  await meet('星河', 'ZhaoMin');
  const stranger = sandbox.record().people.find((person) => person.name === '星河')!.externalUserId;
  const created = await post('externalcontact/add_msg_template', {
    sender: 'LinXia',
    external_userid: [deer, cloud, stranger],
    text: { content: '周五福利' },
  });
  expect(created).toMatchObject({ errcode: 0, fail_list: [stranger] });
  const { msgid } = created;
  expect(await post('externalcontact/get_groupmsg_task', { msgid })).toMatchObject({ errcode: 41063, task_list: [] });
  const span = { start_time: START / 1000 - 60, end_time: START / 1000 + 60 };
  expect(await post('externalcontact/get_groupmsg_list_v2', { chat_type: 'single', ...span })).toMatchObject({
    group_msg_list: [{ msgid, text: { content: '周五福利' } }],
  });
  await sandbox.advance(START + 10_000);
  expect(await post('externalcontact/get_groupmsg_task', { msgid })).toMatchObject({
    task_list: [{ userid: 'LinXia', status: 0 }],
  });
  expect(sandbox.record().received).toEqual([]);
  await sandbox.act({ do: 'delete_staff', who: '云朵', staff: 'LinXia' });
  await sandbox.act({ do: 'confirm', msgid });
  expect(await post('externalcontact/get_groupmsg_task', { msgid })).toMatchObject({
    task_list: [{ userid: 'LinXia', status: 2, send_time: START / 1000 + 10 }],
  });
  expect(await post('externalcontact/get_groupmsg_send_result', { msgid, userid: 'LinXia' })).toMatchObject({
    send_list: [
      { external_userid: deer, status: 1, send_time: START / 1000 + 10 },
      { external_userid: cloud, status: 2 },
    ],
  });
  expect(sandbox.record().received).toMatchObject([{ name: '小鹿', via: 'mass_send', ref: msgid, from: 'LinXia' }]);
});

test("a customer over the month's cap gets status 3, and a mass-send to nobody else is 41048", async () => {
  const { post, sandbox, meet } = await aCorp({ massSendCap: { perMonth: 1 } });
  const deer = await meet('小鹿');
  const send = () =>
    post('externalcontact/add_msg_template', { sender: 'LinXia', external_userid: [deer], text: { content: '福利' } });
  const [first, second] = [await send(), await send()];
  await sandbox.advance(START + 10_000);
  await sandbox.act({ do: 'confirm', msgid: first.msgid });
  await sandbox.act({ do: 'confirm', msgid: second.msgid });
  expect(
    await post('externalcontact/get_groupmsg_send_result', { msgid: second.msgid, userid: 'LinXia' }),
  ).toMatchObject({ send_list: [{ status: 3 }] });
  expect(await send()).toMatchObject({ errcode: 41048, msgid: '' });
  expect(sandbox.record().received).toHaveLength(1);
});

test('nothing is sent after a cancel, and a fourth reminder in a day is refused', async () => {
  const { post, sandbox, meet } = await aCorp();
  const deer = await meet('小鹿');
  const { msgid } = await post('externalcontact/add_msg_template', {
    sender: 'LinXia',
    external_userid: [deer],
    text: { content: '福利' },
  });
  await sandbox.advance(START + 10_000);
  const codes = [];
  for (let i = 0; i < 4; i += 1) codes.push((await post('externalcontact/remind_groupmsg_send', { msgid })).errcode);
  expect(codes).toEqual([0, 0, 0, 41094]);
  await post('externalcontact/cancel_groupmsg_send', { msgid });
  expect(await post('externalcontact/remind_groupmsg_send', { msgid })).toMatchObject({ errcode: 41093 });
  await sandbox.advance(START + 30 * DAY);
  expect(sandbox.record().received).toEqual([]);
});

test('diligent staff confirm most mass-sends by themselves', async () => {
  const { post, sandbox, meet } = await aCorp();
  const deer = await meet('小鹿');
  for (let i = 0; i < 10; i += 1)
    await post('externalcontact/add_msg_template', {
      sender: 'LinXia',
      external_userid: [deer],
      text: { content: `福利${i}` },
    });
  await sandbox.advance(START + 14 * DAY);
  expect(sandbox.record().received.length).toBeGreaterThanOrEqual(7);
});

test('a person who scans a join code becomes a member with its state, and the event names the versions before and after', async () => {
  const { sandbox, joinWay, group, lastCallback, meet } = await aCorp();
  const deer = await meet('小鹿');
  const { config_id } = await joinWay({});
  const before = group('会员群①').version;
  expect(await sandbox.act({ do: 'scan', who: '小鹿', configId: config_id })).toEqual({ joined: '会员群①' });
  expect(lastCallback()).toContain(
    `<UpdateDetail><![CDATA[add_member]]></UpdateDetail><JoinScene>3</JoinScene><MemChangeCnt>1</MemChangeCnt><MemChangeList><Item><![CDATA[${deer}]]></Item></MemChangeList>` +
      `<LastMemVer><![CDATA[${before}]]></LastMemVer><CurMemVer><![CDATA[${group('会员群①').version}]]></CurMemVer>`,
  );
  expect(group('会员群①').members.at(-1)).toMatchObject({ id: deer, scene: 3, state: 'm1', name: '小鹿' });
  expect(await sandbox.act({ do: 'scan', who: '小鹿', configId: config_id })).toEqual({ not: 'already_in' });
});

test('a full group opens the next one if the code says so, and takes nobody if not', async () => {
  const { sandbox, joinWay, group, post } = await aCorp();
  const free = group('铁杆群①').capacity - group('铁杆群①').members.length;
  const chat_id_list = [group('铁杆群①').chatId];
  const closed = await joinWay({ chat_id_list, auto_create_room: 0 });
  const opening = await joinWay({ chat_id_list, auto_create_room: 1, room_base_name: '铁杆群', room_base_id: 2 });
  for (let i = 0; i <= free + 1; i += 1) await sandbox.act({ do: 'newcomer', name: `新人${i}` });
  for (let i = 0; i < free; i += 1) await sandbox.act({ do: 'scan', who: `新人${i}`, configId: closed.config_id });
  expect(await sandbox.act({ do: 'scan', who: `新人${free}`, configId: closed.config_id })).toEqual({ not: 'full' });
  expect(await sandbox.act({ do: 'scan', who: `新人${free}`, configId: opening.config_id })).toEqual({
    joined: '铁杆群2',
  });
  const { join_way } = await post('externalcontact/groupchat/get_join_way', { config_id: opening.config_id });
  expect(join_way).toMatchObject({ room_base_id: 3, chat_id_list: [chat_id_list[0], group('铁杆群2').chatId] });
  expect(
    sandbox
      .record()
      .callbacks.map((callback) => callback.plaintext)
      .some((text) => text.includes('<ChangeType><![CDATA[create]]>')),
  ).toBe(true);
});

test('a join way takes five groups at most, is seen only by the app that made it, and shows a picture', async () => {
  const { sandbox, post, joinWay, group } = await aCorp();
  const chat_id_list = sandbox
    .record()
    .groups.slice(0, 6)
    .map((one) => one.chatId);
  expect(await post('externalcontact/groupchat/add_join_way', { scene: 2, chat_id_list })).toMatchObject({
    errcode: 41091,
    config_id: '',
  });
  const theirs = sandbox.record().joinWays.find((way) => !way.byApp)!.configId;
  expect(await post('externalcontact/groupchat/get_join_way', { config_id: theirs })).toMatchObject({ errcode: 41044 });
  const picture = await fetch((await joinWay({ chat_id_list: [group('会员群①').chatId] })).qr_code);
  const bytes = Buffer.from(await picture.arrayBuffer());
  expect(picture.headers.get('content-type')).toBe('image/png');
  expect(bytes.subarray(1, 4).toString()).toBe('PNG');
});

test('a group read right after a change may be late', async () => {
  const { sandbox, post, group, joinWay, meet } = await aCorp();
  await meet('小鹿');
  sandbox.trouble({ lateGroupReadMs: 2_000 });
  await sandbox.act({ do: 'scan', who: '小鹿', configId: (await joinWay({})).config_id });
  const read = async (): Promise<string[]> =>
    (await post('externalcontact/groupchat/get', { chat_id: group('会员群①').chatId, need_name: 1 }))[
      'group_chat'
    ].member_list.map((member) => member.name);
  expect(await read()).not.toContain('小鹿');
  await sandbox.advance(START + 2_000);
  expect(await read()).toContain('小鹿');
});

test('members find the join code in an uploaded picture, in a link, or by its address in a text, and some scan it', async () => {
  const { sandbox, post, upload, joinWay, group } = await aCorp({ people: 120, months: 1 });
  await sandbox.advance(START + 20 * DAY);
  const way = await joinWay({});
  const bytes = Buffer.from(await (await fetch(way.qr_code)).arrayBuffer());
  const { media_id } = await upload('media/upload?type=image', bytes);
  const { url: pic_url } = await upload('media/uploadimg', bytes);
  const attachments = [
    { msgtype: 'image', image: { media_id } },
    { msgtype: 'image', image: { pic_url } },
    { msgtype: 'link', link: { title: '进群', url: way.qr_code } },
  ];
  const pairs = sandbox.record().pairs.filter((pair) => pair.bond === 'mutual' && pair.userid === 'LinXia');
  for (const [i, pair] of pairs.entries()) {
    await post('externalcontact/add_msg_template', {
      sender: 'LinXia',
      external_userid: [pair.externalUserId],
      text: { content: '邀请你入群' },
      attachments: [attachments[i % 3]],
    });
  }
  const joinedBefore = group('会员群①').members.length;
  await sandbox.advance(START + 35 * DAY);
  const got = sandbox.record().received.filter((message) => message.via === 'mass_send');
  expect(got.length).toBeGreaterThan(pairs.length / 2);
  expect(got.every((message) => message.joinWay === way.config_id)).toBe(true);
  const joined = group('会员群①').members.filter((member) => member.state === 'm1').length;
  expect(joined).toBeGreaterThan(0);
  expect(joined).toBeLessThan(pairs.length);
  expect(group('会员群①').members.length).toBeGreaterThan(joinedBefore);
});

test.each([
  '请将「小鹿」移出「普通成员群①」：已进入「会员群①」。移出后系统会自动确认。',
  '「小鹿」已进「会员群①」，请移出「普通成员群①」',
  '今日待办\n1. 请将「小鹿」移出「普通成员群①」\n2. 回访「云朵」',
])(
  'an owner who is asked by the app shows the member out of that group alone, some hours later: %s',
  async (content) => {
    const { sandbox, post, joinWay, group, meet, lastCallback } = await aCorp();
    const deer = await meet('小鹿');
    for (const name of ['会员群①', '普通成员群①']) {
      await sandbox.act({
        do: 'scan',
        who: '小鹿',
        configId: (await joinWay({ chat_id_list: [group(name).chatId] })).config_id,
      });
    }
    await post('message/send', { touser: 'ZhaoMin', msgtype: 'text', agentid: 1000002, text: { content } });
    await sandbox.advance(START + 3 * DAY);
    expect(lastCallback()).toContain('<UpdateDetail><![CDATA[del_member]]></UpdateDetail><QuitScene>1</QuitScene>');
    const groups = sandbox.record().groups.filter((one) => one.members.some((member) => member.id === deer));
    expect(groups.map((one) => one.name)).toEqual(['会员群①']);
  },
);
