import { expect, it } from 'vitest';
import { aConsole } from '../../support/console-app.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, groupRead, MONDAY, xiaolu, type TestProduct } from '../../support/test-product.js';

const HOUR = 3_600_000;
const REASON = { reason: '弄错了人' };

eachDatabase('taking a move back', (open) => {
  /** 小鹿 is in 普通群① and has ordered: she is to be moved to 会员群①. */
  async function aMove() {
    const product = await aProduct(await open());
    await product.happens(
      groupRead('wr-old', '普通群①', ['wmXiaolu'], MONDAY),
      groupRead('wr-new', '会员群①', [], MONDAY),
      aFact('contact_added', MONDAY, xiaolu, { staff: 'LinXia' }),
    );
    await product.happens(aFact('order_paid', MONDAY + HOUR, xiaolu, { orderId: 'o-1', amountCents: 8_800 }));
    return { product, app: await aConsole(product) };
  }

  async function invited() {
    const made = await aMove();
    await made.product.later('2026-03-03T08:00');
    made.product.channel.tapAll();
    await made.product.later('2026-03-03T10:00');
    return made;
  }

  const joins = (product: TestProduct, chatId: string) =>
    product.happens(aFact('joined_group', product.clock.now(), xiaolu, { chatId, scene: 3 }));
  const leaves = (product: TestProduct, chatId: string) =>
    product.happens(aFact('left_group', product.clock.now() + 1_000, xiaolu, { chatId, removed: true }));
  const movesOf = (product: TestProduct) =>
    product.db.read.all<{ id: number; state: string; tier: string; undoes: number | null }>(
      'SELECT id, state, tier, undoes FROM move ORDER BY id',
    );
  const openTasks = (product: TestProduct) =>
    product.db.read.all<{ kind: string; text: string }>(
      `SELECT kind, text FROM operator_task WHERE state = 'open' ORDER BY id`,
    );

  it('ends an invitation, withdraws what waits for a tap, and plans no other move for a month', async () => {
    const { product, app } = await aMove();
    await product.later('2026-03-03T08:00');
    expect(await movesOf(product)).toMatchObject([{ state: 'planned' }]);
    const undone = await app.asAdmin('POST', '/api/v1/moves/1/undo', REASON);
    expect(undone).toMatchObject({ status: 200, body: { outcome: 'undone', how: 'stop', back: null } });
    await product.later(1);
    expect(
      await product.db.read.all(`SELECT state, reason FROM outbox WHERE move_id = 1 AND kind = 'mass_send'`),
    ).toEqual([{ state: 'cancelled', reason: 'move_closed' }]);
    await product.later('2026-04-01T09:00');
    expect(await movesOf(product)).toHaveLength(1);
    await product.later('2026-04-03T09:00');
    expect(await movesOf(product)).toMatchObject([{ state: 'cancelled' }, { tier: 'member', undoes: null }]);
    await app.close();
  });

  it('asks the owner of the new group to remove who is in both, and ends when they are seen gone', async () => {
    const { product, app } = await invited();
    await joins(product, 'wr-new');
    expect(await openTasks(product)).toMatchObject([{ text: expect.stringContaining('移出「普通群①」') as string }]);
    const undone = await app.asAdmin('POST', '/api/v1/moves/1/undo', REASON);
    expect(undone.body).toMatchObject({ outcome: 'undone', how: 'leave_new', back: 2 });
    expect(await openTasks(product)).toMatchObject([
      { kind: 'remove_from_group', text: expect.stringContaining('移出「会员群①」') as string },
    ]);
    await leaves(product, 'wr-new');
    expect(await movesOf(product)).toMatchObject([
      { state: 'cancelled', tier: 'member' },
      { state: 'done', tier: 'regular', undoes: 1 },
    ]);
    await product.later('2026-03-20T09:00');
    expect(await movesOf(product)).toHaveLength(2);
    await app.close();
  });

  it('invites back who has left the old group, step by step like every move', async () => {
    const { product, app } = await invited();
    await joins(product, 'wr-new');
    await leaves(product, 'wr-old');
    expect(await movesOf(product)).toMatchObject([{ state: 'done' }]);
    const undone = await app.asAdmin('POST', '/api/v1/moves/1/undo', REASON);
    expect(undone.body).toMatchObject({ outcome: 'undone', how: 'invite_back', back: 2 });
    await product.later('2026-03-03T12:00');
    product.channel.tapAll();
    await product.later('2026-03-03T13:00');
    expect(await movesOf(product)).toMatchObject([{ state: 'done' }, { state: 'invited', tier: 'regular' }]);
    await joins(product, 'wr-old');
    await leaves(product, 'wr-new');
    expect(await movesOf(product)).toMatchObject([{ state: 'done' }, { state: 'done' }]);
    await app.close();
  });

  it('twice makes one, and says so', async () => {
    const { product, app } = await invited();
    await joins(product, 'wr-new');
    await app.asAdmin('POST', '/api/v1/moves/1/undo', REASON);
    const again = await app.asAdmin('POST', '/api/v1/moves/1/undo', { reason: '再来一次' });
    expect(again).toMatchObject({ status: 200, body: { outcome: 'already', back: 2 } });
    expect(await movesOf(product)).toHaveLength(2);
    expect(await openTasks(product)).toHaveLength(1);
    expect(await product.db.read.all(`SELECT who FROM audit WHERE what = 'move_undone'`)).toEqual([{ who: 'admin' }]);
    await app.close();
  });

  it('is told with who and why: in the list, the timeline and the audit', async () => {
    const { app } = await invited();
    await app.asAdmin('POST', '/api/v1/moves/1/undo', REASON);
    const { items } = (await app.asAdmin<{ items: unknown[] }>('GET', '/api/v1/moves')).body;
    expect(items).toMatchObject([{ undone: { by: 'admin', reason: '弄错了人', back: null }, undoes: null }]);
    const why = await app.asAdmin('GET', '/api/v1/members/1/why');
    expect(why.text).toContain('撤回了换到「会员群①」：弄错了人');
    expect(why.text).toContain('由 admin 撤回');
    expect((await app.asAdmin('GET', '/console/api/audit?about=moves')).text).toContain('弄错了人');
    await app.close();
  });

  it('refuses with a code what cannot be taken back', async () => {
    const { product, app } = await invited();
    const refusal = async (id: number, body: unknown = REASON) => {
      const { status, body: answer } = await app.asAdmin('POST', `/api/v1/moves/${id}/undo`, body);
      return [status, answer['code']];
    };
    expect(await refusal(99)).toEqual([404, 'no_such_move']);
    expect(await refusal(1, { reason: ' ' })).toEqual([400, 'bad_request']);
    await product.later('2026-03-11T09:00');
    expect(await movesOf(product)).toMatchObject([{ state: 'expired' }]);
    expect(await refusal(1)).toEqual([409, 'nothing_to_undo']);
    expect(await product.db.read.all(`SELECT 1 AS n FROM audit WHERE what = 'move_undone'`)).toEqual([]);
    await app.close();
  });
});
