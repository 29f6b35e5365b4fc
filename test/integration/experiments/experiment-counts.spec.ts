import { expect, it } from 'vitest';
import { DAY_MS } from '../../../src/domain/day.js';
import { outcomes, usualWindows, type Outcome } from '../../../src/domain/experiments/outcomes.js';
import { plannedSizes } from '../../../src/domain/experiments/plan.js';
import { resultsOf } from '../../../src/domain/experiments/results.js';
import type { Fact, MemberIds } from '../../../src/domain/fact.js';
import { countByArm, countSent } from '../../../src/insights/experiment-counts.js';
import { eachDatabase } from '../../support/databases.js';
import { saveTemplate } from '../../support/save-template.js';
import { aFact, aProduct, MONDAY, type TestProduct } from '../../support/test-product.js';

const thanks = 'trigger: {on: reached, metric: orders_total, at: [1]}\nchannels: [mass_send]\ntiming: now\nholdout: 30';
const texts = 'variants: [{name: A, weight: 1}, {name: B, weight: 1}]';
const twoTexts = '谢谢\n--- variant B ---\n多谢';
const customer = (n: number): MemberIds => ({ externalUserId: `wm-${n}` });
const anOrder = (n: number, at: number, ids: MemberIds = customer(n)): Fact =>
  aFact('order_paid', at, ids, { orderId: `first-${n}`, amountCents: 100 });

interface Due {
  readonly id: number;
  readonly arm: string;
  readonly due: number;
  readonly ids: MemberIds;
}

/** The template alone is on, so that no other message takes the caps. */
async function aCampaign(product: TestProduct, settings = `${thanks}\n${texts}`, text = twoTexts): Promise<void> {
  for (const { key } of await product.campaigns()) await product.templates.setEnabled(key, false, product.clock.now());
  await saveTemplate(product, 'thanks', settings, text);
}

async function dueRows({ db }: TestProduct): Promise<Due[]> {
  const rows = await db.read.all<{ member_id: number; arm: string; created_at: number; value: string }>(
    `SELECT o.member_id, o.arm, o.created_at, i.value FROM outbox o JOIN identity i ON i.member_id = o.member_id
     WHERE o.campaign = 'thanks' AND o.arm IS NOT NULL AND o.arm <> 'global_holdout' AND i.kind IN ('external_userid', 'phone') ORDER BY o.id`,
  );
  return rows.map(({ member_id: id, arm, created_at: due, value }) => ({
    ...{ id, arm, due },
    ids: value.startsWith('wm-') ? { externalUserId: value } : { phone: value },
  }));
}

const span = (campaign: string | null = 'thanks') => ({
  campaign,
  from: MONDAY,
  until: MONDAY + 90 * DAY_MS,
  windows: usualWindows,
});

const byArm = async ({ db, clock }: TestProduct, outcome: Outcome, campaign: string | null = 'thanks') => {
  const days = await countByArm(db.read, span(campaign), clock.now());
  const found: Record<string, string> = {};
  for (const arm of new Set(days.map((day) => day.arm))) {
    const own = days.filter((day) => day.arm === arm).map((day) => day.outcomes[outcome]);
    found[arm] = `${own.reduce((sum, { k }) => sum + k, 0)}/${own.reduce((sum, { n }) => sum + n, 0)}`;
  }
  return found;
};

eachDatabase('what followed the messages of a campaign', (open) => {
  it('is counted from the moment a message was due, in the arm of the draw, whatever became of the message', async () => {
    const product = await aProduct(await open());
    await aCampaign(product);
    // Every third is known by a phone number only: nothing reaches them, in either arm.
    const people = Array.from({ length: 60 }, (_, n) => (n % 3 === 0 ? { phone: `139000010${10 + n}` } : customer(n)));
    const contacts = people.filter((ids) => 'externalUserId' in ids);
    await product.happens(...contacts.map((ids) => aFact('contact_added', MONDAY - 60_000, ids)));
    await product.happens(...people.map((ids, n) => anOrder(n, MONDAY - 1000, ids)));
    const due = await dueRows(product);
    expect(due).toHaveLength(60);
    expect(new Set(due.map(({ arm }) => arm))).toEqual(new Set(['holdout', 'variant:A', 'variant:B']));
    const states = await product.db.read.all<{ arm: string; reason: string | null }>(
      `SELECT DISTINCT arm, reason FROM outbox WHERE campaign = 'thanks' AND state = 'suppressed' ORDER BY arm, reason`,
    );
    expect(states).toEqual([
      { arm: 'holdout', reason: 'holdout' },
      { arm: 'variant:A', reason: 'unreachable' },
      { arm: 'variant:B', reason: 'unreachable' },
    ]);
    // Seven days to the millisecond count; the moment itself and a millisecond more do not.
    const moments = [0, 1, 7 * DAY_MS, 7 * DAY_MS + 1];
    const acts = due.map(({ due: at, ids }, index) => aFact('visited', at + moments[index % 4]!, ids));
    product.clock.pushTo(MONDAY + 8 * DAY_MS);
    await product.happens(...acts);
    const expected: Record<string, string> = {};
    for (const arm of ['holdout', 'variant:A', 'variant:B']) {
      const own = due.flatMap((row, index) => (row.arm === arm ? [index % 4] : []));
      expected[arm] = `${own.filter((nth) => nth === 1 || nth === 2).length}/${own.length}`;
    }
    expect(await byArm(product, 'return')).toEqual(expected);
    // A click counts within 30 days, and these are not over.
    expect(await byArm(product, 'click')).toEqual({ holdout: '0/0', 'variant:A': '0/0', 'variant:B': '0/0' });
  });

  it('leaves out who was refused before the draw, and counts a person once', async () => {
    const product = await aProduct(await open());
    await aCampaign(product, `${thanks}\nonce: per_occasion`, '谢谢');
    await product.happens(
      ...[1, 2, 3].map((n) => aFact('contact_added', MONDAY - 60_000, customer(n))),
      aFact('opted_out', MONDAY - 50_000, customer(1)),
    );
    await product.happens(...[1, 2, 3].map((n) => anOrder(n, MONDAY - 1000)));
    expect((await dueRows(product)).map(({ ids }) => ids)).toEqual([customer(2), customer(3)]);
    // Another record of the same person, to whom it was due as well.
    await product.happens(anOrder(4, MONDAY - 500, { phone: '13900002222' }));
    expect(await dueRows(product)).toHaveLength(3);
    await product.happens(
      aFact('profile_updated', MONDAY, { externalUserId: 'wm-2', phone: '13900002222' }, { phone: '13900002222' }),
    );
    product.clock.pushTo(MONDAY + 40 * DAY_MS);
    const days = await countByArm(product.db.read, span(), product.clock.now());
    expect(days.reduce((sum, { due }) => sum + due, 0)).toBe(2);
  });

  it('tells orders that stand, private words, opt-outs and clicks on links of the campaign apart from the rest', async () => {
    const product = await aProduct(await open());
    await aCampaign(
      product,
      thanks.replace('holdout: 30', 'holdout: 0'),
      '谢谢 {{ "https://shop.example.com/new" | link: "看看" }}',
    );
    const people = [1, 2, 3, 4, 5].map(customer);
    await product.happens(...people.map((ids) => aFact('contact_added', MONDAY - 60_000, ids)));
    await product.happens(...people.map((_, n) => anOrder(n + 1, MONDAY - 1000)));
    const later = MONDAY + DAY_MS;
    product.clock.pushTo(later);
    const codes = await product.db.read.all<{ code: string }>(`SELECT code FROM link WHERE template = 'thanks'`);
    await product.happens(
      aFact('order_paid', later, customer(1), { orderId: 'second', amountCents: 500 }),
      aFact('order_paid', later, customer(2), { orderId: 'undone', amountCents: 500 }),
      aFact('order_refunded', later, customer(2), { orderId: 'undone', amountCents: 500, full: true }),
      aFact('sent_message', later, customer(3)),
      aFact('sent_message', later, customer(4), { chatId: undefined } as never),
      aFact('opted_out', later, customer(5)),
      aFact('link_clicked', later, customer(1), { code: codes[0]?.code ?? 'none' }),
      aFact('link_clicked', later, customer(2), { code: 'of-another' }),
    );
    product.clock.pushTo(MONDAY + 40 * DAY_MS);
    const found = Object.fromEntries(
      await Promise.all(
        outcomes.map(async (outcome) => [outcome, (await byArm(product, outcome))['variant:A']] as const),
      ),
    );
    expect(codes.length).toBeGreaterThan(0);
    expect(found).toEqual({ return: '4/5', order: '1/5', click: '1/5', reply: '1/5', opt_out: '1/5' });
  });

  it('counts what was sent from the moment staff tapped', async () => {
    const product = await aProduct(await open());
    await aCampaign(product, `${thanks.replace('holdout: 30', 'holdout: 0')}\nwindow_hours: 200`, '谢谢');
    await product.happens(aFact('contact_added', MONDAY - 20 * DAY_MS, customer(1)));
    await product.happens(anOrder(1, MONDAY - 15 * DAY_MS));
    // Reported long after, so it counts and nobody is thanked; the next customer is.
    expect(await dueRows(product)).toHaveLength(0);
    await product.happens(aFact('contact_added', MONDAY - 1000, customer(2)), anOrder(2, MONDAY - 500));
    await product.later(48);
    product.channel.tapAll();
    await product.later(2);
    const tapped = product.clock.now();
    await product.later(8 * 24);
    await product.happens(aFact('asked', tapped + 7 * DAY_MS - 3_600_000, customer(2), { text: '在吗' }));
    product.clock.pushTo(MONDAY + 60 * DAY_MS);
    // Seven days after the tap, and nine after it was due; and she had bought 14 days before, so it is no return.
    const [figures] = await countSent(product.db.read, span(), product.clock.now());
    expect(figures).toMatchObject({ version: 1, variant: 'A', sent: 1 });
    expect(figures!.outcomes.return).toEqual({ k: 0, n: 0 });
    expect(await byArm(product, 'return')).toEqual({ 'variant:A': '0/1' });
  });

  it('finds a lift that was put there, through the engine and the counts', async () => {
    const product = await aProduct(await open(), { sending: { globalHoldoutPercent: 10 } });
    await aCampaign(product, thanks, '谢谢');
    const people = Array.from({ length: 400 }, (_, n) => customer(n));
    await product.happens(...people.map((ids) => aFact('contact_added', MONDAY - 60_000, ids)));
    await product.happens(...people.map((_, n) => anOrder(n, MONDAY - 1000)));
    const due = await dueRows(product);
    const heldOutForAll = people.length - due.length;
    expect(heldOutForAll).toBeGreaterThan(20);
    expect(heldOutForAll).toBeLessThan(60);
    // Of those held out every tenth comes back anyway, of the others every second one.
    const counts = new Map<boolean, number>();
    const acts = due.flatMap(({ arm, ids, due: at }) => {
      const isHeldOut = arm === 'holdout';
      const nth = (counts.get(isHeldOut) ?? 0) + 1;
      counts.set(isHeldOut, nth);
      return nth % (isHeldOut ? 10 : 2) === 0 ? [aFact('visited', at + DAY_MS, ids)] : [];
    });
    product.clock.pushTo(MONDAY + 2 * DAY_MS);
    await product.happens(...acts);
    product.clock.pushTo(MONDAY + 8 * DAY_MS);
    const days = await countByArm(product.db.read, span(), product.clock.now());
    const planned = plannedSizes({ baseRate: 0.1, difference: 0.3 }, { heldOut: 0.3 });
    const { lift } = resultsOf({ days, goal: 'return', planned, variants: ['A'], daysSoFar: 8 });
    expect(lift!.verdict).toEqual({ kind: 'difference', sign: 1 });
    expect(lift!.interval!.low).toBeLessThan(0.4);
    expect(lift!.interval!.high).toBeGreaterThan(0.4);
    // Beside the global holdout all campaigns are one.
    const all = await byArm(product, 'return', null);
    expect(all['global_holdout']).toBe(`0/${heldOutForAll}`);
  });
});
