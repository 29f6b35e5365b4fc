import { expect, it } from 'vitest';
import { asMemberId } from '../../../src/domain/ids.js';
import { DAY_MS } from '../../../src/domain/day.js';
import { answerTask } from '../../../src/engine/answer-task.js';
import { memberQuestionStore } from '../../../src/features/tasks/member-question.store.js';
import { taskStore } from '../../../src/features/tasks/task.store.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, MONDAY, withKey, xiaolu } from '../../support/test-product.js';
import { aListeningProduct } from '../commands/a-listening-product.js';

const question = '上周买的咖啡机漏水，想换一台，请问怎么寄回？'.repeat(4);

eachDatabase('a question on the member’s page', (open) => {
  async function anAskingMember() {
    const product = await aListeningProduct(await open());
    await product.happens(aFact('contact_added', MONDAY, xiaolu, { staff: 'ZhaoMin' }));
    const member = asMemberId((await product.db.read.one<{ id: number }>('SELECT id FROM member'))!.id);
    const asks = (key: string, text = question) =>
      product.happens(withKey(key, aFact('asked', product.clock.now(), xiaolu, { text })));
    const questions = () => memberQuestionStore.questionsOf(product.db.read, member, 10);
    const task = async () => (await taskStore.openReplyTask(product.db.read, member))!;
    return { ...product, member, asks, questions, task };
  }

  it('becomes a task of the member’s staff with a due time and all its words, once', async () => {
    const { asks, questions, task } = await anAskingMember();
    await asks('q-1');
    await asks('q-1');
    const { staff, dueAt, text } = await task();
    expect({ staff, dueAt }).toEqual({ staff: 'ZhaoMin', dueAt: Date.parse('2026-03-03T09:00:00+08:00') });
    expect(text).toContain(question);
    expect(await questions()).toEqual([{ at: MONDAY, words: question, isOpen: true, answer: null }]);
  });

  it('is answered by the words after 完成, in the case and width in which they were typed', async () => {
    const { asks, questions, task, operator, clock } = await anAskingMember();
    await asks('q-1');
    const { id } = await task();
    const said = await operator(`完成 ${id} 今天寄出，单号 SF１０２ａB。`);
    expect(said).toBe(
      `收到，待办 ${id} 完成了。回答放在 TA 自己的页面上，等 TA 来看；微信客服没有发：没有接入微信客服。急的话，请在企业微信里直接回复 TA。`,
    );
    const answer = { words: '今天寄出，单号 SF１０２ａB。', at: clock.now() };
    expect(await questions()).toEqual([{ at: MONDAY, words: question, isOpen: false, answer }]);
    expect(await operator(`完成 ${id} 别的话`)).toMatch(/已经处理过了/);
    expect((await questions())[0]?.answer).toEqual(answer);
  });

  it('can be closed without words, as after a call', async () => {
    const { asks, questions, task, operator } = await anAskingMember();
    await asks('q-1');
    await operator(`完成 ${(await task()).id}`);
    expect(await questions()).toEqual([{ at: MONDAY, words: question, isOpen: false, answer: null }]);
  });

  it('is answered together with a second one of the same open task', async () => {
    const { asks, questions, task, db, engine, clock } = await anAskingMember();
    await asks('q-1', '一');
    await asks('q-2', '二');
    const context = await engine.context();
    const given = { task: (await task()).id, answer: 'done' as const, words: ' 都好 ', by: 'admin', isOperator: true };
    await db.write((tx) => answerTask({ tx, context, now: clock.now() }, given));
    const answer = { words: '都好', at: clock.now() };
    expect((await questions()).map((one) => [one.words, one.answer])).toEqual([
      ['二', answer],
      ['一', answer],
    ]);
  });

  it('is forgotten thirty days after it was answered, and so is the answer', async () => {
    const { asks, questions, task, operator, later } = await anAskingMember();
    await asks('q-1');
    await operator(`完成 ${(await task()).id} 好的`);
    await later('2026-03-31T09:00');
    expect((await questions())[0]?.words).toBe(question);
    await later('2026-04-02T09:00');
    expect(await questions()).toEqual([
      { at: MONDAY, words: '', isOpen: false, answer: { words: '', at: expect.any(Number) as number } },
    ]);
  });

  it('belongs to the member after a merge, with its answer', async () => {
    const { asks, task, operator, happens, db } = await anAskingMember();
    await asks('q-1');
    await operator(`完成 ${(await task()).id} 好的`);
    const old = { phone: '13800138001' };
    await happens(aFact('profile_updated', MONDAY - DAY_MS, old));
    await happens(aFact('profile_updated', MONDAY, { ...xiaolu, ...old }));
    const kept = asMemberId((await db.read.one<{ id: number }>('SELECT id FROM member WHERE merged_into IS NULL'))!.id);
    expect((await memberQuestionStore.questionsOf(db.read, kept, 10))[0]?.answer?.words).toBe('好的');
    expect((await memberQuestionStore.answersOf(db.read, kept, 0))[0]).toMatchObject({ words: '好的', by: 'LinXia' });
  });
});
