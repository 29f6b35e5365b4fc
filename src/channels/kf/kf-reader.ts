import { MINUTE_MS } from '../../domain/day.js';
import type { Clock } from '../../platform/clock.js';
import { GiveUp, RetryLater } from '../../platform/errors.js';
import type { Logger } from '../../platform/logger/logger.js';
import type { Receive } from '../channel.js';
import type { WecomApp } from '../wecom-app.js';
import { BAD_PULL_TOKEN, syncMessages, unionidsOf, type SyncPage } from './kf-calls.js';
import type { KfAccounts } from './kf-accounts.js';
import type { KfPullStore, PullState } from './kf-pull.store.js';
import { customerIn, readItem, timeOfItem } from './read-item.js';

/** Without a token WeCom allows about 10 pulls a minute and then blocks for a minute (kf contract §3, C1); we stay below. */
export const PULLS_PER_MINUTE = 6;
/** How often each account is read although no callback came. Callbacks get lost (kf contract §2). */
const SAFETY_PULL_MS = MINUTE_MS;
/** A callback may arrive before its message is visible (kf contract §12.3), so an empty pull is repeated once. */
const PULL_AGAIN_MS = 3_000;
/** After an error that names no time. */
const AFTER_ERROR_MS = MINUTE_MS;
/** A lost account is tried so rarely: the callback that it is ours again may get lost. */
const LOST_PULL_MS = 60 * MINUTE_MS;
const ASKED_AT_ONCE = 100;
/** More pages in one read would be a loop of cursors. */
const MAX_PAGES = 5_000;
/** Empty pages may follow one another (kf contract §3); so many are no backlog any more. */
const MAX_EMPTY_PAGES = 300;

interface Account {
  readonly id: string;
  /** Of the last callback; valid for ten minutes and for this account only. */
  token: string | undefined;
  /** Epoch ms from which the account is to be read again. Before `dueSince` the clock was set back: then it is due, too. */
  dueAt: number;
  dueSince: number;
  /** One loop per account at a time: two callbacks are one read. */
  reading: Promise<void> | undefined;
  /** A callback came while the account was read. */
  isNoticed: boolean;
  /** An empty read after a callback is repeated once. */
  mayPullAgain: boolean;
  /** The last read was refused, because the account is not ours any more. */
  isLost: boolean;
  problem: string | undefined;
}

export interface KfReaderDeps {
  readonly app: WecomApp;
  readonly store: KfPullStore;
  readonly clock: Clock;
  readonly logger: Pick<Logger, 'warn'>;
}

/**
 * Reads what customers write to each account of customer service. A callback only says that there is something to read; the
 * cursor says where. It is stored after the page is durable, so a read that was cut off continues where it stopped, and
 * messages that come again have the keys of those that were stored.
 */
export class KfReader {
  private readonly accounts: readonly Account[];
  private receive: Receive | undefined;
  /** Until then tokens are not used: too many were bad, and a pull with a bad one counts as one without. */
  private distrustUntil = 0;

  constructor(
    private readonly served: KfAccounts,
    private readonly deps: KfReaderDeps,
  ) {
    this.accounts = served.configured.map((id) => ({
      id,
      token: undefined,
      dueAt: 0,
      dueSince: 0,
      reading: undefined,
      isNoticed: false,
      mayPullAgain: false,
      isLost: false,
      problem: undefined,
    }));
  }

  start(receive: Receive): void {
    this.receive = receive;
  }

  /** Resolves when no read is under way any more. */
  async stop(): Promise<void> {
    this.receive = undefined;
    await this.settled();
  }

  /** For the callback `kf_msg_or_event`. Does not wait for the read: WeCom waits at most 5 s for the answer. */
  notice(account: string | undefined, token: string | undefined): void {
    // Old callbacks name no account (kf contract §2), and then every account is read. An unknown account is not ours.
    for (const one of this.accounts) {
      if (account !== undefined && one.id !== account) continue;
      // Without a named account the token may belong to another one.
      if (account !== undefined) one.token = this.distrustsTokens() ? undefined : token;
      one.isNoticed = true;
      one.mayPullAgain = true;
      void this.read(one);
    }
  }

  /** Reads every account that is due. Called every second or so, and when the clock was pushed. */
  async readDue(): Promise<void> {
    const now = this.deps.clock.now();
    const isDue = ({ dueAt, dueSince }: Account): boolean => dueAt <= now || now < dueSince;
    await Promise.all(this.accounts.filter((one) => isDue(one) || this.isBack(one)).map((one) => this.read(one)));
  }

  /** Resolves when the reads that are under way have ended. */
  async settled(): Promise<void> {
    for (let under = this.underWay(); under.length > 0; under = this.underWay()) await Promise.all(under);
  }

  problems(): readonly { readonly account: string; readonly problem: string }[] {
    return this.accounts.flatMap(({ id, problem }) => (problem === undefined ? [] : [{ account: id, problem }]));
  }

  /** A time too far ahead was set before the clock was set back. */
  private distrustsTokens(): boolean {
    const left = this.distrustUntil - this.deps.clock.now();
    return left > 0 && left <= MINUTE_MS;
  }

  /** The account was lost, and the callback said that it is ours again. */
  private readonly isBack = ({ id, isLost }: Account): boolean => isLost && !this.served.isLost(id);

  private readonly underWay = (): Promise<void>[] => this.accounts.flatMap(({ reading }) => reading ?? []);

  private read(account: Account): Promise<void> {
    account.reading ??= this.readUntilQuiet(account).finally(() => {
      account.reading = undefined;
    });
    return account.reading;
  }

  /** Never rejects: a failure makes the account due again later. */
  private async readUntilQuiet(account: Account): Promise<void> {
    const { logger } = this.deps;
    try {
      do {
        account.isNoticed = false;
        const found = await this.readOnce(account);
        this.waitFor(account, found === 0 && account.mayPullAgain ? PULL_AGAIN_MS : SAFETY_PULL_MS);
        if (!account.isNoticed) account.mayPullAgain = false;
      } while (account.isNoticed && this.receive !== undefined);
      account.problem = undefined;
      account.isLost = false;
      await this.served.gained(account.id);
    } catch (cause) {
      if (await this.served.refused(account.id, cause)) {
        this.waitFor(account, LOST_PULL_MS);
        account.isLost = true;
        account.problem = undefined;
        return;
      }
      // A named wait is that of WeCom's block (45009) or of a quota.
      const waits = cause instanceof RetryLater ? Math.max(cause.retryAfterMs ?? 0, 1_000) : AFTER_ERROR_MS;
      this.waitFor(account, waits);
      const code = cause instanceof RetryLater || cause instanceof GiveUp ? cause.code : 'bug';
      if (code === OWN_LIMIT) return;
      if (code !== account.problem)
        logger.warn({ err: cause, account: account.id }, 'customer service could not be read; it is read again later');
      account.problem = code;
    }
  }

  private waitFor(account: Account, waitMs: number): void {
    account.dueSince = this.deps.clock.now();
    account.dueAt = account.dueSince + waitMs;
  }

  /** Reads to the end. Answers how many items there were. */
  private async readOnce(account: Account): Promise<number> {
    const { store, clock } = this.deps;
    let state = (await store.state(account.id)) ?? fromTheBeginning;
    let items = 0;
    let emptyPages = 0;
    for (let pages = 0; pages < MAX_PAGES; pages++) {
      // `stop` may come while a page is pulled; that page is still stored.
      const { receive } = this;
      if (receive === undefined) return items;
      const pulled = await this.pull(account, state);
      state = pulled.state;
      await this.store(account.id, pulled.page, state.isCatchingUp, receive);
      items += pulled.page.items.length;
      emptyPages = pulled.page.items.length === 0 ? emptyPages + 1 : 0;
      const { next = state.cursor, hasMore } = pulled.page;
      const read = { cursor: next, isCatchingUp: state.isCatchingUp && hasMore };
      // Only now: a page whose storing was cut off is read again.
      if (read.cursor !== state.cursor || read.isCatchingUp !== state.isCatchingUp)
        await store.save(account.id, read, clock.now());
      if (!hasMore || next === state.cursor) return items;
      if (emptyPages >= MAX_EMPTY_PAGES) break;
      state = read;
    }
    // The next read goes on from here.
    throw new RetryLater('kf_pages_without_end', AFTER_ERROR_MS);
  }

  /**
   * One page, and from which state it was read. A cursor that WeCom does not know is dropped, and the last three days are
   * read again without answering anything.
   */
  private async pull(
    account: Account,
    state: PullState,
  ): Promise<{ readonly page: SyncPage; readonly state: PullState }> {
    const outcome = await this.tryPull(account, state);
    if (typeof outcome !== 'number') return { page: outcome, state };
    if (outcome === BAD_PULL_TOKEN) {
      if (account.token === undefined) throw new RetryLater('kf_token_expired', AFTER_ERROR_MS);
      account.token = undefined;
      // A pull with a bad token counts as one without (kf contract §3).
      const now = this.deps.clock.now();
      if (!(await this.deps.store.takePull(now, PULLS_PER_MINUTE, MINUTE_MS))) this.distrustUntil = now + MINUTE_MS;
      return this.pull(account, state);
    }
    if (state.cursor === '') throw new GiveUp('kf_not_readable', { message: `kf/sync_msg: errcode ${outcome}` });
    this.deps.logger.warn(
      { account: account.id, errcode: outcome },
      'the cursor of customer service is not valid any more; the last three days are read again and not answered',
    );
    return this.pull(account, fromTheBeginning);
  }

  /** A number is an errcode that concerns the token or the cursor. */
  private async tryPull(account: Account, state: PullState): Promise<SyncPage | number> {
    const { app, store, clock } = this.deps;
    const { token } = account;
    if (token === undefined && !(await store.takePull(clock.now(), PULLS_PER_MINUTE, MINUTE_MS)))
      throw new RetryLater(OWN_LIMIT, MINUTE_MS / PULLS_PER_MINUTE);
    try {
      const outcome = await syncMessages(app, { account: account.id, cursor: state.cursor, token });
      return outcome.ok ? outcome.data : outcome.errcode;
    } catch (cause) {
      // The errcode of a bad cursor is not documented (kf contract §3 [?]): an unlisted one may be it.
      if (cause instanceof GiveUp && cause.code === 'wecom_refused' && state.cursor !== '') return UNLISTED;
      throw cause;
    }
  }

  private async store(account: string, { items }: SyncPage, isCatchingUp: boolean, receive: Receive): Promise<void> {
    if (items.length === 0) return;
    const readAt = this.deps.clock.now();
    const unionids = await this.unionids(items);
    const context = { account, readAt, isCatchingUp, unionidOf: (id: string) => unionids.get(id) ?? undefined };
    const inOrder = items
      .map((item, position) => ({ item, position, at: timeOfItem(item, readAt) }))
      .sort((one, other) => one.at - other.at || one.position - other.position);
    await receive(inOrder.flatMap(({ item }) => readItem(item, context)));
  }

  /** Each customer is asked for once, so that a customer whom the shop knows by unionid does not become a second person. */
  private async unionids(items: readonly unknown[]): Promise<ReadonlyMap<string, string | null>> {
    const { app, store, clock } = this.deps;
    const customers = [...new Set(items.flatMap((item) => customerIn(item) ?? []))];
    const known = new Map(await store.asked(customers));
    const strangers = customers.filter((id) => !known.has(id));
    try {
      for (let from = 0; from < strangers.length; from += ASKED_AT_ONCE) {
        const asked = strangers.slice(from, from + ASKED_AT_ONCE);
        const found = await unionidsOf(app, asked);
        const answers = new Map(asked.map((id) => [id, found.get(id) ?? null] as const));
        await store.saveAsked(answers, clock.now());
        for (const [id, unionid] of answers) known.set(id, unionid);
      }
    } catch (cause) {
      // Their messages are not delayed. They are asked for again with the next message, and two records that turn out to be
      // one person are merged then.
      if (!(cause instanceof RetryLater) && !(cause instanceof GiveUp)) throw cause;
    }
    return known;
  }
}

const fromTheBeginning: PullState = { cursor: '', isCatchingUp: true };
/** Too many reads had no token. The read waits; nothing is wrong. */
const OWN_LIMIT = 'kf_pull_paced';
/** Stands for an errcode that is in no table. */
const UNLISTED = -2;
