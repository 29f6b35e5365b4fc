import { expect, it } from 'vitest';
import { responses } from '../../../src/console/api/responses.js';
import { leaseStore } from '../../../src/outbox/lease.store.js';
import { outboxStore } from '../../../src/outbox/outbox.store.js';
import { readPause } from '../../../src/outbox/pause.js';
import type { ActionKey } from '../../../src/domain/action-keys.js';
import type { Action } from '../../../src/domain/action.js';
import { aConsole } from '../../support/console-app.js';
import { FakeChannel } from '../../support/fake-channel.js';
import { eachDatabase } from '../../support/databases.js';
import { aProduct, type TestProduct } from '../../support/test-product.js';

const dm = (text: string): Action => ({
  kind: 'chat_dm',
  chatContactId: '7881',
  message: { text, attachments: [] },
});
const massSend: Action = {
  ...{ kind: 'mass_send', sender: 'LinXia', externalUserIds: ['wm1'] },
  message: { text: '新品到了', attachments: [] },
};

const dueKinds = ({ db, clock }: TestProduct) =>
  db.write(async (tx) => {
    const pause = await readPause(tx);
    const now = clock.now();
    const rest = await leaseStore.due(tx, { which: 'all', pause, limit: 9 }, now);
    const mass = await leaseStore.due(tx, { which: 'mass_send', pause, limit: 9 }, now);
    return [...rest, ...mass].map(({ action }) => (action.kind === 'chat_dm' ? action.message.text : action.kind));
  });

eachDatabase('a channel that is switched off', (open) => {
  it('keeps its proactive messages, and nothing else, until it is on again', async () => {
    const product = await aProduct(await open(), { channel: new FakeChannel(['chat_dm', 'mass_send']) });
    const app = await aConsole(product, { sharesRules: true });
    const now = product.clock.now();
    const row = (key: string, action: Action, proactive: boolean) => ({
      ...{ key: key as ActionKey, action, proactive, notBefore: now },
    });
    await product.db.write((tx) =>
      outboxStore.enqueue(
        tx,
        [row('a', dm('想你了'), true), row('b', dm('答复'), false), row('c', massSend, true)],
        now,
      ),
    );
    const turn = async (name: string, on: boolean) =>
      responses.switches.parse((await app.asAdmin('POST', `/api/v1/switches/${name}`, { on })).body).items;
    const switches = await turn('chat_dm', false);
    expect(switches).toContainEqual(expect.objectContaining({ name: 'chat_dm', isOn: false, waiting: 1 }));
    expect(switches).toContainEqual(expect.objectContaining({ name: 'all', isOn: true, waiting: 2 }));
    expect(await dueKinds(product)).toEqual(['答复', 'mass_send']);
    await turn('mass_send', false);
    expect(await dueKinds(product)).toEqual(['答复']);
    // The switch for all does not forget those of the channels.
    await turn('all', false);
    await turn('all', true);
    expect(await dueKinds(product)).toEqual(['答复']);
    await turn('chat_dm', true);
    await turn('mass_send', true);
    expect(await dueKinds(product)).toEqual(['想你了', '答复', 'mass_send']);
    const audited = await product.db.read.all<{ what: string }>(
      `SELECT what FROM audit WHERE what IN ('paused', 'resumed') ORDER BY id`,
    );
    expect(audited.map(({ what }) => what)).toEqual(['paused', 'paused', 'paused', 'resumed', 'resumed', 'resumed']);
    expect((await app.asAdmin('POST', '/api/v1/switches/pigeon', { on: false })).status).toBe(400);
    await app.close();
  });
});
