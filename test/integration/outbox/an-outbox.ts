import { priorities } from '../../../src/domain/priorities.js';
import { anActionKey, aPriority } from '../../support/an-action-key.js';
import type { ActionResult } from '../../../src/channels/channel.js';
import type { Action, ActionKind } from '../../../src/domain/action.js';
import type {
  Blocker,
  DeliveryHooks,
  FailedDelivery,
  MassSendRules,
  SentDelivery,
} from '../../../src/outbox/delivery-hooks.js';
import { DeliveryWorker } from '../../../src/outbox/delivery.worker.js';
import { MassSendWorker } from '../../../src/outbox/mass-sends/mass-send.worker.js';
import { leaseStore } from '../../../src/outbox/lease.store.js';
import type { OutboxRow, NewOutboxRow } from '../../../src/outbox/outbox-row.js';
import { type OutboxStore, outboxStore } from '../../../src/outbox/outbox.store.js';
import { PushedClock } from '../../../src/platform/clock.js';
import type { Database } from '../../../src/platform/database/database.js';
import { createLogger } from '../../../src/platform/logger/logger.js';
import { MONDAY } from '../../support/test-product.js';
import { FakeChannel } from '../../support/fake-channel.js';

export const everyKind: readonly ActionKind[] = [
  'read_contact',
  'set_remark',
  'mark_tags',
  'send_welcome',
  'mass_send',
  'read_mass_send',
  'remind_mass_send',
  'cancel_mass_send',
  'notify_staff',
  'chat_dm',
  'group_say',
  'room_add',
  'room_remove',
];

/** Simulates a process that crashes on one action: before the other side receives it, or before its answer arrives. */
export class CrashingChannel extends FakeChannel {
  private dies: 'before' | 'after' | null = null;
  /** Kinds whose outcome the other side can report afterwards. */
  readonly readableKinds = new Set<ActionKind>(['mass_send']);
  /** While set, reading an outcome fails with it. */
  outcomeError: Error | null = null;
  private died: () => void = () => undefined;

  /** Resolves when the worker has crashed: its call never returns. */
  crashOnNext(when: 'before' | 'after'): Promise<void> {
    this.dies = when;
    return new Promise((resolve) => (this.died = resolve));
  }

  override async send(action: Action, key: string): Promise<ActionResult> {
    const { dies } = this;
    if (dies === null) return super.send(action, key);
    this.dies = null;
    if (dies === 'after') await super.send(action, key);
    this.died();
    return new Promise(() => undefined);
  }

  override async findOutcome(action: Action): ReturnType<FakeChannel['findOutcome']> {
    if (this.outcomeError !== null) throw this.outcomeError;
    if (action.kind === 'mass_send') return super.findOutcome(action);
    if (!this.readableKinds.has(action.kind)) return { outcome: 'unknown' };
    return this.performed.some((done) => JSON.stringify(done.action) === JSON.stringify(action))
      ? { outcome: 'done', done: { ref: 'found' } }
      : { outcome: 'not_done' };
  }
}

/** The engine's side of the outbox: blocks nothing by itself, and records what the outbox reports. */
export class RecordingHooks implements DeliveryHooks {
  /** Staff who have a customer as a contact, by external_userid. */
  readonly colleagues = new Map<string, readonly string[]>();
  readonly gone = new Set<string>();
  nextFallback: NewOutboxRow | null = null;
  readonly massSends: { -readonly [K in keyof MassSendRules]: MassSendRules[K] } = {
    policy: {
      remindAfterHours: [],
      remindFromMinute: 9 * 60,
      remindToMinute: 20 * 60 + 30,
      handOnAfterHours: 30,
      giveUpAfterHours: 96,
    },
    timeZone: 'Asia/Shanghai',
    otherChannels: () => Promise.resolve(new Set()),
    isGone: (_sql, staff) => Promise.resolve(this.gone.has(staff)),
    otherSenders: (_sql, rows) =>
      Promise.resolve(
        new Map(
          rows.flatMap(({ id, action }): [number, string][] => {
            if (action.kind !== 'mass_send') return [];
            const before = [...(action.formerSenders ?? []), action.sender];
            const other = this.colleagues.get(action.externalUserIds[0]!)?.find((staff) => !before.includes(staff));
            return other === undefined ? [] : [[id, other]];
          }),
        ),
      ),
  };
  readonly sentKeys: string[] = [];
  readonly failures: string[] = [];
  readonly blockersByKey = new Map<string, Blocker>();
  private readonly onSentErrors: Error[] = [];

  /** `onSent` fails so many times. */
  failOnSent(error: Error, times = 1): void {
    for (let time = 0; time < times; time++) this.onSentErrors.push(error);
  }

  beforeSend(row: OutboxRow): Promise<Action> {
    return Promise.resolve(row.action);
  }
  blockers(_tx: unknown, rows: readonly OutboxRow[]): Promise<ReadonlyMap<number, Blocker>> {
    return Promise.resolve(
      new Map(
        rows.flatMap((row) =>
          this.blockersByKey.has(row.key) ? [[row.id, this.blockersByKey.get(row.key)!] as const] : [],
        ),
      ),
    );
  }
  onSent(_tx: unknown, { row }: SentDelivery): Promise<void> {
    const error = this.onSentErrors.shift();
    if (error) return Promise.reject(error);
    this.sentKeys.push(row.key);
    return Promise.resolve();
  }
  fallback(): Promise<NewOutboxRow | null> {
    return Promise.resolve(this.nextFallback);
  }
  onFailed(_tx: unknown, { row, failure }: FailedDelivery): Promise<void> {
    this.failures.push(`${row.key}: ${failure.code}`);
    return Promise.resolve();
  }
}

/** A row under any name and of any priority. */
type TestRow = Partial<Omit<NewOutboxRow, 'key' | 'priority'>> &
  Pick<NewOutboxRow, 'action'> & { readonly key: string; readonly priority?: number };

export interface Outbox {
  readonly db: Database;
  readonly store: OutboxStore;
  readonly clock: PushedClock;
  readonly channel: CrashingChannel;
  readonly hooks: RecordingHooks;
  enqueue(...rows: TestRow[]): Promise<void>;
  /** Performs due rows until none is left. */
  deliver(): Promise<void>;
  later(ms: number): Promise<void>;
  rows(): Promise<{ key: string; state: string; reason: string | null; attempts: number }[]>;
  /** The process after a restart, with the same database and channel. */
  restarted(): Promise<Outbox>;
}

export async function anOutbox(
  db: Database,
  given: { channel?: CrashingChannel; clock?: PushedClock; worker?: string } = {},
): Promise<Outbox> {
  const { channel = new CrashingChannel(everyKind), clock = new PushedClock(MONDAY) } = given;
  const hooks = new RecordingHooks();
  await db.write((tx) => leaseStore.releaseAll(tx));
  const world = { clock, logger: createLogger({ level: 'silent' }), worker: given.worker ?? 'one' };
  const deliveries = new DeliveryWorker(db, [channel], hooks, world);
  const massSends = new MassSendWorker(db, [channel], hooks, world);
  const outbox: Outbox = {
    db,
    store: outboxStore,
    clock,
    channel,
    hooks,
    async enqueue(...rows) {
      await db.write((tx) =>
        outboxStore.enqueue(
          tx,
          rows.map(({ key, priority = priorities.ordinary, ...row }) => ({
            notBefore: clock.now(),
            ...row,
            key: anActionKey(key),
            priority: aPriority(priority),
          })),
          clock.now(),
        ),
      );
    },
    async deliver() {
      while ((await deliveries.deliver()) + (await massSends.work()) > 0);
    },
    async later(ms) {
      clock.pushTo(clock.now() + ms);
      await outbox.deliver();
    },
    rows: () => db.read.all('SELECT key, state, reason, attempts FROM outbox ORDER BY id'),
    restarted: () => anOutbox(db, { channel, clock }),
  };
  return outbox;
}

const message = { text: '你好', attachments: [] };
export const aRemark: Action = { kind: 'set_remark', staff: 'LinXia', externalUserId: 'wm1', remark: '小鹿' };
export const aWelcome: Action = { kind: 'send_welcome', welcomeCode: 'code-1', message };
export const aDm: Action = { kind: 'chat_dm', chatContactId: 'c1', message };
export const aSay: Action = { kind: 'group_say', chatId: 'R:1', text: '恭喜' };
export const anAdd: Action = { kind: 'room_add', chatId: 'R:1', member: { chatContactId: 'c1' } };
export const aMassSend = (to: string, text = '你好', sender = 'LinXia'): Action => ({
  kind: 'mass_send',
  sender,
  externalUserIds: [to],
  message: { text, attachments: [] },
});
