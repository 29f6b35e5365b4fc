import { expect, it } from 'vitest';
import { eachDatabase } from '../../support/databases.js';
import { aFact, MONDAY } from '../../support/test-product.js';
import { aChatProduct, aRead, hua, lu, movesOf, onlyChat, onlyOfficial } from '../moves/a-chat-product.js';

const MINUTE = 60_000;

eachDatabase('a group that is stored under two ids', (open) => {
  const groupsOf = ({ db }: Awaited<ReturnType<typeof aChatProduct>>) =>
    db.read.all('SELECT chat_id, room_id, name, tier FROM chat_group ORDER BY id');
  const peopleOf = ({ db }: Awaited<ReturnType<typeof aChatProduct>>) =>
    db.read.all<{ name: string }>('SELECT name FROM member WHERE merged_into IS NULL ORDER BY name');

  /** 阿花 is one member with both ids; 小鹿 is stored as two members, one for each id. */
  async function peopleAreKnown(product: Awaited<ReturnType<typeof aChatProduct>>): Promise<void> {
    await product.happens(
      aFact('visited', MONDAY, hua.ids),
      ...[onlyOfficial(lu), onlyChat(lu)].map(({ ids }) => aFact('profile_updated', MONDAY, ids, { name: '小鹿' })),
    );
  }

  it('is merged by its name and a member in common, and then the people in it', async () => {
    const product = await aChatProduct(await open());
    await peopleAreKnown(product);
    await product.happens(aRead('wr-1', '普通群①', [onlyOfficial(lu), onlyOfficial(hua)], MONDAY));
    expect((await peopleOf(product)).length).toBe(3);
    await product.happens(aRead('R:1', '普通群①', [onlyChat(lu), onlyChat(hua)], MONDAY + MINUTE));
    expect(await groupsOf(product)).toEqual([{ chat_id: 'wr-1', room_id: 'R:1', name: '普通群①', tier: 'regular' }]);
    expect((await peopleOf(product)).map(({ name }) => name)).toEqual(['小鹿', '阿花']);
    expect(
      await product.db.read.all(`SELECT DISTINCT i.member_id FROM identity i WHERE value IN ('wm-lu', 'c-lu')`),
    ).toHaveLength(1);
  });

  it('is merged whichever id was seen first', async () => {
    const product = await aChatProduct(await open());
    await peopleAreKnown(product);
    await product.happens(aRead('R:1', '普通群①', [onlyChat(lu), onlyChat(hua)], MONDAY));
    await product.happens(aRead('wr-1', '普通群①', [onlyOfficial(lu), onlyOfficial(hua)], MONDAY + MINUTE));
    expect(await groupsOf(product)).toMatchObject([{ chat_id: 'wr-1', room_id: 'R:1' }]);
    expect((await peopleOf(product)).length).toBe(2);
  });

  it('is not merged because of its name alone', async () => {
    const product = await aChatProduct(await open());
    await product.happens(aRead('wr-1', '普通群①', [onlyOfficial(lu)], MONDAY));
    await product.happens(aRead('R:1', '普通群①', [onlyChat(hua)], MONDAY + MINUTE));
    expect((await groupsOf(product)).length).toBe(2);
  });

  it('does not merge two people of the same name', async () => {
    const product = await aChatProduct(await open());
    await peopleAreKnown(product);
    const other = { name: '小鹿', ids: { chatContactId: 'c-other' } };
    await product.happens(aFact('profile_updated', MONDAY, other.ids, { name: '小鹿' }));
    await product.happens(aRead('wr-1', '普通群①', [onlyOfficial(lu), onlyOfficial(hua)], MONDAY));
    await product.happens(aRead('R:1', '普通群①', [onlyChat(lu), other, onlyChat(hua)], MONDAY + MINUTE));
    expect((await groupsOf(product)).length).toBe(1);
    expect((await peopleOf(product)).map(({ name }) => name)).toEqual(['小鹿', '小鹿', '小鹿', '阿花']);
  });

  it('adds up what one person did under both ids, and keeps their open move', async () => {
    const product = await aChatProduct(await open());
    await peopleAreKnown(product);
    await product.happens(
      aRead('wr-1', '普通群①', [onlyOfficial(lu), onlyOfficial(hua)], MONDAY),
      aRead('wr-2', '会员群①', [], MONDAY),
      aFact('contact_added', MONDAY, onlyOfficial(lu).ids),
    );
    await product.happens(aFact('order_paid', MONDAY, onlyOfficial(lu).ids, { orderId: 'o-1', amountCents: 8_800 }));
    expect(await movesOf(product.db)).toMatchObject([{ to: '会员群①', path: 'official' }]);
    await product.happens(
      ...Array.from({ length: 3 }, () => aFact('sent_message', MONDAY + MINUTE, onlyChat(lu).ids, { chatId: 'R:1' })),
    );
    await product.happens(aRead('R:1', '普通群①', [onlyChat(lu), onlyChat(hua)], MONDAY + 2 * MINUTE));
    expect(
      await product.db.read.all(
        `SELECT mm.orders_total, mm.messages_total, mm.tier, mm.groups_count FROM member_metrics mm JOIN identity i ON i.member_id = mm.member_id WHERE i.value = 'c-lu'`,
      ),
    ).toEqual([{ orders_total: 1, messages_total: 3, tier: 'member', groups_count: 1 }]);
    expect((await movesOf(product.db)).filter((move) => move.state !== 'cancelled')).toMatchObject([{ to: '会员群①' }]);
  });
});
