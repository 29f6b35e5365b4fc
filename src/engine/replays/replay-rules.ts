import type { Context } from '../../domain/context.js';
import { dayOf, momentOf, type AsOf, type Day } from '../../domain/day.js';
import { evaluate, type Evaluation } from '../../domain/evaluate.js';
import type { MemberId } from '../../domain/ids.js';
import type { MemberFact } from '../../domain/member-fact.js';
import type { Ruleset } from '../../domain/ruleset.js';
import { isLeftOutInHibernation } from '../../domain/sending/hibernation.js';
import { withKeptFree } from '../../domain/sending/kept-free.js';
import { placeSend } from '../../domain/sending/send-policy.js';
import { defaultFlapping } from '../../domain/tiers/flapping.js';
import type { TierChange } from '../../domain/tiers/tier-policy.js';
import { decisionStore } from '../../features/audit/decision.store.js';
import { memberStore } from '../../features/members/member.store.js';
import { tierChangeStore } from '../../features/members/tier-change.store.js';
import { tagStore } from '../../features/tags/tag.store.js';
import { factStore } from '../../inbox/fact.store.js';
import type { Sql } from '../../platform/database/sql.js';
import { mapInTimeSlices } from '../../platform/time-slices.js';
import { changeStore } from '../dry-runs/change.store.js';
import { inputOf, loadInputs } from '../evaluate-members.js';
import { Life, type EarlierTier } from './life.js';
import type { ReplayReport } from './report.js';
import { ReplayTally } from './tally.js';

interface ReplayQuestion {
  /** With the rules that are replayed. */
  readonly context: Context;
  /** The tiers in force, by whose labels the record of decisions names them. */
  readonly tiersInForce: Ruleset['tiers'];
  /** The days before today that are replayed. */
  readonly days: number;
  /** Epoch ms. */
  readonly now: number;
  /** More members than this are replayed as an even sample. */
  readonly mostMembers?: number;
}

/** One decision of a replay, for who wants to see each of them. */
type SeesDecisions = (evaluation: Evaluation, day: Day) => void;

const MEMBERS_AT_ONCE = 1_000;
const MOST_MEMBERS = 10_000;
const HOUR_MS = 3_600_000;

/**
 * Lets the members live through the last days once more, under the given rules, from their stored facts, with the product's own
 * `evolve` and `evaluate`. It reads only. Each member is evaluated when a day begins, if they are due, and after the facts of the
 * day. What is not stored by day is taken as it is now: groups, tags of staff, and the ranks and marks of the corp.
 */
export async function replayRules(
  sql: Sql,
  question: ReplayQuestion,
  progress: (share: number) => Promise<void>,
  sees: SeesDecisions = () => undefined,
): Promise<ReplayReport> {
  const { context, days, now, mostMembers = MOST_MEMBERS } = question;
  const today = dayOf(now, context.timeZone);
  const [from, to] = [today - days, today - 1];
  const members = await changeStore.countMembers(sql);
  const step = Math.max(1, Math.ceil(members / mostMembers));
  const tally = new ReplayTally(from, to);
  let [done, after] = [0, 0];
  for (;;) {
    const ids = await memberStore.idsAfter(sql, after, MEMBERS_AT_ONCE * step);
    if (ids.length === 0) return tally.report(members);
    const some = ids.filter((_, index) => index % step === 0);
    const lives = await livesOf(sql, some, question, from);
    for (let day = from - 1; day <= to; day++) {
      await liveOneDay(sql, lives, day, { context, from, tally, sees });
      await progress((done + (ids.length * (day - from + 2)) / (days + 1)) / members);
    }
    await countReally(sql, some, { from, to, context, tally });
    tally.addMembers(some.length);
    done += ids.length;
    after = ids.at(-1)!;
  }
}

async function livesOf(
  sql: Sql,
  ids: readonly MemberId[],
  { context, tiersInForce }: ReplayQuestion,
  from: Day,
): Promise<Map<MemberId, Life>> {
  const stored = await memberStore.load(sql, ids);
  const { facts } = await factStore.appliedOf(sql, ids);
  const tags = await tagStore.load(sql, ids);
  const earlier = await earlierTiers(sql, ids, { ...context, tiersInForce }, from);
  const changes = await earlierChanges(sql, ids, context, from);
  const factsOf = new Map<MemberId, MemberFact[]>();
  for (const fact of facts) {
    const known = factsOf.get(fact.member);
    if (known) known.push(fact);
    else factsOf.set(fact.member, [fact]);
  }
  return new Map(
    [...stored].map(([id, member]) => {
      const past = {
        facts: factsOf.get(id) ?? [],
        tags: tags.get(id) ?? new Map(),
        earlier: earlier.get(id),
        changes: changes.get(id) ?? [],
      };
      return [id, new Life(member, past, context, from)];
    }),
  );
}

/** The tier in which each member was when the first day began, by the record of decisions, which names tiers by their labels. */
async function earlierTiers(
  sql: Sql,
  ids: readonly MemberId[],
  { ruleset, tiersInForce, timeZone }: Context & Pick<ReplayQuestion, 'tiersInForce'>,
  from: Day,
): Promise<Map<MemberId, EarlierTier>> {
  // The rules that are replayed may name a tier anew.
  const keyOf = new Map(tiersInForce.map(({ key, label }) => [label.zh, key]));
  const rankOf = (tier: string | null): number => ruleset.tiers.findIndex(({ key }) => key === tier);
  const tiers = new Map<MemberId, EarlierTier>();
  for (const { member, at, code, about } of await decisionStore.tiersBefore(sql, ids, momentOf(from, 0, timeZone))) {
    const known = tiers.get(member);
    if (code === 'warned' || code === 'recovered') {
      if (known) tiers.set(member, { ...known, warnedAt: code === 'warned' ? at : null });
      continue;
    }
    const tier = keyOf.get(about?.zh ?? '') ?? null;
    // Two records that turned out to be one member began twice: the higher tier was kept.
    if (code === 'first' && known && rankOf(known.tier) > rankOf(tier)) continue;
    tiers.set(member, { tier, since: at, warnedAt: null });
  }
  return tiers;
}

/** The changes of tier that may still hold a member on the first day. */
async function earlierChanges(
  sql: Sql,
  ids: readonly MemberId[],
  { ruleset, timeZone }: Context,
  from: Day,
): Promise<Map<MemberId, TierChange[]>> {
  const { withinDays } = ruleset.flapping ?? defaultFlapping;
  const begins = momentOf(from, 0, timeZone);
  const changes = await tierChangeStore.since(sql, ids, momentOf(from - withinDays - 1, 0, timeZone));
  return new Map([...changes].map(([id, all]) => [id, all.filter(({ at }) => at < begins)]));
}

interface DayRun {
  readonly context: Context;
  readonly from: Day;
  readonly tally: ReplayTally;
  readonly sees: SeesDecisions;
}

async function liveOneDay(sql: Sql, lives: ReadonlyMap<MemberId, Life>, day: Day, run: DayRun): Promise<void> {
  const { timeZone } = run.context;
  const begins = momentOf(day, 0, timeZone);
  if (day >= run.from) {
    const due = [...lives].filter(([, life]) => life.isKnown && life.stored.dueDay <= day);
    const morning = { today: day, lastDay: day - 1 };
    await decideAll(
      sql,
      due.map(([id, life]) => ({ id, life, facts: [], at: begins })),
      morning,
      run,
    );
  }
  const active = [...lives].filter(([, life]) => day < run.from || life.hasFactsOn(day));
  const after = active.map(([id, life]) => {
    const facts = life.live(day, timeZone);
    // On the day before the first one, this is when the product has evaluated them last.
    const at = facts.reduce((latest, { fact }) => Math.max(latest, fact.at), begins);
    return { id, life, facts: day < run.from ? [] : facts, at };
  });
  await decideAll(
    sql,
    after.filter(({ life }) => life.isKnown),
    { today: day, lastDay: day },
    run,
  );
}

interface Decided {
  readonly id: MemberId;
  readonly life: Life;
  /** New since the last evaluation. */
  readonly facts: readonly MemberFact[];
  /** Epoch ms. */
  readonly at: number;
}

async function decideAll(sql: Sql, members: readonly Decided[], when: AsOf, run: DayRun): Promise<void> {
  if (members.length === 0) return;
  const { context, from, tally, sees } = run;
  const day = when.today;
  const inputs = await loadInputs(sql, new Map(members.map(({ id, life }) => [id, life.stored])), context, when);
  const evaluations = await mapInTimeSlices(members, ({ id, life, facts, at }) => {
    const own = { facts, tags: life.tags, changes: life.changes, isRecalculation: day < from };
    return { life, at, evaluation: evaluate(life.stored, { ...inputOf(inputs, id), ...own }, context, at) };
  });
  for (const { life, at, evaluation } of evaluations) {
    tally.add(evaluation, day);
    sees(evaluation, day);
    life.become(evaluation, at);
    if (day >= from) countMessages(life, evaluation, { day, at, context, tally });
  }
}

function countMessages(
  life: Life,
  { occasions, decision, stored }: Evaluation,
  { day, at, context, tally }: Pick<DayRun, 'context' | 'tally'> & { readonly day: Day; readonly at: number },
): void {
  const { sending } = context.ruleset;
  for (const { campaign, id, onceOf, refusal } of occasions) {
    const answered = campaign.once === 'ever' ? onceOf : id;
    if (life.answered.has(answered)) continue;
    life.answered.add(answered);
    if (stored.state.optedOut || refusal !== undefined || isLeftOutInHibernation(campaign, decision.values)) continue;
    const until = at + campaign.windowHours * HOUR_MS;
    const request = { from: at, until, timing: campaign.timing, caps: campaign.caps };
    const policy = withKeptFree(sending, campaign.exceptDays, context.ruleset.calendar);
    const placed = placeSend(request, life.sends, policy, context.timeZone);
    tally.addMessage(day, placed.kind === 'at' ? null : placed.code);
    if (placed.kind === 'at' && campaign.caps !== null) life.sends.push({ at: placed.notBefore, caps: campaign.caps });
  }
}

async function countReally(
  sql: Sql,
  ids: readonly MemberId[],
  { from, to, context, tally }: Pick<DayRun, 'from' | 'context' | 'tally'> & { readonly to: Day },
): Promise<void> {
  const since = momentOf(from, 0, context.timeZone) - 1;
  for (const changes of (await tierChangeStore.since(sql, ids, since)).values())
    for (const { at, direction } of changes) {
      const day = dayOf(at, context.timeZone);
      if (day <= to) tally.addReally(day, direction, 1);
    }
}
