import type { Sql } from '../../platform/database/sql.js';
import { tokenHash } from './tokens.js';

/** No address looks like it. `%` stands for any browser, or any network. */
export const browserKey = (browser: string, network: string): string =>
  `browser:${browser === '%' ? '%' : tokenHash(browser)}@${network}`;

/** From where each account has logged in: networks, and browsers by what they were given (`browserKey`). */
export class LoginPlaceStore {
  async seen(tx: Sql, account: string, places: readonly string[], now: number): Promise<void> {
    await tx.insert(
      'login_place',
      places.map((place) => ({ name: account, network: place, last_at: now })),
      '(name, network) DO UPDATE SET last_at = excluded.last_at',
    );
  }

  /** Of the networks of an account only so many stay, the latest. */
  async keepLatestNetworks(tx: Sql, account: string, most: number): Promise<void> {
    await this.keepLatest(tx, `network NOT LIKE 'browser:%'`, [account], most);
  }

  /** Of the browsers of one network only so many stay, the latest: those of one network push out no others. */
  async keepLatestBrowsers(tx: Sql, account: string, network: string, most: number): Promise<void> {
    await this.keepLatest(tx, 'network LIKE $2', [account, browserKey('%', network)], most);
  }

  /** The place of a browser that logged in after a time, from whichever network it was given its name in. */
  async ofBrowser(sql: Sql, account: string, browser: string, since: number): Promise<string | undefined> {
    const row = await sql.one<{ network: string }>(
      'SELECT network FROM login_place WHERE name = $1 AND network LIKE $2 AND last_at > $3',
      [account, browserKey(browser, '%'), since],
    );
    return row?.network;
  }

  /** When the account last logged in from a network. */
  async lastAt(sql: Sql, account: string, network: string): Promise<number | undefined> {
    const row = await sql.one<{ last_at: number }>('SELECT last_at FROM login_place WHERE name = $1 AND network = $2', [
      account,
      network,
    ]);
    return row?.last_at;
  }

  private async keepLatest(tx: Sql, which: string, params: readonly string[], most: number): Promise<void> {
    const places = `SELECT network FROM login_place WHERE name = $1 AND ${which}`;
    await tx.run(
      `DELETE FROM login_place WHERE name = $1 AND network IN (${places}) AND network NOT IN (${places} ORDER BY last_at DESC LIMIT ${most})`,
      params,
    );
  }
}

export const loginPlaceStore = new LoginPlaceStore();
