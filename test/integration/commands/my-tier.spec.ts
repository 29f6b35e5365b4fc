import { expect, it } from 'vitest';
import type { CommandRequest } from '../../../src/channels/channel.js';
import type { ActionKind } from '../../../src/domain/action.js';
import type { Fact, MemberIds } from '../../../src/domain/fact.js';
import { GiveUp } from '../../../src/platform/errors.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, MONDAY, type TestProduct } from '../../support/test-product.js';
import { FakeChannel } from '../../support/fake-channel.js';

const lu: MemberIds = { chatContactId: 'c-lu', externalUserId: 'wmLu' };
const inGroup: CommandRequest['replyTo'] = { kind: 'group', chatId: 'R:1', mention: 'c-lu' };
const inPrivate: CommandRequest['replyTo'] = { kind: 'dm', chatContactId: 'c-lu' };
const chatKinds: readonly ActionKind[] = ['chat_dm', 'group_say'];

eachDatabase('我的等级', (open) => {
  const aMember = (...facts: Fact[]): Promise<TestProduct> => aMemberOf({}, ...facts);
  async function aMemberOf(options: { memberPage?: string }, ...facts: Fact[]): Promise<TestProduct> {
    const channel = new FakeChannel([...new FakeChannel().abilities, ...chatKinds]);
    const product = await aProduct(await open(), { channel, ...options });
    await product.happens(aFact('contact_added', MONDAY, lu), aFact('profile_updated', MONDAY, lu, { name: '小鹿' }));
    await product.happens(...facts);
    return product;
  }
  const asks = async (product: TestProduct, replyTo: CommandRequest['replyTo'], key = 'asked-1') => {
    await product.inbox.receive([
      {
        kind: 'command',
        command: {
          key,
          at: product.clock.now(),
          from: { kind: 'member', ids: { chatContactId: 'c-lu' } },
          replyTo,
          text: '我的等级',
        },
      },
    ]);
    await product.workLoop.drain();
  };
  /** The answers to 我的等级, without other messages of the day. */
  const answers = (product: TestProduct) => ({
    dm: product.channel
      .ofKind('chat_dm')
      .flatMap(({ message }) => (/你现在是/.test(message.text) ? [message.text] : [])),
    group: product.channel.ofKind('group_say').map(({ text }) => text),
  });

  it('is answered by direct message when it is asked in a group, and once when it is delivered twice', async () => {
    const product = await aMember();
    await asks(product, inGroup);
    await asks(product, inGroup);
    expect(answers(product)).toEqual({
      dm: ['你现在是「普通」。目前：累计订单 0 笔。留在「普通」的条件，你现在都满足。再下 1 单，就是会员。'],
      group: ['已私信你。'],
    });
  });

  it('shows no tier in the group when the direct message cannot be sent', async () => {
    const product = await aMember();
    product.channel.failNext('chat_dm', new GiveUp('chat_refused'));
    await asks(product, inGroup);
    expect(answers(product)).toEqual({ dm: [], group: ['先加我好友，再私信我问一次，就能看到。'] });
  });

  it('gives the address of the member’s page when the direct message cannot be sent', async () => {
    const product = await aMemberOf({ memberPage: 'https://bot.example.com/m' });
    product.channel.failNext('chat_dm', new GiveUp('chat_refused'));
    await asks(product, inGroup);
    expect(answers(product).group).toEqual(['打开这里就能看到：https://bot.example.com/m']);
  });

  it('names the ways into the next tier, a KOL level by its parts', async () => {
    const product = await aMember(
      aFact('order_paid', MONDAY, lu, { orderId: 'o-1', amountCents: 10_000 }),
      ...Array.from({ length: 65 }, () => aFact('sent_message', MONDAY, lu, { chatId: 'R:1' })),
    );
    // The threshold of the top fifth is computed once a day.
    await product.later('2026-03-03T09:00');
    await asks(product, inPrivate);
    const [text] = answers(product).dm;
    expect(text).toMatch(
      /^你现在是「会员」。目前：近90天订单 1 笔，近90天消费 ¥100。留在「会员」的条件，你现在都满足。再下 2 单，就是铁杆；或者近 30 天再发言 25 条、再有 17 天发言、再被提及 20 次、再有 5 位群友提及或回复。$/,
    );
    expect(answers(product).group).toEqual([]);
  });

  it('promises no next tier to a member whose tier is locked, and says that staff keep it', async () => {
    const product = await aMember(aFact('tier_locked', MONDAY, lu, { tier: 'regular', by: 'LinXia' }));
    await asks(product, inPrivate);
    expect(answers(product).dm).toEqual(['你现在是「普通」。你的等级由顾问为你保留着，不会自动调整。']);
  });
});
