import { afterEach, expect, test } from 'vitest';
import { aSandbox } from '../../testing/a-sandbox.js';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function aCorp(options: Parameters<typeof aSandbox>[0] = {}) {
  const corp = await aSandbox(options);
  open.push(corp.sandbox);
  const { sandbox, post } = corp;
  const add = (group_name: string, ...names: string[]) =>
    post('externalcontact/add_corp_tag', { group_name, tag: names.map((name) => ({ name })) });
  const edit = (id: string, change: object) => post('externalcontact/edit_corp_tag', { id, ...change });
  const remove = (change: object) => post('externalcontact/del_corp_tag', change);
  const names = async (): Promise<Record<string, string[]>> =>
    Object.fromEntries(
      (await post('externalcontact/get_corp_tag_list', {})).tag_group.map((group) => [
        group.group_name,
        group.tag.map((tag) => tag.name),
      ]),
    );
  const theirs = (name: string): string => sandbox.record().tags.find((tag) => tag.name === name)!.id;
  return { ...corp, add, edit, remove, names, theirs };
}

test('an app renames its own tags and groups, but not to an existing name', async () => {
  const { add, edit, names } = await aCorp();
  const { tag_group } = await add('层级', '铁杆', '会员');
  const [iron] = tag_group.tag;
  expect(await edit(iron!.id, { name: '老铁', order: 9 })).toMatchObject({ errcode: 0 });
  expect(await edit(tag_group.group_id, { name: '阶' })).toMatchObject({ errcode: 0 });
  expect((await names())['阶']).toEqual(['老铁', '会员']);
  expect(await edit(iron!.id, { name: '会员' })).toMatchObject({ errcode: 40071 });
  expect(await edit(tag_group.group_id, { name: '来源' })).toMatchObject({ errcode: 40071 });
  expect(await edit(iron!.id, { name: '老铁' })).toMatchObject({ errcode: 0 });
});

test.each([
  ['no id', '', { name: '新' }, 41017],
  ['an unknown id', 'et-none', { name: '新' }, 40068],
  ['an empty name', 'own', { name: '' }, 41018],
  ['a name of 31 characters', 'own', { name: '长'.repeat(31) }, 40072],
  ['nothing to change', 'own', {}, 40063],
])('an edit with %s is refused', async (_what, id, change, errcode) => {
  const { add, edit } = await aCorp();
  const { tag_group } = await add('层级', '铁杆');
  expect(await edit(id === 'own' ? tag_group.tag[0]!.id : id, change)).toMatchObject({ errcode });
});

test('tags of an administrator can be used but not changed or deleted, and a call with one of them deletes none', async () => {
  const { add, edit, remove, names, theirs } = await aCorp();
  const { tag_group } = await add('层级', '铁杆');
  const vip = theirs('VIP');
  expect(await edit(vip, { name: '新' })).toMatchObject({ errcode: 60011 });
  expect(await remove({ tag_id: [tag_group.tag[0]!.id, vip] })).toMatchObject({ errcode: 60011 });
  expect(await names()).toMatchObject({ 层级: ['铁杆'], 客户等级: ['VIP', '重点跟进', '普通'] });
});

test('deleting a group deletes its tags, removes them from customers and sends no callback', async () => {
  const { add, remove, names, sandbox, post } = await aCorp();
  const { tag_group } = await add('层级', '铁杆', '会员');
  const { externalUserId } = await sandbox.act({ do: 'newcomer', name: '小鹿' });
  await sandbox.act({ do: 'add_contact', who: '小鹿', staff: 'LinXia' });
  const callbacksBefore = sandbox.record().callbacks.length;
  await post('externalcontact/mark_tag', {
    userid: 'LinXia',
    external_userid: externalUserId,
    add_tag: tag_group.tag.map((tag) => tag.id),
  });
  expect(await remove({ group_id: [tag_group.group_id] })).toMatchObject({ errcode: 0 });
  expect(await names()).not.toHaveProperty('层级');
  expect(sandbox.record().pairs[0]!.tags).toEqual([]);
  expect(sandbox.record().callbacks).toHaveLength(callbacksBefore);
  expect(await remove({ group_id: [tag_group.group_id] })).toMatchObject({ errcode: 40068 });
  const again = await add('层级', '铁杆');
  expect(again.tag_group.group_id).not.toBe(tag_group.group_id);
});

test('a tag has a name of at most 30 characters, and its group one of at most 15', async () => {
  const { add } = await aCorp();
  const codes = await Promise.all(
    [add('层级', '长'.repeat(31)), add('长'.repeat(16), '铁杆'), add('层级', ''), add('层级'), add('', '铁杆')].map(
      async (answer) => (await answer).errcode,
    ),
  );
  expect(codes).toEqual([40072, 40072, 41018, 40063, 40063]);
});

test('the number of tags in the library and on one customer is limited', async () => {
  const { add, sandbox, post } = await aCorp({ quotas: { tags: 13, tagsOnCustomer: 1 } });
  expect(await add('层级', '铁杆', '会员', '普通')).toMatchObject({ errcode: 40058, tag_group: {} });
  const { tag_group } = await add('层级', '铁杆', '会员');
  const { externalUserId } = await sandbox.act({ do: 'newcomer', name: '小鹿' });
  await sandbox.act({ do: 'add_contact', who: '小鹿', staff: 'LinXia' });
  const mark = (add_tag: string[]) =>
    post('externalcontact/mark_tag', { userid: 'LinXia', external_userid: externalUserId, add_tag });
  const [iron, member] = tag_group.tag.map((tag) => tag.id) as [string, string];
  expect(await mark([iron, member])).toMatchObject({ errcode: 40058 });
  expect(await mark([iron])).toMatchObject({ errcode: 0 });
});
