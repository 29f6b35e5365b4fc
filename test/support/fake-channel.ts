import type { Channel, ChannelHealth, ActionResult, Receive, AttemptOutcome } from '../../src/channels/channel.js';
import { receiversOf } from '../../src/domain/sending/mass-send-receivers.js';
import { GiveUp } from '../../src/platform/errors.js';
import type { Action, ActionKind } from '../../src/domain/action.js';

/** A channel in memory: performs and records every action, and can be told to fail or to lose an answer. */
export class FakeChannel implements Channel {
  readonly id = 'fake';
  readonly abilities: ReadonlySet<ActionKind>;
  readonly performed: { readonly action: Action; readonly key: string }[] = [];
  /** Mass-sends that staff tapped; the others wait. */
  readonly confirmed = new Set<string>();
  /** Cancelled mass-sends, which nobody can tap any more. */
  readonly cancelled = new Set<string>();
  /** The next so many contact ways and join ways are created without a QR code. */
  codeless = 0;
  private failures: { readonly kind: ActionKind; readonly error: Error; readonly after: boolean }[] = [];
  receive: Receive = () => Promise.reject(new Error('not started'));

  constructor(
    abilities: readonly ActionKind[] = [
      'read_contact',
      'set_remark',
      'mark_tags',
      'send_welcome',
      'mass_send',
      'read_mass_send',
      'remind_mass_send',
      'cancel_mass_send',
      'ensure_tags',
      'read_tags',
      'read_group',
      'ensure_join_way',
      'ensure_contact_way',
      'retire_contact_way',
      'read_group_stats',
      'notify_staff',
    ],
  ) {
    this.abilities = new Set(abilities);
  }

  /** The next action of a kind fails before it is performed, or (`after`) performs it and loses the answer. */
  failNext(kind: ActionKind, error: Error, { after = false } = {}): void {
    this.failures.push({ kind, error, after });
  }

  /** Staff tap every waiting mass-send. */
  tapAll(): void {
    for (const [index, { action }] of this.performed.entries())
      if (action.kind === 'mass_send') this.confirmed.add(refOf(index));
  }

  /** Removes the planned failures of a kind. */
  forgive(kind: ActionKind): void {
    this.failures = this.failures.filter((failure) => failure.kind !== kind);
  }

  ofKind<K extends ActionKind>(kind: K): Extract<Action, { kind: K }>[] {
    return this.performed.flatMap(({ action }) =>
      action.kind === kind ? [action as Extract<Action, { kind: K }>] : [],
    );
  }

  start(receive: Receive): Promise<void> {
    this.receive = receive;
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  send(action: Action, key: string): Promise<ActionResult> {
    const index = this.failures.findIndex((failure) => failure.kind === action.kind);
    const failure = index < 0 ? undefined : this.failures.splice(index, 1)[0];
    if (failure && !failure.after) return Promise.reject(failure.error);
    this.performed.push({ action, key });
    return failure ? Promise.reject(failure.error) : Promise.resolve().then(() => this.answer(action));
  }

  isRepeatable(kind: ActionKind, afterMs: number): boolean {
    if (kind === 'notify_staff' || kind === 'staff_card') return afterMs < 4 * 3_600_000;
    return kind !== 'mass_send' && kind !== 'chat_dm' && kind !== 'group_say' && kind !== 'sms';
  }

  findOutcome(action: Action): Promise<AttemptOutcome> {
    if (action.kind !== 'mass_send') return Promise.resolve({ outcome: 'unknown' });
    const refs = this.performed.flatMap((done, index) =>
      JSON.stringify(done.action) === JSON.stringify(action) ? [refOf(index)] : [],
    );
    const [ref, ...alike] = refs;
    return Promise.resolve(ref === undefined ? { outcome: 'not_done' } : { outcome: 'done', done: { ref }, alike });
  }

  health(): ChannelHealth {
    return { ok: true, detail: '' };
  }

  private way(configId: string, code: string): ActionResult {
    if (this.codeless > 0) this.codeless -= 1;
    else return { result: { configId, qrCode: `http://qr.test/${code}` } };
    return { result: { configId } };
  }

  private answer(action: Action): ActionResult {
    switch (action.kind) {
      case 'ensure_tags':
        return { result: { tags: action.names.map((name) => ({ name, id: `et-${action.group}-${name}` })) } };
      case 'ensure_join_way':
        return this.way(`cfg-${action.chatId}`, action.chatId);
      case 'ensure_contact_way':
        return this.way(`cfg-${action.state}`, action.state);
      case 'ensure_group_welcome':
        return { result: { templateId: `tpl-${action.welcome}` } };
      case 'ensure_acquisition_link':
        return this.way(`link-${action.state}`, action.state);
      case 'read_acquisition_stats':
        return { result: { days: [], spoke: 0, spokeUnknown: 0, quota: { total: 0, balance: 0 } } };
      case 'read_group_stats':
        return { result: { days: [] } };
      case 'mass_send':
        return { ref: refOf(this.performed.length - 1) };
      case 'read_mass_send': {
        const task = this.performed[Number(action.externalRef.slice(3))]!.action as Extract<
          Action,
          { kind: 'mass_send' }
        >;
        const isConfirmed = this.confirmed.has(action.externalRef);
        return {
          result: {
            sent: isConfirmed ? receiversOf(task).map((id) => ({ id, at: 0 })) : [],
            failed: [],
            unsent: isConfirmed ? [] : receiversOf(task),
            untapped: !isConfirmed,
            finished: isConfirmed,
          },
        };
      }
      case 'staff_card':
        return { ref: action.taskId, result: { responseCode: `code-of-${action.taskId}` } };
      case 'cancel_mass_send':
        if (this.cancelled.has(action.externalRef)) throw new GiveUp('mass_send_cancelled');
        this.cancelled.add(action.externalRef);
        return {};
      default:
        return {};
    }
  }
}

const refOf = (index: number): string => `msg${index}`;
