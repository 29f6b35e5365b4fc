import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ActionOf } from '../../../src/domain/action.js';
import { asGroupId, asMemberId } from '../../../src/domain/ids.js';
import { joinCodeInServiceKey } from '../../../src/domain/action-keys.js';
import { moveStore } from '../../../src/features/moves/move.store.js';
import type { Database } from '../../../src/platform/database/database.js';
import { freshSqlite } from '../../support/databases.js';
import { aFact } from '../../support/test-product.js';
import { aKfProduct, type KfProduct } from './a-kf-product.js';
import { ACCOUNT, ANRAN } from './scripted-kf.js';

const QR = 'http://127.0.0.1:1/join.png';

describe('a product with customer service', () => {
  let db: Database;
  let product: KfProduct;
  const member = asMemberId(1);
  const rows = (kinds: readonly string[]) =>
    db.read.all<{ kind: string; state: string; reason: string | null; key: string }>(
      `SELECT kind, state, reason, key FROM outbox WHERE kind IN (${kinds.map((kind) => `'${kind}'`).join()}) ORDER BY id`,
    );
  const pictures = () => product.kf.accepted.filter(({ body }) => body['msgtype'] === 'image').map(({ body }) => body);
  const speaks = (times: number) =>
    Array.from({ length: times }, () => aFact('sent_message', product.clock.now(), { externalUserId: ANRAN }));

  beforeEach(async () => {
    db = await freshSqlite();
    product = await aKfProduct(db, { mediaUrl: QR });
    await product.later(1);
    await product.happens(
      aFact('contact_added', product.clock.now(), { externalUserId: ANRAN }),
      aFact('joined_group', product.clock.now(), { externalUserId: ANRAN }, { chatId: 'wrTalk' }),
    );
  });
  afterEach(async () => {
    await product.close();
    await db.close();
  });

  const aGroup = (tier: string): Promise<number> =>
    db.write(async (tx) => {
      const [group] = await tx.insertReturning<{ id: number }>(
        'chat_group',
        [
          {
            chat_id: 'wrSilver',
            name: '银卡群',
            owner: 'LinXia',
            tier,
            status: 'active',
            join_qr: QR,
            created_at: 0,
          },
        ],
        undefined,
        'id',
      );
      return group!.id;
    });

  /** An open move of the member into a group that has a join code. */
  const aMove = async (tier = 'active'): Promise<void> => {
    const group = await aGroup(tier);
    await db.write((tx) =>
      moveStore.plan(
        tx,
        [
          {
            ...{ member, fromGroup: null, toGroup: asGroupId(group), fromTier: null, tier },
            ...{ path: 'official', state: 'planned', reason: 'tier_changed' },
            deadlineAt: product.clock.now() + 7 * 86_400_000,
          },
        ],
        product.clock.now(),
      ),
    );
  };
  const moves = () => db.read.all<{ path: string; state: string }>('SELECT path, state FROM move ORDER BY id');

  it('sends a template through customer service while the window is open, and by mass-send when it is not', async () => {
    await product.happens(...speaks(100));
    await product.later(24);
    expect((await rows(['kf_say'])).length).toBe(0);
    expect((await rows(['mass_send'])).some(({ state }) => state !== 'suppressed')).toBe(true);
  });

  it('prefers customer service to a mass-send in the same template', async () => {
    product.kf.writes('你好');
    await product.heard();
    await product.happens(...speaks(100));
    await product.later(10);
    const sent = (await rows(['kf_say', 'mass_send'])).filter(({ key }) => !key.startsWith('reply:'));
    expect(sent.filter(({ state }) => state === 'sent').map(({ kind }) => kind)).toContain('kf_say');
  });

  it('gives the join code of an open move to a member who writes, once', async () => {
    await aMove();
    product.kf.writes('你好');
    await product.heard();
    product.kf.writes('在吗');
    await product.heard();
    expect(pictures()).toMatchObject([{ touser: ANRAN, open_kfid: ACCOUNT, image: { media_id: 'media-1' } }]);
    expect(product.said().filter((text) => text.includes('银卡群'))).toHaveLength(1);
    const [move] = await db.read.all<{ id: number }>('SELECT id FROM move');
    expect((await rows(['kf_say'])).map(({ key }) => key)).toContain(joinCodeInServiceKey(move!.id as never));
  });

  it('sends the join code to a member who writes when staff never sent the invitation, without waiting', async () => {
    await aMove('regular');
    const [open] = (await moveStore.open(db.read, [member])).values();
    await db.write((tx) => moveStore.step(tx, open!, { state: 'failed', note: 'not_confirmed' }, product.clock.now()));
    await product.happens(...speaks(1));
    expect(await moves()).toHaveLength(1);
    product.kf.writes('你好');
    await product.heard();
    expect(await moves()).toMatchObject([{ state: 'failed' }, { path: 'kf', state: 'invited' }]);
    expect(pictures()).toHaveLength(1);
    product.kf.writes('在吗');
    await product.heard();
    expect([(await moves()).length, pictures().length]).toEqual([2, 1]);
  });

  it('sends the join code of their group to a member who writes and is no contact any more', async () => {
    await product.happens(
      aFact('left_group', product.clock.now(), { externalUserId: ANRAN }, { chatId: 'wrTalk', removed: false }),
      aFact('contact_lost', product.clock.now(), { externalUserId: ANRAN }),
    );
    await aGroup('regular');
    await product.happens(...speaks(1));
    expect(await moves()).toEqual([]);
    product.kf.writes('你好');
    await product.heard();
    expect(await moves()).toEqual([{ path: 'kf', state: 'invited' }]);
    expect(pictures()).toHaveLength(1);
  });

  it('invites to an open move by the code it sends, so that nothing invites a second time', async () => {
    await aMove();
    product.kf.writes('你好');
    await product.heard();
    expect(await db.read.all('SELECT state FROM move')).toEqual([{ state: 'invited' }]);
  });

  it('sends the code again to a member who writes when WeCom did not deliver it', async () => {
    await aMove('regular');
    await product.happens(...speaks(1));
    product.kf.writes('你好');
    await product.heard();
    const text = product.kf.accepted.find(({ body }) => JSON.stringify(body).includes('银卡群'))!;
    product.clock.pushTo(product.clock.now() + 60_000);
    product.kf.event('msg_send_fail', { fail_msgid: text.msgid, fail_type: 5 });
    await product.heard();
    expect(await moves()).toMatchObject([{ state: 'failed' }]);
    product.kf.writes('在吗');
    await product.heard();
    expect(await moves()).toMatchObject([{ state: 'failed' }, { path: 'kf', state: 'invited' }]);
    expect(pictures()).toHaveLength(2);
  });

  it('sends no code unasked to a member who was invited another way', async () => {
    await aMove();
    await db.write((tx) => tx.run("UPDATE move SET state = 'invited'"));
    product.kf.writes('你好');
    await product.heard();
    expect(pictures()).toEqual([]);
  });

  it('gives the card of the group to the person who serves, and sends nothing itself', async () => {
    product.kf.writes('你好');
    product.kf.event('session_status_change', { change_type: 1, new_servicer_userid: 'ZhaoMin' });
    await product.heard();
    await aMove();
    product.clock.pushTo(product.clock.now() + 60_000);
    product.kf.writes('我要进群');
    await product.heard();
    expect(product.wecom.bodiesOf('kf/customer/upgrade_service')).toMatchObject([
      { open_kfid: ACCOUNT, external_userid: ANRAN, type: 2, groupchat: { chat_id: 'wrSilver' } },
    ]);
    expect(pictures()).toEqual([]);
  });

  it('uploads a picture again that WeCom does not have any more', async () => {
    product.kf.writes('你好');
    await product.heard();
    product.kf.nextSends = [40007];
    const action: ActionOf<'kf_say'> = {
      ...{ kind: 'kf_say', account: ACCOUNT, externalUserId: ANRAN },
      message: { text: '', attachments: [{ kind: 'image', url: QR, title: '' }] },
    };
    await expect(product.kfChannel.send(action, 'test:picture')).resolves.toMatchObject({
      ref: expect.stringMatching(/-2$/),
    });
    expect(pictures()).toHaveLength(1);
  });

  it('asks for entry links once a day, each with a random pass', async () => {
    await product.later(24);
    await product.workLoop.review();
    await product.workLoop.drain();
    const ways = await db.read.all<{ scene: string; url: string; pass: string }>(
      'SELECT scene, url, pass FROM service_way',
    );
    expect(ways.find(({ scene }) => scene === 'qunjie')?.url).toContain(`&scene_param=${ways[0]!.pass}`);
    const asked = product.wecom.bodiesOf('kf/add_contact_way').length;
    await product.later(24);
    await product.workLoop.review();
    await product.workLoop.drain();
    expect(product.wecom.bodiesOf('kf/add_contact_way').length).toBe(asked);
  });
});
