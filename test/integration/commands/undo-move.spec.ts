import { expect, it } from 'vitest';
import { eachDatabase } from '../../support/databases.js';
import { aFact, groupRead, MONDAY } from '../../support/test-product.js';
import { aListeningProduct } from './a-listening-product.js';

const HOUR = 3_600_000;

eachDatabase('撤回换群 of an operator', (open) => {
  /** 小鹿 is in 普通群① and has ordered: she is to be moved to 会员群①. */
  async function aMove() {
    const product = await aListeningProduct(await open(), ['LinXia']);
    await product.happens(
      groupRead('wr-old', '普通群①', ['wmc1', 'wmc2'], MONDAY),
      groupRead('wr-new', '会员群①', [], MONDAY),
    );
    // Without a join code nobody can be invited.
    await product.db.write((tx) => tx.run(`UPDATE chat_group SET join_qr = 'https://qr.example/1'`));
    await product.contact('c1', '小鹿');
    await product.contact('c2', '小鹿妈妈', 'WangLei');
    const ids = { externalUserId: 'wmc1', chatContactId: 'c1' };
    await product.happens(aFact('order_paid', MONDAY + HOUR, ids, { orderId: 'o-1', amountCents: 8_800 }));
    const moves = () =>
      product.db.read.all<{ id: number; state: string; undone_by: string | null; undo_reason: string | null }>(
        'SELECT id, state, undone_by, undo_reason FROM move ORDER BY id',
      );
    const audited = () => product.db.read.all(`SELECT who FROM audit WHERE what = 'move_undone'`);
    return { product, moves, audited };
  }

  it('says what would follow, and takes the move back only after a yes; twice makes one', async () => {
    const { product, moves, audited } = await aMove();
    expect(await moves()).toMatchObject([{ state: 'invited', undone_by: null }]);
    const asked = await product.operator('撤回换群 小鹿，弄错了人');
    expect(asked).toMatch(
      /要撤回 「小鹿」（#\d，会员 · LinXia） 换到「会员群①」吗？还没做的不再做，TA 留在现在的群。/u,
    );
    expect(await moves()).toMatchObject([{ state: 'invited', undone_by: null }]);
    expect(await product.operator('不')).toContain('好的，没有动');
    expect(await product.operator('1')).not.toContain('已撤回');
    expect(await moves()).toMatchObject([{ undone_by: null }]);
    await product.operator('撤回换群 小鹿，弄错了人');
    expect(await product.operator('1')).toContain('已撤回 「小鹿」');
    expect(await moves()).toMatchObject([{ state: 'cancelled', undone_by: 'LinXia', undo_reason: '弄错了人' }]);
    expect(await product.operator('撤回换群 小鹿')).toContain('之前就撤回了');
    expect(await audited()).toEqual([{ who: 'LinXia' }]);
  });

  it('keeps the reason when several members match and one is chosen', async () => {
    const { product, moves } = await aMove();
    const list = await product.operator('撤回换群 鹿：拉错群了');
    const [, number] = /(\d)\. 「小鹿」/u.exec(list)!;
    expect(await product.operator(number!)).toContain('换到「会员群①」吗');
    expect(await product.operator('好')).toContain('已撤回');
    expect(await moves()).toMatchObject([{ undone_by: 'LinXia', undo_reason: '拉错群了' }]);
  });

  it('takes back no other move than the one it asked about', async () => {
    const { product, moves } = await aMove();
    await product.operator('撤回换群 小鹿');
    // The move ends and another one begins before the answer.
    const [move] = await moves();
    await product.db.write(async (tx) => {
      const row = await tx.one<Record<string, string | number | null>>('SELECT * FROM move WHERE id = $1', [move!.id]);
      await tx.run(`UPDATE move SET state = 'cancelled', closed_at = $1 WHERE id = $2`, [MONDAY, move!.id]);
      await tx.insert('move', [{ ...row, id: move!.id + 100 }]);
    });
    expect(await product.operator('1')).toContain('撤回不了：这次换群没有发生');
    expect(await moves()).toMatchObject([{ undone_by: null }, { state: 'invited', undone_by: null }]);
  });

  it('tells beforehand why a move cannot be taken back, and is for operators only', async () => {
    const { product, moves } = await aMove();
    expect(await product.operator('撤回换群 小鹿妈妈')).toContain('还没有换过群');
    expect(await product.operator('帮助')).toContain('撤回换群 <昵称或客户ID>[，原因] — 撤回一位成员最近一次换群');
    expect(await product.operator('撤回换群 小鹿', { staff: 'WangLei' })).not.toContain('要撤回');
    await product.db.write((tx) => tx.run(`UPDATE move SET state = 'expired', closed_at = ${MONDAY}`));
    expect(await product.operator('撤回换群 小鹿')).toContain('撤回不了：这次换群没有发生');
    expect(await moves()).toMatchObject([{ undone_by: null }]);
  });
});
