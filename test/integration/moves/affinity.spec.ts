import { expect, it } from 'vitest';
import { aConsole } from '../../support/console-app.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, groupRead, MONDAY, xiaolu, type TestProduct } from '../../support/test-product.js';

const HOUR = 3_600_000;
const idOf = (name: string) => ({ externalUserId: `wm${name}` });

eachDatabase('the choice among several groups with room', (open) => {
  /** 会员群① is empty, 会员群② has 阿青, 会员群③ has 阿蓝 and two others. 小鹿 is about to order. */
  async function threeGroups() {
    const product = await aProduct(await open());
    await product.happens(
      groupRead('wr-old', '普通群①', ['wmXiaolu'], MONDAY),
      groupRead('wr-1', '会员群①', [], MONDAY),
      groupRead('wr-2', '会员群②', ['wmQing'], MONDAY),
      groupRead('wr-3', '会员群③', ['wmLan', 'wmA', 'wmB'], MONDAY),
      aFact('contact_added', MONDAY, xiaolu, { staff: 'LinXia' }),
    );
    return product;
  }

  async function chosenAfter(product: TestProduct) {
    await product.happens(aFact('order_paid', MONDAY + HOUR, xiaolu, { orderId: 'o-1', amountCents: 8_800 }));
    const app = await aConsole(product);
    const { body } = await app.asAdmin<{
      items: { to: { name: string }; because: { reasons: { label: { zh: string } }[] } }[];
    }>('GET', '/api/v1/moves');
    await app.close();
    return body.items.map(({ to, because }) => [to.name, ...because.reasons.map(({ label }) => label.zh)]);
  }

  it('goes to the most room when nothing ties the member to any', async () => {
    expect(await chosenAfter(await threeGroups())).toEqual([['会员群①', '这个群空位最多']]);
  });

  it('goes where somebody is with whom the member has talked', async () => {
    const product = await threeGroups();
    await product.happens(
      aFact('sent_message', MONDAY, xiaolu, { chatId: 'wrTalk', mentions: ['wmLan'], length: 20 }),
      aFact('sent_message', MONDAY, idOf('Lan'), { chatId: 'wrTalk', mentions: ['wmXiaolu'], length: 20 }),
    );
    expect(await chosenAfter(product)).toEqual([['会员群③', '群里有 1 位聊过的人']]);
  });

  it('goes where people are whom the same person invited', async () => {
    const product = await threeGroups();
    await product.happens(
      ...['wmXiaolu', 'wmQing'].map((invitee) => aFact('invited', MONDAY, idOf('Host'), { invitee })),
    );
    expect(await chosenAfter(product)).toEqual([['会员群②', '群里有 1 位同一邀请人带来的人']]);
  });

  it('goes where many live in the same region', async () => {
    const product = await threeGroups();
    await product.happens(
      ...[xiaolu, idOf('A'), idOf('B')].map((who) => aFact('profile_updated', MONDAY, who, { region: '浙江' })),
    );
    expect(await chosenAfter(product)).toEqual([['会员群③', '群里 66% 的人同地区']]);
  });
});
