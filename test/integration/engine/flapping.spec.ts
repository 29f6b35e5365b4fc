import { expect, it } from 'vitest';
import { responses } from '../../../src/console/api/responses.js';
import { compileRules } from '../../../src/features/ruleset/compile-rules.js';
import { DAY_MS } from '../../../src/domain/day.js';
import { aConsole, type ConsoleApp } from '../../support/console-app.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, MONDAY, xiaolu, type TestProduct } from '../../support/test-product.js';

/** A member is in the member tier while they were seen within two days, without dwell and grace. */
const swinging = (text: string): string =>
  text
    .replace('enter: orders_total >= 1', 'enter: days_since_last_seen <= 2')
    .replaceAll(/min_dwell_days: \d+/g, 'min_dwell_days: 0')
    .replaceAll(/grace_days: \d+/g, 'grace_days: 0');

async function aSwinger(db: Parameters<typeof aProduct>[0]): Promise<TestProduct> {
  const product = await aProduct(db);
  const { texts } = product.rulesets.compiled;
  const compiled = compileRules({ ...texts, tiers: swinging(texts.tiers) });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  await product.rulesets.replaceIn(db, (_, replace) => replace(compiled.value, product.clock.now()));
  await product.happens(
    aFact('contact_added', MONDAY, xiaolu),
    aFact('profile_updated', MONDAY, xiaolu, { name: '小鹿' }),
  );
  // Down on day 3, up on day 4; from day 7 on the rules want them down again.
  await product.later(3 * 24);
  await product.later(24);
  await product.happens(aFact('visited', product.clock.now(), xiaolu));
  await product.later(3 * 24);
  return product;
}

const tierOfXiaolu = async ({ db }: TestProduct): Promise<string | undefined> =>
  (await db.read.one<{ tier: string }>('SELECT tier FROM member_metrics'))?.tier;

const heldIn = async (app: ConsoleApp) =>
  responses.heldMembers.parse((await app.asProgram('GET', '/api/v1/held-members')).body).items;

eachDatabase('a member who swings between tiers', (open) => {
  it('is held in their tier, listed with the reason, and goes on when the window is over', async () => {
    const product = await aSwinger(await open());
    const app = await aConsole(product, { sharesRules: true });
    expect(await tierOfXiaolu(product)).toBe('member');
    const [held, ...others] = await heldIn(app);
    expect(others).toEqual([]);
    expect(held).toMatchObject({
      member: { name: '小鹿' },
      tier: { key: 'member' },
      to: { key: 'regular' },
      because: {
        reasons: [
          {
            label: {
              zh: '30 天内已经换层 2 次，来回变动，先停在这一层',
              en: 'changed tier 2 times within 30 days and swings: held in this tier for now',
            },
          },
        ],
        values: [{ metric: 'days_since_last_seen', need: '≤ 2' }],
      },
    });
    const inRecord = await product.db.read.all(`SELECT code FROM decision WHERE kind = 'tier' ORDER BY id`);
    expect(inRecord.map((row) => (row as { code: string }).code)).toEqual(['first', 'down', 'up', 'held']);
    const daysLeft = Math.floor((held!.until - product.clock.now()) / DAY_MS);
    await product.later((daysLeft - 1) * 24);
    expect(await tierOfXiaolu(product)).toBe('member');
    await product.later(3 * 24);
    expect(await tierOfXiaolu(product)).toBe('regular');
    expect(await heldIn(app)).toEqual([]);
    await app.close();
  });

  it('goes on at once when an operator lets them, by name', async () => {
    const product = await aSwinger(await open());
    const app = await aConsole(product, { sharesRules: true });
    const [held] = await heldIn(app);
    const release = () => app.asAdmin('POST', `/api/v1/held-members/${held!.member.id}/release`, {});
    expect((await release()).body).toEqual({ released: true });
    await product.workLoop.drain();
    expect(await tierOfXiaolu(product)).toBe('regular');
    expect(await heldIn(app)).toEqual([]);
    expect(await release()).toMatchObject({ status: 409, body: { code: 'not_held' } });
    expect(await product.db.read.all(`SELECT who FROM audit WHERE what = 'tier_hold_released'`)).toEqual([
      { who: 'admin' },
    ]);
    await app.close();
  });
});
