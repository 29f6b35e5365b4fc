import { expect, it } from 'vitest';
import { DAY_MS } from '../../../src/domain/day.js';
import type { Fact } from '../../../src/domain/fact.js';
import { memberStore } from '../../../src/features/members/member.store.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, MONDAY, rulesWith } from '../../support/test-product.js';

const contact = (who: string, daysAgo = 0): Fact =>
  aFact('contact_added', MONDAY - daysAgo * DAY_MS, { externalUserId: who });
const order = (who: string, daysAgo: number, amountCents: number): Fact =>
  aFact(
    'order_paid',
    MONDAY - daysAgo * DAY_MS,
    { externalUserId: who },
    { orderId: `o-${who}-${daysAgo}`, amountCents },
  );
const checkIn = (who: string): Fact => aFact('checked_in', MONDAY, { externalUserId: who });

eachDatabase('the layers', (open) => {
  it('are stored as figures that a search finds', async () => {
    const product = await aProduct(await open());
    await product.happens(contact('wmA', 40), order('wmA', 0, 30_000), order('wmA', 1, 30_000), order('wmA', 2, 10));
    await product.happens(contact('wmB'), order('wmB', 31, 30_000), contact('wmC'));
    const rows = await product.db.read.all(
      `SELECT mb.external_userid AS who, rfm, rfm_r, rfm_f, rfm_m, argo, is_key FROM member_metrics m JOIN member mb ON mb.id = m.member_id ORDER BY 1`,
    );
    expect(rows).toEqual([
      { who: 'wmA', rfm: 'important_value', rfm_r: 2, rfm_f: 2, rfm_m: 2, argo: 'growth', is_key: 1 },
      { who: 'wmB', rfm: 'general_win_back', rfm_r: 1, rfm_f: 1, rfm_m: 1, argo: 'acquisition', is_key: 0 },
      { who: 'wmC', rfm: null, rfm_r: null, rfm_f: null, rfm_m: null, argo: 'acquisition', is_key: 0 },
    ]);
  });

  it('follow the day: recency of 30 days is high, of 31 low', async () => {
    const product = await aProduct(await open());
    await product.happens(contact('wmA'), order('wmA', 0, 100));
    const recency = () => product.db.read.one('SELECT rfm_r FROM member_metrics');
    await product.later(30 * 24);
    expect(await recency()).toEqual({ rfm_r: 2 });
    await product.later(24);
    expect(await recency()).toEqual({ rfm_r: 1 });
  });

  it('make key members of those with the highest scores, as of the daily review', async () => {
    const rules = await rulesWith({
      stages: {
        'share: 10': 'share: 20',
        'active_days_30d * 5 + messages_30d + mentions_30d * 3 + orders_90d * 30': 'checkins_total',
      },
    });
    const product = await aProduct(await open(), { rules });
    const people = Array.from({ length: 10 }, (_, index) => `wm${index}`);
    await product.happens(...people.map((who) => contact(who)));
    await product.happens(...people.flatMap((who, index) => Array.from({ length: index }, () => checkIn(who))));
    const keys = () =>
      product.db.read.all(
        'SELECT mb.external_userid AS who FROM member_metrics m JOIN member mb ON mb.id = m.member_id WHERE is_key = 1 ORDER BY 1',
      );
    expect(await keys()).toEqual([]);
    await product.later(24);
    expect(await keys()).toEqual([{ who: 'wm8' }, { who: 'wm9' }]);
  });

  it('take either all members with the same score or none, at most the share, and one of few', async () => {
    const product = await aProduct(await open());
    const leastOf = async (scores: readonly number[], percent: number): Promise<number | null> => {
      await product.db.write(async (tx) => {
        await tx.run('DELETE FROM member');
        await tx.run('DELETE FROM member_metrics');
        for (const [index, messages] of scores.entries()) {
          await tx.run('INSERT INTO member (id, created_at) VALUES ($1, 0)', [index + 1]);
          await tx.run('INSERT INTO member_metrics (member_id, is_contact, messages_30d) VALUES ($1, 1, $2)', [
            index + 1,
            messages,
          ]);
        }
      });
      return memberStore.leastTopScore(product.db.read, { sql: 'm.messages_30d', params: [] }, percent);
    };
    expect(await leastOf([9, 8, 7, 6, 5, 4, 3, 2, 1, 0], 20)).toBe(8);
    expect(await leastOf([9, 8, 8, 6, 5, 4, 3, 2, 1, 0], 20)).toBe(9);
    expect(await leastOf([9, 9, 9, 6, 5, 4, 3, 2, 1, 0], 20)).toBeNull();
    expect(await leastOf([3, 2, 1], 10)).toBe(3);
    expect(await leastOf([0, 0, 0], 50)).toBeNull();
    expect(await leastOf([], 10)).toBeNull();
  });
});
