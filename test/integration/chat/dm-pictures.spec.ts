import { expect, it } from 'vitest';
import type { Action } from '../../../src/domain/action.js';
import { ChatFailure } from '../../../src/channels/chat/chat-gateway.js';
import { DeliveryWorker } from '../../../src/outbox/delivery.worker.js';
import { leaseStore } from '../../../src/outbox/lease.store.js';
import { chatWritesStore } from '../../../src/outbox/chat-writes.store.js';
import { outboxStore } from '../../../src/outbox/outbox.store.js';
import type { Database } from '../../../src/platform/database/database.js';
import { createLogger } from '../../../src/platform/logger/logger.js';
import { eachDatabase } from '../../support/databases.js';
import { RecordingHooks } from '../outbox/an-outbox.js';
import { aChatChannel } from './a-chat-channel.js';
import { FakeChatGateway } from './fake-chat-gateway.js';
import { anActionKey } from '../../support/an-action-key.js';

const HOUR = 3_600_000;
const image = (name: string) => ({ kind: 'image', title: name, url: `http://pictures.example/${name}.png` }) as const;
const invitation = (...names: string[]): Action => ({
  kind: 'chat_dm',
  chatContactId: '7881',
  message: { text: '长按识别二维码', attachments: names.map(image) },
});

eachDatabase('a direct message with pictures in the outbox', (open) => {
  /** One run of the process. */
  async function aProcess(db: Database, gateway: FakeChatGateway, given: Parameters<typeof aChatChannel>[0] = {}) {
    const chat = await aChatChannel({
      gateway,
      pacing: {},
      fetchPicture: () => Promise.resolve({ bytes: new Uint8Array([1, 2, 3]), type: 'image/png' }),
      pastWrites: (since) => chatWritesStore.since(db.read, since),
      ...given,
    });
    const hooks = new RecordingHooks();
    const world = { clock: chat.clock, logger: createLogger({ level: 'silent' }), worker: 'one' };
    const worker = new DeliveryWorker(db, [chat.channel], hooks, world);
    await db.write((tx) => leaseStore.releaseAll(tx));
    return {
      ...chat,
      hooks,
      worker,
      plan: (action: Action, expiresAt?: number) =>
        db.write((tx) =>
          outboxStore.enqueue(tx, [{ key: anActionKey('k'), action, notBefore: 0, expiresAt }], chat.clock.now()),
        ),
      heard: () => gateway.corp.posts.map(({ picture, text }) => picture ?? text),
      rows: () => db.read.all('SELECT kind, state, reason FROM outbox'),
    };
  }

  it('does not send the pictures again when the process was killed before the text', async () => {
    const db = await open();
    const gateway = new FakeChatGateway();
    let kill = (): void => undefined;
    const killed = new Promise<void>((resolve) => (kill = resolve));
    const first = await aProcess(db, gateway, { sleep: () => new Promise(() => kill()) });
    await first.plan(invitation('qr'));
    void first.worker.deliver();
    await killed;
    const second = await aProcess(db, gateway);
    for (let minute = 0; minute < 5; minute++) {
      second.clock.pushTo(second.clock.now() + 60_000);
      await second.worker.deliver();
    }
    expect(first.heard()).toEqual(['AQID']);
    expect(await second.rows()).toEqual([{ kind: 'chat_dm', state: 'failed', reason: 'outcome_unknown' }]);
  });

  it('is not sent another way, and its outcome is unknown, when only the pictures were sent', async () => {
    const gateway = new FakeChatGateway();
    const process = await aProcess(await open(), gateway);
    gateway.dm = () => Promise.reject(new ChatFailure('not_sent', 'offline'));
    process.hooks.nextFallback = {
      key: anActionKey('k'),
      action: { kind: 'group_say', chatId: 'R:1', text: '长按识别二维码' },
      notBefore: 0,
    };
    await process.plan(invitation('qr'), process.clock.now() + HOUR);
    process.clock.pushTo(process.clock.now() + 0.8 * HOUR);
    await process.worker.deliver();
    expect(process.heard()).toEqual(['AQID']);
    expect(await process.rows()).toEqual([{ kind: 'chat_dm', state: 'failed', reason: 'chat_outcome_unknown' }]);
    expect(process.hooks.failures).toEqual(['k: chat_outcome_unknown']);
  });

  it('counts each picture for the hourly limit, also after a restart', async () => {
    const db = await open();
    const gateway = new FakeChatGateway();
    const first = await aProcess(db, gateway);
    await first.plan(invitation('one', 'two'));
    await first.worker.deliver();
    expect(first.heard()).toHaveLength(3);
    expect((await chatWritesStore.since(db.read, 0)).map(({ kind, to }) => `${kind} ${to}`)).toEqual([
      'chat_dm 7881',
      'chat_dm 7881',
      'chat_dm 7881',
    ]);
  });
});
