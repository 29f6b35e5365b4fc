import type { Receive } from '../../channels/channel.js';
import type { Fact, MemberIds } from '../../domain/fact.js';
import { messageStore } from '../../outbox/message.store.js';
import type { Clock } from '../../platform/clock.js';
import type { Database } from '../../platform/database/database.js';
import type { Logger } from '../../platform/logger/logger.js';
import { identityKinds, identityStore, memberIdsOf } from '../members/identity.store.js';
import type { LinkCodes } from './link-codes.js';
import type { StoredLink } from './link.store.js';

/** A second tap within this time is the same click: people tap again while a page loads. */
export const SAME_CLICK_MS = 5_000;
const RETRY_MS = 1_000;
const MOST_REMEMBERED = 10_000;
/** Clicks that wait for a database that is away. The oldest go first. */
const MOST_WAITING = 50_000;

/** Who clicked. `externalUserId`: as WeChat's sign-in says; `browser`: what tells browsers apart, in a link that many got. */
export interface Visitor {
  readonly externalUserId?: string;
  readonly browser: string;
}

interface Click {
  readonly link: StoredLink;
  readonly externalUserId: string | undefined;
  readonly key: string;
  readonly at: number;
}

export interface ClickRecorderParts {
  readonly db: Database;
  readonly codes: LinkCodes;
  readonly clock: Clock;
  readonly receive: Receive;
  readonly logger: Logger;
}

/**
 * Turns clicks into facts. The visitor does not wait for it: clicks that come in during one commit share the next one, and
 * those that cannot be stored are tried again. A process that is killed loses what it has not committed yet.
 */
export class ClickRecorder {
  private waiting: Click[] = [];
  private storing: Promise<void> | null = null;
  /** Key and time of the last click, by link and visitor. */
  private readonly last = new Map<string, number>();

  constructor(private readonly parts: ClickRecorderParts) {}

  record(link: StoredLink, visitor: Visitor): void {
    const at = this.parts.clock.now();
    // A link of one delivery has one visitor, the member; also when a phone changes its network between two taps.
    const who = link.delivery === null ? (visitor.externalUserId ?? visitor.browser) : '';
    if (!this.isNew(`${link.code} ${who}`, at)) return;
    // The same click at another process of ours gets the same key, unless a five seconds' boundary lies between.
    const moment = Math.floor(at / SAME_CLICK_MS);
    const key = `link_clicked:${link.code}:${this.parts.codes.visitorOf(link.code, moment, who)}`;
    this.waiting.push({ link, externalUserId: visitor.externalUserId, key, at });
    if (this.waiting.length > MOST_WAITING) this.waiting.shift();
    this.store();
  }

  /** Resolves when the clicks so far are stored, or could not be. */
  async close(): Promise<void> {
    await this.storing;
  }

  private isNew(visit: string, at: number): boolean {
    const last = this.last.get(visit);
    // The clock may have been set back since.
    if (last !== undefined && Math.abs(at - last) < SAME_CLICK_MS) return false;
    this.last.delete(visit);
    this.last.set(visit, at);
    for (const [oldest, then] of this.last) {
      if (this.last.size <= MOST_REMEMBERED && at - then < SAME_CLICK_MS) break;
      this.last.delete(oldest);
    }
    return true;
  }

  private store(): void {
    this.storing ??= this.storeAll().finally(() => {
      this.storing = null;
    });
  }

  private async storeAll(): Promise<void> {
    while (this.waiting.length > 0) {
      const clicks = this.waiting;
      this.waiting = [];
      try {
        const facts = await Promise.all(clicks.map((click) => this.factOf(click)));
        await this.parts.receive(facts.map((fact) => ({ kind: 'fact', fact })));
      } catch (cause) {
        this.parts.logger.warn({ err: cause, clicks: clicks.length }, 'clicks could not be stored and are tried again');
        this.waiting = [...clicks, ...this.waiting].slice(-MOST_WAITING);
        setTimeout(() => this.store(), RETRY_MS).unref();
        return;
      }
    }
  }

  private async factOf({ link, externalUserId, key, at }: Click): Promise<Fact> {
    const member = externalUserId === undefined ? await this.receiverOf(link) : { externalUserId };
    return { key, kind: 'link_clicked', at, member, data: { code: link.code } };
  }

  /** An id of the member who got the link; none in a text that many got. */
  private async receiverOf({ delivery }: StoredLink): Promise<MemberIds> {
    const { read } = this.parts.db;
    const member = delivery === null ? null : await messageStore.memberOf(read, delivery);
    const identities = member === null ? [] : await identityStore.ofMember(read, member);
    const [strongest] = identities.toSorted((a, b) => identityKinds.indexOf(a.kind) - identityKinds.indexOf(b.kind));
    return strongest ? memberIdsOf(strongest) : {};
  }
}
