import { afterEach, beforeEach, expect, it } from 'vitest';
import { answerTask } from '../../../src/engine/answer-task.js';
import type { Context } from '../../../src/domain/context.js';
import { memberQuestionStore } from '../../../src/features/tasks/member-question.store.js';
import type { StoredTask } from '../../../src/features/tasks/task.store.js';
import { taskStore } from '../../../src/features/tasks/task.store.js';
import { asMemberId, type MemberId } from '../../../src/domain/ids.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact } from '../../support/test-product.js';
import { aKfProduct, type KfProduct } from './a-kf-product.js';
import { ANRAN } from './scripted-kf.js';

const ANSWER = '今天寄出，单号 SF102ab。';

eachDatabase('the answer of staff to a member', (open) => {
  let product: KfProduct;
  let member: MemberId;

  beforeEach(async () => {
    product = await aKfProduct(await open());
    await product.later(1);
    await product.happens(aFact('contact_added', product.clock.now(), { externalUserId: ANRAN }, { staff: 'ZhaoMin' }));
    member = asMemberId((await product.db.read.one<{ id: number }>('SELECT id FROM member'))!.id);
  });
  afterEach(() => product.close());

  const asksOnThePage = () =>
    product.happens(aFact('asked', product.clock.now(), { externalUserId: ANRAN }, { text: '我的订单到哪了？' }));
  const writes = async (text = '我的订单到哪了？') => {
    product.kf.writes(text);
    await product.heard();
    product.clock.pushTo(product.clock.now() + 60_000);
  };
  const task = async (): Promise<StoredTask> => (await taskStore.openReplyTask(product.db.read, member))!;
  /** Staff answer the open task; returns what they read. */
  const answers = async (words: string, over: Partial<Context> = {}, id?: number) => {
    const given = { task: id ?? (await task()).id, answer: 'done' as const, words, by: 'ZhaoMin', isOperator: true };
    const context = { ...(await product.engine.context()), ...over };
    const told = await product.db.write((tx) => answerTask({ tx, context, now: product.clock.now() }, given));
    await product.workLoop.drain();
    return told;
  };
  const onThePage = async () =>
    (await memberQuestionStore.answersOf(product.db.read, member, 0)).map(({ words }) => words);
  const notices = () => product.channel.ofKind('notify_staff').map(({ staff, text }) => ({ staff, text }));

  it('goes by customer service while the window is open, and stands on the page', async () => {
    await writes();
    const { outcome, words } = await answers(ANSWER);
    expect(outcome).toBe('taken');
    expect(words).toContain('通过微信客服发给 TA，TA 的页面上也有');
    expect(product.said().filter((text) => text === ANSWER)).toHaveLength(1);
    expect(await onThePage()).toEqual([ANSWER]);
  });

  it('goes by customer service also to a question of the page, and once when it is given twice', async () => {
    await writes('你好');
    await asksOnThePage();
    const { id } = await task();
    await answers(ANSWER, {}, id);
    expect((await answers('别的话', {}, id)).outcome).toBe('already');
    product.clock.pushTo(product.clock.now() + 60_000);
    await product.heard();
    expect(product.said().filter((text) => text === ANSWER || text === '别的话')).toEqual([ANSWER]);
  });

  it('waits on the page when the member never wrote to customer service, and staff read why', async () => {
    await asksOnThePage();
    const { outcome, words } = await answers(ANSWER);
    expect(outcome).toBe('taken');
    expect(words).toContain('放在 TA 自己的页面上');
    expect(words).toContain('TA 没有在微信客服里留过言');
    expect(product.said()).toEqual([]);
    expect(await onThePage()).toEqual([ANSWER]);
  });

  it('waits on the page after the 48 hours, and when the five messages are used up', async () => {
    await writes();
    const early = await task();
    await product.db.write((tx) => tx.run('UPDATE service_send SET messages = 5'));
    expect((await answers(ANSWER, {}, early.id)).words).toContain('5 条客服消息已经用完');
    await writes('还有一件事');
    await product.later(49);
    expect((await answers(ANSWER)).words).toContain('48 小时');
    expect(product.said()).not.toContain(ANSWER);
  });

  it('does not interrupt a person who serves the member', async () => {
    await writes();
    product.kf.event('session_status_change', { change_type: 1, new_servicer_userid: 'ZhaoMin' });
    await product.heard();
    expect((await answers(ANSWER)).words).toContain('机器人不插话');
    expect(product.said()).not.toContain(ANSWER);
    expect(await onThePage()).toEqual([ANSWER]);
  });

  it('leaves the task open when nothing can carry it, and says what to do', async () => {
    await asksOnThePage();
    const { id } = await task();
    const { outcome, words } = await answers(ANSWER, { consoleUrl: undefined });
    expect(outcome).toBe('not_fitting');
    expect(words).toContain(`请在企业微信里直接回复 TA，再发「完成 ${id}」`);
    expect((await task()).id).toBe(id);
    expect(await onThePage()).toEqual([]);
    expect((await answers('', { consoleUrl: undefined })).outcome).toBe('taken');
  });

  it('is cut with the address of the page when it is longer than one message', async () => {
    await writes();
    await answers('长'.repeat(900));
    const [said] = product.said().slice(-1);
    expect(said).toMatch(/^长+…\n全文 https?:\/\/\S+\/m$/);
    expect(Buffer.byteLength(said!)).toBeLessThanOrEqual(2_048);
    expect(await onThePage()).toEqual(['长'.repeat(900)]);
  });

  it('that WeCom did not deliver is reported to staff, once, with where it is now', async () => {
    await writes();
    const { id } = await task();
    await answers(ANSWER);
    const { msgid } = product.kf.accepted.at(-1)!;
    for (const fail_type of [5, 5]) {
      product.clock.pushTo(product.clock.now() + 60_000);
      product.kf.event('msg_send_fail', { fail_msgid: msgid, fail_type });
      await product.heard();
    }
    await product.later(14);
    expect(notices().filter(({ text }) => text.includes('没能通过微信客服送到'))).toEqual([
      { staff: ['ZhaoMin'], text: expect.stringMatching(new RegExp(`待办 ${id}.*会话已经结束.*自己的页面`)) as string },
    ]);
  });
});
