import { expect, it } from 'vitest';
import type { MemberIds } from '../../../src/domain/fact.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, MONDAY } from '../../support/test-product.js';

const DAY = 86_400_000;
const vip: MemberIds = { externalUserId: 'wmVip' };
const friend: MemberIds = { externalUserId: 'wmFriend' };

eachDatabase('the orders of invited people', (open) => {
  const aCommunity = async () => {
    const { db, happens } = await aProduct(await open());
    const figures = () =>
      db.read.one(
        `SELECT invited_orders_30d, invited_orders_total, invited_spend_total_cents FROM member_metrics m
         JOIN identity i ON i.member_id = m.member_id WHERE i.value = 'wmVip'`,
      );
    return { happens, figures };
  };
  const paid = (who: MemberIds, daysAgo: number, amountCents: number) =>
    aFact('order_paid', MONDAY - daysAgo * DAY, who, { orderId: `o${daysAgo}`, amountCents });
  const invited = (invitee: string, daysAgo: number) => aFact('invited', MONDAY - daysAgo * DAY, vip, { invitee });
  const of = (recent: number, all: number, cents: number) => ({
    ...{ invited_orders_30d: recent, invited_orders_total: all, invited_spend_total_cents: cents },
  });

  it('count from the day of the invitation, when they come in and when they are refunded', async () => {
    const { happens, figures } = await aCommunity();
    await happens(invited('wmFriend', 50), paid(friend, 60, 900));
    expect(await figures()).toEqual(of(0, 0, 0));
    await happens(paid(friend, 50, 500), paid(friend, 3, 700));
    expect(await figures()).toEqual(of(1, 2, 1_200));
    await happens(aFact('order_refunded', MONDAY, friend, { orderId: 'o3', amountCents: 700, full: true }));
    expect(await figures()).toEqual(of(0, 1, 500));
  });

  it('count once when the invitation arrives last, and when two ids of one person were invited', async () => {
    const { happens, figures } = await aCommunity();
    await happens(paid({ phone: '+8613800138000' }, 3, 700));
    await happens(invited('wmFriend', 9), invited('c-friend', 5));
    expect(await figures()).toEqual(of(0, 0, 0));
    await happens(aFact('profile_updated', MONDAY, { ...friend, phone: '+8613800138000' }, {}));
    expect(await figures()).toEqual(of(1, 1, 700));
    await happens(aFact('profile_updated', MONDAY, { ...friend, chatContactId: 'c-friend' }, {}));
    expect(await figures()).toEqual(of(1, 1, 700));
  });
});
