import type { ActionKind } from '../domain/action.js';
import { dayOf, momentOf, type Day } from '../domain/day.js';
import { decide, type Decision, type Subject, type Waking } from '../domain/decide.js';
import type { MemberId } from '../domain/ids.js';
import { readMetrics, type CorpFigures, type MetricRow } from '../domain/metrics/index.js';
import type { Membership } from '../domain/moves/move.js';
import type { PoolPolicy } from '../domain/moves/pool.js';
import { occasionsOf, type Occasion } from '../domain/occasions.js';
import type { Ruleset } from '../domain/ruleset.js';
import { rightWelcome, type WayPolicy, type WayTag } from '../domain/ways/contact-way.js';
import type { NewDecision } from '../audit/decision.store.js';
import { countedColumns, type StoredMember } from '../members/member.store.js';
import { ruledTags } from '../members/held-tag-names.js';
import type { StoredTag, TagWrite } from '../members/tag.store.js';
import type { Sql } from '../platform/database/sql.js';
import { hasVipTier, invitationsOf, openVipWays } from './contact-ways.js';
import { decisionsOf } from './decisions-of.js';
import { planContacts, staffTagChanges } from './plan-contacts.js';
import { planMessages } from './plan-messages.js';
import { planMoves } from './plan-moves.js';
import { stores } from './stores.js';
import { factsOf, type MemberFact } from './take-facts.js';
import { wakingsOf } from './wakings.js';

/** What the product knows beside the members when it looks at them. */
export interface Circumstances {
  readonly ruleset: Ruleset;
  readonly corp: CorpFigures;
  readonly timeZone: string;
  /** The address under which staff reach the console, if it is known. */
  readonly consoleUrl?: string | undefined;
  /** What the configured channels can do. */
  readonly abilities: ReadonlySet<ActionKind>;
  readonly corpName: string;
  /** When a further group of a tier is needed. */
  readonly pools: PoolPolicy;
  readonly ways: WayPolicy;
  /** Every tag we put on somebody of our own accord. */
  readonly tags: readonly WayTag[];
}

/** One member under the eye: as stored, as decided, and what has just become worth doing. */
export interface Looked {
  readonly id: MemberId;
  readonly stored: StoredMember;
  readonly subject: Subject;
  readonly decision: Decision;
  readonly facts: readonly MemberFact[];
  readonly memberships: readonly Membership[];
  readonly occasions: readonly Occasion[];
  readonly tags: ReadonlyMap<string, StoredTag>;
}

/**
 * The one road: figures summed anew, decided, planned and written, for some members in one transaction. Whatever can
 * change a member (a fact, a day gone by, an edited rule, a settled delivery) comes through here; coming twice changes
 * nothing the second time.
 */
export async function look(
  tx: Sql,
  members: Map<MemberId, StoredMember>,
  facts: readonly MemberFact[],
  on: Circumstances,
  now: number,
  news: 'told' | 'long_ago' = 'told',
): Promise<number> {
  const ids = [...members.keys()];
  if (ids.length === 0) return 0;
  const today = dayOf(now, on.timeZone);
  const { tags, ...belongings } = await belongingsOf(tx, members, on, today);
  const byMember = new Map<MemberId, MemberFact[]>();
  for (const fact of facts) byMember.set(fact.member, [...(byMember.get(fact.member) ?? []), fact]);

  const staffTags = await staffTagChanges(tx, facts, tags, ruledTags(on.tags));
  await stores.tags.write(tx, staffTags, now);
  for (const write of staffTags) {
    const held = tags.get(write.member) ?? new Map<string, StoredTag>();
    held.set(write.name, { group: write.group, origin: write.origin, want: write.want, confirmedAt: now });
    tags.set(write.member, held);
  }

  const looked = ids.map((id) =>
    lookAt(
      members.get(id)!,
      {
        ...belongingsIn({ ...belongings, tags }, id),
        facts: byMember.get(id),
        isLongAgo: news === 'long_ago',
      },
      on,
      now,
    ),
  );
  const outcomes = looked.map((one) => outcomeOf(one, today, on.timeZone, now));
  await stores.tags.write(tx, looked.flatMap(tagWritesOf), now);
  await stores.decisions.append(
    tx,
    looked.flatMap((one): NewDecision[] => decisionsOf(one, on.ruleset)),
    on.ruleset.version,
    now,
  );
  await planContacts(tx, looked, outcomes, on, now);
  await openVipWays(
    tx,
    looked.filter((one) => hasVipTier(one, on.ways)),
    on,
    now,
  );
  await stores.facts.append(tx, await invitationsOf(tx, looked, on.timeZone), now);
  const invitations = await planMoves(tx, looked, on, now);
  await planMessages(tx, looked, invitations, on, now);
  const [same, different] = parted(looked, outcomes, members);
  await stores.members.looked(tx, same, today);
  await stores.members.save(
    tx,
    different.map((outcome) => outcome.stored),
    new Map(different.map((outcome) => [outcome.stored.state.id, outcome.figures])),
    now,
  );
  return outcomes.filter((outcome) => outcome.changed).length;
}

/** Most members look the same from one day to the next: of those only the day of the look is written. */
function parted(
  looked: readonly Looked[],
  outcomes: readonly Outcome[],
  members: ReadonlyMap<MemberId, StoredMember>,
): [MemberId[], Outcome[]] {
  const same: MemberId[] = [];
  const different: Outcome[] = [];
  outcomes.forEach((outcome, index) => {
    const { id, stored, facts } = looked[index]!;
    const untouched =
      facts.length === 0 &&
      !outcome.changed &&
      members.get(id) === stored &&
      outcome.stored.graceUntil === stored.graceUntil;
    if (
      untouched &&
      countedColumns.every((column) => (stored.figures[column] ?? null) === (outcome.figures[column] ?? null))
    )
      same.push(id);
    else different.push(outcome);
  });
  return [same, different];
}

/** What belongs to one member beside their own row. */
export interface Belongings {
  readonly sums: MetricRow | undefined;
  /** Left out: they were never silent for long. */
  readonly waking: Waking | undefined;
  readonly memberships: readonly Membership[] | undefined;
  readonly tags: ReadonlyMap<string, StoredTag> | undefined;
  readonly wayTags: readonly WayTag[] | undefined;
  readonly facts: readonly MemberFact[] | undefined;
  /** What is new about them are old figures put together: it counts, and nobody is congratulated on it. */
  readonly isLongAgo: boolean;
}

/** What belongs to some members, by the kind of it. */
interface AllBelongings {
  readonly sums: ReadonlyMap<MemberId, MetricRow>;
  readonly wakings: ReadonlyMap<MemberId, Waking>;
  readonly memberships: ReadonlyMap<MemberId, readonly Membership[]>;
  readonly tags: Map<MemberId, Map<string, StoredTag>>;
  readonly wayTags: ReadonlyMap<MemberId, readonly WayTag[]>;
}

export async function belongingsOf(
  sql: Sql,
  members: ReadonlyMap<MemberId, StoredMember>,
  on: Circumstances,
  today: Day,
): Promise<AllBelongings> {
  const ids = [...members.keys()];
  const states = [...members.values()].map(({ state }) => state);
  return {
    sums: await stores.buckets.sum(sql, ids, today),
    wakings: await wakingsOf(sql, states, on.ruleset.stages, on.timeZone, today),
    memberships: await stores.groups.membershipsOf(sql, ids),
    tags: await stores.tags.load(sql, ids),
    wayTags: await stores.ways.tagsOf(sql, ids),
  };
}

export const belongingsIn = (
  { sums, wakings, memberships, tags, wayTags }: AllBelongings,
  id: MemberId,
): Omit<Belongings, 'facts' | 'isLongAgo'> => ({
  sums: sums.get(id),
  waking: wakings.get(id),
  memberships: memberships.get(id),
  tags: tags.get(id),
  wayTags: wayTags.get(id),
});

export function lookAt(
  stored: StoredMember,
  {
    sums = {},
    waking,
    memberships = [],
    tags = new Map(),
    wayTags = [],
    facts = [],
    isLongAgo = false,
  }: Partial<Belongings>,
  on: Circumstances,
  now: number,
): Looked {
  const { state } = stored;
  const today = dayOf(now, on.timeZone);
  const figures: MetricRow = {
    ...sums,
    tier: stored.tier,
    stage: stored.stage,
    region: state.region,
    source: state.source,
    is_contact: state.isContact ? 1 : 0,
    opted_out: state.optedOut ? 1 : 0,
    last_seen_day: state.lastSeenDay,
    last_message_day: state.lastMessageDay,
    last_order_day: state.lastOrderDay,
    joined_day: state.joinedDay,
    contact_day: state.contactDay,
    groups_count: memberships.length,
  };
  const values = readMetrics(figures, today, on.corp);
  for (const [name, value] of Object.entries(values)) if (value === null && countsFromZero.has(name)) values[name] = 0;
  // For the KOL level alone: no rule and no text names it, so it is not stored.
  values['talk_days_30d'] = sums['talk_days_30d'] ?? 0;
  const subject: Subject = {
    member: state,
    before: stored.reviewedDay > 0 ? readMetrics(stored.figures, stored.reviewedDay, on.corp) : null,
    values,
    tier: {
      tier: stored.tier,
      since: stored.tierSince,
      lock: state.tierLock?.tier ?? null,
      graceUntil: stored.graceUntil,
      graceTo: stored.graceTo,
    },
    stage: {
      stage: stored.stage,
      probationUntil: stored.probationUntil === null ? null : dayOf(stored.probationUntil, on.timeZone),
    },
    waking: waking ?? { today, wokeOn: null, activeDays: [] },
    tags,
    wayTags,
  };
  const decision = decide(subject, on.ruleset, now);
  const news = {
    added: factsOf(facts, 'contact_added'),
    latestAt: isLongAgo ? ('long_ago' as const) : latestOf(facts),
  };
  return {
    id: state.id,
    stored,
    subject,
    decision,
    facts,
    memberships,
    tags,
    occasions: rightWelcome(occasionsOf(subject, decision, news, on.ruleset, now), news.added, on.ways),
  };
}

const latestOf = (facts: readonly MemberFact[]): number | null =>
  facts.reduce<number | null>((latest, { fact }) => Math.max(latest ?? fact.at, fact.at), null);

/** Figures that are 0, not unknown, for a member without a single bucket. */
const countsFromZero: ReadonlySet<string> = new Set(countedColumns);

export interface Outcome {
  readonly stored: StoredMember;
  readonly figures: MetricRow;
  readonly changed: boolean;
  readonly tagsChanged: boolean;
}

function outcomeOf({ stored, subject, decision, facts }: Looked, today: Day, timeZone: string, now: number): Outcome {
  const { verdict } = decision.tier;
  const entered = verdict.kind === 'entered';
  const warned = verdict.kind === 'warned';
  const keepsGrace = verdict.kind === 'kept';
  // Back as a contact: WeCom has forgotten the tags of the old pair.
  const told = facts.some(({ fact }) => fact.kind === 'contact_added');
  const tagsChanged = decision.tags.length > 0 || (told && subject.tags.size > 0);
  return {
    stored: {
      ...stored,
      tier: entered ? verdict.to : stored.tier,
      tierSince: entered ? now : stored.tierSince,
      graceUntil: warned ? verdict.until : keepsGrace ? stored.graceUntil : null,
      graceTo: warned ? verdict.to : keepsGrace ? stored.graceTo : null,
      stage: decision.stage?.to ?? stored.stage,
      stageSince: decision.stage && decision.stage.to !== stored.stage ? now : stored.stageSince,
      probationUntil: probationEnd(decision, timeZone, stored.probationUntil),
      reviewedDay: today,
      tagsVersion: stored.tagsVersion + (tagsChanged ? 1 : 0),
    },
    figures: { ...(decision.values as MetricRow) },
    changed: entered || decision.stage !== null || decision.tags.length > 0 || warned,
    tagsChanged,
  };
}

/** Stored as the first moment of the day on which it is over. */
function probationEnd({ stage }: Decision, timeZone: string, stored: number | null): number | null {
  if (!stage) return stored;
  return stage.probationUntil === null ? null : momentOf(stage.probationUntil, 0, timeZone);
}

const tagWritesOf = ({ id, decision }: Looked): TagWrite[] =>
  decision.tags.map((change) => ({
    member: id,
    name: change.name,
    group: change.group,
    origin: 'rule',
    want: change.add,
    confirmed: false,
  }));
