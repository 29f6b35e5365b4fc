import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { aSandbox, START } from '../../testing/a-sandbox.js';

const DAY = 86_400_000;
/** START is 8 in the morning of a day in China. */
const FIRST = START - 8 * 3_600_000;

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

interface Item {
  readonly owner?: string;
  readonly stat_time?: number;
  readonly data: Readonly<Record<string, number>>;
}

async function aCorp(options: Parameters<typeof aSandbox>[0] = {}) {
  const corp = await aSandbox(options);
  open.push(corp.sandbox);
  const { sandbox, post } = corp;
  const group = (name: string) => sandbox.record().groups.find((one) => one.name === name)!;
  const enter = async (who: string, name: string) => {
    await sandbox.act({ do: 'newcomer', name: who });
    await sandbox.act({ do: 'invite', who, group: name, staff: group(name).owner });
  };
  const at = (day: number): number => (FIRST + day * DAY) / 1000;
  const byDay = async (first: number, last: number, owner?: string) =>
    (
      await post('externalcontact/groupchat/statistic_group_by_day', {
        day_begin_time: at(first) + 3_600,
        day_end_time: at(last),
        ...(owner === undefined ? {} : { owner_filter: { userid_list: [owner] } }),
      })
    )['items'] as readonly Item[];
  const statistic = (change: object) =>
    post('externalcontact/groupchat/statistic', { day_begin_time: at(0), ...change });
  return { ...corp, group, enter, at, byDay, statistic };
}

test('an owner’s groups are counted by day, as they were on that day', async () => {
  const { sandbox, enter, byDay, group, at } = await aCorp();
  const before = group('普通成员群②').members.length;
  await enter('小鹿', '普通成员群②');
  await enter('云朵', '普通成员群②');
  for (const text of ['早', '吃了吗']) await sandbox.act({ do: 'speak', who: '小鹿', group: '普通成员群②', text });
  await sandbox.act({ do: 'speak', who: 'TangGuo', group: '普通成员群②', text: '大家好' });
  await sandbox.advance(FIRST + DAY);
  await sandbox.act({ do: 'leave', who: '云朵', group: '普通成员群②' });
  await sandbox.act({ do: 'new_group', name: '茶友群', owner: 'TangGuo' });
  await sandbox.advance(FIRST + 2 * DAY);
  const [first, second] = await byDay(0, 1, 'TangGuo');
  expect(first).toEqual({
    stat_time: at(0),
    data: {
      new_chat_cnt: 1,
      chat_total: 1,
      chat_has_msg: 1,
      new_member_cnt: before + 2,
      member_total: before + 2,
      member_has_msg: 2,
      msg_total: 3,
      migrate_trainee_chat_cnt: 0,
    },
  });
  expect(second!.data).toMatchObject({
    new_chat_cnt: 1,
    chat_total: 2,
    chat_has_msg: 0,
    member_total: group('普通成员群②').members.length + group('茶友群').members.length,
    msg_total: 0,
  });
});

test('the figures of a simulated month agree with the record', async () => {
  const { sandbox, byDay } = await aCorp({ people: 60, months: 1 });
  await sandbox.advance(FIRST + 20 * DAY);
  const days = await byDay(0, 19);
  const members = sandbox.record().groups.reduce((sum, one) => sum + one.members.length, 0);
  expect(days).toHaveLength(20);
  expect(days.at(-1)!.data).toMatchObject({ member_total: members, chat_total: sandbox.record().groups.length });
  const said = days.reduce((sum, day) => sum + day.data['msg_total']!, 0);
  const byMembers = sandbox.record().people.reduce((sum, person) => sum + person.messages, 0);
  // Staff raise topics of their own.
  expect(said).toBeGreaterThanOrEqual(byMembers);
});

test('owners are listed in order and in pages, with the documented fields', async () => {
  const { sandbox, statistic, enter } = await aCorp();
  await enter('小鹿', '铁杆群①');
  await sandbox.advance(FIRST + DAY);
  const all = await statistic({ order_by: 2 });
  const documented = JSON.parse(
    readFileSync(new URL('../../../../test/fixtures/wecom/api_groupchat_statistic.json', import.meta.url), 'utf8'),
  ) as { items: readonly Item[] };
  expect(Object.keys(all).sort()).toEqual(Object.keys(documented).sort());
  const items = all['items'] as readonly Item[];
  expect(Object.keys(items[0]!.data).sort()).toEqual(Object.keys(documented.items[0]!.data).sort());
  const totals = items.map((item) => item.data['chat_total']!);
  expect(totals).toEqual([...totals].sort((a, b) => b - a));
  expect(all).toMatchObject({ total: items.length, next_offset: items.length });
  const page = await statistic({ order_by: 2, offset: 1, limit: 2 });
  expect(page).toMatchObject({ total: items.length, next_offset: 3, items: items.slice(1, 3) });
  expect(await statistic({ order_by: 5 })).toMatchObject({ errcode: 40058, items: [] });
  expect(await statistic({ owner_filter: { userid_list: ['Nobody'] } })).toMatchObject({ errcode: 40003 });
});

test.each([
  ['today', 40, 40],
  ['days to come', 41, 42],
  ['an end before the beginning', 5, 4],
  ['31 days', 1, 31],
])('%s is 600018', async (_what, first, last) => {
  const { sandbox, post, at } = await aCorp();
  await sandbox.advance(FIRST + 40 * DAY);
  const span = { day_begin_time: at(first), day_end_time: at(last) };
  expect(await post('externalcontact/groupchat/statistic_group_by_day', span)).toMatchObject({
    errcode: 600018,
    items: [],
  });
  expect(
    await post('externalcontact/get_user_behavior_data', {
      userid: ['LinXia'],
      start_time: at(first),
      end_time: at(last),
    }),
  ).toMatchObject({ errcode: 600018, behavior_data: [] });
});

test('a day over 180 days ago is refused, and so are more than 30 days at once', async () => {
  const { sandbox, byDay, statistic, at } = await aCorp();
  await sandbox.advance(FIRST + 200 * DAY);
  expect(await byDay(20, 49)).toHaveLength(30);
  expect(await statistic({ day_begin_time: at(19) })).toMatchObject({ errcode: 600018 });
  expect(await statistic({ day_begin_time: at(20), day_end_time: at(50) })).toMatchObject({ errcode: 600018 });
});

test('contacts, messages and chats of staff are counted by day, and summed over several staff', async () => {
  const { sandbox, post, at } = await aCorp();
  for (const [name, staff] of [
    ['小鹿', 'LinXia'],
    ['云朵', 'ZhaoMin'],
  ] as const) {
    await sandbox.act({ do: 'newcomer', name });
    await sandbox.act({ do: 'add_contact', who: name, staff, welcome: false });
  }
  const { msgid } = await post('externalcontact/add_msg_template', { sender: 'LinXia', text: { content: '福利' } });
  await sandbox.act({ do: 'confirm', msgid });
  await sandbox.act({ do: 'delete_staff', who: '云朵', staff: 'ZhaoMin' });
  await sandbox.advance(FIRST + DAY);
  const asked = async (who: object) =>
    (await post('externalcontact/get_user_behavior_data', { ...who, start_time: at(0), end_time: at(0) }))[
      'behavior_data'
    ];
  const lin = { chat_cnt: 1, message_cnt: 1, negative_feedback_cnt: 0, new_apply_cnt: 0, new_contact_cnt: 1 };
  expect(await asked({ userid: ['LinXia'] })).toEqual([{ stat_time: at(0), ...lin }]);
  const both = { ...lin, negative_feedback_cnt: 1, new_contact_cnt: 2 };
  expect(await asked({ userid: ['LinXia', 'ZhaoMin'] })).toEqual([{ stat_time: at(0), ...both }]);
  expect(await asked({ partyid: [1] })).toEqual([{ stat_time: at(0), ...both }]);
  const refused = [{ partyid: [7] }, {}, { userid: ['Nobody'] }, { userid: Array(101).fill('LinXia') }];
  const codes = [];
  for (const change of refused)
    codes.push((await post('externalcontact/get_user_behavior_data', { start_time: at(0), ...change })).errcode);
  expect(codes).toEqual([60123, 40063, 40003, 40032]);
});

test('the opengid of a mini-program opened in a group leads to the group’s id; an unknown one is 90511', async () => {
  const { sandbox, post, enter, group } = await aCorp();
  await enter('小鹿', '会员群①');
  const { opengid } = await sandbox.act({ do: 'open_mini_program', who: '小鹿', group: '会员群①' });
  expect(await post('externalcontact/opengid_to_chatid', { opengid })).toMatchObject({
    chat_id: group('会员群①').chatId,
  });
  expect(await post('externalcontact/opengid_to_chatid', { opengid: 'none' })).toMatchObject({
    errcode: 90511,
    chat_id: '',
  });
});

test('group welcomes are created, read, changed and deleted by the app that created them', async () => {
  const { post, sandbox, upload } = await aCorp({ quotas: { groupWelcomes: 2 } });
  const call = (what: string, body: object) => post(`externalcontact/group_welcome_template/${what}`, body);
  const { media_id } = await upload('media/upload?type=image', Buffer.from('a picture of a kind'));
  const text = { content: '欢迎 %NICKNAME%' };
  const link = { title: '群规', url: 'https://example.invalid' };
  const { template_id } = await call('add', { text, link, image: { media_id }, notify: 0 });
  expect(await call('get', { template_id })).toEqual({ errcode: 0, errmsg: 'ok', text, image: { media_id } });
  await call('edit', { template_id, text, link });
  expect(await call('get', { template_id })).toEqual({ errcode: 0, errmsg: 'ok', text, link });
  expect(sandbox.record().inbox).toEqual([]);
  const { templateId } = await sandbox.act({ do: 'new_group_welcome', text: '你好' });
  const codes = [];
  for (const [what, body] of [
    ['add', { text }],
    ['add', {}],
    ['add', { text: { content: '长'.repeat(1_001) } }],
    ['edit', { template_id: templateId, text }],
    ['get', { template_id: 'none' }],
    ['del', { template_id }],
    ['get', { template_id }],
    ['add', { text }],
  ] as const)
    codes.push((await call(what, body)).errcode);
  expect(codes).toEqual([41055, 40063, 45002, 41058, 40037, 0, 40037, 0]);
  expect(sandbox.record().inbox.map((message) => message.userid)).toContain('LinXia');
});
