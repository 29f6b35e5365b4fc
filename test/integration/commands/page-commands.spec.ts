import { expect, it } from 'vitest';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, MONDAY, xiaolu } from '../../support/test-product.js';

eachDatabase('a command on the member’s page', (open) => {
  async function aMember() {
    const product = await aProduct(await open());
    await product.happens(aFact('contact_added', MONDAY, xiaolu));
    const optOuts = async (): Promise<number> =>
      Number((await product.db.read.one<{ n: number }>(`SELECT COUNT(*) AS n FROM fact WHERE kind = 'opted_out'`))?.n);
    return { ...product, optOuts };
  }
  const byXiaolu = (command: string, key = 'act-1') => ({ key, externalUserId: 'wmXiaolu', command });

  it('is answered at once and sends nothing', async () => {
    const { commands, channel, workLoop } = await aMember();
    const before = channel.performed.length;
    expect(await commands.answerNow(byXiaolu('my_tier'))).toEqual({
      text: '你现在是「普通」。目前：累计订单 0 笔。留在「普通」的条件，你现在都满足。再下 1 单，就是会员。',
    });
    await workLoop.drain();
    expect(channel.performed.slice(before)).toEqual([]);
  });

  it('changes the member by a fact, once for the same key', async () => {
    const { commands, workLoop, optOuts, db } = await aMember();
    const first = await commands.answerNow(byXiaolu('opt_out'));
    expect(await commands.answerNow(byXiaolu('opt_out'))).toEqual(first);
    await workLoop.drain();
    expect(await optOuts()).toBe(1);
    expect(await db.read.one('SELECT state, place, answer FROM command_request')).toEqual({
      state: 1,
      place: 'page',
      answer: '好的，之后不再主动发消息给你。想恢复时回复「订阅」就行。',
    });
  });

  it('gives one member no answer of another who uses the same key', async () => {
    const { commands } = await aMember();
    await commands.answerNow(byXiaolu('my_tier'));
    expect(await commands.answerNow({ ...byXiaolu('my_tier'), externalUserId: 'wmOther' })).toEqual({
      text: '还没有你的记录，在群里聊几句就有啦。',
    });
  });

  it('says that it does not know a command, and stores nothing', async () => {
    const { commands, db } = await aMember();
    expect(await commands.answerNow(byXiaolu('why_not'))).toEqual({ refused: 'unknown_command' });
    expect(await db.read.all('SELECT id FROM command_request')).toEqual([]);
  });
});
