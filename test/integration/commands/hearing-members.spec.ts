import { expect, it } from 'vitest';
import { eachDatabase } from '../../support/databases.js';
import { aFact, MONDAY } from '../../support/test-product.js';
import { aListeningProduct } from './spoken-to.js';

const MINUTE = 60_000;

eachDatabase('what members say to the chat account', (open) => {
  const aProduct = async () => {
    const product = await aListeningProduct(await open());
    await product.contact('c1', '桃夭er');
    return product;
  };
  type House = Awaited<ReturnType<typeof aProduct>>;
  const tasks = ({ db }: House) =>
    db.read.all<{ id: number; kind: string; staff: string; state: string; text: string }>(
      `SELECT id, kind, staff, state, text FROM operator_task WHERE kind = 'member_reply' ORDER BY id`,
    );
  const push = ({ clock }: House, ms: number) => clock.pushTo(clock.now() + ms);

  it('stops at once in every way of saying so, and says so once', async () => {
    const product = await aProduct();
    expect(await product.dm('c1', '别再发了！')).toEqual(['好的，之后不再主动发消息给你。想恢复时回复「订阅」就行。']);
    expect(await product.optedOut('c1')).toBe(true);
    expect(await product.dm('c1', 'ＴＤ。')).toEqual([]);
    expect(await product.dm('c1', '恢复。')).toEqual(['欢迎回来，有值得说的我们才会发。']);
    expect(await product.optedOut('c1')).toBe(false);
    expect(await tasks(product)).toEqual([]);
  });

  it('asks back when it is not sure, and understands 1 once, for an hour', async () => {
    const product = await aProduct();
    for (const [said, opts] of [
      ['1', true],
      ['好的', true],
      ['不用', false],
    ] as const) {
      expect(await product.dm('c1', '退订那个课程怎么操作')).toEqual(['要停止接收消息吗？回复 1 停止。']);
      expect(await product.optedOut('c1')).toBe(false);
      push(product, 60 * MINUTE);
      await product.dm('c1', said);
      expect(await product.optedOut('c1'), said).toBe(opts);
      await product.dm('c1', '订阅');
      push(product, 24 * 60 * MINUTE);
    }
    await product.dm('c1', '取消');
    push(product, 60 * MINUTE + 1);
    await product.dm('c1', '好');
    expect(await product.optedOut('c1')).toBe(false);
    // Something else was said in between.
    push(product, 24 * 60 * MINUTE);
    await product.dm('c1', '取消');
    await product.dm('c1', '这个多少钱');
    await product.dm('c1', '1');
    expect(await product.optedOut('c1')).toBe(false);
  });

  const ASKS = '要停止接收消息吗？回复 1 停止。';
  const ASKS_AGAIN = '是要停止接收消息吗？停止请回复 1，不停请回复 2。';

  it('asks whether to stop however fast somebody writes, and in other words when it is said again', async () => {
    const product = await aProduct();
    expect(await product.dm('c1', '我的等级')).toHaveLength(1);
    expect(await product.dm('c1', '怎么退订')).toEqual([ASKS]);
    push(product, 5_000);
    expect(await product.dm('c1', '到底怎么退订')).toEqual([ASKS_AGAIN]);
    expect(await product.dm('c1', '退订在哪里')).toEqual(['还没有停止。要停止接收消息，请回复「退订」。']);
    expect(await product.dm('c1', '退订要去哪里')).toEqual([]);
    await product.dm('c1', '1');
    expect(await product.optedOut('c1')).toBe(true);
  });

  it('repeats its last words after a minute when it has asked in all ways, whatever was said', async () => {
    const LAST = '还没有停止。要停止接收消息，请回复「退订」。';
    const product = await aProduct();
    for (const words of [ASKS, ASKS_AGAIN, LAST]) {
      push(product, MINUTE);
      expect(await product.dm('c1', '取消')).toEqual([words]);
    }
    push(product, MINUTE - 1);
    expect(await product.dm('c1', '取消')).toEqual([]);
    push(product, 1);
    expect(await product.dm('c1', '取消')).toEqual([LAST]);
    await product.dm('c1', '这个多少钱');
    push(product, MINUTE);
    expect(await product.dm('c1', '1')).toEqual([LAST]);
    await product.dm('c1', '1');
    expect(await product.optedOut('c1')).toBe(true);
  });

  it('goes on when the number for it is said, in the words of the question', async () => {
    const product = await aProduct();
    for (const said of ['回复2', '「2 不停」', '不停了']) {
      await product.dm('c1', '取消');
      expect(await product.dm('c1', said)).toEqual(['好的，照常。']);
      expect(await product.optedOut('c1')).toBe(false);
      push(product, 10 * MINUTE);
    }
  });

  it('asks who wonders whether we stopped, and who may talk of a parcel', async () => {
    const product = await aProduct();
    for (const said of ['停止推送了？', '我要拒收', '我不想要了']) {
      expect(await product.dm('c1', said)).toEqual([ASKS]);
      expect(await product.optedOut('c1')).toBe(false);
      push(product, 10 * MINUTE);
    }
  });

  it('waits for the answer an hour from when it was last said, whether the question was repeated or not', async () => {
    const product = await aProduct();
    await product.dm('c1', '怎么退订');
    for (let n = 0; n < 4; n++) {
      push(product, 2 * MINUTE);
      await product.dm('c1', '怎么退订');
    }
    push(product, 60 * MINUTE);
    await product.dm('c1', '1');
    expect(await product.optedOut('c1')).toBe(true);
    // Asked and refused: who says it again is asked again.
    await product.dm('c1', '订阅');
    push(product, 60 * MINUTE);
    expect(await product.dm('c1', '取消')).toEqual([ASKS]);
    expect(await product.dm('c1', '不用')).toEqual(['好的，照常。']);
    expect(await product.dm('c1', '取消')).toEqual([ASKS_AGAIN]);
    await product.dm('c1', '回复1');
    expect(await product.optedOut('c1')).toBe(true);
  });

  it('keeps the question through other words, asks of a bare 1 once more and takes no 好的 for an answer', async () => {
    const product = await aProduct();
    expect(await product.dm('c1', '怎么退订')).toEqual([ASKS]);
    await product.dm('c1', '这个多少钱');
    expect(await product.dm('c1', '好的')).toEqual([]);
    expect(await product.optedOut('c1')).toBe(false);
    expect(await product.dm('c1', '1')).toEqual([ASKS_AGAIN]);
    await product.dm('c1', '1');
    expect(await product.optedOut('c1')).toBe(true);

    await product.dm('c1', '订阅');
    push(product, 24 * 60 * MINUTE);
    await product.dm('c1', '怎么退订');
    await product.dm('c1', '这个多少钱');
    await product.dm('c1', '1 停止');
    expect(await product.optedOut('c1')).toBe(true);
  });

  it('asks whether to stop when the hour of the account is full: as soon as it has room', async () => {
    const product = await aProduct();
    for (let n = 0; n < 60; n++) {
      await product.inGroup(`stranger-${n}`, '我的等级', `R:${n % 6}`);
      push(product, 1_000);
    }
    expect(await product.dm('c1', '怎么退订')).toEqual([]);
    await product.dm('c1', '好的');
    expect(await product.optedOut('c1')).toBe(false);
    const asked = () => product.channel.ofKind('chat_dm').filter(({ message }) => message.text === ASKS).length;
    expect(asked()).toBe(0);
    push(product, 59 * MINUTE);
    await product.workLoop.drain();
    expect(asked()).toBe(1);
    await product.dm('c1', '1');
    expect(await product.optedOut('c1')).toBe(true);
  });

  it('hears words whose time is none or ahead as of now, and holds up nobody', async () => {
    const product = await aProduct();
    for (const at of [Number.NaN, 0, Infinity, product.clock.now() + 24 * 60 * MINUTE]) {
      expect(await product.dm('c1', '怎么退订', { at })).toHaveLength(1);
      await product.dm('c1', '1 停止', { at });
      expect(await product.optedOut('c1'), String(at)).toBe(true);
      push(product, 60 * MINUTE);
      await product.dm('c1', '订阅');
      expect(await product.optedOut('c1'), String(at)).toBe(false);
      push(product, 60 * MINUTE);
    }
  });

  it('takes nothing for an answer that was said before the question', async () => {
    const product = await aProduct();
    const said = product.clock.now();
    push(product, 5_000);
    expect(await product.dm('c1', '怎么退订', { at: said })).toEqual([ASKS]);
    await product.dm('c1', '1', { at: said + 3_999 });
    await product.dm('c1', '怎么退订', { at: said + 100 });
    await product.dm('c1', '1', { at: said + 200 });
    expect(await product.optedOut('c1')).toBe(false);
    // Words are dated by whole seconds.
    await product.dm('c1', '1 停止', { at: said + 4_000 });
    expect(await product.optedOut('c1')).toBe(true);
  });

  it('opts nobody out who talks of goods', async () => {
    const product = await aProduct();
    for (const said of ['怎么退订单', '别发货了']) await product.dm('c1', said);
    expect(await product.optedOut('c1')).toBe(false);
    expect(await tasks(product)).toMatchObject([{ kind: 'member_reply', state: 'open' }]);
  });

  it('makes one task of several words, for the member of staff, and says 收到 once a day', async () => {
    const product = await aProduct();
    expect(await product.dm('c1', '在吗')).toEqual(['收到，LinXia 会尽快回你。']);
    push(product, 2 * MINUTE);
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
    push(product, 24 * 60 * MINUTE);
    expect(await product.dm('c1', '你好呀')).toEqual(['收到，LinXia 会尽快回你。']);
  });

  it('takes a message that is told twice once', async () => {
    const product = await aProduct();
    await product.dm('c1', '在吗', { key: 'twice' });
    await product.dm('c1', '在吗', { key: 'twice' });
    expect(await product.db.read.all('SELECT id FROM member_reply')).toHaveLength(1);
    expect(await tasks(product)).toMatchObject([{ text: '「桃夭er」（#1）回复了「新朋友欢迎语」，请回复 TA。\n在吗' }]);
  });

  it('knows which message was answered, and counts it as its reply', async () => {
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

  it('goes to the operators where the member is nobody’s contact', async () => {
    const product = await aProduct();
    await product.happens(aFact('sent_message', MONDAY, { chatContactId: 'c2' }));
    expect(await product.dm('c2', '你好')).toEqual(['收到，同事会尽快回你。']);
    expect(await tasks(product)).toMatchObject([{ staff: '' }]);
    expect(product.channel.ofKind('staff_card')).toMatchObject([{ staff: ['LinXia'] }]);
  });

  it('keeps the words only in the task, and there for thirty days after it is done', async () => {
    const product = await aProduct();
    await product.dm('c1', '我的地址是幸福路 8 号');
    const where = async () => {
      const rows = await product.db.read.all<{ text: string }>(
        `SELECT text FROM command_request UNION ALL SELECT text FROM operator_task UNION ALL SELECT action AS text FROM outbox UNION ALL SELECT data AS text FROM fact`,
      );
      return rows.filter(({ text }) => text.includes('幸福路')).length;
    };
    // The task and its card.
    expect(await where()).toBe(2);
    await product.operator('完成 1');
    await product.later(29 * 24);
    expect(await where()).toBe(2);
    await product.later(48);
    expect(await where()).toBe(0);
    expect((await tasks(product))[0]!.text).toBe('「桃夭er」（#1）回复了「新朋友欢迎语」，请回复 TA。');
  });

  it('is heard in groups only when it is the word itself', async () => {
    const product = await aProduct();
    expect(await product.inGroup('c1', '别发了')).toEqual([]);
    expect(await product.inGroup('c1', '恢复')).toEqual([]);
    expect(await product.inGroup('c1', '退订！')).toHaveLength(1);
    expect(await product.optedOut('c1')).toBe(true);
  });

  it('is answered once a minute in a group, and a wish to stop at the end of that minute', async () => {
    const product = await aProduct();
    for (let n = 0; n < 50; n++) await product.inGroup('c1', '我的等级');
    expect(product.channel.ofKind('group_say')).toHaveLength(1);
    push(product, 20_000);
    expect(await product.inGroup('c1', '退订')).toEqual([]);
    expect(await product.optedOut('c1')).toBe(true);
    push(product, 40_000);
    await product.workLoop.drain();
    expect(product.channel.ofKind('group_say')).toHaveLength(2);
  });

  it('is answered no more than twenty times an hour in one group, whoever asks', async () => {
    const product = await aProduct();
    for (let n = 0; n < 30; n++) await product.inGroup(`stranger-${n}`, '我的等级');
    expect(product.channel.ofKind('group_say')).toHaveLength(20);
    push(product, 60 * MINUTE);
    await product.workLoop.drain();
    expect(product.channel.ofKind('group_say')).toHaveLength(20);
    expect(await product.inGroup('stranger-99', '我的等级')).toHaveLength(1);
  });
});
