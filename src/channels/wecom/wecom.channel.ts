import type { Action, ActionKind, ActionOf } from '../../domain/action.js';
import { assertNever } from '../../domain/assert-never.js';
import type { Clock } from '../../platform/clock.js';
import { GiveUp } from '../../platform/errors.js';
import type { Channel, ChannelHealth, ActionResult, Receive, BelongsToOther, AttemptOutcome } from '../channel.js';
import { setRemark } from './client/contacts.js';
import { deleteContactWay } from './client/contact-ways.js';
import { deleteGroupWelcome } from './client/group-welcomes.js';
import { cancelGroupMsgSend, remindGroupMsgSend } from './client/mass-sends.js';
import { sendWelcomeMsg, updateTemplateCard, DUPLICATE_CHECK_SECONDS } from './client/messages.js';
import { markTag } from './client/tags.js';
import type { WecomApi } from './client/wecom-api.js';
import { ensureContactWay } from './actions/contact-ways.js';
import type { AppAlarms } from './reconcile/app-alarms.js';
import type { ReconciliationRunner } from './reconcile/reconciliation-runner.js';
import { ensureGroupWelcome } from './actions/group-welcomes.js';
import { readGroupStats } from './actions/group-stats.js';
import { ensureJoinWay } from './actions/join-ways.js';
import { findMassSend, massSend, readMassSend } from './actions/mass-sending.js';
import { sendWithBody } from './actions/message-body.js';
import { notifyStaff } from './actions/notify-staff.js';
import { sendStaffCard } from './actions/staff-card.js';
import type { Pictures } from './actions/pictures.js';
import { readContact, readGroup } from './reconcile/read-one.js';
import { ensureTags, readTags } from './actions/tag-library.js';
import { cutToCodePoints } from '../../domain/cut-text.js';
import type { Check, Connection, Forecast } from '../connection.js';
import type { CorpState } from '../reconciliation.js';

/** The actions of this channel, and whether each may be repeated when a crash hid its outcome. */
const repeatable = {
  /** Reading changes nothing. */
  read_contact: true,
  read_mass_send: true,
  /** At worst one more reminder; WeCom allows three in 24 hours (41094). */
  remind_mass_send: true,
  /** A cancelled task is answered with 41093, which counts as success. */
  cancel_mass_send: true,
  read_tags: true,
  read_group: true,
  /** Writes the same text again. */
  set_remark: true,
  /** Adding or removing a tag twice changes nothing. */
  mark_tags: true,
  /** The welcome code works once; a repeat is answered with 41050. */
  send_welcome: true,
  /** Reads the library first, and names are unique in their group. */
  ensure_tags: true,
  /** At worst leaves an unused second join way for the same group and state; a corp may have 500 000. */
  ensure_join_way: true,
  /** As with a join way: at worst leaves one unused. */
  ensure_contact_way: true,
  /** At worst leaves one unused that nobody chose; WeCom cannot list them, and takes 100. */
  ensure_group_welcome: true,
  /** Deleting twice is a success. */
  retire_group_welcome: true,
  retire_contact_way: true,
  read_group_stats: true,
  /** WeCom drops the same text to the same people within four hours; at worst a picture arrives twice. */
  notify_staff: true,
  /** The same, and a task id works once. */
  staff_card: true,
  /** The response code works once; a second time changes nothing. */
  close_card: true,
  /** Every call creates one more task and takes no key, so it must be searched before a retry. */
  mass_send: false,
} as const satisfies Partial<Record<ActionKind, boolean>>;

type WecomActionKind = keyof typeof repeatable;
type WecomAction = ActionOf<WecomActionKind>;

const REMARK_CHARACTERS = 20;

export interface WecomChannelDeps {
  readonly api: WecomApi;
  readonly pictures: Pictures;
  readonly reconciliation: ReconciliationRunner;
  readonly alarms: AppAlarms;
  readonly corpState: Pick<CorpState, 'alarms'>;
  readonly agentId: number;
  readonly clock: Clock;
  /** The status methods of the port. */
  readonly status: Required<Pick<Channel, 'connection' | 'checkUp' | 'forecast'>>;
}

/** The official WeCom API: contacts, tags, join ways of groups, mass sends, messages to staff. */
export class WecomChannel implements Channel {
  readonly id = 'wecom';
  readonly abilities: ReadonlySet<ActionKind> = new Set(Object.keys(repeatable) as WecomActionKind[]);
  private receive: Receive | undefined;
  /** Keys of mass sends that WeCom created without returning a msgid. */
  private readonly unidentified = new Set<string>();

  constructor(private readonly deps: WecomChannelDeps) {}

  /** Accepts callbacks and starts a reconciliation, which runs in the background. */
  async start(receive: Receive): Promise<void> {
    const { alarms, reconciliation, corpState } = this.deps;
    alarms.remember(await corpState.alarms());
    this.receive = async (received) => {
      const outcome = await receive(received);
      alarms.apply(received);
      return outcome;
    };
    reconciliation.start(receive);
  }

  async stop(): Promise<void> {
    this.receive = undefined;
    await this.deps.reconciliation.stop();
  }

  /** Where callbacks are delivered; undefined while stopped. */
  currentReceive(): Receive | undefined {
    return this.receive;
  }

  async send(action: Action, key: string): Promise<ActionResult> {
    if (!isWecomAction(action))
      throw new GiveUp('not_a_wecom_action', { message: `the WeCom channel cannot ${action.kind}` });
    return this.perform(action, key);
  }

  /** WeCom drops the same text for four hours. After that a repeat would arrive twice. */
  isRepeatable(kind: ActionKind, afterMs: number): boolean {
    if (kind === 'notify_staff' || kind === 'staff_card') return afterMs < DUPLICATE_CHECK_SECONDS * 1_000;
    return isWecomKind(kind) && repeatable[kind];
  }

  async findOutcome(action: Action, attemptedAt: number, belongsToOther?: BelongsToOther): Promise<AttemptOutcome> {
    if (action.kind !== 'mass_send') return { outcome: 'unknown' };
    const { api, clock } = this.deps;
    return findMassSend(api, action, {
      attemptedAt,
      now: clock.now(),
      unidentified: this.unidentified,
      belongsToOther,
    });
  }

  health(): ChannelHealth {
    const { api, alarms, reconciliation } = this.deps;
    const detail = [api.problemText(), alarms.problemText(), reconciliation.problemText()]
      .filter((part) => part !== '')
      .join('；');
    return { ok: detail === '', detail };
  }

  reconcile(why: 'nightly' | 'asked'): Promise<void> {
    return this.deps.reconciliation.reconcile(why);
  }

  connection(): Connection {
    return this.deps.status.connection();
  }

  checkUp(): Promise<readonly Check[]> {
    return this.deps.status.checkUp();
  }

  forecast(work: Readonly<Partial<Record<ActionKind, number>>>): Forecast {
    return this.deps.status.forecast(work);
  }

  private async perform(action: WecomAction, key: string): Promise<ActionResult> {
    const { api, clock, pictures, agentId } = this.deps;
    switch (action.kind) {
      case 'read_contact':
        return readContact(api, clock, action.externalUserId);
      case 'read_group':
        return readGroup(api, clock, action.chatId);
      case 'read_tags':
        return readTags(api);
      case 'ensure_tags':
        return ensureTags(api, action);
      case 'set_remark':
        await setRemark(api, { ...action, remark: cutToCodePoints(action.remark, REMARK_CHARACTERS) });
        return {};
      case 'mark_tags':
        // WeCom refuses an empty change (41017).
        if (action.add.length + action.remove.length > 0) await markTag(api, action);
        return {};
      case 'send_welcome':
        return sendWelcome(api, pictures, action);
      case 'mass_send':
        return massSend(api, pictures, action, this.unidentified);
      case 'read_mass_send':
        return readMassSend(api, action, clock.now());
      case 'remind_mass_send':
        await remindGroupMsgSend(api, action.externalRef);
        return {};
      case 'cancel_mass_send':
        await cancelGroupMsgSend(api, action.externalRef);
        return {};
      case 'ensure_join_way':
        return ensureJoinWay(api, action);
      case 'ensure_contact_way':
        return ensureContactWay(api, action);
      case 'retire_contact_way':
        await deleteContactWay(api, action.configId);
        return {};
      case 'ensure_group_welcome':
        return ensureGroupWelcome(api, action);
      case 'retire_group_welcome':
        await deleteGroupWelcome(api, action.templateId);
        return {};
      case 'read_group_stats':
        return readGroupStats(api, action);
      case 'staff_card':
        return sendStaffCard(this.deps, action, key);
      case 'close_card':
        await updateTemplateCard(api, {
          agentId,
          staff: action.staff,
          responseCode: action.responseCode,
          text: action.mark,
        });
        return {};
      case 'notify_staff':
        return notifyStaff(this.deps, action, key);
      default:
        return assertNever(action);
    }
  }
}

async function sendWelcome(api: WecomApi, pictures: Pictures, action: ActionOf<'send_welcome'>): Promise<ActionResult> {
  const { without } = await sendWithBody(action.message, pictures, pictures.waits.welcomeMs, (body) =>
    sendWelcomeMsg(api, action.welcomeCode, body),
  );
  return without === null ? {} : { without };
}

const isWecomKind = (kind: ActionKind): kind is WecomActionKind => Object.hasOwn(repeatable, kind);

const isWecomAction = (action: Action): action is WecomAction => isWecomKind(action.kind);
