import { expect, it } from 'vitest';
import { CommandAnswers } from '../../../src/commands/answer-commands.js';
import { commandRequestStore } from '../../../src/inbox/command-request.store.js';
import { migrations } from '../../../src/migrations/index.js';
import type { Database } from '../../../src/platform/database/database.js';
import { RetryLater } from '../../../src/platform/errors.js';
import { createLogger } from '../../../src/platform/logger/logger.js';
import { eachDatabase } from '../../support/databases.js';
import { aProduct, MONDAY } from '../../support/test-product.js';

async function answersOf(db: Database, operators = (): readonly string[] => ['LinXia']): Promise<CommandAnswers> {
  const { engine, clock } = await aProduct(db);
  return new CommandAnswers(db, engine, operators, {
    clock,
    timeZone: 'Asia/Shanghai',
    logger: createLogger({ level: 'silent' }),
  });
}
const says = (db: Database, ...texts: string[]) =>
  db.write((tx) =>
    commandRequestStore.append(
      tx,
      texts.map((text) => ({
        key: `said:${text}`,
        at: MONDAY,
        from: { kind: 'staff', staff: 'LinXia' },
        replyTo: { kind: 'app' },
        text,
      })),
      MONDAY,
    ),
  );
const requests = (db: Database) => db.read.all('SELECT text, state FROM command_request ORDER BY id');
const replies = async (db: Database) =>
  (await db.read.all<{ key: string }>(`SELECT key FROM outbox WHERE key LIKE 'reply:%' ORDER BY id`)).map(
    ({ key }) => key,
  );

eachDatabase('CommandAnswers', (open) => {
  it('sets aside a command whose answer cannot be written, and continues with the next', async () => {
    const db = await open({ migrations });
    const answers = await answersOf(db);
    // 暂停 writes into this table with its answer; 帮助 does not.
    await db.write((tx) => tx.run('DROP TABLE audit'));
    await says(db, '暂停', '帮助');
    await answers.answerPending();
    expect(await requests(db)).toEqual([
      { text: '暂停', state: 2 },
      { text: '帮助', state: 1 },
    ]);
    expect(await replies(db)).toEqual(['reply:said:帮助']);
    expect(await db.read.all(`SELECT value FROM setting WHERE name = 'paused'`)).toEqual([]);
    expect(await answers.answerPending()).toBe(0);
  });

  it('keeps a command pending while the database is busy, and answers it once afterwards', async () => {
    const db = await open();
    let busy = true;
    const answers = await answersOf(db, () => {
      if (busy) throw new RetryLater('database_unavailable');
      return ['LinXia'];
    });
    await says(db, '帮助');
    await expect(answers.answerPending()).rejects.toThrow(RetryLater);
    expect(await requests(db)).toEqual([{ text: '帮助', state: 0 }]);
    expect(await replies(db)).toEqual([]);
    busy = false;
    await answers.answerPending();
    expect(await requests(db)).toEqual([{ text: '帮助', state: 1 }]);
    expect(await replies(db)).toEqual(['reply:said:帮助']);
  });
});
