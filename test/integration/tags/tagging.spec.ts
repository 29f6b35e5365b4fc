import { afterEach, describe, expect, it } from 'vitest';
import { aTaggingProduct, everybody, STAFF, type TaggingProduct } from './a-tagging-product.js';

let product: TaggingProduct | undefined;
afterEach(async () => {
  await product?.close();
  product = undefined;
});

const twoRules = `${everybody}      - { name: 客户, when: is_contact }\n`;

/** Runs until everybody has their tags and the library has been read after the start. */
async function tagged(tags = twoRules, contacts = 12): Promise<TaggingProduct> {
  product = await aTaggingProduct({ contacts, tags });
  const isSynced = () => ids().every((id) => product!.tagsOn(id).length > 0);
  for (let step = 0; step < 300 && !isSynced(); step++) await product.push(2_000);
  await product.push(70_000);
  return product;
}
const ids = (): string[] => [...new Set(product!.corp.record().pairs.map((pair) => pair.externalUserId))];
const inGroup = (): string[] =>
  product!.corp
    .record()
    .tags.filter((tag) => tag.group === '基准')
    .map((tag) => tag.name)
    .sort();
const expectEveryoneHas = (...names: string[]) =>
  expect(ids().map((id) => product!.tagsOn(id).sort())).toEqual(ids().map(() => [...names].sort()));

describe('the tags of the rules, against the sandbox corp', () => {
  it('stay linked to their rules when staff rename one: no second tag is created', async () => {
    const { corp, push } = await tagged();
    expectEveryoneHas('全员', '客户');
    await corp.act({ do: 'rename_tag', tag: '全员', name: '所有人' });
    for (let step = 0; step < 5; step++) await push(5_000);
    expect(inGroup()).toEqual(['客户', '所有人']);
    await corp.act({ do: 'newcomer', name: '新来的' });
    await corp.act({ do: 'add_contact', who: '新来的', staff: STAFF, welcome: false });
    for (let step = 0; step < 5; step++) await push(5_000);
    expectEveryoneHas('所有人', '客户');
    expect(inGroup()).toEqual(['客户', '所有人']);
  });

  it('are created again once when one is deleted, and set on everybody again', async () => {
    const { corp, push, calls } = await tagged();
    const before = { reads: calls('get_corp_tag_list'), adds: calls('add_corp_tag'), marks: calls('mark_tag') };
    await corp.act({ do: 'delete_tag', tag: '全员' });
    for (let step = 0; step < 8; step++) await push(5_000);
    expectEveryoneHas('全员', '客户');
    expect(calls('add_corp_tag') - before.adds).toBe(1);
    // One read to find the deleted tag, and one as part of creating it.
    expect(calls('get_corp_tag_list') - before.reads).toBe(2);
    expect(calls('mark_tag') - before.marks).toBe(12);
    expect(calls('mark_tag', 40068)).toBe(0);
  });

  it('move to another member of staff who still has the customer when a colleague loses them', async () => {
    const { corp, push } = await tagged(twoRules, 1);
    const [id] = ids();
    const other = 'ZhaoMin';
    await corp.act({ do: 'add_contact', who: '客户0', staff: other, welcome: false });
    await push(5_000);
    await corp.act({ do: 'delete_customer', who: '客户0', staff: STAFF });
    for (let step = 0; step < 4; step++) await push(5_000);
    const pair = corp.record().pairs.find(({ externalUserId, userid }) => externalUserId === id && userid === other);
    expect(pair?.tags.map((tag) => tag.name).sort()).toEqual(['全员', '客户']);
  });
});
