import { expect, it } from 'vitest';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, MONDAY, xiaolu, type TestProduct } from '../../support/test-product.js';

async function save(product: TestProduct, key: string, kind: string, settings: string): Promise<void> {
  const saved = await product.templates.save({
    ...{ key, note: '', baseVersion: 0, by: 'test', now: product.clock.now() },
    text: `---\nkey: ${key}\nname: 试\nkind: ${kind}\n${settings}\nchannels: [mass_send]\n---\n你好\n`,
  });
  if (saved.kind !== 'saved') throw new Error(JSON.stringify(saved));
}

const outcomes = async (product: TestProduct): Promise<Record<string, string>> => {
  const rows = await product.db.read.all<{ campaign: string; state: string; reason: string | null }>(
    `SELECT campaign, state, reason FROM outbox WHERE campaign IN ('plain', 'caring', 'calling') ORDER BY id`,
  );
  return Object.fromEntries(rows.map(({ campaign, state, reason }) => [campaign, reason ?? state]));
};

eachDatabase('a member who hibernates', (open) => {
  it('gets no routine message, whatever its audience says; care and reactivation still go', async () => {
    const product = await aProduct(await open(), { sending: { perDay: 9, perMonth: 99, minGapDays: 0 } });
    const day = 'trigger: {on: days_since, metric: days_since_contact, at: 95}\ntiming: now';
    await save(product, 'plain', 'milestone', day);
    await save(product, 'caring', 'care', day);
    await save(product, 'calling', 'reactivation', day);
    await product.happens(aFact('contact_added', MONDAY, xiaolu));
    await product.later(94 * 24);
    expect(await product.db.read.one('SELECT stage FROM member_metrics')).toEqual({ stage: 'lost' });
    await product.later(26);
    expect(await outcomes(product)).toMatchObject({ plain: 'hibernating' });
    expect(Object.keys(await outcomes(product)).sort()).toEqual(['calling', 'caring', 'plain']);
    expect((await outcomes(product))['caring']).not.toBe('hibernating');
    expect((await outcomes(product))['calling']).not.toBe('hibernating');
  });

  it('does not get what was planned before, either', async () => {
    const product = await aProduct(await open());
    await save(
      product,
      'plain',
      'milestone',
      'trigger: {on: days_since, metric: days_since_contact, at: 89}\ntiming: slot\nwindow_hours: 96',
    );
    await product.happens(aFact('contact_added', MONDAY, xiaolu));
    await product.later(89 * 24 - 8);
    await product.db.write((tx) =>
      tx.run(`UPDATE outbox SET not_before = $1 WHERE campaign = 'plain' AND state = 'planned'`, [
        product.clock.now() + 30 * 3_600_000,
      ]),
    );
    expect(await outcomes(product)).toEqual({ plain: 'planned' });
    await product.later(40);
    expect(await outcomes(product)).toEqual({ plain: 'hibernating' });
  });
});
