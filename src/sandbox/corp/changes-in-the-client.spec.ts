import { afterEach, describe, expect, test } from 'vitest';
import { aSandbox, START } from '../testing/a-sandbox.js';

const DAY = 86_400_000;

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function aCorp(options: Parameters<typeof aSandbox>[0] = {}) {
  const corp = await aSandbox(options);
  open.push(corp.sandbox);
  const { sandbox } = corp;
  let seen = 0;
  /** The events since last asked, each as the fields it carries beyond the common head. */
  const news = () => {
    const callbacks = sandbox.record().callbacks.slice(seen);
    seen += callbacks.length;
    return callbacks.map(({ plaintext }) => fieldsOf(plaintext));
  };
  return { ...corp, news };
}

const HEAD = new Set(['ToUserName', 'FromUserName', 'CreateTime', 'MsgType']);

function fieldsOf(xml: string): Record<string, string | number> {
  const list = /<MemChangeList>(.*?)<\/MemChangeList>/.exec(xml)?.[1];
  const fields = [
    ...xml.replace(/<MemChangeList>.*<\/MemChangeList>/, '').matchAll(/<(\w+)>(?:<!\[CDATA\[(.*?)\]\]>|(\d+))<\/\1>/g),
  ];
  return Object.fromEntries([
    ...fields.filter(([, name]) => !HEAD.has(name!)).map(([, name, text, number]) => [name, text ?? Number(number)]),
    ...(list === undefined ? [] : [['joined', [...list.matchAll(/<Item>/g)].length]]),
  ]) as Record<string, string | number>;
}

describe('groups', () => {
  test('several people invited together are one event, and its last version is that of the event before', async () => {
    const { sandbox, post, news, chatId } = await aCorp();
    for (const name of ['甲', '乙', '丙']) await sandbox.act({ do: 'newcomer', name });
    const group = chatId('会员群①');
    const joined = await sandbox.act({ do: 'invite', who: ['甲', '乙'], group, staff: 'ChenYu' });
    await sandbox.act({ do: 'invite', who: '丙', group, staff: 'ChenYu' });
    await sandbox.act({ do: 'leave', who: '甲', group });
    expect(joined).toEqual({ joined: ['甲', '乙'] });
    const [two, one, gone] = news();
    expect(two).toMatchObject({ UpdateDetail: 'add_member', MemChangeCnt: 2, joined: 2, JoinScene: 0 });
    expect(one).toMatchObject({ UpdateDetail: 'add_member', MemChangeCnt: 1, joined: 1 });
    expect(gone).toMatchObject({ UpdateDetail: 'del_member', QuitScene: 0 });
    expect([one!['LastMemVer'], gone!['LastMemVer']]).toEqual([two!['CurMemVer'], one!['CurMemVer']]);
    expect(await post('externalcontact/groupchat/get', { chat_id: group })).toMatchObject({
      group_chat: { member_version: gone!['CurMemVer'] },
    });
  });

  test('several people who scan one code in one second send one event each, of the same second', async () => {
    const { sandbox, post, chatId, news } = await aCorp();
    const names = ['甲', '乙', '丙', '丁'];
    for (const name of names) await sandbox.act({ do: 'newcomer', name });
    const { config_id } = await post('externalcontact/groupchat/add_join_way', {
      scene: 2,
      chat_id_list: [chatId('会员群①')],
      state: 'm1',
    });
    await sandbox.act({ do: 'scan', who: names, configId: config_id });
    expect(news()).toMatchObject(names.map(() => ({ UpdateDetail: 'add_member', JoinScene: 3, MemChangeCnt: 1 })));
    const times = sandbox.record().callbacks.map((callback) => /<CreateTime>(\d+)/.exec(callback.plaintext)![1]);
    expect(new Set(times).size).toBe(1);
  });

  test('send events when opened, changed, given a new owner and dismissed', async () => {
    const { sandbox, post, news } = await aCorp();
    const { chatId } = await sandbox.act({ do: 'new_group', name: '新群', owner: 'LinXia' });
    await sandbox.act({ do: 'change_notice', group: '新群', text: '周五见' });
    await sandbox.act({ do: 'change_owner', group: '新群', staff: 'GuBei' });
    expect(news()).toMatchObject([
      { ChatId: chatId, ChangeType: 'create' },
      { ChatId: chatId, UpdateDetail: 'change_notice' },
      { UpdateDetail: 'add_member', MemChangeCnt: 1 },
      { ChatId: chatId, UpdateDetail: 'change_owner' },
    ]);
    expect(await post('externalcontact/groupchat/get', { chat_id: chatId })).toMatchObject({
      group_chat: { owner: 'GuBei', notice: '周五见' },
    });
    await sandbox.act({ do: 'dismiss_group', group: '新群' });
    expect(await post('externalcontact/groupchat/get', { chat_id: chatId })).toMatchObject({ errcode: 49008 });
  });

  test('a new notice may be sent as a join, and a new name with the fields of a member change', async () => {
    const { sandbox, news } = await aCorp({ mischief: { misnamed: 1, noisy: 1 } });
    await sandbox.act({ do: 'change_notice', group: '会员群①', text: '周五见' });
    await sandbox.act({ do: 'rename_group', group: '会员群①', name: '会员一群' });
    sandbox.trouble({ mischief: { misnamed: 0 } });
    await sandbox.act({ do: 'change_notice', group: '会员一群', text: '周六见' });
    const [joined, renamed, noticed] = news();
    expect(joined).toEqual({
      Event: 'change_external_chat',
      ChatId: renamed!['ChatId'],
      ChangeType: 'update',
      UpdateDetail: 'add_member',
    });
    expect(renamed).toMatchObject({ UpdateDetail: 'change_name', JoinScene: 0, MemChangeCnt: 2 });
    expect(renamed!['LastMemVer']).toMatch(/^[0-9a-f]{32}$/);
    expect(noticed).toMatchObject({ UpdateDetail: 'change_notice' });
  });
});

describe('staff', () => {
  test('who leave are unknown to the API, their customers wait for a transfer, and their groups for an owner', async () => {
    const { sandbox, get, post, meet, chatId, news } = await aCorp();
    const deer = await meet('小鹿', 'ChenYu');
    const group = chatId('会员群①');
    news();
    await sandbox.act({ do: 'staff_leaves', staff: 'ChenYu' });
    expect(news()).toEqual([{ Event: 'change_contact', ChangeType: 'delete_user', UserID: 'ChenYu' }]);
    expect(await get('externalcontact/list?userid=ChenYu')).toMatchObject({ errcode: 40003 });
    expect(await get(`externalcontact/get?external_userid=${deer}`)).toMatchObject({ errcode: 84061 });
    expect(sandbox.record().pairs).toMatchObject([{ userid: 'ChenYu', bond: 'unassigned' }]);
    const withStatus = (status_filter: number) =>
      post('externalcontact/groupchat/list', { status_filter, limit: 100 }).then((answer) => answer['group_chat_list']);
    expect(await withStatus(1)).toEqual([{ chat_id: group, status: 1 }]);
    expect(await withStatus(0)).toContainEqual({ chat_id: group, status: 1 });

    await sandbox.act({ do: 'change_owner', group, staff: 'LinXia' });
    await sandbox.act({ do: 'transfer', who: '小鹿', from: 'ChenYu', to: 'LinXia' });
    expect(await withStatus(3)).toEqual([{ chat_id: group, status: 3 }]);
    expect(news()).toMatchObject([
      { UpdateDetail: 'change_owner', ChatId: group },
      { ChangeType: 'add_external_contact', UserID: 'LinXia', ExternalUserID: deer },
    ]);
    expect(await get(`externalcontact/get?external_userid=${deer}`)).toMatchObject({
      follow_user: [{ userid: 'LinXia', add_way: 202 }],
    });
  });

  test('transfer a customer: the old pair ends, the new one begins, at once, after a day, or not at all', async () => {
    const { sandbox, meet, news } = await aCorp();
    const deer = await meet('小鹿');
    await meet('云朵');
    news();
    await sandbox.act({ do: 'transfer', who: '小鹿', from: 'LinXia', to: 'ZhaoMin' });
    const [ended, begun] = news();
    expect(ended).toMatchObject({
      ChangeType: 'del_external_contact',
      UserID: 'LinXia',
      ExternalUserID: deer,
      Source: 'DELETE_BY_TRANSFER',
    });
    expect(begun).toMatchObject({ ChangeType: 'add_external_contact', UserID: 'ZhaoMin', ExternalUserID: deer });
    expect(begun).not.toHaveProperty('WelcomeCode');
    await sandbox.act({ do: 'transfer', who: '云朵', from: 'LinXia', to: 'ZhaoMin', outcome: 'customer_refused' });
    expect(news()).toMatchObject([{ ChangeType: 'transfer_fail', FailReason: 'customer_refused', UserID: 'ZhaoMin' }]);
    await sandbox.act({ do: 'transfer', who: '云朵', from: 'LinXia', to: 'ZhaoMin', outcome: 'waits' });
    expect(news()).toEqual([]);
    await sandbox.advance(START + DAY);
    expect(news()).toMatchObject([{ Source: 'DELETE_BY_TRANSFER' }, { UserID: 'ZhaoMin' }]);
  });

  test('change their name', async () => {
    const { sandbox, news } = await aCorp();
    await sandbox.act({ do: 'rename_staff', staff: '林夏', name: '林夏（杭州）' });
    expect(news()).toEqual([
      { Event: 'change_contact', ChangeType: 'update_user', UserID: 'LinXia', Name: '林夏（杭州）' },
    ]);
    await expect(sandbox.act({ do: 'rename_staff', staff: 'LinXia', name: '赵敏' })).rejects.toThrow('there is a 赵敏');
  });

  test('without diligence never confirm a mass-send', async () => {
    const { sandbox, post, meet } = await aCorp();
    const deer = await meet('小鹿');
    await sandbox.act({ do: 'habits', staff: 'LinXia', diligence: 0 });
    await post('externalcontact/add_msg_template', {
      sender: 'LinXia',
      external_userid: [deer],
      text: { content: '福利' },
    });
    await sandbox.advance(START + 30 * DAY);
    expect(sandbox.record().massSends).toMatchObject([{ tasks: [{ userid: 'LinXia', status: 0 }] }]);
    expect(sandbox.record().received).toEqual([]);
  });
});

describe('tags', () => {
  test('a new group sends an event for itself and each tag in one second, a deleted group only for itself', async () => {
    const { sandbox, post, meet, news } = await aCorp();
    await meet('小鹿');
    news();
    const { id } = await sandbox.act({ do: 'new_tag_group', name: '活动', tags: ['秋游', '年会'] });
    await sandbox.act({ do: 'tag', who: '小鹿', staff: 'LinXia', add: ['秋游'] });
    await sandbox.act({ do: 'rename_tag_group', group: '活动', name: '聚会' });
    await sandbox.act({ do: 'delete_tag_group', group: '聚会' });
    expect(news()).toMatchObject([
      { ChangeType: 'create', TagType: 'tag_group', Id: id },
      { ChangeType: 'create', TagType: 'tag' },
      { ChangeType: 'create', TagType: 'tag' },
      { ChangeType: 'edit_external_contact', UserID: 'LinXia' },
      { ChangeType: 'update', TagType: 'tag_group', Id: id },
      { ChangeType: 'delete', TagType: 'tag_group', Id: id },
    ]);
    expect(sandbox.record().pairs[0]!.tags).toEqual([]);
    expect(await post('externalcontact/get_corp_tag_list', { group_id: [id] })).toMatchObject({
      tag_group: [{ deleted: true, tag: [{ deleted: true }, { deleted: true }] }],
    });
  });

  test('a new order of all groups is sent with an empty Id', async () => {
    const { sandbox, post, news } = await aCorp();
    const orders = async () =>
      (await post('externalcontact/get_corp_tag_list', {})).tag_group.map((one) => (one as { order?: number }).order);
    const before = await orders();
    await sandbox.act({ do: 'shuffle_tags' });
    await sandbox.act({ do: 'shuffle_tags', group: '喜好' });
    const [all, one] = news();
    expect(all).toEqual({ Event: 'change_external_tag', Id: '', ChangeType: 'shuffle' });
    expect(one!['Id']).toMatch(/^et/);
    expect(await orders()).not.toEqual(before);
  });
});

describe('contacts', () => {
  test('a half contact that was welcomed becomes mutual with its state and without a second code', async () => {
    const { sandbox, post, news } = await aCorp();
    await sandbox.act({ do: 'newcomer', name: '小鹿' });
    const half = { do: 'add_contact', who: '小鹿', staff: 'LinXia', half: true, state: 'banner' } as const;
    const { welcomeCode } = await sandbox.act(half);
    await post('externalcontact/send_welcome_msg', { welcome_code: welcomeCode, text: { content: '你好' } });
    await sandbox.act({ do: 'add_contact', who: '小鹿', staff: 'LinXia' });
    const [first, second] = news();
    expect(first).toMatchObject({ ChangeType: 'add_half_external_contact', WelcomeCode: welcomeCode, State: 'banner' });
    expect(second).toMatchObject({ ChangeType: 'add_external_contact', State: 'banner' });
    expect(second).not.toHaveProperty('WelcomeCode');
  });

  test('come without a welcome code as often as the share says', async () => {
    const { sandbox, news } = await aCorp({ mischief: { noWelcomeCode: 1 } });
    await sandbox.act({ do: 'newcomer', name: '小鹿' });
    await sandbox.act({ do: 'add_contact', who: '小鹿', staff: 'LinXia' });
    expect(news()[0]).not.toHaveProperty('WelcomeCode');
  });
});

test('any other event can be sent as given', async () => {
  const { sandbox, news } = await aCorp();
  await sandbox.act({
    do: 'send_callback',
    event: 'customer_acquisition',
    fields: { ChangeType: 'balance_low', LinkId: 'cawcde' },
  });
  await sandbox.act({
    do: 'send_callback',
    event: 'change_external_contact',
    fields: { ChangeType: 'msg_audit_approved', UserID: 'LinXia', FromUserName: 'LinXia' },
  });
  expect(news()).toEqual([
    { Event: 'customer_acquisition', ChangeType: 'balance_low', LinkId: 'cawcde' },
    { Event: 'change_external_contact', ChangeType: 'msg_audit_approved', UserID: 'LinXia' },
  ]);
  expect(sandbox.record().callbacks[1]!.plaintext).toContain('<FromUserName><![CDATA[LinXia]]></FromUserName>');
});
