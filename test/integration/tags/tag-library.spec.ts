import { expect, it } from 'vitest';
import type { MemberId } from '../../../src/domain/ids.js';
import { managedTags } from '../../../src/features/tags/tag-names.js';
import { tagStore } from '../../../src/features/tags/tag.store.js';
import type { Database } from '../../../src/platform/database/database.js';
import { eachDatabase } from '../../support/databases.js';

const managed = managedTags([{ name: '首单客', group: '规则' }]);

eachDatabase("the corp's tag library", (open) => {
  const tag = (id: string, name = '首单客') => ({ id, name, group: '规则', groupId: 'g1', order: 0 });
  const ids = async (db: Database) => (await tagStore.library(db.read)).map((known) => known.tag_id);
  const read = (db: Database, ...tags: ReturnType<typeof tag>[]) =>
    db.write((tx) => tagStore.applyLibraryRead(tx, tags, managed, 5));
  const tagsOf = async (db: Database, member = 1 as MemberId) =>
    [...((await tagStore.load(db.read, [member])).get(member) ?? [])].map(([name, { want }]) => `${name}:${want}`);
  const storeTag = (db: Database, name: string, origin: 'rule' | 'staff') =>
    db.write((tx) =>
      tagStore.write(tx, [{ member: 1 as MemberId, name, group: '规则', origin, want: true, confirmed: true }], 1),
    );

  it('drops a tag that a full read does not list, and restores it when it is listed again', async () => {
    const db = await open();
    await read(db, tag('et1', '甲'), tag('et2', '乙'));
    await read(db, tag('et2', '乙'));
    expect(await ids(db)).toEqual(['et2']);
    await read(db, tag('et1', '甲'), tag('et2', '乙'));
    expect(await ids(db)).toEqual(['et1', 'et2']);
    await read(db);
    expect(await ids(db)).toEqual([]);
  });

  it('stores a tag by its newest id, and reports which tags were created again', async () => {
    const db = await open();
    expect(await db.write((tx) => tagStore.saveCreated(tx, [tag('et9'), tag('et5', '乙')]))).toEqual([]);
    expect(await db.write((tx) => tagStore.saveCreated(tx, [tag('et9')]))).toEqual([]);
    expect(await db.write((tx) => tagStore.saveCreated(tx, [tag('et1')]))).toEqual(['首单客']);
    expect(await ids(db)).toEqual(['et1', 'et5']);
  });

  it("keeps the name of a rule's tag when staff rename it, and renames staff's own tags", async () => {
    const db = await open();
    await db.write((tx) => tagStore.saveCreated(tx, [tag('et1')]));
    await read(db, tag('et1', '首购'), tag('et2', '大客户'));
    await storeTag(db, '首单客', 'rule');
    await storeTag(db, '大客户', 'staff');
    await read(db, tag('et1', '首购'), tag('et2', '超级大客户'));
    expect(await tagStore.library(db.read)).toMatchObject([
      { tag_id: 'et1', name: '首单客', wecom_name: '首购' },
      { tag_id: 'et2', name: '超级大客户', wecom_name: null },
    ]);
    expect(await tagsOf(db)).toEqual(expect.arrayContaining(['首单客:true', '超级大客户:true']));
    await read(db, tag('et1'), tag('et2', '超级大客户'));
    expect((await tagStore.library(db.read))[0]).toMatchObject({ name: '首单客', wecom_name: null });
  });

  it("removes a deleted tag of staff's from members, and keeps a rule's to be synced again", async () => {
    const db = await open();
    await read(db, tag('et1'), tag('et2', '大客户'));
    await storeTag(db, '首单客', 'rule');
    await storeTag(db, '大客户', 'staff');
    await read(db);
    expect(await tagsOf(db)).toEqual(expect.arrayContaining(['首单客:true', '大客户:false']));
  });
});
