import { afterEach, describe, expect, it } from 'vitest';
import { aTaggingProduct, everybody, STAFF, type TaggingProduct } from './a-tagging-product.js';

let product: TaggingProduct | undefined;
afterEach(async () => {
  await product?.close();
  product = undefined;
});

const two = `${everybody}      - { name: 客户, when: is_contact }\n`;

/** Until everybody has been told what they should have, and the library has been read after the start. */
async function tagged(tags = two, contacts = 12): Promise<TaggingProduct> {
  product = await aTaggingProduct({ contacts, tags });
  const isAnswered = () => ids().every((id) => product!.tagsOn(id).length > 0);
  for (let step = 0; step < 300 && !isAnswered(); step++) await product.push(2_000);
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
const everyone = (...names: string[]) =>
  expect(ids().map((id) => product!.tagsOn(id).sort())).toEqual(ids().map(() => [...names].sort()));

describe('the tags of the rules, against the sandbox corp', () => {
  it('keep their mapping when staff rename one: no second tag is made', async () => {
    const { corp, push } = await tagged();
    everyone('全员', '客户');
    await corp.act({ do: 'rename_tag', tag: '全员', name: '所有人' });
    for (let step = 0; step < 5; step++) await push(5_000);
    expect(inGroup()).toEqual(['客户', '所有人']);
    await corp.act({ do: 'newcomer', name: '新来的' });
    await corp.act({ do: 'add_contact', who: '新来的', staff: STAFF, welcome: false });
    for (let step = 0; step < 5; step++) await push(5_000);
    everyone('所有人', '客户');
    expect(inGroup()).toEqual(['客户', '所有人']);
  });

  it('are made anew once when one is deleted, and told everybody, after one read of the library', async () => {
    const { corp, push, calls } = await tagged();
    const before = { reads: calls('get_corp_tag_list'), adds: calls('add_corp_tag'), marks: calls('mark_tag') };
    await corp.act({ do: 'delete_tag', tag: '全员' });
    for (let step = 0; step < 8; step++) await push(5_000);
    everyone('全员', '客户');
    expect(calls('add_corp_tag') - before.adds).toBe(1);
    // One to see what is gone, one by the making itself.
    expect(calls('get_corp_tag_list') - before.reads).toBe(2);
    expect(calls('mark_tag') - before.marks).toBe(12);
    expect(calls('mark_tag', 40068)).toBe(0);
  });

  it('stay with whoever still has the customer when a colleague loses them', async () => {
    const { corp, push } = await tagged(two, 1);
    const [id] = ids();
    const other = 'ZhaoMin';
    await corp.act({ do: 'add_contact', who: '客户0', staff: other, welcome: false });
    await push(5_000);
    await corp.act({ do: 'delete_customer', who: '客户0', staff: STAFF });
    for (let step = 0; step < 4; step++) await push(5_000);
    const pair = corp.record().pairs.find((one) => one.externalUserId === id && one.userid === other);
    expect(pair?.tags.map((tag) => tag.name).sort()).toEqual(['全员', '客户']);
  });
});
