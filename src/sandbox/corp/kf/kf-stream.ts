import { DAY, MINUTE } from '../../calendar.js';
import type { IdMint } from '../ids.js';

const KEPT = 3 * DAY;
const TOKEN_LIFE = 10 * MINUTE;

/** What a pull may bring: a message of the customer (3) or of a servicer (5), or an event (4). */
export interface KfItem {
  readonly seq: number;
  readonly msgid: string;
  readonly openKfid: string;
  /** The external_userid as a contact; undefined for events that concern no customer. */
  readonly customer: string | undefined;
  readonly origin: 3 | 4 | 5;
  readonly servicer: string | undefined;
  readonly at: number;
  readonly visibleAt: number;
  readonly msgtype: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export type NewKfItem = Omit<KfItem, 'seq'>;

/** The items of the last three days, in the order they became known, and the tokens by which callbacks let the app pull them. */
export class KfStream {
  private readonly items: KfItem[] = [];
  private tokens: { readonly token: string; readonly openKfid: string; readonly madeAt: number }[] = [];
  private seq = 0;
  /** The number of the last item that is older than three days, by account. */
  private readonly dropped = new Map<string, number>();

  constructor(private readonly ids: IdMint) {}

  add(item: NewKfItem, now: number): void {
    this.seq += 1;
    this.items.push({ ...item, seq: this.seq });
    this.dropOld(now);
  }

  /** The number behind which the items of the last three days begin. */
  start(openKfid: string | undefined, now: number): number {
    this.dropOld(now);
    return openKfid === undefined ? Math.max(0, ...this.dropped.values()) : (this.dropped.get(openKfid) ?? 0);
  }

  /** Whether items behind this number are older than three days, so that a cursor at it has lost some. */
  hasLost(seq: number, openKfid: string | undefined, now: number): boolean {
    return seq > this.seq || seq < this.start(openKfid, now);
  }

  /** What is visible after number `seq`. `openKfid` undefined: of all accounts. An item that is not visible yet hides the later ones. */
  after(seq: number, openKfid: string | undefined, now: number): readonly KfItem[] {
    this.dropOld(now);
    const wanted = this.items.filter((item) => item.seq > seq && (openKfid ?? item.openKfid) === item.openKfid);
    const hidden = wanted.findIndex((item) => item.visibleAt > now);
    return hidden < 0 ? wanted : wanted.slice(0, hidden);
  }

  /** The newest item up to number `seq`. */
  before(seq: number, openKfid: string | undefined): KfItem | undefined {
    return this.items.findLast((item) => item.seq <= seq && (openKfid ?? item.openKfid) === item.openKfid);
  }

  makeToken(openKfid: string, now: number, digitsOnly: boolean): string {
    const token = digitsOnly ? `00${this.ids.messageId()}` : this.ids.letters('ENC', 44);
    this.tokens = this.tokens.filter(({ madeAt }) => now - madeAt <= TOKEN_LIFE);
    this.tokens.push({ token, openKfid, madeAt: now });
    return token;
  }

  isToken(token: string, openKfid: string | undefined, now: number): boolean {
    return this.tokens.some(
      (one) => one.token === token && one.openKfid === (openKfid ?? one.openKfid) && now - one.madeAt <= TOKEN_LIFE,
    );
  }

  private dropOld(now: number): void {
    const kept = this.items.findIndex((item) => now - item.at <= KEPT);
    for (const { openKfid, seq } of this.items.splice(0, kept < 0 ? this.items.length : kept))
      this.dropped.set(openKfid, seq);
  }
}
