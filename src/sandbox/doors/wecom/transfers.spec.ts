import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { aSandbox, START } from '../../testing/a-sandbox.js';

const DAY = 86_400_000;

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function aCorp(options: Parameters<typeof aSandbox>[0] = {}) {
  const corp = await aSandbox(options);
  open.push(corp.sandbox);
  const { sandbox, post } = corp;
  const pair = { handover_userid: 'LinXia', takeover_userid: 'ZhaoMin' };
  const call = (what: string, change: object) => post(`externalcontact/${what}`, { ...pair, ...change });
  const group = (name: string) => sandbox.record().groups.find((one) => one.name === name)!;
  const changeTypesSince = (from: number): string[] =>
    sandbox
      .record()
      .callbacks.slice(from)
      .map((callback) => /<ChangeType><!\[CDATA\[(\w+)/.exec(callback.plaintext)?.[1] ?? '');
  const bonds = () => sandbox.record().pairs.map((one) => [one.userid, one.bond]);
  return { ...corp, call, group, changeTypesSince, bonds };
}

test('a customer who does not answer is transferred a day later: both staff members get an event', async () => {
  const { meet, call, sandbox, changeTypesSince, bonds } = await aCorp();
  const deer = await meet('小鹿');
  const before = sandbox.record().callbacks.length;
  expect(
    await call('transfer_customer', { external_userid: [deer], transfer_success_msg: '以后由赵敏陪你' }),
  ).toMatchObject({ errcode: 0, customer: [{ external_userid: deer, errcode: 0 }] });
  expect(await call('transfer_result', {})).toMatchObject({
    customer: [{ external_userid: deer, status: 2, takeover_time: 0 }],
    next_cursor: '',
  });
  expect(await call('transfer_customer', { external_userid: [deer] })).toMatchObject({
    customer: [{ errcode: 40100 }],
  });
  await sandbox.advance(START + DAY);
  expect(await call('transfer_result', {})).toMatchObject({
    customer: [{ external_userid: deer, status: 1, takeover_time: (START + DAY) / 1000 }],
  });
  expect(bonds()).toEqual([
    ['LinXia', 'ended'],
    ['ZhaoMin', 'mutual'],
  ]);
  expect(changeTypesSince(before)).toEqual(['del_external_contact', 'add_external_contact']);
  expect(sandbox.record().callbacks[before]!.plaintext).toContain('<Source><![CDATA[DELETE_BY_TRANSFER]]></Source>');
  expect(sandbox.record().received).toMatchObject([{ name: '小鹿', via: 'transfer', from: 'ZhaoMin' }]);
});

test('a customer who refuses stays, and the app gets the reason', async () => {
  const { meet, call, sandbox, bonds } = await aCorp();
  const deer = await meet('小鹿');
  await call('transfer_customer', { external_userid: [deer] });
  await sandbox.act({ do: 'refuse_transfer', who: '小鹿', staff: 'LinXia' });
  expect(sandbox.record().callbacks.at(-1)!.plaintext).toContain(
    '<FailReason><![CDATA[customer_refused]]></FailReason><UserID><![CDATA[ZhaoMin]]></UserID>',
  );
  await sandbox.advance(START + 2 * DAY);
  expect(await call('transfer_result', {})).toMatchObject({ customer: [{ status: 3 }] });
  expect(bonds()).toEqual([['LinXia', 'mutual']]);
});

test('a staff member at the customer limit gets no more, neither at once nor after the day', async () => {
  const { meet, call, sandbox } = await aCorp({ quotas: { customersOfStaff: 1 } });
  const [deer, cloud] = [await meet('小鹿'), await meet('云朵')];
  await call('transfer_customer', { external_userid: [deer] });
  await meet('星河', 'ZhaoMin');
  expect(await call('transfer_customer', { external_userid: [cloud] })).toMatchObject({
    customer: [{ errcode: 40099 }],
  });
  await sandbox.advance(START + DAY);
  expect(await call('transfer_result', {})).toMatchObject({ customer: [{ external_userid: deer, status: 4 }] });
  expect(sandbox.record().callbacks.at(-1)!.plaintext).toContain('customer_limit_exceed');
});

test('each customer gets an errcode of their own, and an invalid call is refused as a whole', async () => {
  const { meet, call } = await aCorp();
  const [deer, star] = [await meet('小鹿'), await meet('星河', 'ChenYu')];
  expect(await call('transfer_customer', { external_userid: [deer, star, 'wm-none'] })).toMatchObject({
    errcode: 0,
    customer: [{ errcode: 0 }, { errcode: 84061 }, { errcode: 40096 }],
  });
  const codes = [];
  for (const change of [
    { external_userid: [] },
    { external_userid: Array.from({ length: 101 }, (_, i) => `wm-${i}`) },
    { external_userid: [deer], takeover_userid: 'GuBei' },
    { external_userid: [deer], takeover_userid: 'LinXia' },
    { external_userid: [deer], handover_userid: 'Nobody' },
    { external_userid: [deer], takeover_userid: '' },
  ])
    codes.push((await call('transfer_customer', change)).errcode);
  expect(codes).toEqual([41035, 40058, 84074, 40058, 40003, 41009]);
  expect(await call('resigned/transfer_customer', { external_userid: [deer] })).toMatchObject({
    errcode: 40097,
    customer: [],
  });
});

test('customers of a staff member who left are listed in pages, and can be transferred', async () => {
  const { meet, call, sandbox, post, bonds } = await aCorp();
  const [deer, cloud] = [await meet('小鹿'), await meet('云朵')];
  await sandbox.act({ do: 'staff_leaves', staff: 'LinXia' });
  const list = (change: object) => post('externalcontact/get_unassigned_list', change);
  const first = await list({ page_size: 1 });
  expect(first).toMatchObject({
    info: [{ handover_userid: 'LinXia', external_userid: deer, dimission_time: START / 1000 }],
    is_last: false,
  });
  expect(await list({ page_size: 1, cursor: first.next_cursor })).toMatchObject({
    info: [{ external_userid: cloud }],
    is_last: true,
  });
  expect(await list({ page_size: 1_001 })).toMatchObject({ errcode: 40058, info: [] });
  expect(await call('transfer_customer', { external_userid: [deer] })).toMatchObject({ errcode: 40003 });
  await call('resigned/transfer_customer', { external_userid: [deer] });
  expect(await list({})).toMatchObject({ info: [{ external_userid: cloud }] });
  await sandbox.advance(START + DAY);
  expect(await call('resigned/transfer_result', {})).toMatchObject({
    customer: [{ external_userid: deer, status: 1 }],
  });
  expect(bonds()).toContainEqual(['ZhaoMin', 'mutual']);
});

test('a group of an owner who left goes to another owner without a callback, and is being inherited for a day', async () => {
  const { call, sandbox, group, post } = await aCorp();
  const { chatId } = group('普通成员群②');
  const transferGroups = () => call('groupchat/transfer', { chat_id_list: [chatId, 'wr-none'], new_owner: 'ChenYu' });
  expect(await transferGroups()).toMatchObject({
    errcode: 0,
    failed_chat_list: [
      { chat_id: chatId, errcode: 90500 },
      { chat_id: 'wr-none', errcode: 90501 },
    ],
  });
  await sandbox.act({ do: 'staff_leaves', staff: 'TangGuo' });
  const callbacksBefore = sandbox.record().callbacks.length;
  expect(await transferGroups()).toMatchObject({ failed_chat_list: [{ chat_id: 'wr-none' }] });
  expect(group('普通成员群②').owner).toBe('ChenYu');
  expect(sandbox.record().callbacks).toHaveLength(callbacksBefore);
  const withStatus = (status_filter: number) => post('externalcontact/groupchat/list', { status_filter, limit: 10 });
  expect(await withStatus(2)).toMatchObject({ group_chat_list: [{ chat_id: chatId, status: 2 }] });
  const again = () => call('groupchat/transfer', { chat_id_list: [chatId], new_owner: 'XuNuo' });
  expect(await again()).toMatchObject({ failed_chat_list: [{ errcode: 90507 }] });
  await sandbox.advance(START + DAY);
  expect(await withStatus(3)).toMatchObject({ group_chat_list: [{ chat_id: chatId, status: 3 }] });
  expect(await again()).toMatchObject({ failed_chat_list: [{ errcode: 90508 }] });
});

test('a group is transferred at most twice in 90 days on the job, not to its owner, and not from an owner who left', async () => {
  const { call, sandbox, group } = await aCorp();
  const { chatId } = group('会员群①');
  const transferGroups = async (new_owner: string, chat_id_list = [chatId]) =>
    call('groupchat/onjob_transfer', { chat_id_list, new_owner });
  expect(await transferGroups('ChenYu')).toMatchObject({ failed_chat_list: [{ errcode: 90504 }] });
  expect(await transferGroups('ZhaoMin')).toMatchObject({ errcode: 0, failed_chat_list: [] });
  expect(await transferGroups('XuNuo')).toMatchObject({ failed_chat_list: [] });
  expect(await transferGroups('LinXia')).toMatchObject({ failed_chat_list: [{ errcode: 45009 }] });
  await sandbox.advance(START + 91 * DAY);
  expect(await transferGroups('LinXia')).toMatchObject({ failed_chat_list: [] });
  expect(await transferGroups('GuBei')).toMatchObject({ errcode: 84074, failed_chat_list: [] });
  expect(await transferGroups('ZhaoMin', [])).toMatchObject({ errcode: 40063 });
  await sandbox.act({ do: 'staff_leaves', staff: 'TangGuo' });
  const refused = await transferGroups('ZhaoMin', [group('普通成员群②').chatId]);
  const documented = JSON.parse(
    readFileSync(new URL('../../../../test/fixtures/wecom/api_onjob_transfer.json', import.meta.url), 'utf8'),
  ) as { failed_chat_list: { errcode: number }[] };
  expect(refused['failed_chat_list']).toMatchObject([{ errcode: documented.failed_chat_list[0]!.errcode }]);
  expect(Object.keys(refused).sort()).toEqual(Object.keys(documented).sort());
});

test('a customer is found by unionid, has an openid, and a stranger has neither', async () => {
  const { meet, call, sandbox } = await aCorp();
  const deer = await meet('小鹿');
  const { unionid } = sandbox.record().people[0]!;
  expect(await call('unionid_to_external_userid', { unionid })).toMatchObject({ errcode: 0, external_userid: deer });
  expect(await call('unionid_to_external_userid', { unionid: 'none' })).toMatchObject({
    errcode: 610014,
    external_userid: '',
  });
  expect(await call('convert_to_openid', { external_userid: deer })).toMatchObject({
    openid: expect.stringMatching(/^oc\S{26}$/) as string,
  });
  expect(await call('convert_to_openid', { external_userid: 'wm-none' })).toMatchObject({ errcode: 40096, openid: '' });
  expect(await call('../idconvert/unionid_to_external_userid', { unionid })).toMatchObject({ errcode: 48002 });
});
