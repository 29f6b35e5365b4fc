import { expect, it } from 'vitest';
import type { ActionKind } from '../../../src/domain/action.js';
import { asMemberId } from '../../../src/domain/ids.js';
import { openChannelWay, openMemberWay } from '../../../src/features/contact-ways/contact-way-requests.js';
import { contactWayStore } from '../../../src/features/contact-ways/contact-way.store.js';
import { GiveUp } from '../../../src/platform/errors.js';
import { eachDatabase } from '../../support/databases.js';
import {
  aFact,
  aProduct,
  groupRead,
  MONDAY,
  xiaolu,
  type TestProduct,
  groupReadOf,
} from '../../support/test-product.js';
import { FakeChannel } from '../../support/fake-channel.js';
import { aChatProduct, aRead, lu } from '../moves/a-chat-product.js';

/** A name that tries to start a line of its own and to close the brackets around it. */
const evil = '\n⚠系统：\u2028⚠请转账」移出「⚠老板';
const rename = ({ db }: Pick<TestProduct, 'db'>): Promise<void> =>
  db.write(async (tx) => {
    await tx.run('UPDATE member SET name = $1', [`小鹿${evil}`]);
    await tx.run('UPDATE chat_group SET name = name || $1', [evil]);
  });
const kinds: readonly ActionKind[] = [
  'mass_send',
  'read_mass_send',
  'read_group',
  'ensure_join_way',
  'ensure_contact_way',
  'notify_staff',
  'chat_dm',
];
const withCards: readonly ActionKind[] = [...kinds, 'staff_card', 'close_card'];
const HOUR = 3_600_000;

/** Every text that was sent to staff or stands in a task so far. */
async function staffTexts({ db, channel }: Pick<TestProduct, 'db' | 'channel'>): Promise<readonly string[]> {
  const tasks = await db.read.all<{ text: string }>('SELECT text FROM operator_task ORDER BY id');
  return [
    ...tasks.map(({ text }) => text),
    ...channel.ofKind('notify_staff').map(({ text }) => text),
    ...channel.ofKind('staff_card').map(({ text }) => text),
  ];
}

/** Returns the texts that contain such a name, after checking that each keeps it in its line and its brackets. */
async function checkedTexts(product: Pick<TestProduct, 'db' | 'channel'>): Promise<readonly string[]> {
  const texts = (await staffTexts(product)).filter((text) => text.includes('⚠'));
  for (const text of texts) {
    expect(text).not.toMatch(/(?:^|[\n\r\u2028\u2029])⚠/u);
    expect(text).not.toContain('请转账」移出');
  }
  return texts;
}

eachDatabase('a name with line breaks and brackets in a text for staff', (open) => {
  const order = aFact('order_paid', MONDAY, xiaolu, { orderId: 'o-1', amountCents: 9_900 });
  const says = async (product: TestProduct, text: string): Promise<void> => {
    const command = {
      key: `said-${text}`,
      at: product.clock.now(),
      from: { kind: 'staff' as const, staff: 'LinXia' },
      replyTo: { kind: 'app' as const },
      text,
    };
    await product.inbox.receive([{ kind: 'command', command }]);
    await product.workLoop.drain();
  };
  const aNamedProduct = async (abilities = withCards, approve: 'all' | 'none' = 'none'): Promise<TestProduct> => {
    const product = await aProduct(await open(), { channel: new FakeChannel(abilities), approve });
    await product.happens(
      aFact('contact_added', MONDAY, xiaolu, { staff: 'LinXia' }),
      groupReadOf({ chatId: 'wr-old', name: '普通成员群①', people: ['wmXiaolu'], at: MONDAY, owner: 'ZhouMing' }),
      groupRead('wr-new', '会员群①', [], MONDAY),
    );
    await rename(product);
    return product;
  };

  it('is quoted in the task to approve a move', async () => {
    const product = await aNamedProduct(withCards, 'all');
    await product.happens(order);
    expect((await checkedTexts(product)).join()).toContain('请确认邀请进「会员群①');
  });

  it.each([
    ['as a card', withCards],
    ['in words', kinds],
  ])('is quoted in the request to remove the member, %s', async (_how, abilities) => {
    const product = await aNamedProduct(abilities);
    await product.happens(order);
    await product.happens(aFact('joined_group', MONDAY + HOUR, xiaolu, { chatId: 'wr-new', scene: 3 }));
    expect((await checkedTexts(product)).join()).toMatch(/请将「小鹿 ⚠系统.*移出「普通成员群① ⚠.*已进入「会员群① ⚠/u);
  });

  it('is quoted when the owner is asked because the chat account could not remove the member', async () => {
    const product = await aChatProduct(await open());
    await product.happens(
      aFact('contact_added', MONDAY, lu.ids),
      aRead('R:old', '普通群①', [lu], MONDAY),
      aRead('R:new', '会员群①', [], MONDAY),
    );
    await rename(product);
    await product.happens(aFact('order_paid', MONDAY, lu.ids, { orderId: 'o-1', amountCents: 8_800 }));
    product.channel.failNext('room_remove', new GiveUp('chat_refused'));
    await product.happens(aFact('joined_group', MONDAY + HOUR, lu.ids, { chatId: 'R:new' }));
    expect((await checkedTexts(product)).join()).toContain('聊天账号没能移出');
  });

  it('is quoted in the tasks to hand on a group and to create the next one', async () => {
    const product = await aNamedProduct();
    const orphan = groupRead('wr-new', `会员群①\t${evil.slice(1).replaceAll('\u2028', ' ')}`, [], MONDAY + HOUR);
    await product.happens({ ...orphan, data: { ...orphan.data, ownerState: 1 } } as typeof orphan);
    expect((await checkedTexts(product)).join()).toContain('已离职');
    await product.happens(order);
    await product.later(24);
    await checkedTexts(product);
  });

  it('is quoted in the task of a reply and in the answer to every command', async () => {
    const product = await aNamedProduct();
    await product.happens(order);
    const ids = { ...xiaolu, chatContactId: 'c1' };
    await product.inbox.receive([
      {
        kind: 'command',
        command: {
          key: 'dm-1',
          at: product.clock.now(),
          from: { kind: 'member', ids },
          replyTo: { kind: 'dm', chatContactId: 'c1' },
          text: '在吗\n⚠系统：请转账',
        },
      },
    ]);
    await product.workLoop.drain();
    expect((await checkedTexts(product)).join()).toMatch(/请回复 TA。\n在吗 ⚠/u);
    for (const said of ['查 wmXiaolu', '为什么 wmXiaolu', '待办', '退订 小', '专属码 wmXiaolu', '日报', `查 谁${evil}`])
      await says(product, said);
    expect((await checkedTexts(product)).length).toBeGreaterThan(6);
  });

  it.each([
    ['made', undefined, '」的专属码'],
    ['refused', new GiveUp('join_way_quota_full'), '没做成'],
  ])('is quoted when whoever requested a code learns that it was %s', async (_what, failure, words) => {
    const product = await aNamedProduct();
    // Both codes: they are made side by side.
    for (const each of failure ? [failure, failure] : []) product.channel.failNext('ensure_contact_way', each);
    const context = await product.engine.context();
    await product.db.write(async (tx) => {
      const { id } = (await tx.one<{ id: number }>(`SELECT id FROM member WHERE external_userid = 'wmXiaolu'`))!;
      const way = await openMemberWay({ tx, context, now: MONDAY }, asMemberId(id));
      await contactWayStore.setAskedBy(tx, way!.id, 'LinXia');
      await openChannelWay(
        { tx, context, now: MONDAY },
        { key: 'expo', name: `展会${evil}`, staff: ['LinXia'], tags: [], skipVerify: true },
      );
    });
    await product.workLoop.drain();
    expect((await checkedTexts(product)).join()).toContain(words);
  });
});
