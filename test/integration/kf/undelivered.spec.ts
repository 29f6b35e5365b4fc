import { afterEach, beforeEach, expect, it } from 'vitest';
import { eachDatabase } from '../../support/databases.js';
import { aFact } from '../../support/test-product.js';
import { aKfProduct, type KfProduct } from './a-kf-product.js';
import { ANRAN } from './scripted-kf.js';

eachDatabase('a template message that WeCom took and did not deliver', (open) => {
  let product: KfProduct;
  const rows = () =>
    product.db.read.all<{ key: string; kind: string; state: string; reason: string | null }>(
      "SELECT key, kind, state, reason FROM outbox WHERE campaign = 'messages-100' ORDER BY id",
    );
  const fails = async (failType: number, msgid = product.kf.accepted.at(-1)!.msgid) => {
    product.clock.pushTo(product.clock.now() + 60_000);
    product.kf.event('msg_send_fail', { fail_msgid: msgid, fail_type: failType });
    await product.heard();
  };

  beforeEach(async () => {
    product = await aKfProduct(await open());
    await product.later(1);
    const anran = { externalUserId: ANRAN };
    await product.happens(
      aFact('contact_added', product.clock.now(), anran),
      aFact('joined_group', product.clock.now(), anran, { chatId: 'wrTalk' }),
    );
    product.kf.writes('你好');
    await product.heard();
    await product.happens(...Array.from({ length: 100 }, () => aFact('sent_message', product.clock.now(), anran)));
    await product.later(10);
  });
  afterEach(() => product.close());

  it.each([0, 4, 5, 10, 13])('goes on by the next channel of its template, for fail_type %i', async (failType) => {
    expect(await rows()).toMatchObject([{ kind: 'kf_say', state: 'sent' }]);
    await fails(failType);
    expect(await rows()).toMatchObject([
      { kind: 'mass_send', reason: expect.stringMatching(/^instead:kf_/) as string },
    ]);
  });

  it('goes on once, however often WeCom says so', async () => {
    const { msgid } = product.kf.accepted.at(-1)!;
    await fails(10, msgid);
    await fails(10, msgid);
    await product.later(24);
    product.channel.tapAll();
    await product.later(24);
    expect(product.channel.ofKind('mass_send')).toHaveLength(1);
    expect(await rows()).toHaveLength(1);
  });

  it('goes on although WeCom says so before its answer to the sending is stored', async () => {
    const { msgid } = product.kf.accepted.at(-1)!;
    await product.db.write((tx) =>
      tx.run(
        "UPDATE outbox SET state = 'sending', external_ref = NULL, settled_at = NULL, lease_until = $1 WHERE campaign = 'messages-100'",
        [product.clock.now() + 600_000],
      ),
    );
    await fails(10, msgid);
    expect(await rows()).toMatchObject([{ kind: 'kf_say', state: 'sending' }]);
    // It is tried again when the quiet hours are over: customer service knows by the msgid that it was sent.
    await product.later(12);
    expect(await rows()).toMatchObject([{ kind: 'mass_send' }]);
    expect(product.channel.ofKind('mass_send')).toHaveLength(1);
    expect(product.kf.accepted.filter((one) => one.msgid === msgid)).toHaveLength(1);
  });

  it('is a failure of its delivery when nobody else can carry it', async () => {
    await product.happens(aFact('contact_lost', product.clock.now(), { externalUserId: ANRAN }, { staff: 'LinXia' }));
    await fails(5);
    expect(await rows()).toMatchObject([{ kind: 'kf_say', state: 'failed', reason: 'kf_session_ended' }]);
  });
});
