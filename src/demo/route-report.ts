import type { KnownCustomer } from '../insights/known-customers.js';
import type { SandboxRecord } from '../sandbox/sandbox.js';
import { whyNotPlaced, type NotPlaced } from './why-not-placed.js';

const DAY_MS = 86_400_000;
/** The days before a person's own latest act in which something of theirs should have been recorded. */
const RECORDED_DAYS = 60;
/** Nobody who did something within these days may count as asleep or lost. */
const ACTIVE_DAYS = 30;

/** A share: `of` is the whole. `missing` names whom it lacks, for a person who looks into it. */
export interface Share {
  readonly count: number;
  readonly of: number;
  readonly missing: readonly string[];
}

/** How well the product knows the sandbox's people after a year, measured against the sandbox's own record. */
export interface RouteReport {
  /** Of the people who ever did something by themselves: whose activity of their last 60 days was recorded. */
  readonly recorded: Share;
  /** Of the people active within 30 days: who is neither asleep nor lost. */
  readonly awake: Share;
  /** Who of them is, with where they were last active. */
  readonly notAwake: readonly { readonly name: string; readonly last: Person['lastActivity'] }[];
  /** Of the contacts: who is in a group of their tier. */
  readonly placed: Share;
  /** The other contacts, each with the reason. */
  readonly notPlaced: readonly { readonly name: string; readonly because: NotPlaced }[];
  /** Of those who asked for no more messages: who is opted out. */
  readonly optedOut: Share;
}

type Person = SandboxRecord['people'][number];

export function routeReport(
  { now, people, groups }: Pick<SandboxRecord, 'now' | 'people' | 'groups'>,
  customers: readonly KnownCustomer[],
): RouteReport {
  const known = new Map(customers.map((customer) => [customer.externalUserId, customer]));
  const of = (person: Person): KnownCustomer | undefined => known.get(person.externalUserId);
  const tierOf = new Map(
    customers.flatMap(({ groups: own }) => own.map(({ chatId, tier }) => [chatId, tier] as const)),
  );
  const isPlaced = (person: Person): boolean => {
    const tier = of(person)?.tier ?? null;
    // By the sandbox's own list of who is in which group.
    return groups.some(
      ({ chatId, members }) =>
        tier !== null && tierOf.get(chatId) === tier && members.some(({ id }) => id === person.externalUserId),
    );
  };
  const isFull = (tier: string | null): boolean =>
    groups.every(({ chatId, members, capacity }) => tierOf.get(chatId) !== tier || members.length >= capacity);
  const isRecorded = (person: Person): boolean =>
    (of(person)?.lastSeenAt ?? -Infinity) >= (person.lastActiveAt ?? 0) - RECORDED_DAYS * DAY_MS;
  const isAwake = (person: Person): boolean => !['asleep', 'lost'].includes(of(person)?.stage ?? 'lost');
  const contacts = people.filter(({ isContact }) => isContact);
  const lived = people.filter(({ lastActiveAt }) => lastActiveAt !== null);
  const active = lived.filter(({ lastActiveAt }) => now - (lastActiveAt ?? 0) <= ACTIVE_DAYS * DAY_MS);
  return {
    recorded: shareOf(lived, isRecorded),
    awake: shareOf(active, isAwake),
    notAwake: active.flatMap((one) => (isAwake(one) ? [] : { name: one.name, last: one.lastActivity })),
    placed: shareOf(contacts, isPlaced),
    notPlaced: contacts.flatMap((one) =>
      isPlaced(one) ? [] : { name: one.name, because: whyNotPlaced(of(one), isFull(of(one)?.tier ?? null)) },
    ),
    optedOut: shareOf(
      people.filter(({ optedOut }) => optedOut),
      (person) => of(person)?.optedOut ?? false,
    ),
  };
}

const shareOf = (people: readonly Person[], holds: (person: Person) => boolean): Share => ({
  count: people.filter(holds).length,
  of: people.length,
  missing: people.filter((person) => !holds(person)).map(({ name }) => name),
});
