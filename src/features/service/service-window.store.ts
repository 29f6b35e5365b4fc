import type { MemberId } from '../../domain/ids.js';
import {
  changeWindow,
  noWindow,
  windowRefusal,
  type ServedBy,
  type ServiceChange,
  type ServiceSend,
  type ServiceWindow,
} from '../../domain/service/service-window.js';
import { DAY_MS } from '../../domain/day.js';
import { inNumbers, inTexts } from '../../platform/database/in-list.js';
import { takeAdvisoryLock } from '../../platform/database/advisory-lock.js';
import type { Sql } from '../../platform/database/sql.js';
import { storableJson } from '../../platform/database/storable.js';

/** A change of the window of one customer in one account. */
export type WindowChange = ServiceChange & {
  readonly account: string;
  readonly externalUserId: string;
  readonly member: MemberId;
};

/** A window with the messages that count against it. */
export interface CountedWindow extends ServiceWindow {
  readonly member: MemberId | null;
  readonly sends: readonly ServiceSend[];
}

interface Reservation {
  readonly key: string;
  readonly account: string;
  readonly externalUserId: string;
  readonly messages: number;
}

interface WindowRow {
  account: string;
  external_userid: string;
  member_id: number | null;
  wrote_at: number;
  refused_at: number | null;
  served_by: string;
  servicer: string | null;
  changed_at: number;
}

const columns = 'account, external_userid, member_id, wrote_at, refused_at, served_by, servicer, changed_at';
const windowOf = (row: WindowRow): ServiceWindow & { readonly member: MemberId | null } => ({
  account: row.account,
  externalUserId: row.external_userid,
  member: row.member_id as MemberId | null,
  wroteAt: row.wrote_at,
  refusedAt: row.refused_at,
  servedBy: row.served_by as ServedBy,
  servicer: row.servicer,
  changedAt: row.changed_at,
});

const windowKey = ({ account, externalUserId }: Pick<ServiceWindow, 'account' | 'externalUserId'>): string =>
  storableJson([account, externalUserId]);

/** The key of our PostgreSQL advisory lock. */
const WINDOW_LOCK = 7_201_132;
/** Messages count for 48 hours. */
const SENDS_KEPT_MS = 3 * DAY_MS;

/** Who may be written to through customer service, until when and how often. */
export class ServiceWindowStore {
  async apply(tx: Sql, changes: readonly WindowChange[]): Promise<void> {
    if (changes.length === 0) return;
    const accounts = [...new Set(changes.map(({ account }) => account))];
    const customers = [...new Set(changes.map(({ externalUserId }) => externalUserId))];
    const rows = await tx.all<WindowRow>(
      `SELECT ${columns} FROM service_window WHERE account IN ${inTexts(tx, 1)} AND external_userid IN ${inTexts(tx, 2)}`,
      [storableJson(accounts), storableJson(customers)],
    );
    const windows = new Map<string, ServiceWindow>(rows.map(windowOf).map((window) => [windowKey(window), window]));
    const changed = new Map<string, { readonly window: ServiceWindow; readonly member: MemberId }>();
    for (const change of changes) {
      const key = windowKey(change);
      const stored = windows.get(key) ?? noWindow(change.account, change.externalUserId);
      const window = changeWindow(stored, change);
      windows.set(key, window);
      changed.set(key, { window, member: change.member });
    }
    await this.save(tx, [...changed.values()]);
  }

  async window(sql: Sql, account: string, externalUserId: string): Promise<ServiceWindow | null> {
    const row = await sql.one<WindowRow>(
      `SELECT ${columns} FROM service_window WHERE account = $1 AND external_userid = $2`,
      [account, externalUserId],
    );
    return row ? windowOf(row) : null;
  }

  /** The windows of each of these members, the one they wrote to last first. */
  async ofMembers(sql: Sql, members: readonly MemberId[]): Promise<Map<MemberId, CountedWindow[]>> {
    const found = new Map<MemberId, CountedWindow[]>();
    if (members.length === 0) return found;
    const rows = await sql.all<WindowRow>(
      `SELECT ${columns} FROM service_window WHERE member_id IN ${inNumbers(sql, 1)} ORDER BY wrote_at DESC, account`,
      [storableJson(members)],
    );
    if (rows.length === 0) return found;
    const sends = await sql.all<{ account: string; external_userid: string; messages: number; at: number }>(
      `SELECT s.account, s.external_userid, s.messages, s.at FROM service_send s
       JOIN service_window w ON w.account = s.account AND w.external_userid = s.external_userid
       WHERE w.member_id IN ${inNumbers(sql, 1)}`,
      [storableJson(members)],
    );
    for (const row of rows) {
      const window = windowOf(row);
      const own = sends.filter((send) => send.account === row.account && send.external_userid === row.external_userid);
      if (window.member !== null)
        found.set(window.member, [...(found.get(window.member) ?? []), { ...window, sends: own }]);
    }
    return found;
  }

  /**
   * Counts messages against the window before they are sent, also when the outcome of the attempt stays unknown. A repeated
   * attempt of the same key counts once, at its latest time. Answers why they may not be sent; then nothing is counted.
   */
  async reserve(tx: Sql, { key, account, externalUserId, messages }: Reservation, now: number): Promise<string | null> {
    await takeAdvisoryLock(tx, WINDOW_LOCK);
    const window = (await this.window(tx, account, externalUserId)) ?? noWindow(account, externalUserId);
    const others = await tx.all<ServiceSend>(
      'SELECT messages, at FROM service_send WHERE account = $1 AND external_userid = $2 AND key <> $3',
      [account, externalUserId, key],
    );
    const refusal = windowRefusal(window, others, messages, now);
    if (refusal === null) await this.count(tx, { key, account, externalUserId, messages }, now);
    if (refusal === null) return null;
    // An earlier attempt may have been accepted: it goes on counting, and no other channel is tried.
    const isRepeat = (await tx.one('SELECT key FROM service_send WHERE key = $1', [key])) !== undefined;
    return isRepeat ? 'sent_unconfirmed' : refusal;
  }

  /** Counts messages without asking whether they may be sent: a welcome has a code of its own. */
  async count(tx: Sql, { key, account, externalUserId, messages }: Reservation, now: number): Promise<void> {
    await tx.insert(
      'service_send',
      [{ key, account, external_userid: externalUserId, messages, at: now }],
      '(key) DO UPDATE SET messages = excluded.messages, at = excluded.at',
    );
  }

  /** Counts a reserved message as so many. */
  async fill(tx: Sql, key: string, messages: number, now: number): Promise<void> {
    await tx.run('UPDATE service_send SET messages = $1, at = $2 WHERE key = $3', [messages, now, key]);
  }

  async forgetSends(tx: Sql, now: number): Promise<void> {
    await tx.run('DELETE FROM service_send WHERE at < $1', [now - SENDS_KEPT_MS]);
  }

  async merge(tx: Sql, from: MemberId, to: MemberId): Promise<void> {
    await tx.run('UPDATE service_window SET member_id = $1 WHERE member_id = $2', [to, from]);
  }

  private async save(
    tx: Sql,
    windows: readonly { readonly window: ServiceWindow; readonly member: MemberId }[],
  ): Promise<void> {
    await tx.insert(
      'service_window',
      windows.map(({ window, member }) => ({
        account: window.account,
        external_userid: window.externalUserId,
        member_id: member,
        wrote_at: window.wroteAt,
        refused_at: window.refusedAt,
        served_by: window.servedBy,
        servicer: window.servicer,
        changed_at: window.changedAt,
      })),
      `(account, external_userid) DO UPDATE SET member_id = excluded.member_id, wrote_at = excluded.wrote_at,
       refused_at = excluded.refused_at, served_by = excluded.served_by, servicer = excluded.servicer, changed_at = excluded.changed_at`,
    );
  }
}

export const serviceWindowStore = new ServiceWindowStore();
