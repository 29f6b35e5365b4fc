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
import { aFact, aProduct, MONDAY, type TestProduct } from '../../support/engine-house.js';
import { FakeChannel } from '../../support/fake-channel.js';
import { anActionKey } from '../../support/an-action-key.js';

const xiaolu = { externalUserId: 'wmXiaolu' };
const aqing = { externalUserId: 'wmAqing' };
const kinds: readonly ActionKind[] = ['chat_dm', 'mass_send', 'read_mass_send', 'cancel_mass_send'];

/** Somebody says something while a message is on its way. */
class HeardMeanwhile extends FakeChannel {
  meanwhile: (() => Promise<void>) | undefined;

  override async send(action: Action, key: string) {
    await this.meanwhile?.();
    return super.send(action, key);
  }

  override async reconcile(action: Action) {
    await this.meanwhile?.();
    return super.reconcile(action);
  }
}

/** The deliveries alone, while the engine is busy with other things. */
function deliveriesOf({ db, engine, clock, channel }: TestProduct) {
  const world = { clock, logger: createLogger({ level: 'fatal' }), worker: 'alone', timeZone: 'Asia/Shanghai' };
  const consequences = new EngineDeliveryHooks(db, engine, clock);
  return {
    deliver: () => new DeliveryWorker(db, outboxStore, [channel], consequences, world).deliver(),
    massSend: () => new MassSendWorker(db, outboxStore, [channel], consequences, world).work(),
  };
}

const idOf = async ({ db }: TestProduct, { externalUserId }: typeof aqing) =>
  asMemberId(
    (await db.read.one<{ id: number }>('SELECT id FROM member WHERE external_userid = $1', [externalUserId]))!.id,
  );

/** A proactive message to each, due now. */
async function planned(house: TestProduct, ...people: (typeof aqing)[]): Promise<void> {
  const message = { text: '你好', attachments: [] };
  for (const one of people) {
    const member = await idOf(house, one);
    const to = one.externalUserId;
    const base = { member, notBefore: house.clock.now(), proactive: true };
    await house.db.write((tx) =>
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
        house.clock.now(),
      ),
    );
  }
}
const written = ({ channel }: TestProduct) => [
  ...channel.ofKind('chat_dm').map(({ chatContactId }) => chatContactId),
  ...channel.ofKind('mass_send').flatMap(({ externalUserIds }) => externalUserIds),
];

eachDatabase('the last word before a message goes', (open) => {
  async function twoPeople(channel = new FakeChannel(kinds)): Promise<TestProduct> {
    const house = await aProduct(await open(), { channel });
    await house.happens(aFact('contact_added', MONDAY, xiaolu), aFact('contact_added', MONDAY, aqing));
    await house.later(1);
    return house;
  }
  const optedOut = (house: TestProduct, at = house.clock.now()) =>
    house.intake.keep([{ kind: 'fact', fact: aFact('opted_out', at, aqing) }]);

  it('is an opt-out that waits behind facts nobody has taken yet', async () => {
    const house = await twoPeople();
    const before = written(house).length;
    await planned(house, xiaolu, aqing);
    const queue = Array.from({ length: 1_200 }, () => aFact('sent_message', house.clock.now(), xiaolu, { length: 3 }));
    await house.intake.keep(queue.map((fact) => ({ kind: 'fact', fact })));
    await optedOut(house);
    const { deliver, massSend } = deliveriesOf(house);
    await deliver();
    while ((await massSend()) > 0);
    expect(written(house).slice(before)).toEqual(['wmXiaolu', 'wmXiaolu']);
    expect(
      await house.db.read.all(`SELECT state, reason FROM outbox WHERE key IN ('dm:wmAqing', 'mass:wmAqing')`),
    ).toEqual([
      { state: 'cancelled', reason: 'opted_out' },
      { state: 'cancelled', reason: 'opted_out' },
    ]);
  });

  it('is not an opt-out that is told late and was taken back since', async () => {
    const house = await twoPeople();
    const before = written(house).length;
    await house.happens(aFact('opted_in', house.clock.now(), aqing));
    await planned(house, aqing);
    await optedOut(house, house.clock.now() - 1_000);
    await deliveriesOf(house).deliver();
    expect(written(house).slice(before)).toEqual(['wmAqing']);
  });

  it('is the pause, also for a mass-send that is just being looked for before it is made', async () => {
    const channel = new HeardMeanwhile(kinds);
    const house = await twoPeople(channel);
    const before = channel.ofKind('mass_send').length;
    await planned(house, aqing);
    const { massSend } = deliveriesOf(house);
    channel.failNext('mass_send', new RetryLater('wecom_busy', 1_000));
    await massSend();
    house.clock.pushTo(house.clock.now() + 60_000);
    channel.meanwhile = () => house.db.write((tx) => setPaused(tx, true, house.clock.now()));
    await massSend();
    channel.meanwhile = undefined;
    await massSend();
    expect(channel.ofKind('mass_send')).toHaveLength(before);
    await house.db.write((tx) => setPaused(tx, false, house.clock.now()));
    await massSend();
    expect(channel.ofKind('mass_send')).toHaveLength(before + 1);
  });

  it('is the pause, also for what was already taken to be sent', async () => {
    const channel = new HeardMeanwhile(kinds);
    const house = await twoPeople(channel);
    const before = written(house).length;
    await planned(house, xiaolu, aqing);
    for (let more = 0; more < 40; more++)
      await house.db.write((tx) =>
        outboxStore.enqueue(
          tx,
          [
            {
              key: anActionKey(`more:${more}`),
              notBefore: house.clock.now(),
              proactive: true,
              action: { kind: 'chat_dm', chatContactId: `wm${more}`, message: { text: '你好', attachments: [] } },
            },
          ],
          house.clock.now(),
        ),
      );
    const { deliver, massSend } = deliveriesOf(house);
    channel.meanwhile = () => house.db.write((tx) => setPaused(tx, true, house.clock.now()));
    await deliver();
    await massSend();
    channel.meanwhile = undefined;
    const went = written(house).length - before;
    // Those that were on their way in that moment.
    expect(went).toBeLessThanOrEqual(16);
    await deliver();
    await massSend();
    expect(written(house)).toHaveLength(before + went);
    await house.db.write((tx) => setPaused(tx, false, house.clock.now()));
    await house.pump.drain();
    expect(written(house)).toHaveLength(before + 44);
  });
});
