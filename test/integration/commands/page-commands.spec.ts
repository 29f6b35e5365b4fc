import { expect, it } from 'vitest';
import type { MemberCommand } from '../../../src/commands/command.js';
import { handOverCommand } from '../../../src/commands/hand-over.command.js';
import { optOutCommand } from '../../../src/commands/opt-out.command.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, MONDAY, xiaolu } from '../../support/test-product.js';

eachDatabase('a command on the member’s page', (open) => {
  async function aMember() {
    const product = await aProduct(await open());
    await product.happens(aFact('contact_added', MONDAY, xiaolu));
    const optOuts = async (): Promise<number> =>
      Number((await product.db.read.one<{ n: number }>(`SELECT COUNT(*) AS n FROM fact WHERE kind = 'opted_out'`))?.n);
    const presses = async (command: MemberCommand, language: 'zh' | 'en' = 'zh', argument = ''): Promise<void> =>
      product.commands.answerNow({ ...act, command, language, argument });
    return { ...product, optOuts, presses };
  }
  const act = { key: 'act-1', externalUserId: 'wmXiaolu' };

  it('is answered at once in the language of the page, and sends nothing', async () => {
    const { presses, commands, channel, workLoop } = await aMember();
    const before = channel.performed.length;
    await presses(optOutCommand, 'en');
    expect(await commands.answerOnPage(act)).toBe('All right, we will not write to you any more.');
    await workLoop.drain();
    expect(channel.performed.slice(before)).toEqual([]);
  });

  it('changes the member by a fact, once for the same key', async () => {
    const { presses, workLoop, optOuts, db } = await aMember();
    await presses(optOutCommand);
    await presses(optOutCommand);
    await workLoop.drain();
    expect(await optOuts()).toBe(1);
    expect(await db.read.one('SELECT state, place, answer FROM command_request')).toEqual({
      state: 1,
      place: 'page',
      answer: '好的，之后不再主动发消息给你。',
    });
  });

  it('gives one member no answer of another who uses the same key', async () => {
    const { presses, commands } = await aMember();
    await presses(optOutCommand);
    expect(await commands.answerOnPage({ ...act, externalUserId: 'wmOther' })).toBeNull();
  });

  it('keeps the words of a question in its task and no longer than 30 days in the fact', async () => {
    const { presses, workLoop, later, db } = await aMember();
    await presses(handOverCommand, 'zh', '发票开错了');
    await workLoop.drain();
    const stored = () => db.read.one(`SELECT data FROM fact WHERE kind = 'asked'`);
    expect(await stored()).toEqual({ data: '{"text":"发票开错了"}' });
    expect(await db.read.one('SELECT text FROM command_request')).toEqual({ text: '' });
    await later(31 * 24);
    expect(await stored()).toEqual({ data: '{"text":""}' });
    expect(await db.read.one('SELECT words FROM member_question')).toEqual({ words: '发票开错了' });
  });
});
