import { DAY_MS } from '../../domain/day.js';
import { networkOf } from '../../platform/http/client-address.js';
import type { Sql } from '../../platform/database/sql.js';
import { doorCountStore } from './door-count.store.js';
import { tokenHash } from './tokens.js';

export const LOGIN_WINDOW_MS = 15 * 60_000;
/** One person's mistakes from one place, and all that one place may try under any name. */
const TRIES_PER_PERSON = 5;
const TRIES_PER_PLACE = 30;
/** So many mistakes under one name, from wherever: somebody guesses with many addresses. */
const TRIES_PER_ACCOUNT = 100;
/** What a place gets then from which this account never logged in: the admin who travels needs one. */
const TRIES_UNDER_ATTACK = 1;
export const PLACE_IS_KNOWN_MS = 90 * DAY_MS;
const MOST_NETWORKS = 50;
/** Private windows are new browsers each time: those of one network push out no others. */
const MOST_BROWSERS_OF_A_NETWORK = 20;
/** Per door: a botnet's addresses are forgotten, oldest first, before the table grows. */
const MOST_COUNTS = 5_000;

export interface LoginTry {
  /** 64 characters at most. */
  readonly name: string;
  readonly address: string;
  /** What the browser was given when somebody last logged in with it; undefined where it shows nothing of ours. */
  readonly browser?: string | undefined;
}

export type LoginTurn =
  | { readonly kind: 'go'; readonly isKnownPlace: boolean; readonly isKnownBrowser: boolean }
  /** `isFirst`: nobody was told so in this window. */
  | { readonly kind: 'wait'; readonly waitMs: number; readonly isFirst: boolean };

/**
 * Slows guessing down. A try counts before the password is looked at, or a hundred at once would all be looked at; a
 * right one takes its count back. No number of mistakes made elsewhere keeps an account from logging in: they only leave
 * fewer tries to places it never came from. A browser with which the account logged in before is a place of its own,
 * whatever address it comes from and whoever shares that (OWASP: device cookies).
 */
export class LoginThrottle {
  async take(tx: Sql, given: LoginTry, now: number): Promise<LoginTurn> {
    const { account, place, isKnownPlace, isKnownBrowser } = await this.placeOf(tx, given, now);
    const window = { since: now - LOGIN_WINDOW_MS, now };
    const isUnderAttack =
      (await doorCountStore.read(tx, 'login_account', account, window.since)).times >= TRIES_PER_ACCOUNT;
    const limits = [
      ['login', `${account} ${place}`, isUnderAttack && !isKnownPlace ? TRIES_UNDER_ATTACK : TRIES_PER_PERSON],
      // Colleagues share a place; where this account is known, others' mistakes under other names are not its own.
      ...(isKnownPlace ? [] : [['login_place', place, TRIES_PER_PLACE] as const]),
    ] as const;
    for (const [door, key, most] of limits) {
      const count = await doorCountStore.read(tx, door, key, window.since);
      if (count.times < most) continue;
      // One more than the limit says that it was told of.
      const isFirst = count.times === most;
      if (isFirst) await doorCountStore.add(tx, door, key, 1, window);
      return { kind: 'wait', waitMs: count.openedAt + LOGIN_WINDOW_MS - now, isFirst };
    }
    for (const door of ['login', 'login_place', 'login_account'])
      await doorCountStore.prune(tx, door, window.since, MOST_COUNTS);
    await this.count(tx, { account, place }, 1, window);
    return { kind: 'go', isKnownPlace, isKnownBrowser };
  }

  /** `browser` is what it shows from now on; null for a program, which would not show it again. */
  async succeeded(tx: Sql, given: LoginTry, browser: string | null, now: number): Promise<void> {
    const { account, place, isKnownBrowser } = await this.placeOf(tx, given, now);
    await this.count(tx, { account, place }, -1, { since: now - LOGIN_WINDOW_MS, now });
    await doorCountStore.forget(tx, 'login', `${account} ${place}`);
    const network = networkOf(given.address);
    const own = isKnownBrowser ? place : browser === null ? null : browserKey(browser, network);
    const known = [network, ...(own === null ? [] : [own])];
    await tx.insert(
      'login_place',
      known.map((one) => ({ name: account, network: one, last_at: now })),
      '(name, network) DO UPDATE SET last_at = excluded.last_at',
    );
    await this.keepNewest(tx, account, `network NOT LIKE 'browser:%'`, [], MOST_NETWORKS);
    await this.keepNewest(tx, account, 'network LIKE $2', [browserKey('%', network)], MOST_BROWSERS_OF_A_NETWORK);
  }

  private async keepNewest(
    tx: Sql,
    account: string,
    which: string,
    params: readonly string[],
    most: number,
  ): Promise<void> {
    const places = `SELECT network FROM login_place WHERE name = $1 AND ${which}`;
    await tx.run(
      `DELETE FROM login_place WHERE name = $1 AND network IN (${places}) AND network NOT IN (${places} ORDER BY last_at DESC LIMIT ${most})`,
      [account, ...params],
    );
  }

  private async count(
    tx: Sql,
    { account, place }: { readonly account: string; readonly place: string },
    times: number,
    window: { readonly since: number; readonly now: number },
  ): Promise<void> {
    await doorCountStore.add(tx, 'login', `${account} ${place}`, times, window);
    await doorCountStore.add(tx, 'login_place', place, times, window);
    await doorCountStore.add(tx, 'login_account', account, times, window);
  }

  /** Under what the mistakes of this try are counted. */
  private async placeOf(sql: Sql, { name, address, browser }: LoginTry, now: number): Promise<Place> {
    const account = name.toLowerCase();
    const own = browser === undefined ? undefined : await this.knownBrowser(sql, account, browser, now);
    if (own !== undefined) return { account, place: own, isKnownPlace: true, isKnownBrowser: true };
    const place = networkOf(address);
    return { account, place, isKnownPlace: await this.isKnown(sql, account, place, now), isKnownBrowser: false };
  }

  /** It may come from another network than when it was given its name. */
  private async knownBrowser(sql: Sql, account: string, browser: string, now: number): Promise<string | undefined> {
    const row = await sql.one<{ network: string }>(
      'SELECT network FROM login_place WHERE name = $1 AND network LIKE $2 AND last_at > $3',
      [account, browserKey(browser, '%'), now - PLACE_IS_KNOWN_MS],
    );
    return row?.network;
  }

  private async isKnown(sql: Sql, account: string, network: string, now: number): Promise<boolean> {
    const row = await sql.one<{ last_at: number }>('SELECT last_at FROM login_place WHERE name = $1 AND network = $2', [
      account,
      network,
    ]);
    return row !== undefined && row.last_at > now - PLACE_IS_KNOWN_MS;
  }
}

interface Place {
  readonly account: string;
  readonly place: string;
  readonly isKnownPlace: boolean;
  readonly isKnownBrowser: boolean;
}

/** No address looks like it. `%` stands for any browser, or any network. */
const browserKey = (browser: string, network: string): string =>
  `browser:${browser === '%' ? '%' : tokenHash(browser)}@${network}`;
