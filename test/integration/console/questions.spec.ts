import { request } from 'node:http';
import { expect, it } from 'vitest';
import { Questions, type QuestionKind, type QuestionLimits } from '../../../src/console/api/questions.js';
import type { Sql } from '../../../src/platform/database/sql.js';
import { aConsole, API_TOKEN } from '../../support/console-app.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, MONDAY, xiaolu } from '../../support/test-product.js';

/** A query that never ends by itself. */
const endless = (sql: Sql) =>
  sql.one(
    'WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n > 0) SELECT COUNT(*) AS n FROM counted',
  );
const short = (sql: Sql) => sql.one('SELECT 1 AS one');

const longLimits: Readonly<Record<QuestionKind, QuestionLimits>> = {
  dry_run: { limitMs: 3_600_000, maxWaiting: 1 },
  members: { limitMs: 3_600_000, maxWaiting: 1 },
};
const neverAborted = new AbortController().signal;
const proposal = JSON.stringify({ tags: { name: '常客', when: 'orders_total >= 1' } });

eachDatabase('expensive questions', (open) => {
  it('end at their time limit with a code, and the next one is answered', async () => {
    const db = await open();
    const questions = new Questions(db, { ...longLimits, dry_run: { limitMs: 40, maxWaiting: 1 } });
    await expect(questions.ask('dry_run', neverAborted, endless)).rejects.toMatchObject({
      code: 'too_expensive',
      status: 422,
    });
    expect(await questions.ask('dry_run', neverAborted, short)).toEqual({ one: 1 });
  });

  it('are stopped in the database when the client disconnects', async () => {
    const db = await open();
    const questions = new Questions(db, longLimits);
    const leaving = new AbortController();
    const asked = questions.ask('dry_run', leaving.signal, async (sql) => {
      const answer = endless(sql);
      leaving.abort(new Error('left'));
      return answer;
    });
    await expect(asked).rejects.toThrow('left');
    // The connection answers again, so nothing runs on it any more.
    expect(await questions.ask('dry_run', neverAborted, short)).toEqual({ one: 1 });
    await expect(questions.ask('dry_run', AbortSignal.abort(new Error('gone')), short)).rejects.toThrow('gone');
  });

  it('queue within their kind up to a limit, and delay no other kind and no short query', async () => {
    const db = await open();
    const questions = new Questions(db, longLimits);
    const first = new AbortController();
    let begun: () => void = () => undefined;
    const running = new Promise<void>((settle) => (begun = settle));
    const slow = questions.ask('dry_run', first.signal, async (sql) => {
      begun();
      await short(sql);
      return new Promise((_, fail) => first.signal.addEventListener('abort', () => fail(new Error('left'))));
    });
    await running;
    const second = questions.ask('dry_run', neverAborted, short);
    await expect(questions.ask('dry_run', neverAborted, short)).rejects.toMatchObject({ code: 'busy', status: 429 });
    expect(await questions.ask('members', neverAborted, short)).toEqual({ one: 1 });
    expect(await short(db.read)).toEqual({ one: 1 });
    first.abort();
    await expect(slow).rejects.toThrow('left');
    expect(await second).toEqual({ one: 1 });
  });

  it('over HTTP are refused as busy, and a client that disconnects gives its place to the next', async () => {
    const product = await aProduct(await open());
    await product.happens(aFact('visited', MONDAY, xiaolu));
    const app = await aConsole(product, { questionLimits: longLimits });
    const port = await app.listen();
    const holding = new AbortController();
    const slow = app.questions.ask('dry_run', holding.signal, endless);
    const dryRun = () => app.asProgram('POST', '/api/v1/dry-runs', JSON.parse(proposal));

    const disconnecting = request({
      ...{ port, method: 'POST', path: '/api/v1/dry-runs' },
      headers: { authorization: `Bearer ${API_TOKEN}`, 'content-type': 'application/json' },
    });
    disconnecting.on('error', () => undefined);
    disconnecting.end(proposal);
    const busyAnswer = async () => {
      const leaving = new AbortController();
      const probe = app.questions
        .ask('dry_run', leaving.signal, short)
        .catch((cause: unknown) => (cause as { code?: string }).code);
      leaving.abort(Object.assign(new Error('left'), { code: 'left' }));
      return probe;
    };
    // Wait until the request is in the queue, and until it has left it.
    while ((await busyAnswer()) !== 'busy') await new Promise((settle) => setImmediate(settle));
    const refused = await dryRun();
    expect([refused.status, refused.body['code'], Number(refused.headers['retry-after']) > 0]).toEqual([
      429,
      'busy',
      true,
    ]);
    disconnecting.destroy();
    while ((await busyAnswer()) === 'busy') await new Promise((settle) => setImmediate(settle));

    const next = dryRun();
    while ((await busyAnswer()) !== 'busy') await new Promise((settle) => setImmediate(settle));
    expect((await app.asProgram('GET', '/api/v1/members')).status).toBe(200);
    holding.abort(new Error('enough'));
    await expect(slow).rejects.toThrow('enough');
    expect(await next).toMatchObject({ status: 200, body: { kind: 'tags', looked: 0 } });
    await app.close();
  });

  it('about 20 tags evaluate each member only once', async () => {
    const product = await aProduct(await open());
    await product.happens(aFact('visited', MONDAY, xiaolu));
    const app = await aConsole(product);
    const tags = Array.from({ length: 20 }, (_, n) => ({ name: `标签${n}`, when: 'days_since_last_seen >= 0' }));
    const { body } = await app.asProgram('POST', '/api/v1/dry-runs', { tags });
    expect(body).toMatchObject({ found: 20, looked: 20, exact: true, outcomes: { added: 20 } });
    expect(body['samples']).toHaveLength(20);
    await app.close();
  });
});
