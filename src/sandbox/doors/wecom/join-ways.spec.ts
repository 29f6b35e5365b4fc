import { afterEach, expect, test } from 'vitest';
import { aSandbox } from '../../testing/a-sandbox.js';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function aCorp() {
  const corp = await aSandbox();
  open.push(corp.sandbox);
  const { sandbox, post } = corp;
  const group = (name: string) => sandbox.record().groups.find((one) => one.name === name)!;
  const add = (change: object) =>
    post('externalcontact/groupchat/add_join_way', {
      scene: 2,
      chat_id_list: [group('铁杆群①').chatId],
      state: 'm1',
      ...change,
    });
  const way = async (config_id: string) =>
    (await post('externalcontact/groupchat/get_join_way', { config_id })).join_way as unknown as Record<
      string,
      unknown
    >;
  const update = (change: object) => post('externalcontact/groupchat/update_join_way', change);
  const crowd = async (count: number): Promise<string[]> => {
    const names = Array.from({ length: count }, (_, i) => `新人${i}`);
    for (const name of names) await sandbox.act({ do: 'newcomer', name });
    return names;
  };
  const scan = async (who: string, configId: string) => (await sandbox.act({ do: 'scan', who, configId }))['joined'];
  return { ...corp, group, add, way, update, crowd, scan };
}

test('a person who scans joins the first group with room, and a new group is opened when all are full', async () => {
  const { add, group, crowd, scan, way, sandbox } = await aCorp();
  const chat_id_list = [group('铁杆群①').chatId, group('会员群①').chatId];
  const { config_id } = await add({ chat_id_list, room_base_name: '铁杆群', room_base_id: 7 });
  const room = (name: string): number => group(name).capacity - group(name).members.length;
  const [first, second] = [room('铁杆群①'), room('会员群①')];
  const joined = [];
  for (const name of await crowd(first + second + 1)) joined.push(await scan(name, config_id));
  expect(joined).toEqual([
    ...Array<string>(first).fill('铁杆群①'),
    ...Array<string>(second).fill('会员群①'),
    '铁杆群7',
  ]);
  expect(await way(config_id)).toMatchObject({ chat_id_list: [...chat_id_list, group('铁杆群7').chatId] });
  const plaintexts = sandbox.record().callbacks.map((callback) => callback.plaintext);
  const created = plaintexts.findIndex((text) => text.includes('<ChangeType><![CDATA[create]]>'));
  expect(plaintexts[created]).toContain(group('铁杆群7').chatId);
  expect(plaintexts[created + 1]).toContain('add_member');
});

test('a change replaces everything, and fields that it leaves out get their defaults', async () => {
  const { add, update, way, group } = await aCorp();
  const { config_id } = await add({ remark: '店内', auto_create_room: 0 });
  const chat_id_list = [group('会员群①').chatId];
  expect(await update({ config_id, scene: 2, chat_id_list, state: 'm2' })).toMatchObject({ errcode: 0 });
  expect(await way(config_id)).toMatchObject({ chat_id_list, state: 'm2', remark: '', auto_create_room: 1 });
  expect(await update({ config_id, chat_id_list })).toMatchObject({ errcode: 41038 });
  expect(await update({ config_id, scene: 2 })).toMatchObject({ errcode: 40063 });
  expect(await update({ scene: 2, chat_id_list })).toMatchObject({ errcode: 41043 });
  expect(await update({ config_id: 'none', scene: 2, chat_id_list })).toMatchObject({ errcode: 41044 });
});

test('a code whose groups were changed leads to the new ones; a deleted one leads nowhere', async () => {
  const { add, update, post, group, crowd, scan, sandbox } = await aCorp();
  const { config_id } = await add({});
  const [deer, cloud] = (await crowd(2)) as [string, string];
  await update({ config_id, scene: 2, chat_id_list: [group('会员群①').chatId], state: 'm2' });
  expect(await scan(deer, config_id)).toBe('会员群①');
  expect(group('会员群①').members.at(-1)).toMatchObject({ name: deer, state: 'm2', scene: 3 });
  expect(await post('externalcontact/groupchat/del_join_way', { config_id })).toMatchObject({ errcode: 0 });
  await expect(sandbox.act({ do: 'scan', who: cloud, configId: config_id })).rejects.toThrow('no join way');
  expect(await post('externalcontact/groupchat/get_join_way', { config_id })).toMatchObject({
    errcode: 41044,
    join_way: {},
  });
});

test('a way with six groups, none, an unknown, dismissed or repeated one, a long name or another scene is refused', async () => {
  const { add, group, sandbox } = await aCorp();
  const all = sandbox.record().groups.map((one) => one.chatId);
  const [first, gone] = [group('铁杆群①').chatId, group('老友闲聊群').chatId];
  await sandbox.act({ do: 'dismiss_group', group: '老友闲聊群' });
  const codes = [];
  for (const change of [
    { chat_id_list: all.slice(0, 6) },
    { chat_id_list: [] },
    { chat_id_list: ['wr-none'] },
    { chat_id_list: [gone] },
    { chat_id_list: [first, first] },
    { scene: 3 },
    { scene: undefined },
    { state: '渠'.repeat(11) },
    { room_base_name: '群'.repeat(14) },
  ])
    codes.push((await add(change)).errcode);
  expect(codes).toEqual([41091, 40063, 40050, 49008, 40058, 41040, 41038, 40058, 40058]);
});

test('a remark is cut at 30 characters, and a button in a mini-program has no picture', async () => {
  const { add, way } = await aCorp();
  const { config_id } = await add({ scene: 1, remark: '长'.repeat(40) });
  expect(await way(config_id)).toMatchObject({ remark: '长'.repeat(30) });
  expect(await way(config_id)).not.toHaveProperty('qr_code');
});
