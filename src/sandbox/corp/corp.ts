import type { Timeline } from '../timeline.js';
import { AcquisitionLinks } from './acquisition-links.js';
import { AcquisitionQuota } from './acquisition-quota.js';
import { AppMessages } from './app-messages.js';
import { ContactDiary } from './contact-diary.js';
import { ContactWays } from './contact-ways.js';
import { CustomerGroups } from './customer-groups.js';
import { GroupBots } from './group-bots.js';
import { GroupWelcomes } from './group-welcomes.js';
import type { IdMint } from './ids.js';
import { CustomerService } from './kf/customer-service.js';
import type { KfSession } from './kf/kf-session.js';
import { JoinWays } from './join-ways.js';
import { MassSends, type MassSend, type MassSendCap } from './mass-sends.js';
import { Media } from './media.js';
import type { GroupPost, Received, StaffMessage } from './messages.js';
import type { Outlets } from './outlets.js';
import type { Person, Staff } from './person.js';
import { platformQuotas, type Quotas } from './quotas.js';
import { Relations } from './relations.js';
import { SignIns } from './sign-ins.js';
import { TagLibrary } from './tag-library.js';
import { Transfers } from './transfers.js';
import { WelcomeCodes } from './welcome-codes.js';

/** How people react to what reaches them. In a quiet corp nobody reacts. */
export interface Reactions {
  received(person: Person, message: Received): void;
  posted(post: GroupPost): void;
  staffMessaged(staff: Staff, message: StaffMessage): void;
  asked(send: MassSend, userid: string): void;
  reminded(send: MassSend, userid: string): void;
  /** A customer asks the staff member to accept them as a contact. */
  applied(person: Person, userid: string): void;
  /** The app handed a customer to the queue or to a servicer. */
  handedOver(session: KfSession): void;
}

export const nobodyReacts: Reactions = {
  received: () => undefined,
  posted: () => undefined,
  staffMessaged: () => undefined,
  asked: () => undefined,
  reminded: () => undefined,
  applied: () => undefined,
  handedOver: () => undefined,
};

/** Counts what a person has done. Tests compare the product's figures with it. */
/** Where somebody did something: in a group or a direct message, in the shop, in customer service, or at a link. */
export type Activity = 'talk' | 'shop' | 'service' | 'link';

export interface Tally {
  messages: number;
  /** Messages to customer service. */
  kfMessages: number;
  orders: number;
  spendCents: number;
  refundedCents: number;
  optedOut: boolean;
  /** The shop knows their phone only from then on. */
  isRegistered: boolean;
  /** Their own latest act of any kind; null for none. */
  lastActiveAt: number | null;
  lastActivity: Activity | null;
}

export interface CorpOptions {
  readonly corpId: string;
  readonly agentId: string;
  readonly massSendCap: MassSendCap;
}

/** The corp's state. People change it through `acts/`, the API through `doors/wecom`. */
export class Corp {
  readonly corpId: string;
  readonly agentId: string;
  readonly relations = new Relations();
  readonly tags: TagLibrary;
  readonly groups: CustomerGroups;
  readonly joinWays: JoinWays;
  readonly contactWays: ContactWays;
  readonly quotas: Quotas = { ...platformQuotas };
  readonly welcomes: WelcomeCodes;
  readonly massSends: MassSends;
  readonly media: Media;
  readonly appMessages: AppMessages;
  readonly groupWelcomes: GroupWelcomes;
  readonly groupBots: GroupBots;
  readonly acquisitionLinks: AcquisitionLinks;
  readonly acquisitionQuota = new AcquisitionQuota();
  readonly signIns: SignIns;
  readonly kf: CustomerService;
  readonly transfers = new Transfers();
  readonly contactDiary = new ContactDiary();
  readonly staff = new Map<string, Staff>();
  readonly people = new Map<string, Person>();
  readonly received: Received[] = [];
  readonly posts: GroupPost[] = [];
  readonly inbox: StaffMessage[] = [];
  reactions: Reactions = nobodyReacts;
  /** The staff the app may see; undefined: all of them. */
  scope: ReadonlySet<string> | undefined;
  /** The chat account, a member of all groups; absent when there is no chat. */
  bot: Staff | undefined;
  private readonly byName = new Map<string, Person | Staff>();
  private readonly byChatContactId = new Map<string, Person | Staff>();
  private readonly tallies = new Map<string, Tally>();

  constructor(
    { corpId, agentId, massSendCap }: CorpOptions,
    readonly ids: IdMint,
    readonly timeline: Timeline,
    readonly outlets: Outlets,
  ) {
    this.corpId = corpId;
    this.agentId = agentId;
    this.tags = new TagLibrary(ids);
    this.groups = new CustomerGroups(ids);
    this.joinWays = new JoinWays(ids);
    this.contactWays = new ContactWays(ids);
    this.welcomes = new WelcomeCodes(ids);
    this.massSends = new MassSends(ids, massSendCap);
    this.media = new Media(ids);
    this.appMessages = new AppMessages(ids);
    this.groupBots = new GroupBots(ids);
    this.kf = new CustomerService(ids);
    this.groupWelcomes = new GroupWelcomes(ids);
    this.acquisitionLinks = new AcquisitionLinks(ids);
    this.signIns = new SignIns(ids, agentId);
  }

  now(): number {
    return this.timeline.now();
  }

  employ(staff: Staff): void {
    this.staff.set(staff.userid, staff);
    this.know(staff);
  }

  meet(person: Person): void {
    this.people.set(person.externalUserId, person);
    this.know(person);
  }

  /** By nickname, external_userid, userid or chat contact id. */
  who(key: string): Person | Staff | undefined {
    return this.people.get(key) ?? this.staff.get(key) ?? this.byName.get(key) ?? this.byChatContactId.get(key);
  }

  /** Whether the app may see this staff member at all. */
  sees(userid: string): boolean {
    return this.scope?.has(userid) ?? true;
  }

  /** Whether the app may read this staff member's customers. */
  serves(userid: string): boolean {
    const staff = this.staff.get(userid);
    return staff !== undefined && !staff.hasLeft && staff.followsCustomers && this.sees(userid);
  }

  rename(staff: Staff, name: string): void {
    if (this.byName.has(name)) throw new Error(`two people called ${name}`);
    this.byName.delete(staff.name);
    staff.name = name;
    this.byName.set(name, staff);
  }

  chatIdOf(memberId: string): string {
    return (this.people.get(memberId) ?? this.staff.get(memberId))?.chatContactId ?? '';
  }

  /** The person has done something by themselves. */
  recordActivity(person: Person, activity: Activity): void {
    const tally = this.tallyOf(person);
    tally.lastActiveAt = this.now();
    tally.lastActivity = activity;
  }

  tallyOf(person: Person): Tally {
    const known = this.tallies.get(person.externalUserId);
    if (known) return known;
    const fresh: Tally = {
      messages: 0,
      kfMessages: 0,
      orders: 0,
      spendCents: 0,
      refundedCents: 0,
      optedOut: false,
      isRegistered: false,
      lastActiveAt: null,
      lastActivity: null,
    };
    this.tallies.set(person.externalUserId, fresh);
    return fresh;
  }

  private know(someone: Person | Staff): void {
    if (this.byName.has(someone.name)) throw new Error(`two people called ${someone.name}`);
    this.byName.set(someone.name, someone);
    this.byChatContactId.set(someone.chatContactId, someone);
  }
}

export const isPerson = (someone: Person | Staff | undefined): someone is Person =>
  someone !== undefined && 'externalUserId' in someone;
