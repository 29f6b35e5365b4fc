import { DAY_MS } from '../../domain/day.js';
import { networkOf } from '../../platform/http/client-address.js';
import type { Sql } from '../../platform/database/sql.js';
import { doorCountStore } from './door-count.store.js';
import { browserKey, loginPlaceStore } from './login-place.store.js';

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
/** Private windows are new browsers each time. */
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
    await loginPlaceStore.seen(tx, account, known, now);
    await loginPlaceStore.keepLatestNetworks(tx, account, MOST_NETWORKS);
    await loginPlaceStore.keepLatestBrowsers(tx, account, network, MOST_BROWSERS_OF_A_NETWORK);
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
    const since = now - PLACE_IS_KNOWN_MS;
    // It may come from another network than when it was given its name.
    const own = browser === undefined ? undefined : await loginPlaceStore.ofBrowser(sql, account, browser, since);
    if (own !== undefined) return { account, place: own, isKnownPlace: true, isKnownBrowser: true };
    const place = networkOf(address);
    const lastAt = await loginPlaceStore.lastAt(sql, account, place);
    return { account, place, isKnownPlace: lastAt !== undefined && lastAt > since, isKnownBrowser: false };
  }
}

interface Place {
  readonly account: string;
  readonly place: string;
  readonly isKnownPlace: boolean;
  readonly isKnownBrowser: boolean;
}
