import { expect, it } from 'vitest';
import type { Action, ActionKind } from '../../../src/domain/action.js';
import { asMemberId } from '../../../src/domain/ids.js';
import { EngineDeliveryHooks } from '../../../src/engine/delivery-hooks.js';
import { DeliveryWorker } from '../../../src/outbox/delivery.worker.js';
import { MassSendWorker } from '../../../src/outbox/mass-sends/mass-send.worker.js';
import { outboxStore } from '../../../src/outbox/outbox.store.js';
import { setPaused } from '../../../src/outbox/pause.js';
import { RetryLater } from '../../../src/platform/errors.js';
import { createLogger } from '../../../src/platform/logger/logger.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, MONDAY, type TestProduct } from '../../support/test-product.js';
import { FakeChannel } from '../../support/fake-channel.js';
import { anActionKey } from '../../support/an-action-key.js';

const xiaolu = { externalUserId: 'wmXiaolu' };
const aqing = { externalUserId: 'wmAqing' };
const kinds: readonly ActionKind[] = ['chat_dm', 'mass_send', 'read_mass_send', 'cancel_mass_send'];

/** Runs `meanwhile` during every call. */
class InterruptedChannel extends FakeChannel {
  meanwhile: (() => Promise<void>) | undefined;

  override async send(action: Action, key: string) {
    await this.meanwhile?.();
    return super.send(action, key);
  }

  override async findOutcome(action: Action) {
    await this.meanwhile?.();
    return super.findOutcome(action);
  }
}

/** The deliveries alone, while the engine is busy with other things. */
function deliveriesOf({ db, engine, clock, channel }: TestProduct) {
  const world = { clock, logger: createLogger({ level: 'fatal' }), worker: 'alone', timeZone: 'Asia/Shanghai' };
  const hooks = new EngineDeliveryHooks(db, engine, clock);
  return {
    deliver: () => new DeliveryWorker(db, [channel], hooks, world).deliver(),
    massSend: () => new MassSendWorker(db, [channel], hooks, world).work(),
  };
}

const idOf = async ({ db }: TestProduct, { externalUserId }: typeof aqing) =>
  asMemberId(
    (await db.read.one<{ id: number }>('SELECT id FROM member WHERE external_userid = $1', [externalUserId]))!.id,
  );

/** A direct message and a mass-send to each, due now. */
async function planned(product: TestProduct, ...people: (typeof aqing)[]): Promise<void> {
  const message = { text: '你好', attachments: [] };
  for (const person of people) {
    const member = await idOf(product, person);
    const to = person.externalUserId;
    const base = { member, notBefore: product.clock.now(), proactive: true };
    await product.db.write((tx) =>
      outboxStore.enqueue(
        tx,
        [
          { ...base, key: anActionKey(`dm:${to}`), action: { kind: 'chat_dm', chatContactId: to, message } },
          {
            ...base,
            key: anActionKey(`mass:${to}`),
            action: { kind: 'mass_send', sender: 'LinXia', externalUserIds: [to], message },
          },
        ],
        product.clock.now(),
      ),
    );
  }
}
const written = ({ channel }: TestProduct) => [
  ...channel.ofKind('chat_dm').map(({ chatContactId }) => chatContactId),
  ...channel.ofKind('mass_send').flatMap(({ externalUserIds }) => externalUserIds),
];

eachDatabase('the last check before a message is sent', (open) => {
  async function twoPeople(channel = new FakeChannel(kinds)): Promise<TestProduct> {
    const product = await aProduct(await open(), { channel });
    await product.happens(aFact('contact_added', MONDAY, xiaolu), aFact('contact_added', MONDAY, aqing));
    await product.later(1);
    return product;
  }
  const optedOut = (product: TestProduct, at = product.clock.now()) =>
    product.inbox.receive([{ kind: 'fact', fact: aFact('opted_out', at, aqing) }]);

  it('stops a message after an opt-out that is not applied yet', async () => {
    const product = await twoPeople();
    const before = written(product).length;
    await planned(product, xiaolu, aqing);
    const queue = Array.from({ length: 1_200 }, () =>
      aFact('sent_message', product.clock.now(), xiaolu, { length: 3 }),
    );
    await product.inbox.receive(queue.map((fact) => ({ kind: 'fact', fact })));
    await optedOut(product);
    const { deliver, massSend } = deliveriesOf(product);
    await deliver();
    while ((await massSend()) > 0);
    expect(written(product).slice(before)).toEqual(['wmXiaolu', 'wmXiaolu']);
    expect(
      await product.db.read.all(`SELECT state, reason FROM outbox WHERE key IN ('dm:wmAqing', 'mass:wmAqing')`),
    ).toEqual([
      { state: 'cancelled', reason: 'opted_out' },
      { state: 'cancelled', reason: 'opted_out' },
    ]);
  });

  it('ignores an opt-out that is reported late and was taken back since', async () => {
    const product = await twoPeople();
    const before = written(product).length;
    await product.happens(aFact('opted_in', product.clock.now(), aqing));
    await planned(product, aqing);
    await optedOut(product, product.clock.now() - 1_000);
    await deliveriesOf(product).deliver();
    expect(written(product).slice(before)).toEqual(['wmAqing']);
  });

  it('respects the pause for a mass-send whose earlier attempt is being looked for', async () => {
    const channel = new InterruptedChannel(kinds);
    const product = await twoPeople(channel);
    const before = channel.ofKind('mass_send').length;
    await planned(product, aqing);
    const { massSend } = deliveriesOf(product);
    channel.failNext('mass_send', new RetryLater('wecom_busy', 1_000));
    await massSend();
    product.clock.pushTo(product.clock.now() + 60_000);
    channel.meanwhile = () => product.db.write((tx) => setPaused(tx, true, product.clock.now()));
    await massSend();
    channel.meanwhile = undefined;
    await massSend();
    expect(channel.ofKind('mass_send')).toHaveLength(before);
    await product.db.write((tx) => setPaused(tx, false, product.clock.now()));
    await massSend();
    expect(channel.ofKind('mass_send')).toHaveLength(before + 1);
  });

  it('respects the pause for rows that are already leased', async () => {
    const channel = new InterruptedChannel(kinds);
    const product = await twoPeople(channel);
    const before = written(product).length;
    await planned(product, xiaolu, aqing);
    for (let more = 0; more < 40; more++)
      await product.db.write((tx) =>
        outboxStore.enqueue(
          tx,
          [
            {
              key: anActionKey(`more:${more}`),
              notBefore: product.clock.now(),
              proactive: true,
              action: { kind: 'chat_dm', chatContactId: `wm${more}`, message: { text: '你好', attachments: [] } },
            },
          ],
          product.clock.now(),
        ),
      );
    const { deliver, massSend } = deliveriesOf(product);
    channel.meanwhile = () => product.db.write((tx) => setPaused(tx, true, product.clock.now()));
    await deliver();
    await massSend();
    channel.meanwhile = undefined;
    const begun = written(product).length - before;
    // At most so many rows are sent at the same time.
    expect(begun).toBeLessThanOrEqual(16);
    await deliver();
    await massSend();
    expect(written(product)).toHaveLength(before + begun);
    await product.db.write((tx) => setPaused(tx, false, product.clock.now()));
    await product.workLoop.drain();
    expect(written(product)).toHaveLength(before + 44);
  });
});
