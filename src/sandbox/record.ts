import type { LinkCustomer } from './corp/acquisition-links.js';
import type { Activity, Corp } from './corp/corp.js';
import type { BotPost } from './corp/group-bots.js';
import type { KfLine } from './corp/kf/customer-service.js';
import { stateOf } from './corp/kf/kf-session.js';
import type { MassSend } from './corp/mass-sends.js';
import type { GroupPost, Received, StaffMessage } from './corp/messages.js';
import type { Bond } from './corp/relations.js';
import type { Callback } from './doors/callback/callback-sender.js';
import type { ShopLedger } from './doors/shop.js';
import type { Opened } from './phone/phone-browser.js';
import type { CallCounts, Refusals } from './doors/wecom/wecom-door.js';

/** What really happened; tests compare the product with it. All plain data; times are simulated epoch ms. */
export interface SandboxRecord {
  readonly now: number;
  /** One entry for each message to a single customer, mentions in a group included. */
  readonly received: readonly Received[];
  /** One entry for each post into a whole group. */
  readonly posts: readonly GroupPost[];
  /** The app's messages to staff. */
  readonly inbox: readonly StaffMessage[];
  /** In the order they happened; `unsent` when there was no callback address. */
  readonly callbacks: readonly Callback[];
  /** Posts of bots in internal groups of the staff. */
  readonly botPosts: readonly BotPost[];
  readonly pairs: readonly PairRecord[];
  readonly tags: readonly {
    readonly id: string;
    readonly name: string;
    readonly group: string;
    readonly byApp: boolean;
  }[];
  readonly groups: readonly GroupRecord[];
  readonly people: readonly PersonRecord[];
  readonly massSends: readonly MassSend[];
  readonly joinWays: readonly {
    readonly configId: string;
    readonly state: string;
    readonly chatIds: readonly string[];
    readonly byApp: boolean;
  }[];
  readonly contactWays: readonly {
    readonly configId: string;
    readonly state: string;
    readonly users: readonly string[];
    readonly scans: number;
  }[];
  readonly acquisitionLinks: readonly {
    readonly linkId: string;
    readonly byApp: boolean;
    readonly clicks: number;
    readonly customers: readonly LinkCustomer[];
  }[];
  readonly kf: KfRecord;
  readonly shop: ShopLedger & { readonly waiting: number };
  readonly chat: { readonly last: number; readonly unacknowledged: number };
  /** Pages that people opened on their phones. */
  readonly opened: readonly Opened[];
  /** `path` → calls, `path errcode` → refusals. */
  readonly calls: CallCounts;
  /** errcode → path → refusals: a bench may check that 45009 and 45033 do not occur. */
  readonly refusals: Refusals;
}

export interface PairRecord {
  readonly userid: string;
  readonly externalUserId: string;
  readonly bond: Bond;
  readonly remark: string;
  readonly state: string | undefined;
  readonly tags: readonly { readonly id: string; readonly name: string; readonly group: string }[];
}

export interface GroupRecord {
  readonly chatId: string;
  readonly roomId: string;
  readonly name: string;
  readonly owner: string;
  readonly capacity: number;
  readonly version: string;
  readonly members: readonly {
    readonly id: string;
    readonly name: string;
    readonly staff: boolean;
    readonly joinedAt: number;
    readonly scene: number;
    readonly state: string | undefined;
  }[];
}

export interface PersonRecord {
  readonly name: string;
  readonly externalUserId: string;
  readonly unionid: string;
  readonly chatContactId: string;
  readonly phone: string;
  readonly persona: string;
  readonly isContact: boolean;
  readonly messages: number;
  readonly kfMessages: number;
  readonly orders: number;
  readonly spendCents: number;
  readonly refundedCents: number;
  readonly optedOut: boolean;
  /** Whether the shop knows their phone. */
  readonly isRegistered: boolean;
  /** When they last did something by themselves, and where; null for never. */
  readonly lastActiveAt: number | null;
  readonly lastActivity: Activity | null;
}

/** Customer service: every line of every chat, arrived or not, and how the sessions stand. */
export interface KfRecord {
  readonly accounts: readonly { readonly openKfid: string; readonly name: string; readonly granted: boolean }[];
  readonly talk: readonly KfLine[];
  readonly sessions: readonly {
    readonly openKfid: string;
    readonly customer: string;
    readonly name: string;
    readonly state: number;
    readonly servicer: string | undefined;
    readonly lastWroteAt: number | undefined;
    readonly left: number;
    readonly refuses: boolean;
  }[];
}

type Outside = Pick<SandboxRecord, 'callbacks' | 'opened' | 'shop' | 'chat' | 'calls' | 'refusals'>;

export function recordOf(corp: Corp, outside: Outside): SandboxRecord {
  return structuredClone({
    now: corp.now(),
    received: corp.received,
    posts: corp.posts,
    inbox: corp.inbox,
    botPosts: corp.groupBots.posts,
    pairs: pairs(corp),
    tags: corp.tags
      .groups()
      .flatMap((group) =>
        group.tags
          .filter((tag) => !tag.deleted)
          .map((tag) => ({ id: tag.id, name: tag.name, group: group.name, byApp: tag.byApp })),
      ),
    groups: groups(corp),
    people: people(corp),
    massSends: corp.massSends.all(),
    joinWays: corp.joinWays
      .all()
      .map(({ configId, byApp, settings }) => ({ configId, byApp, state: settings.state, chatIds: settings.chatIds })),
    contactWays: corp.contactWays
      .all()
      .map(({ configId, settings, scans }) => ({ configId, state: settings.state, users: settings.users, scans })),
    acquisitionLinks: corp.acquisitionLinks
      .all()
      .map(({ linkId, byApp, clicks, customers }) => ({ linkId, byApp, clicks: clicks.length, customers })),
    kf: kfOf(corp),
    ...outside,
  });
}

const kfOf = (corp: Corp): KfRecord => ({
  accounts: corp.kf.accounts().map(({ openKfid, name, granted }) => ({ openKfid, name, granted })),
  talk: corp.kf.talk,
  sessions: corp.kf.sessions().map((session) => {
    const { account, person, servicer, lastWroteAt, left, refuses } = session;
    const state = stateOf(session, corp.now());
    const ids = { openKfid: account.openKfid, customer: person.externalUserId, name: person.name };
    return { ...ids, state, servicer, lastWroteAt, left, refuses };
  }),
});

const pairs = (corp: Corp): PairRecord[] =>
  corp.relations.all().map((relation) => ({
    userid: relation.userid,
    externalUserId: relation.person.externalUserId,
    bond: relation.bond,
    remark: relation.remark,
    state: relation.state,
    tags: [...relation.tags].flatMap((id) => {
      const tag = corp.tags.tag(id);
      return tag && !tag.deleted ? [{ id, name: tag.name, group: tag.group.name }] : [];
    }),
  }));

const groups = (corp: Corp): GroupRecord[] =>
  corp.groups.all().map(({ chatId, roomId, name, owner, capacity, version, members }) => ({
    chatId,
    roomId,
    name,
    owner,
    capacity,
    version,
    members: [...members.values()].map(({ id, joinedAt, scene, state, type }) => ({
      id,
      name: (corp.people.get(id) ?? corp.staff.get(id))?.name ?? '',
      staff: type === 1,
      joinedAt,
      scene,
      state,
    })),
  }));

const people = (corp: Corp): PersonRecord[] =>
  [...corp.people.values()].map((person) => {
    const { name, externalUserId, unionid, chatContactId, phone, persona } = person;
    const isContact = corp.relations.ofPerson(externalUserId).length > 0;
    return { name, externalUserId, unionid, chatContactId, phone, persona, isContact, ...corp.tallyOf(person) };
  });
