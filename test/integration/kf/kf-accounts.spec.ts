import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { noticeIn } from '../../../src/channels/wecom/callback/interpret-callback.js';
import type { Database } from '../../../src/platform/database/database.js';
import { eachDatabase } from '../../support/databases.js';
import { aKfProduct, type KfProduct } from './a-kf-product.js';
import { ACCOUNT, OTHER_ACCOUNT } from './scripted-kf.js';

const HOUR = 3_600_000;

eachDatabase('an account of customer service that the app loses or gains', (open) => {
  let db: Database;
  let product: KfProduct;
  const changes = async (fields: Readonly<Record<string, string>>) => {
    product.notified('kf_account_auth_change', fields);
    await product.kfChannel.poll!();
  };
  const loses = async () => {
    product.kf.taken.add(ACCOUNT);
    await changes({ AuthDelOpenKfId: ACCOUNT });
  };
  const checked = async () => {
    const checks = await product.kfChannel.checkUp!();
    return checks.find(({ id }) => id === 'kf_served')!;
  };
  const pulls = () => product.wecom.bodiesOf('kf/sync_msg').length;

  beforeEach(async () => {
    db = await open();
    product = await aKfProduct(db);
    await product.later(1);
  });
  afterEach(() => product.close());

  it('is named by the callback', () => {
    const url = new URL('../../fixtures/wecom/kf_cb_account_auth_change.xml', import.meta.url);
    const notice = noticeIn(readFileSync(url, 'utf8'))!;
    expect(notice.event).toBe('kf_account_auth_change');
    expect([notice.field('AuthAddOpenKfId'), notice.field('AuthDelOpenKfId')]).toEqual([ACCOUNT, OTHER_ACCOUNT]);
  });

  it('is not served any more, and the console says so', async () => {
    expect(await checked()).toMatchObject({ ok: true });
    await loses();
    expect(await checked()).toMatchObject({ ok: false, found: { zh: expect.stringContaining(ACCOUNT) as string } });
    expect(product.kfChannel.health()).toMatchObject({
      ok: false,
      detail: expect.stringContaining('停止接待') as string,
    });
    const before = pulls();
    for (let minute = 0; minute < 30; minute++) {
      product.clock.pushTo(product.clock.now() + 60_000);
      await product.kfChannel.poll!();
    }
    expect(pulls() - before).toBeLessThanOrEqual(2);
  });

  it('is served again when the callback says so, and answers what was written', async () => {
    await loses();
    product.clock.pushTo(product.clock.now() + 120_000);
    await product.kfChannel.poll!();
    product.kf.taken.delete(ACCOUNT);
    product.kf.writes('我的等级');
    await changes({ AuthAddOpenKfId: ACCOUNT });
    await product.workLoop.drain();
    expect(product.kfChannel.health()).toEqual({ ok: true, detail: '' });
    expect(product.said()[0]).toContain('你现在是');
  });

  it('is found lost and regained by reading when the callbacks get lost', async () => {
    product.kf.taken.add(ACCOUNT);
    product.clock.pushTo(product.clock.now() + 120_000);
    await product.kfChannel.poll!();
    expect(await checked()).toMatchObject({ ok: false });
    product.kf.taken.delete(ACCOUNT);
    product.clock.pushTo(product.clock.now() + HOUR + 60_000);
    await product.kfChannel.poll!();
    expect(await checked()).toMatchObject({ ok: true });
  });

  it('stays lost over a restart', async () => {
    await loses();
    await product.kfChannel.stop();
    expect(await db.read.all('SELECT account FROM kf_lost_account')).toEqual([{ account: ACCOUNT }]);
    await product.kfChannel.start(() => Promise.resolve());
    expect(product.kfChannel.health().ok).toBe(false);
  });

  it('that no setting names is reported, and not served by itself', async () => {
    await changes({ AuthAddOpenKfId: OTHER_ACCOUNT });
    expect(await checked()).toMatchObject({
      ok: true,
      found: { en: expect.stringContaining('WECOM_KF_IDS') as string },
    });
    expect(product.wecom.bodiesOf('kf/sync_msg').some((body) => body['open_kfid'] === OTHER_ACCOUNT)).toBe(false);
  });
});
