import { DAY_MS } from '../../domain/day.js';
import { networkOf } from '../../platform/http/client-address.js';
import type { Sql } from '../../platform/database/sql.js';
import { doorCountStore } from './door-count.store.js';
import { browserKey, loginPlaceStore } from './login-place.store.js';

export const LOGIN_WINDOW_MS = 15 * 60_000;
/** Wrong tries of one account from one place, and tries of one place under any name. */
const TRIES_PER_PERSON = 5;
const TRIES_PER_PLACE = 30;
/** Wrong tries of one account from all places: beyond this somebody guesses from many addresses. */
const TRIES_PER_ACCOUNT = 100;
/** Tries of an unknown place during such an attack: a travelling admin needs one. */
const TRIES_UNDER_ATTACK = 1;
export const PLACE_IS_KNOWN_MS = 90 * DAY_MS;
const MAX_NETWORKS = 50;
/** Limited, because every private window is a new browser. */
const MAX_BROWSERS_OF_A_NETWORK = 20;
/** Per kind of count: beyond this the oldest addresses of a botnet are removed. */
const MAX_COUNTS = 5_000;

export interface LoginTry {
  /** 64 characters at most. */
  readonly name: string;
  readonly address: string;
  /** The device token from this browser's last login, if it sent one. */
  readonly browser?: string | undefined;
}

export type LoginTurn =
  | { readonly kind: 'go'; readonly isKnownPlace: boolean; readonly isKnownBrowser: boolean }
  /** `isFirst`: the first refusal in this window, which is logged. */
  | { readonly kind: 'wait'; readonly waitMs: number; readonly isFirst: boolean };

/**
 * Slows password guessing down. A try counts before its password is checked, otherwise a hundred parallel tries would all
 * be checked; a successful login takes its count back. Wrong tries from other places never lock an account: they only
 * leave fewer tries to unknown places. A browser that the account logged in with before counts as its own place, at any
 * address (OWASP: device cookies).
 */
export class LoginThrottle {
  async admit(tx: Sql, given: LoginTry, now: number): Promise<LoginTurn> {
    const { account, place, isKnownPlace, isKnownBrowser } = await this.placeOf(tx, given, now);
    const window = { since: now - LOGIN_WINDOW_MS, now };
    const isUnderAttack =
      (await doorCountStore.read(tx, 'login_account', account, window.since)).times >= TRIES_PER_ACCOUNT;
    const limits = [
      ['login', `${account} ${place}`, isUnderAttack && !isKnownPlace ? TRIES_UNDER_ATTACK : TRIES_PER_PERSON],
      // Colleagues share a place: at a known place, wrong tries under other names do not count.
      ...(isKnownPlace ? [] : [['login_place', place, TRIES_PER_PLACE] as const]),
    ] as const;
    for (const [door, key, most] of limits) {
      const count = await doorCountStore.read(tx, door, key, window.since);
      if (count.times < most) continue;
      // A count of one above the limit marks that the refusal was reported.
      const isFirst = count.times === most;
      if (isFirst) await doorCountStore.add(tx, { door, key, times: 1 }, window);
      return { kind: 'wait', waitMs: count.openedAt + LOGIN_WINDOW_MS - now, isFirst };
    }
    for (const door of ['login', 'login_place', 'login_account'])
      await doorCountStore.prune(tx, door, window.since, MAX_COUNTS);
    await this.count(tx, { account, place }, 1, window);
    return { kind: 'go', isKnownPlace, isKnownBrowser };
  }

  /** `browser`: the device token it sends from now on; null for a program, which keeps no cookies. */
  async succeeded(tx: Sql, given: LoginTry, browser: string | null, now: number): Promise<void> {
    const { account, place, isKnownBrowser } = await this.placeOf(tx, given, now);
    await this.count(tx, { account, place }, -1, { since: now - LOGIN_WINDOW_MS, now });
    await doorCountStore.remove(tx, 'login', `${account} ${place}`);
    const network = networkOf(given.address);
    const own = isKnownBrowser ? place : browser === null ? null : browserKey(browser, network);
    const known = [network, ...(own === null ? [] : [own])];
    await loginPlaceStore.record(tx, account, known, now);
    await loginPlaceStore.keepLatestNetworks(tx, account, MAX_NETWORKS);
    await loginPlaceStore.keepLatestBrowsers(tx, account, network, MAX_BROWSERS_OF_A_NETWORK);
  }

  private async count(
    tx: Sql,
    { account, place }: { readonly account: string; readonly place: string },
    times: number,
    window: { readonly since: number; readonly now: number },
  ): Promise<void> {
    await doorCountStore.add(tx, { door: 'login', key: `${account} ${place}`, times }, window);
    await doorCountStore.add(tx, { door: 'login_place', key: place, times }, window);
    await doorCountStore.add(tx, { door: 'login_account', key: account, times }, window);
  }

  /** The account and place under which this try is counted. */
  private async placeOf(sql: Sql, { name, address, browser }: LoginTry, now: number): Promise<Place> {
    const account = name.toLowerCase();
    const since = now - PLACE_IS_KNOWN_MS;
    // The browser may be in another network than when it got its device token.
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
