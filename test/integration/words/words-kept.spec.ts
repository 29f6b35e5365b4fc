import { expect, it } from 'vitest';
import { OPEN_WORDS_KEPT_DAYS, WORDS_KEPT_DAYS } from '../../../src/domain/words-kept.js';
import { asMemberId } from '../../../src/domain/ids.js';
import { taskStore } from '../../../src/features/tasks/task.store.js';
import { timelineOf } from '../../../src/insights/timeline.js';
import type { Database } from '../../../src/platform/database/database.js';
import type { Dialect } from '../../../src/platform/database/sql.js';
import { eachDatabase, type OpenDatabase } from '../../support/databases.js';
import { FakeChannel } from '../../support/fake-channel.js';
import { aFact } from '../../support/test-product.js';
import { aKfProduct } from '../kf/a-kf-product.js';
import { ANRAN } from '../kf/scripted-kf.js';
import { kinds, says } from '../tasks/staff-tasks.js';
import { rulesOf } from '../../support/rules-of.js';

const QUESTION = '咖啡机漏水怎么办';
const WRITTEN = '还想问一下保修期';
const ANSWER = '今天就给你换新的';

/** Every text column of the database that still has these words, as `table.column`. */
async function placesOf(db: Database, words: string): Promise<string[]> {
  const columns = await db.read.all<{ place: string; name: string; column: string }>(
    db.read.dialect === 'postgres'
      ? `SELECT table_name AS name, column_name AS "column" FROM information_schema.columns
         WHERE table_schema = current_schema() AND data_type = 'text' ORDER BY 1, 2`
      : `SELECT t.name AS name, c.name AS "column" FROM sqlite_master t JOIN pragma_table_info(t.name) c
         WHERE t.type = 'table' AND c.type = 'TEXT' ORDER BY 1, 2`,
  );
  const found: string[] = [];
  for (const { name, column } of columns) {
    const rows = await db.read.all(`SELECT 1 AS one FROM "${name}" WHERE "${column}" LIKE $1 LIMIT 1`, [`%${words}%`]);
    if (rows.length > 0) found.push(`${name}.${column}`);
  }
  return found;
}

/** A PostgreSQL server usually sorts by the rules of a language, in which `;` comes before `:`. */
async function sortedByLanguage(open: OpenDatabase, dialect: Dialect): Promise<Database> {
  if (dialect === 'sqlite') return open();
  // Not the database that the next test gets.
  const db = await open({});
  await db.write((tx) => tx.run('ALTER TABLE outbox ALTER COLUMN key TYPE TEXT COLLATE "en-x-icu"'));
  return db;
}

eachDatabase('the words of a member and the answers to them', (open, dialect) => {
  async function aConversation() {
    const db = await sortedByLanguage(open, dialect);
    const product = await aKfProduct(db, { channel: new FakeChannel(kinds) });
    await product.later(1);
    const anran = { externalUserId: ANRAN };
    await product.happens(aFact('contact_added', product.clock.now(), anran, { staff: 'ZhaoMin' }));
    const writes = async (text: string, over: Record<string, unknown> = {}) => {
      const msgid = product.kf.writes(text, over);
      await product.heard();
      product.clock.pushTo(product.clock.now() + 60_000);
      return msgid;
    };
    const asks = () => product.happens(aFact('asked', product.clock.now(), anran, { text: QUESTION }));
    const member = asMemberId((await db.read.one<{ id: number }>('SELECT id FROM member'))!.id);
    const answer = async (words: string) => {
      const task = (await taskStore.openReplyTask(db.read, member))!.id;
      await says(product, 'ZhaoMin', `完成 ${task} ${words}`);
    };
    const daysLater = async (days: number) => {
      await product.later(24 * days);
      await product.workLoop.review();
    };
    return { db, product, member, writes, asks, answer, daysLater };
  }

  it('are kept as long as promised after the matter is over, and then in no place at all', async () => {
    const { db, product, writes, asks, answer, daysLater } = await aConversation();
    await writes(WRITTEN);
    await asks();
    await writes('某种新消息', { msgtype: 'hologram', hologram: { content: WRITTEN } });
    await daysLater(10);
    await writes('麻烦快一点哦');
    await answer(ANSWER);
    expect(await placesOf(db, ANSWER)).toContain('member_answer.words');
    await daysLater(WORDS_KEPT_DAYS - 1);
    expect(await placesOf(db, QUESTION)).toContain('member_question.words');
    expect(await placesOf(db, WRITTEN)).toContain('operator_task.text');
    expect(await placesOf(db, ANSWER)).toContain('member_answer.words');
    await daysLater(2);
    for (const words of [QUESTION, WRITTEN, ANSWER, '麻烦快一点哦'])
      expect([words, await placesOf(db, words)]).toEqual([words, []]);
    await product.close();
  });

  it('are not kept for ever by a task that nobody closes', async () => {
    const { db, product, asks, daysLater } = await aConversation();
    await asks();
    expect(await placesOf(db, QUESTION)).toContain('outbox.action');
    await daysLater(OPEN_WORDS_KEPT_DAYS - 1);
    expect(await placesOf(db, QUESTION)).toContain('operator_task.text');
    await daysLater(2);
    expect(await placesOf(db, QUESTION)).toEqual([]);
    await product.close();
  });

  it('stay for a month when the member writes again while an old task is still open', async () => {
    const { db, product, asks, writes, daysLater } = await aConversation();
    await asks();
    await daysLater(OPEN_WORDS_KEPT_DAYS - 1);
    await writes(WRITTEN);
    await daysLater(WORDS_KEPT_DAYS - 1);
    expect(await placesOf(db, QUESTION)).toEqual([]);
    expect(await placesOf(db, WRITTEN)).toContain('operator_task.text');
    await product.close();
  });

  it('are deleted at once everywhere when the member recalls the message', async () => {
    const { db, product, member, writes } = await aConversation();
    const first = await writes(WRITTEN);
    const second = await writes(QUESTION);
    product.kf.event('user_recall_msg', { recall_msgid: second });
    await product.heard();
    expect(await placesOf(db, QUESTION)).toEqual([]);
    const view = { timeZone: 'Asia/Shanghai', now: product.clock.now(), ...rulesOf(product) };
    const { items } = await timelineOf(db.read, member, { limit: 50 }, view);
    const titles = items.map(({ title }) => title.zh);
    expect(titles).toContain('发来消息');
    expect(titles).not.toContain('发来「」');
    expect((await taskStore.openReplyTask(db.read, member))!.text).toContain(WRITTEN);
    product.kf.event('user_recall_msg', { recall_msgid: first });
    await product.heard();
    expect(await placesOf(db, WRITTEN)).toEqual([]);
    await product.close();
  });
});
