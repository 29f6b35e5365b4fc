import type { IdMint } from '../ids.js';
import type { Person } from '../person.js';
import { FreePulls } from './free-pulls.js';
import type { KfAccount } from './kf-account.js';
import { KfCodes } from './kf-codes.js';
import { usualKfManners } from './kf-manners.js';
import type { KfSession } from './kf-session.js';
import { KfStream } from './kf-stream.js';

/** One line of a chat between a customer and an account, as it really was. */
export interface KfLine {
  readonly at: number;
  readonly msgid: string;
  readonly openKfid: string;
  /** The customer's external_userid as a contact, and nickname. */
  readonly customer: string;
  readonly name: string;
  /** `app`: sent by API. */
  readonly by: 'customer' | 'app' | 'servicer';
  /** How the app sent it: by send_msg, or with a code of this kind. */
  readonly via: 'send_msg' | 'welcome' | 'queue' | 'person' | 'ended' | undefined;
  readonly servicer: string | undefined;
  readonly msgtype: string;
  /** The words, for tests and the page. */
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Why it did not arrive (the fail_type of msg_send_fail, or `rejected` by a servicer). Absent: it arrived. */
  readonly failed?: number | 'rejected';
  recalledAt?: number;
}

export interface UpgradeRange {
  readonly userids: readonly string[];
  readonly departments: readonly number[];
  readonly chatIds: readonly string[];
}

/** Customer service (微信客服): accounts, their sessions with customers, and what the app can pull. */
export class CustomerService {
  readonly manners = usualKfManners();
  readonly stream: KfStream;
  readonly codes: KfCodes;
  readonly freePulls = new FreePulls();
  readonly talk: KfLine[] = [];
  /** Staff who have not activated their account, and so cannot serve. */
  readonly unactivated = new Set<string>();
  /** msgids that the app used, by account. */
  readonly usedMsgids = new Set<string>();
  /** Decides whether a message fails without a reason. */
  failsAtRandom: () => boolean = () => false;
  /** What the console allows to be recommended; undefined: all staff who have customers, and all groups. */
  upgradeRange: UpgradeRange | undefined;
  private readonly byId = new Map<string, KfAccount>();
  private readonly bySession = new Map<string, KfSession>();

  constructor(private readonly ids: IdMint) {
    this.stream = new KfStream(ids);
    this.codes = new KfCodes(ids);
  }

  open(name: string, avatar: string): KfAccount {
    const account: KfAccount = {
      openKfid: this.ids.letters('wk'),
      name,
      avatar,
      granted: true,
      deleted: false,
      servicers: new Map(),
      departments: new Set(),
      departmentServicers: new Map(),
      linkId: this.ids.letters('kfc', 20),
      scenes: new Map(),
    };
    this.byId.set(account.openKfid, account);
    return account;
  }

  /** Deleted ones included. */
  account(openKfid: string): KfAccount | undefined {
    return this.byId.get(openKfid);
  }

  /** The accounts that exist, oldest first. */
  accounts(): readonly KfAccount[] {
    return [...this.byId.values()].filter(({ deleted }) => !deleted);
  }

  sessions(): readonly KfSession[] {
    return [...this.bySession.values()];
  }

  /** The session of the two, begun if there is none. */
  session(account: KfAccount, person: Person): KfSession {
    const key = `${account.openKfid} ${person.externalUserId}`;
    const known = this.bySession.get(key);
    if (known) return known;
    const fresh: KfSession = {
      account,
      person,
      state: 4,
      servicer: undefined,
      lastServicer: undefined,
      lastWroteAt: undefined,
      left: 0,
      welcomedAt: undefined,
      lastEntry: undefined,
      refuses: false,
      rejected: false,
      upgrade: undefined,
      coded: new Set(),
    };
    this.bySession.set(key, fresh);
    return fresh;
  }

  known(openKfid: string, externalUserId: string): KfSession | undefined {
    return this.bySession.get(`${openKfid} ${externalUserId}`);
  }

  /** The id by which customer service names a customer. Whether it is the id as a contact is not stated (contract §9). */
  idOf(externalUserId: string): string {
    return this.manners.ids === 'same' ? externalUserId : `wmKf${externalUserId.slice(4)}`;
  }
}
