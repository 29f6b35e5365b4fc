import { expect, it } from 'vitest';
import type { MovePolicy } from '../../../src/domain/ruleset.js';
import { taskStore } from '../../../src/features/tasks/task.store.js';
import { aConsole, type ConsoleApp } from '../../support/console-app.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, groupRead, MONDAY, xiaolu, groupReadOf } from '../../support/test-product.js';

const HOUR = 3_600_000;

interface Listed {
  readonly items: {
    id: number;
    kind: string;
    state: string;
    text: string;
    answers: string[];
    answeredBy: string | null;
    isOverdue: boolean;
  }[];
}
const listed = async (app: ConsoleApp, state = 'open') =>
  (await app.asAdmin<Listed>('GET', `/console/api/tasks?state=${state}`)).body.items;
const answersOf = async (app: ConsoleApp, state = 'open') =>
  (await listed(app, state)).map(({ kind, answers }) => [kind, ...answers]);
const answer = (app: ConsoleApp, id: number | string, given: string) =>
  app.asAdmin<{ outcome: string; words: string; code: string }>('POST', `/console/api/tasks/${id}/${given}`, {});

eachDatabase('a task in the console', (open) => {
  /** 小鹿 has ordered. With `approve`, the move waits for approval; otherwise she is in both groups already. */
  async function aConsoleWithTask(approve: MovePolicy['approve'] = 'none') {
    const product = await aProduct(await open(), { approve });
    await product.happens(aFact('contact_added', MONDAY, xiaolu));
    await product.happens(
      groupReadOf({ chatId: 'wrOld', name: '普通1群', people: ['wmXiaolu'], at: MONDAY, owner: 'ZhouMing' }),
      groupRead('wrNew', '会员1群', approve === 'none' ? ['wmXiaolu'] : [], MONDAY),
    );
    await product.happens(aFact('order_paid', MONDAY, xiaolu, { orderId: 'o-1', amountCents: 9_900 }));
    return { product, app: await aConsole(product) };
  }

  it('lists its possible answers: not one that was given, and no snooze while it is snoozed', async () => {
    const { product, app } = await aConsoleWithTask();
    expect(await answersOf(app)).toEqual([['remove_from_group', 'done', 'snooze']]);
    const [task] = await listed(app);
    expect(await answer(app, task!.id, 'snooze')).toMatchObject({ status: 200, body: { outcome: 'taken' } });
    expect(await answersOf(app)).toEqual([['remove_from_group', 'done']]);
    expect(await answer(app, task!.id, 'snooze')).toMatchObject({ status: 200, body: { outcome: 'already' } });
    await product.later(5);
    expect(await answersOf(app)).toEqual([['remove_from_group', 'done', 'snooze']]);
    expect(await answer(app, task!.id, 'done')).toMatchObject({ status: 200, body: { outcome: 'taken' } });
    expect(await answersOf(app)).toEqual([['remove_from_group']]);
    expect(await answer(app, task!.id, 'done')).toMatchObject({ status: 200, body: { outcome: 'already' } });
    await product.happens(
      groupReadOf({ chatId: 'wrOld', name: '普通1群', people: [], at: product.clock.now() + 1, owner: 'ZhouMing' }),
    );
    expect(await answersOf(app)).toEqual([]);
    expect(await answersOf(app, 'done')).toEqual([['remove_from_group']]);
    const audit = 'SELECT who, what FROM audit WHERE what <> $1 ORDER BY id';
    expect(await product.db.read.all(audit, ['logged_in'])).toEqual([
      { who: 'admin', what: 'task_snooze' },
      { who: 'admin', what: 'task_done' },
    ]);
    await app.close();
  });

  it('is listed first once it is overdue, the longest overdue on top, in pages, and is counted on the home page', async () => {
    const { product, app } = await aConsoleWithTask();
    const now = product.clock.now();
    const task = (key: string, dueAt: number | null) => ({
      key,
      kind: 'remove_from_group' as const,
      staff: 'LinXia',
      member: null,
      group: null,
      move: null,
      text: key,
      dueAt,
    });
    const wanted = [
      task('late', now + HOUR),
      task('no date', null),
      task('later', now + 2 * HOUR),
      task('far', now + 1_000 * HOUR),
    ];
    await product.db.write((tx) => taskStore.create(tx, wanted, now));
    const texts = async (query: string) => {
      const { items, next } = (
        await app.asAdmin<Listed & { next: string | null }>('GET', `/console/api/tasks?${query}`)
      ).body;
      return { texts: items.map(({ text }) => text), next };
    };
    const overdueAtHome = async () => (await app.asAdmin('GET', '/console/api/home')).body['overdueTasks'];
    const [own] = (await listed(app)).slice(-1);
    expect((await texts('state=overdue')).texts).toEqual([]);
    expect((await texts('')).texts).toEqual(['far', 'later', 'no date', 'late', own!.text]);
    expect(await overdueAtHome()).toBe(0);

    product.clock.pushTo(now + 3 * HOUR);
    expect((await texts('')).texts).toEqual(['late', 'later', 'far', 'no date', own!.text]);
    expect((await texts('state=overdue')).texts).toEqual(['late', 'later']);
    expect((await listed(app, 'overdue')).every(({ isOverdue }) => isOverdue)).toBe(true);
    expect(await overdueAtHome()).toBe(2);
    const first = await texts('limit=1');
    // A task that becomes overdue between two pages keeps its place.
    product.clock.pushTo(now + 1_001 * HOUR);
    const second = await texts(`limit=3&cursor=${first.next}`);
    expect([...first.texts, ...second.texts]).toEqual(['late', 'later', 'far', 'no date']);
    expect((await texts(`limit=3&cursor=${second.next}`)).texts).toEqual([own!.text]);
    await app.close();
  });

  it('for an approval is approved once', async () => {
    const { product, app } = await aConsoleWithTask('all');
    expect(await answersOf(app)).toEqual([['approve_move', 'approve', 'refuse']]);
    const [task] = await listed(app);
    expect(await answer(app, task!.id, 'approve')).toMatchObject({ status: 200, body: { outcome: 'taken' } });
    expect(await answer(app, task!.id, 'refuse')).toMatchObject({ status: 200, body: { outcome: 'already' } });
    // Staff tap the thanks for the order; the invitation follows a day later.
    for (let turn = 0; turn < 14; turn++) {
      product.channel.tapAll();
      await product.later(3);
    }
    expect(product.channel.ofKind('mass_send').filter(({ message }) => message.attachments.length > 0)).toHaveLength(1);
    await app.close();
  });

  it('accepts only a fitting answer to an existing task, with a session and its CSRF token', async () => {
    const { app } = await aConsoleWithTask();
    const [task] = await listed(app);
    expect(await answer(app, task!.id, 'approve')).toMatchObject({ status: 409, body: { code: 'not_fitting' } });
    expect(await answer(app, task!.id, 'explode')).toMatchObject({ status: 400 });
    expect(await answer(app, 'one', 'done')).toMatchObject({ status: 400 });
    expect(await answer(app, 99, 'done')).toMatchObject({ status: 404, body: { code: 'no_such_task' } });
    const url = `/console/api/tasks/${task!.id}/done`;
    expect((await app.ask('POST', url, { body: {} })).status).toBe(401);
    const login = await app.ask('POST', '/console/api/login', {
      body: { username: 'admin', password: 'a good password' },
    });
    const cookie = String([login.headers['set-cookie']].flat()[0]).split(';')[0]!;
    expect(await app.ask('POST', url, { body: {}, headers: { cookie } })).toMatchObject({
      status: 403,
      body: { code: 'bad_csrf' },
    });
    expect((await app.asProgram('POST', url)).status).toBe(401);
    expect(await answersOf(app)).toEqual([['remove_from_group', 'done', 'snooze']]);
    await app.close();
  });
});
