import type { Sql } from '../../platform/database/sql.js';
import { tokenHash } from '../../platform/tokens.js';

/** The stored key of a browser; no address has this form. `%` matches any browser or any network. */
export const browserKey = (browser: string, network: string): string =>
  `browser:${browser === '%' ? '%' : tokenHash(browser)}@${network}`;

/** Where each account has logged in from: networks, and browsers by their device token (`browserKey`). */
export class LoginPlaceStore {
  async record(tx: Sql, account: string, places: readonly string[], now: number): Promise<void> {
    await tx.insert(
      'login_place',
      places.map((place) => ({ name: account, network: place, last_at: now })),
      '(name, network) DO UPDATE SET last_at = excluded.last_at',
    );
  }

  /** Keeps the `most` networks of an account that were used last. */
  async keepLatestNetworks(tx: Sql, account: string, most: number): Promise<void> {
    await this.keepLatest(tx, `network NOT LIKE 'browser:%'`, [account], most);
  }

  /** Keeps the `most` browsers of a network that were used last. Browsers of other networks stay. */
  async keepLatestBrowsers(tx: Sql, account: string, network: string, most: number): Promise<void> {
    await this.keepLatest(tx, 'network LIKE $2', [account, browserKey('%', network)], most);
  }

  /** The place of a browser that logged in after `since`, whichever network it got its device token in. */
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
