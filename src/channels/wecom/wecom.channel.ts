import type { Action, ActionKind, ActionOf } from '../../domain/action.js';
import { assertNever } from '../../domain/assert-never.js';
import type { Clock } from '../../platform/clock.js';
import { GiveUp } from '../../platform/errors.js';
import type { Channel, ChannelHealth, ActionResult, Receive, BelongsToOther, AttemptOutcome } from '../channel.js';
import { setRemark } from './client/contacts.js';
import { deleteContactWay } from './client/contact-ways.js';
import { cancelGroupMsgSend, remindGroupMsgSend } from './client/mass-sends.js';
import { sendWelcomeMsg, updateTemplateCard, DUPLICATE_CHECK_SECONDS } from './client/messages.js';
import { markTag } from './client/tags.js';
import type { WecomApi } from './client/wecom-api.js';
import { ensureContactWay } from './actions/contact-ways.js';
import type { AppAlarms } from './reconcile/app-alarms.js';
import type { ReconciliationRunner } from './reconcile/reconciliation-runner.js';
import { readGroupStats } from './actions/group-stats.js';
import { ensureJoinWay } from './actions/join-ways.js';
import { findMassSend, massSend, readMassSend } from './actions/mass-sending.js';
import { withBody } from './actions/message-body.js';
import { notifyStaff } from './actions/notify-staff.js';
import { sendStaffCard } from './actions/staff-card.js';
import type { Pictures } from './actions/pictures.js';
import { readContact, readGroup } from './reconcile/read-one.js';
import { ensureTags, readTags } from './actions/tag-library.js';
import { cutToCodePoints } from '../../domain/cut-text.js';
import type { Check, Connection, Forecast } from '../connection.js';
import type { CorpState } from '../reconciliation.js';

/** What this channel can do, and whether it may simply be done again when a crash hid the outcome. */
const repeats = {
  /** Reading changes nothing. */
  read_contact: true,
  read_mass_send: true,
  /** One nudge more at worst, and WeCom takes three in 24 hours (41094). */
  remind_mass_send: true,
  /** What is cancelled is answered with 41093, which is as good. */
  cancel_mass_send: true,
  read_tags: true,
  read_group: true,
  /** Overwrites with the same words. */
  set_remark: true,
  /** A tag that is there is not added twice, one that is gone not removed twice. */
  mark_tags: true,
  /** The welcome code works once, so the person is greeted once; a repeat is answered with 41050. */
  send_welcome: true,
  /** The library is looked at first, and names are unique in their group. */
  ensure_tags: true,
  /** Leaves at worst a second join way for the same group and state, which nobody is shown; the corp may have 500 000. */
  ensure_join_way: true,
  /** As with a join way: at worst one more of the corp's 500 000, which nobody is shown. */
  ensure_contact_way: true,
  /** What is gone already is as good as deleted. */
  retire_contact_way: true,
  read_group_stats: true,
  /** WeCom drops the same text to the same people within four hours; a picture with it comes twice at worst. */
  notify_staff: true,
  /** The same, and its task id is taken once. */
  staff_card: true,
  /** The response code works once; a second time changes nothing. */
  close_card: true,
  /** Every call makes one more task and one more message, and takes no key: look for it before trying again. */
  mass_send: false,
} as const satisfies Partial<Record<ActionKind, boolean>>;

type WecomActionKind = keyof typeof repeats;
type WecomAction = ActionOf<WecomActionKind>;

const REMARK_CHARACTERS = 20;

export interface WecomChannelDeps {
  readonly api: WecomApi;
  readonly pictures: Pictures;
  readonly corp: ReconciliationRunner;
  readonly alarms: AppAlarms;
  readonly known: Pick<CorpState, 'alarms'>;
  readonly agentId: number;
  readonly clock: Clock;
  /** How things stand with WeCom, what is wrong with it, and what so much work would cost. */
  readonly standing: Required<Pick<Channel, 'connection' | 'checkUp' | 'forecast'>>;
}

/** The official WeCom API, as far as it can reach people: contacts, tags, groups to be joined, mass sends, staff. */
export class WecomChannel implements Channel {
  readonly id = 'wecom';
  readonly abilities: ReadonlySet<ActionKind> = new Set(Object.keys(repeats) as WecomActionKind[]);
  private receive: Receive | undefined;
  /** Mass-sends that WeCom made without saying which they are. */
  private readonly nameless = new Set<string>();

  constructor(private readonly deps: WecomChannelDeps) {}

  /** Opens the callback door and begins to read the corp; the reading goes on by itself. */
  async start(receive: Receive): Promise<void> {
    const { alarms, corp, known } = this.deps;
    alarms.remember(await known.alarms());
    this.receive = async (received) => {
      const outcome = await receive(received);
      alarms.hear(received);
      return outcome;
    };
    corp.begin(receive);
  }

  async stop(): Promise<void> {
    this.receive = undefined;
    await this.deps.corp.end();
  }

  /** Where the callback door hands things over; nothing while stopped. */
  receiver(): Receive | undefined {
    return this.receive;
  }

  async send(action: Action, key: string): Promise<ActionResult> {
    if (!isWecomAction(action))
      throw new GiveUp('not_a_wecom_action', { message: `the WeCom channel cannot ${action.kind}` });
    return this.perform(action, key);
  }

  /** WeCom drops the same text for four hours; later staff would read it twice, and a card's task id works once. */
  isRepeatable(kind: ActionKind, afterMs: number): boolean {
    if (kind === 'notify_staff' || kind === 'staff_card') return afterMs < DUPLICATE_CHECK_SECONDS * 1_000;
    return isWecomKind(kind) && repeats[kind];
  }

  async findOutcome(action: Action, attemptedAt: number, isTaken?: BelongsToOther): Promise<AttemptOutcome> {
    if (action.kind !== 'mass_send') return { outcome: 'unknown' };
    const { api, clock } = this.deps;
    return findMassSend(api, action, { attemptedAt, now: clock.now(), nameless: this.nameless, isTaken });
  }

  health(): ChannelHealth {
    const { api, alarms, corp } = this.deps;
    const detail = [api.trouble(), alarms.trouble(), corp.trouble()].filter((part) => part !== '').join('；');
    return { ok: detail === '', detail };
  }

  reconcile(why: 'nightly' | 'asked'): Promise<void> {
    return this.deps.corp.compare(why);
  }

  connection(): Connection {
    return this.deps.standing.connection();
  }

  checkUp(): Promise<readonly Check[]> {
    return this.deps.standing.checkUp();
  }

  forecast(work: Readonly<Partial<Record<ActionKind, number>>>): Forecast {
    return this.deps.standing.forecast(work);
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
        // Nothing to change is refused as a mistake (41017).
        if (action.add.length + action.remove.length > 0) await markTag(api, action);
        return {};
      case 'send_welcome':
        return sendWelcome(api, pictures, action);
      case 'mass_send':
        return massSend(api, pictures, action, this.nameless);
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
      case 'read_group_stats':
        return readGroupStats(api, action);
      case 'staff_card':
        return sendStaffCard(this.deps, action, key);
      case 'close_card':
        await updateTemplateCard(api, agentId, action.staff, action.responseCode, action.mark);
        return {};
      case 'notify_staff':
        return notifyStaff(this.deps, action, key);
      default:
        return assertNever(action);
    }
  }
}

async function sendWelcome(api: WecomApi, pictures: Pictures, action: ActionOf<'send_welcome'>): Promise<ActionResult> {
  const { without } = await withBody(action.message, pictures, pictures.patience.welcomeMs, (body) =>
    sendWelcomeMsg(api, action.welcomeCode, body),
  );
  return without === null ? {} : { without };
}

const isWecomKind = (kind: ActionKind): kind is WecomActionKind => Object.hasOwn(repeats, kind);

const isWecomAction = (action: Action): action is WecomAction => isWecomKind(action.kind);
