import { expect, it } from 'vitest';
import { stores } from '../../../src/engine/stores.js';
import type { Database } from '../../../src/platform/database/database.js';
import { eachDatabase } from '../../support/databases.js';

eachDatabase("the corp's tag library", (open) => {
  const tag = (id: string, name = '首单客') => ({ id, name, group: '规则' });
  const ids = async (db: Database) => (await stores.tags.library(db.read)).map((known) => known.tag_id);

  it('forgets what a full read does not list, and takes it back when it is listed again', async () => {
    const db = await open();
    await db.write((tx) => stores.tags.learn(tx, [tag('et1', '甲'), tag('et2', '乙')]));
    await db.write((tx) => stores.tags.forgetMissing(tx, ['et2']));
    expect(await ids(db)).toEqual(['et2']);
    await db.write((tx) => stores.tags.learn(tx, [tag('et1', '甲')]));
    expect(await ids(db)).toEqual(['et1', 'et2']);
    await db.write((tx) => stores.tags.forgetMissing(tx, []));
    expect(await ids(db)).toEqual([]);
  });

  it('knows a tag by the id it was last made with', async () => {
    const db = await open();
    await db.write((tx) => stores.tags.learn(tx, [tag('et9'), tag('et5', '乙')]));
    await db.write((tx) => stores.tags.learn(tx, [tag('et1')]));
    expect(await ids(db)).toEqual(['et1', 'et5']);
  });
});
