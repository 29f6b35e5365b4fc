import type { Action, ActionKind, ActionOf } from '../../domain/action.js';
import { assertNever } from '../../domain/assert-never.js';
import { GiveUp } from '../../platform/errors.js';
import type { Logger } from '../../platform/logger/logger.js';
import type { ActionResult, AttemptOutcome, Channel, ChannelHealth, Receive } from '../channel.js';
import type { Check } from '../connection.js';
import type { WecomApp } from '../wecom-app.js';
import type { KfAccounts } from './kf-accounts.js';
import { accountsCheck, callbackCheck, servedCheck } from './kf-checks.js';
import { addContactWay, recommendGroup } from './kf-calls.js';
import type { KfReader } from './kf-reader.js';
import type { KfSender } from './kf-sender.js';
import type { KfSessions } from './kf-sessions.js';

/** How often due reads are begun. In memory only; the reads themselves are much rarer. */
const TICK_MS = 1_000;

const kinds = [
  'kf_say',
  'kf_welcome',
  'kf_hand_over',
  'kf_upgrade',
  'ensure_kf_way',
] as const satisfies readonly ActionKind[];
type KfAction = ActionOf<(typeof kinds)[number]>;

export interface KfChannelDeps {
  readonly accounts: KfAccounts;
  readonly app: WecomApp;
  readonly reader: KfReader;
  readonly sender: KfSender;
  readonly sessions: KfSessions;
  readonly logger: Pick<Logger, 'error'>;
}

/** Customer service (微信客服) of the corp. */
export class KfChannel implements Channel {
  readonly id = 'kf';
  readonly abilities: ReadonlySet<ActionKind> = new Set(kinds);
  private timer: NodeJS.Timeout | undefined;
  private receive: Receive | undefined;
  private notices = 0;
  /** Settles when the changes of accounts that were announced are stored. */
  private changing: Promise<void> = Promise.resolve();

  constructor(private readonly deps: KfChannelDeps) {
    deps.app.onNotice('kf_msg_or_event', (notice) => {
      this.notices += 1;
      deps.reader.notice(notice.field('OpenKfId'), notice.field('Token'));
    });
    deps.app.onNotice('kf_account_auth_change', (notice) => {
      const changed = this.accountsChanged(notice.field('AuthAddOpenKfId'), notice.field('AuthDelOpenKfId'));
      this.changing = Promise.all([this.changing, changed]).then(() => undefined);
    });
  }

  async start(receive: Receive): Promise<void> {
    this.receive = receive;
    await this.deps.accounts.load();
    this.deps.reader.start(receive);
    this.timer = setInterval(() => void this.deps.reader.readDue(), TICK_MS);
    this.timer.unref();
    void this.deps.reader.readDue();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.deps.reader.stop();
    this.receive = undefined;
  }

  /** Resolves when what is due, and what a callback said, has been read. */
  async poll(): Promise<void> {
    await this.changing;
    await this.deps.reader.readDue();
    await this.deps.reader.settled();
  }

  async send(action: Action, key: string): Promise<ActionResult> {
    if (!isKfAction(action)) throw new GiveUp('no_channel', { message: `customer service cannot ${action.kind}` });
    const { sender, sessions } = this.deps;
    switch (action.kind) {
      case 'kf_say':
        return this.say(action, key);
      case 'kf_welcome':
        return sender.welcome(action, key);
      case 'kf_hand_over':
        return sessions.handOver(action, key);
      case 'kf_upgrade':
        await recommendGroup(this.deps.app, action);
        return {};
      case 'ensure_kf_way':
        return this.makeWay(action);
      default:
        return assertNever(action);
    }
  }

  /** A repeat has the same msgid, and a hand-over changes nothing when people serve already. */
  isRepeatable(): boolean {
    return true;
  }

  findOutcome(): Promise<AttemptOutcome> {
    return Promise.resolve({ outcome: 'unknown' });
  }

  async checkUp(): Promise<readonly Check[]> {
    const { app, accounts } = this.deps;
    return [await accountsCheck(app, accounts.configured), servedCheck(accounts), callbackCheck(this.notices)];
  }

  /** Resolves when what callbacks have said is read. */
  settled(): Promise<void> {
    return this.deps.reader.settled();
  }

  health(): ChannelHealth {
    const lost = this.deps.accounts.lost().map((account) => `客服账号 ${account} 已不归本应用，停止接待`);
    const unread = this.deps.reader
      .problems()
      .map(({ account, problem }) => `客服账号 ${account} 读不到消息（${problem}）`);
    const problems = [...lost, ...unread];
    return { ok: problems.length === 0, detail: problems.join('；') };
  }

  /** Never rejects, because the callback is acknowledged meanwhile. */
  private async accountsChanged(gained: string | undefined, lost: string | undefined): Promise<void> {
    const { accounts, logger } = this.deps;
    try {
      if (lost !== undefined) await accounts.lose(lost);
      if (gained !== undefined) await accounts.gained(gained);
      await accounts.compare();
    } catch (cause) {
      logger.error({ err: cause }, 'a change of the accounts of customer service could not be stored');
    }
  }

  /** Every link leads to the first account that is served. */
  private async makeWay({ scene, pass }: ActionOf<'ensure_kf_way'>): Promise<ActionResult> {
    const [account] = this.deps.accounts.served();
    if (account === undefined) throw new GiveUp('kf_account_not_granted');
    return { result: { account, url: entryLink(await addContactWay(this.deps.app, { account, scene }), pass) } };
  }

  /** After 95018 the state is read once: people may serve without our having read of it yet (kf contract §6, race). */
  private async say(action: ActionOf<'kf_say'>, key: string): Promise<ActionResult> {
    try {
      return await this.deps.sender.say(action, key);
    } catch (cause) {
      if (!(cause instanceof GiveUp) || cause.code !== 'kf_not_our_turn') throw cause;
      const served = await this.deps.sessions.servedByPeople(action);
      if (served === null) throw new GiveUp('kf_window_closed', { cause });
      await this.receive?.([{ kind: 'fact', fact: served }]);
      throw new GiveUp('kf_person_serves', { cause });
    }
  }
}

/** Only this parameter may be added: WeCom signs the others (kf contract §8). */
const entryLink = (url: string, pass: string): string => `${url}&scene_param=${encodeURIComponent(pass)}`;

const isKfAction = (action: Action): action is KfAction => (kinds as readonly string[]).includes(action.kind);
