import { expect, it } from 'vitest';
import { eachDatabase } from '../../support/databases.js';
import { aFact, MONDAY } from '../../support/test-product.js';
import { aListeningProduct } from './a-listening-product.js';

const MINUTE = 60_000;

eachDatabase('a message of a member to the chat account', (open) => {
  const aProduct = async () => {
    const product = await aListeningProduct(await open());
    await product.contact('c1', '桃夭er');
    return product;
  };
  type ListeningProduct = Awaited<ReturnType<typeof aProduct>>;
  const tasks = ({ db }: ListeningProduct) =>
    db.read.all<{ id: number; kind: string; staff: string; state: string; text: string }>(
      `SELECT id, kind, staff, state, text FROM operator_task WHERE kind = 'member_reply' ORDER BY id`,
    );
  const advance = ({ clock }: ListeningProduct, ms: number) => clock.pushTo(clock.now() + ms);

  it('opts the member out at once in any wording, and confirms it once', async () => {
    const product = await aProduct();
    expect(await product.dm('c1', '别再发了！')).toEqual(['好的，之后不再主动发消息给你。想恢复时回复「订阅」就行。']);
    expect(await product.optedOut('c1')).toBe(true);
    expect(await product.dm('c1', 'ＴＤ。')).toEqual([]);
    expect(await product.dm('c1', '恢复。')).toEqual(['欢迎回来，有值得说的我们才会发。']);
    expect(await product.optedOut('c1')).toBe(false);
    expect(await tasks(product)).toEqual([]);
  });

  it('is asked about when an opt-out is unclear; 1 answers the question once, for an hour', async () => {
    const product = await aProduct();
    for (const [said, opts] of [
      ['1', true],
      ['好的', true],
      ['不用', false],
    ] as const) {
      expect(await product.dm('c1', '退订那个课程怎么操作')).toEqual(['要停止接收消息吗？回复 1 停止。']);
      expect(await product.optedOut('c1')).toBe(false);
      advance(product, 60 * MINUTE);
      await product.dm('c1', said);
      expect(await product.optedOut('c1'), said).toBe(opts);
      await product.dm('c1', '订阅');
      advance(product, 24 * 60 * MINUTE);
    }
    await product.dm('c1', '取消');
    advance(product, 60 * MINUTE + 1);
    await product.dm('c1', '好');
    expect(await product.optedOut('c1')).toBe(false);
    // Another message came in between.
    advance(product, 24 * 60 * MINUTE);
    await product.dm('c1', '取消');
    await product.dm('c1', '这个多少钱');
    await product.dm('c1', '1');
    expect(await product.optedOut('c1')).toBe(false);
  });

  const ASKS = '要停止接收消息吗？回复 1 停止。';
  const ASKS_AGAIN = '是要停止接收消息吗？停止请回复 1，不停请回复 2。';

  it('is asked about however fast the member writes, and in another wording each time', async () => {
    const product = await aProduct();
    expect(await product.dm('c1', '我的等级')).toHaveLength(1);
    expect(await product.dm('c1', '怎么退订')).toEqual([ASKS]);
    advance(product, 5_000);
    expect(await product.dm('c1', '到底怎么退订')).toEqual([ASKS_AGAIN]);
    expect(await product.dm('c1', '退订在哪里')).toEqual(['还没有停止。要停止接收消息，请回复「退订」。']);
    expect(await product.dm('c1', '退订要去哪里')).toEqual([]);
    await product.dm('c1', '1');
    expect(await product.optedOut('c1')).toBe(true);
  });

  it('is asked about in the last wording again after a minute, once all wordings were used', async () => {
    const LAST = '还没有停止。要停止接收消息，请回复「退订」。';
    const product = await aProduct();
    for (const words of [ASKS, ASKS_AGAIN, LAST]) {
      advance(product, MINUTE);
      expect(await product.dm('c1', '取消')).toEqual([words]);
    }
    advance(product, MINUTE - 1);
    expect(await product.dm('c1', '取消')).toEqual([]);
    advance(product, 1);
    expect(await product.dm('c1', '取消')).toEqual([LAST]);
    await product.dm('c1', '这个多少钱');
    advance(product, MINUTE);
    expect(await product.dm('c1', '1')).toEqual([LAST]);
    await product.dm('c1', '1');
    expect(await product.optedOut('c1')).toBe(true);
  });

  it('keeps the subscription when it repeats the number or the words for that', async () => {
    const product = await aProduct();
    for (const said of ['回复2', '「2 不停」', '不停了']) {
      await product.dm('c1', '取消');
      expect(await product.dm('c1', said)).toEqual(['好的，照常。']);
      expect(await product.optedOut('c1')).toBe(false);
      advance(product, 10 * MINUTE);
    }
  });

  it('is asked about when it may be a question or may be about a parcel', async () => {
    const product = await aProduct();
    for (const said of ['停止推送了？', '我要拒收', '我不想要了']) {
      expect(await product.dm('c1', said)).toEqual([ASKS]);
      expect(await product.optedOut('c1')).toBe(false);
      advance(product, 10 * MINUTE);
    }
  });

  it('answers the question up to an hour after the last unclear message, whether the question was repeated or not', async () => {
    const product = await aProduct();
    await product.dm('c1', '怎么退订');
    for (let n = 0; n < 4; n++) {
      advance(product, 2 * MINUTE);
      await product.dm('c1', '怎么退订');
    }
    advance(product, 60 * MINUTE);
    await product.dm('c1', '1');
    expect(await product.optedOut('c1')).toBe(true);
    // After a no, the next unclear message is asked about again.
    await product.dm('c1', '订阅');
    advance(product, 60 * MINUTE);
    expect(await product.dm('c1', '取消')).toEqual([ASKS]);
    expect(await product.dm('c1', '不用')).toEqual(['好的，照常。']);
    expect(await product.dm('c1', '取消')).toEqual([ASKS_AGAIN]);
    await product.dm('c1', '回复1');
    expect(await product.optedOut('c1')).toBe(true);
  });

  it('leaves the question open when it is about something else; then a bare 1 is asked about and 好的 is no answer', async () => {
    const product = await aProduct();
    expect(await product.dm('c1', '怎么退订')).toEqual([ASKS]);
    await product.dm('c1', '这个多少钱');
    expect(await product.dm('c1', '好的')).toEqual([]);
    expect(await product.optedOut('c1')).toBe(false);
    expect(await product.dm('c1', '1')).toEqual([ASKS_AGAIN]);
    await product.dm('c1', '1');
    expect(await product.optedOut('c1')).toBe(true);

    await product.dm('c1', '订阅');
    advance(product, 24 * 60 * MINUTE);
    await product.dm('c1', '怎么退订');
    await product.dm('c1', '这个多少钱');
    await product.dm('c1', '1 停止');
    expect(await product.optedOut('c1')).toBe(true);
  });

  it('is asked about later when the account has used up its answers of the hour', async () => {
    const product = await aProduct();
    for (let n = 0; n < 60; n++) {
      await product.inGroup(`stranger-${n}`, '我的等级', `R:${n % 6}`);
      advance(product, 1_000);
    }
    expect(await product.dm('c1', '怎么退订')).toEqual([]);
    await product.dm('c1', '好的');
    expect(await product.optedOut('c1')).toBe(false);
    const asked = () => product.channel.ofKind('chat_dm').filter(({ message }) => message.text === ASKS).length;
    expect(asked()).toBe(0);
    advance(product, 59 * MINUTE);
    await product.workLoop.drain();
    expect(asked()).toBe(1);
    await product.dm('c1', '1');
    expect(await product.optedOut('c1')).toBe(true);
  });

  it('counts as sent now when its time is invalid or in the future, and delays no other message', async () => {
    const product = await aProduct();
    for (const at of [Number.NaN, 0, Infinity, product.clock.now() + 24 * 60 * MINUTE]) {
      expect(await product.dm('c1', '怎么退订', { at })).toHaveLength(1);
      await product.dm('c1', '1 停止', { at });
      expect(await product.optedOut('c1'), String(at)).toBe(true);
      advance(product, 60 * MINUTE);
      await product.dm('c1', '订阅');
      expect(await product.optedOut('c1'), String(at)).toBe(false);
      advance(product, 60 * MINUTE);
    }
  });

  it('is no answer to a question that was asked later', async () => {
    const product = await aProduct();
    const said = product.clock.now();
    advance(product, 5_000);
    expect(await product.dm('c1', '怎么退订', { at: said })).toEqual([ASKS]);
    await product.dm('c1', '1', { at: said + 3_999 });
    await product.dm('c1', '怎么退订', { at: said + 100 });
    await product.dm('c1', '1', { at: said + 200 });
    expect(await product.optedOut('c1')).toBe(false);
    // Messages are dated in whole seconds.
    await product.dm('c1', '1 停止', { at: said + 4_000 });
    expect(await product.optedOut('c1')).toBe(true);
  });

  it('does not opt out a member who writes about goods', async () => {
    const product = await aProduct();
    for (const said of ['怎么退订单', '别发货了']) await product.dm('c1', said);
    expect(await product.optedOut('c1')).toBe(false);
    expect(await tasks(product)).toMatchObject([{ kind: 'member_reply', state: 'open' }]);
  });

  it('shares one task with the next messages, for the member of staff, and gets 收到 once a day', async () => {
    const product = await aProduct();
    expect(await product.dm('c1', '在吗')).toEqual(['收到，LinXia 会尽快回你。']);
    advance(product, 2 * MINUTE);
    expect(await product.dm('c1', '这个怎么买？')).toEqual([]);
    expect(await tasks(product)).toMatchObject([
      {
        staff: 'LinXia',
        state: 'open',
        text: '「桃夭er」（#1）回复了「新朋友欢迎语」，请回复 TA。\n在吗\n最新一条（共 2 条）：这个怎么买？',
      },
    ]);
    expect(product.channel.ofKind('staff_card')).toMatchObject([
      { title: '待办：成员回复', staff: ['LinXia'], link: 'https://bot.example.com/members/1' },
    ]);
    const { id } = (await tasks(product))[0]!;
    expect(await product.operator(`完成 #${id}。`)).toContain('完成了');
    expect(await tasks(product)).toMatchObject([{ state: 'done' }]);
    expect(await product.dm('c1', '还在吗')).toEqual([]);
    expect(await tasks(product)).toHaveLength(2);
    advance(product, 24 * 60 * MINUTE);
    expect(await product.dm('c1', '你好呀')).toEqual(['收到，LinXia 会尽快回你。']);
  });

  it('counts once when it is delivered twice', async () => {
    const product = await aProduct();
    await product.dm('c1', '在吗', { key: 'twice' });
    await product.dm('c1', '在吗', { key: 'twice' });
    expect(await product.db.read.all('SELECT id FROM member_reply')).toHaveLength(1);
    expect(await tasks(product)).toMatchObject([{ text: '「桃夭er」（#1）回复了「新朋友欢迎语」，请回复 TA。\n在吗' }]);
  });

  it('is recorded as a reply to our latest message', async () => {
    const product = await aProduct();
    await product.db.write((tx) =>
      tx.insert('outbox', [
        {
          key: 'm-1',
          kind: 'chat_dm',
          member_id: 1,
          campaign: 'one-month',
          template_version: 2,
          variant: 'a',
          action: '{}',
          state: 'sent',
          not_before: 0,
          created_at: MONDAY,
          settled_at: MONDAY,
        },
      ]),
    );
    await product.dm('c1', '在');
    expect((await tasks(product))[0]!.text).toMatch(/^「桃夭er」（#1）回复了「.+」，请回复 TA。\n在$/u);
    expect(
      await product.db.read.all('SELECT member_id, campaign, template_version, variant FROM member_reply'),
    ).toEqual([{ member_id: 1, campaign: 'one-month', template_version: 2, variant: 'a' }]);
  });

  it('goes to the operators when the member is nobody’s contact', async () => {
    const product = await aProduct();
    await product.happens(aFact('sent_message', MONDAY, { chatContactId: 'c2' }));
    expect(await product.dm('c2', '你好')).toEqual(['收到，同事会尽快回你。']);
    expect(await tasks(product)).toMatchObject([{ staff: '' }]);
    expect(product.channel.ofKind('staff_card')).toMatchObject([{ staff: ['LinXia'] }]);
  });

  it('is stored only in its task, until thirty days after the task is done', async () => {
    const product = await aProduct();
    await product.dm('c1', '我的地址是幸福路 8 号');
    const copies = async () => {
      const rows = await product.db.read.all<{ text: string }>(
        `SELECT text FROM command_request UNION ALL SELECT text FROM operator_task UNION ALL SELECT action AS text FROM outbox UNION ALL SELECT data AS text FROM fact`,
      );
      return rows.filter(({ text }) => text.includes('幸福路')).length;
    };
    // The task and its card.
    expect(await copies()).toBe(2);
    await product.operator('完成 1');
    await product.later(29 * 24);
    expect(await copies()).toBe(2);
    await product.later(48);
    expect(await copies()).toBe(0);
    expect((await tasks(product))[0]!.text).toBe('「桃夭er」（#1）回复了「新朋友欢迎语」，请回复 TA。');
  });

  it('counts in a group only when it is exactly the word', async () => {
    const product = await aProduct();
    expect(await product.inGroup('c1', '别发了')).toEqual([]);
    expect(await product.inGroup('c1', '恢复')).toEqual([]);
    expect(await product.inGroup('c1', '退订！')).toHaveLength(1);
    expect(await product.optedOut('c1')).toBe(true);
  });

  it('is answered once a minute in a group, and an opt-out at the end of that minute', async () => {
    const product = await aProduct();
    for (let n = 0; n < 50; n++) await product.inGroup('c1', '我的等级');
    expect(product.channel.ofKind('group_say')).toHaveLength(1);
    advance(product, 20_000);
    expect(await product.inGroup('c1', '退订')).toEqual([]);
    expect(await product.optedOut('c1')).toBe(true);
    advance(product, 40_000);
    await product.workLoop.drain();
    expect(product.channel.ofKind('group_say')).toHaveLength(2);
  });

  it('is answered at most twenty times an hour in one group, whoever asks', async () => {
    const product = await aProduct();
    for (let n = 0; n < 30; n++) await product.inGroup(`stranger-${n}`, '我的等级');
    expect(product.channel.ofKind('group_say')).toHaveLength(20);
    advance(product, 60 * MINUTE);
    await product.workLoop.drain();
    expect(product.channel.ofKind('group_say')).toHaveLength(20);
    expect(await product.inGroup('stranger-99', '我的等级')).toHaveLength(1);
  });
});
