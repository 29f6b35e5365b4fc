import type { ActionKind } from '../../domain/action.js';
import type { Context } from '../../domain/context.js';
import type { Evaluation } from '../../domain/evaluate.js';
import type { GroupId } from '../../domain/ids.js';
import type { GroupSeat } from '../../domain/moves/group-seat.js';
import { isInvitation } from '../../domain/triggers/read-triggers.js';
import { groupStore } from '../../features/groups/group.store.js';
import { invitationCampaign } from '../../features/messages/candidates.js';
import { estimateMessages, type LaunchEstimate, type MessagePlanned } from '../../features/messages/launch-estimate.js';
import { unanswered } from '../../features/messages/plan-messages.js';
import { moveStore } from '../../features/moves/move.store.js';
import { mayBeMoved, seatOf, wantedMove, type KnownGroups, type WantedMove } from '../../features/moves/wanted-move.js';
import { messageStore } from '../../outbox/message.store.js';
import type { Sql } from '../../platform/database/sql.js';
import { evaluateGuarded, type ChangesFound, type Comparison } from './count-changes.js';
import { sampleOf } from './member-sample.js';
import type { DryRunEffects, ReportSample } from './report.js';

/** What so many actions cost at the other side. */
export type ForecastOf = (work: Readonly<Partial<Record<ActionKind, number>>>) => {
  readonly takesMs: number;
  readonly endpoints: readonly { readonly endpoint: string; readonly calls: number; readonly takesMs: number }[];
};

export interface EffectInput extends Comparison {
  /** The rules in force, to leave out what would happen without the proposal. */
  readonly inForce: Context;
  readonly found: ChangesFound;
  readonly forecast: ForecastOf;
  /** The most receivers of one mass-send task. */
  readonly receiversPerTask: number;
}

const MOST_SAMPLES = 20;
/** Loading members and reading their rows keeps the processor busy, so other work gets a turn after so many. */
const AT_ONCE = 100;
/** Of more changed members than are all evaluated, so many are: a share of them is then right within about 2.5 points. */
const MOST_SAMPLED = 1_500;

/** Evaluates the changed members as the engine does, and estimates what would follow. Only reads. */
export async function estimateEffects(sql: Sql, input: EffectInput): Promise<DryRunEffects> {
  const { context, now, found } = input;
  const ids = found.ids.length < found.changed ? sampleOf(found.ids, MOST_SAMPLED) : found.ids;
  const places = await placesOf(sql, ids.length === 0 ? 1 : found.changed / ids.length);
  const samples = new Samples();
  const messages: MessagePlanned[] = [];
  const wanted: WantedMove[] = [];
  let [evaluated, tagged] = [0, 0];
  for (let start = 0; start < ids.length; start += AT_ONCE) {
    const evaluations = await evaluateGuarded(sql, ids.slice(start, start + AT_ONCE), { context, now });
    evaluated += evaluations.length;
    tagged += evaluations.filter(
      ({ decision, stored: { state } }) => decision.tags.length > 0 && state.isContact,
    ).length;
    const moving = await movesOf(sql, evaluations, input, places);
    for (const one of moving) wanted.push(one);
    messages.push(...(await newMessages(sql, evaluations, moving, input)));
    for (const evaluation of evaluations) samples.add(evaluation);
  }
  const estimate = await estimateMessages({ tx: sql, context, now }, messages);
  const scale = evaluated === 0 ? 0 : found.changed / evaluated;
  return {
    exact: evaluated === found.changed,
    evaluated,
    changed: found.changed,
    moves: {
      up: scaled(wanted.filter(({ direction }) => direction === 'up').length, scale),
      down: scaled(wanted.filter(({ direction }) => direction === 'down').length, scale),
    },
    ...messageEffects(estimate, context, scale),
    ...workOf(estimate, { scale, tagged, forecast: input.forecast, receiversPerTask: input.receiversPerTask }),
    ...placesTaken(places, scale),
    samples: samples.mixed(),
  };
}

const scaled = (count: number, scale: number): number => Math.round(count * scale);

interface Places {
  /** With the places that are free now. */
  readonly real: KnownGroups;
  /** With room for all, to count those who would find no place. */
  readonly endless: KnownGroups;
  readonly free: ReadonlyMap<GroupId, number>;
  /** How many are invited to each group, of those who are evaluated. */
  readonly coming: Map<GroupId, number>;
  /** How many would find no place in any group of their tier. */
  readonly without: Map<string, number>;
}

/** `scale`: how many changed members each evaluated one stands for. Each takes so many places. */
async function placesOf(sql: Sql, scale: number): Promise<Places> {
  const seats = (await groupStore.pools(sql)).map(seatOf);
  const free = new Map(seats.map(({ id, capacity, members }) => [id, Math.max(0, capacity - members)]));
  const groups = new Map((await groupStore.all(sql)).map((group) => [group.id, group]));
  const known = (capacityOf: (seat: GroupSeat) => number): KnownGroups => ({
    groups,
    seats: new Map(seats.map((seat) => [seat.id, { ...seat, capacity: capacityOf(seat) }])),
    inService: new Set(),
  });
  return {
    real: known(({ id, members }) => members + Math.floor((free.get(id) ?? 0) / scale)),
    endless: known(() => Number.MAX_SAFE_INTEGER),
    ...{ free, coming: new Map(), without: new Map() },
  };
}

const addOne = <K>(counts: Map<K, number>, key: K): Map<K, number> => counts.set(key, (counts.get(key) ?? 0) + 1);

/** The moves of members whose tier changes; of those for whom there is no place, too. */
async function movesOf(
  sql: Sql,
  evaluations: readonly Evaluation[],
  { context, now }: Comparison,
  places: Places,
): Promise<WantedMove[]> {
  const entering = evaluations.filter(
    (evaluation) => evaluation.decision.tier.verdict.kind === 'entered' && mayBeMoved(evaluation, false),
  );
  const past = await moveStore.past(
    sql,
    entering.map(({ id }) => id),
  );
  return entering.flatMap((evaluation) => {
    const earlier = past.get(evaluation.id) ?? [];
    const placed = wantedMove({ context, now }, evaluation, earlier, places.real);
    if (placed?.move.state === 'planned') addOne(places.coming, placed.move.toGroup);
    if (placed) return placed;
    const unplaced = wantedMove({ context, now }, evaluation, earlier, places.endless);
    if (unplaced) addOne(places.without, unplaced.move.tier);
    return unplaced ?? [];
  });
}

/** The messages that the proposal causes: those of the rules in force are left out. */
async function newMessages(
  sql: Sql,
  evaluations: readonly Evaluation[],
  moving: readonly WantedMove[],
  { inForce, context, now }: EffectInput,
): Promise<MessagePlanned[]> {
  const moves = new Map(moving.map((one) => [one.evaluation.id, one]));
  const ids = evaluations.flatMap(({ id, occasions }) => (occasions.length > 0 ? [id] : []));
  const before = new Map(
    (await evaluateGuarded(sql, ids, { context: inForce, now })).map(({ id, occasions }) => [
      id,
      new Set(occasions.map(({ id: occasion }) => occasion)),
    ]),
  );
  const earlier = await messageStore.earlierMessages(sql, ids);
  return evaluations.flatMap((evaluation): MessagePlanned[] => {
    const move = moves.get(evaluation.id);
    const own = unanswered(evaluation.occasions, earlier.get(evaluation.id), now).filter(
      ({ id, campaign }) =>
        !before.get(evaluation.id)?.has(id) && (move !== undefined || !campaign.attach.includes('join_qr')),
    );
    const isCarried = own.some(({ campaign }) => campaign.attach.includes('join_qr'));
    const invitation = move && !isCarried ? invitationOf(move, context) : null;
    return [...own, ...(invitation ? [invitation] : [])].map((occasion) => ({
      evaluation,
      occasion,
      invites: occasion.campaign.attach.includes('join_qr'),
    }));
  });
}

/** Staff approve some moves first; their invitations are not counted. */
function invitationOf(
  { direction, evaluation, move }: WantedMove,
  { ruleset }: Context,
): MessagePlanned['occasion'] | null {
  if (move.path === 'chat' || move.state !== 'planned') return null;
  const { approve } = ruleset.moves;
  if (approve === 'all' || approve === direction) return null;
  const campaign = invitationCampaign(ruleset.campaigns, { kind: 'move_invited', direction }, evaluation);
  return campaign && isInvitation(campaign.trigger) ? { campaign } : null;
}

function messageEffects(
  { campaigns, withheld, monthlyReached }: LaunchEstimate,
  { ruleset }: Context,
  scale: number,
): Pick<DryRunEffects, 'messages' | 'withheld' | 'caps'> {
  const names = new Map(ruleset.campaigns.map(({ key, name }) => [key, name]));
  const most = (a: { readonly n: number }, b: { readonly n: number }): number => b.n - a.n;
  return {
    messages: Object.entries(campaigns)
      .map(([template, n]) => ({ template, name: names.get(template) ?? template, n: scaled(n, scale) }))
      .sort(most),
    withheld: Object.entries(withheld)
      .map(([code, n]) => ({ code, n: scaled(n, scale) }))
      .sort(most),
    caps: { monthlyReached: scaled(monthlyReached, scale) },
  };
}

interface WorkInput extends Pick<EffectInput, 'forecast' | 'receiversPerTask'> {
  readonly scale: number;
  /** Evaluated contacts whose tags change: one call for each. */
  readonly tagged: number;
}

/** A mass-send has one text for many receivers, so more receivers make a task longer and add no task. */
function workOf(
  { messages, tasks }: LaunchEstimate,
  { scale, tagged, forecast, receiversPerTask }: WorkInput,
): Pick<DryRunEffects, 'calls' | 'takesMs' | 'taps'> {
  const staff = new Map<string, { taps: number; receivers: number }>();
  for (const { sender, receivers } of tasks) {
    const own = staff.get(sender) ?? { taps: 0, receivers: 0 };
    const all = scaled(receivers, scale);
    staff.set(sender, {
      taps: own.taps + Math.ceil(all / receiversPerTask),
      receivers: own.receivers + all,
    });
  }
  const taps = [...staff]
    .map(([userid, own]) => ({ staff: userid, ...own }))
    .sort((a, b) => b.taps - a.taps || b.receivers - a.receivers);
  const tapsInAll = taps.reduce((sum, each) => sum + each.taps, 0);
  const work = Object.fromEntries(Object.entries(messages).map(([kind, count]) => [kind, scaled(count, scale)]));
  const { endpoints, takesMs } = forecast({
    ...work,
    mass_send: tapsInAll * receiversPerTask,
    read_mass_send: tapsInAll,
    mark_tags: scaled(tagged, scale),
  });
  const calls = endpoints.flatMap(({ endpoint, calls: n, takesMs: each }) =>
    n > 0 ? [{ api: endpoint, n, takesMs: each }] : [],
  );
  return { calls, takesMs, taps };
}

/** To which groups people would be invited, and for how many of which tier there would be no place. */
function placesTaken(
  { real, free, coming, without }: Places,
  scale: number,
): Pick<DryRunEffects, 'groups' | 'overflow'> {
  const groups = [...real.seats.values()].flatMap(({ id, tier, active }) => {
    const { name } = real.groups.get(id) ?? {};
    const isShown = tier !== null && active && name !== undefined && (coming.has(id) || without.has(tier));
    return isShown
      ? [{ group: id, name, tier, free: free.get(id) ?? 0, coming: scaled(coming.get(id) ?? 0, scale) }]
      : [];
  });
  const sum = (tier: string, key: 'free' | 'coming'): number =>
    groups.filter((group) => group.tier === tier).reduce((total, group) => total + group[key], 0);
  const overflow = [...without].map(([tier, some]) => {
    const over = scaled(some, scale);
    return { tier, free: sum(tier, 'free'), coming: sum(tier, 'coming') + over, over };
  });
  return { groups, overflow };
}

function reported({ id, stored, decision }: Evaluation): ReportSample | null {
  const member = id;
  const { verdict, because } = decision.tier;
  if (verdict.kind === 'entered')
    return { member, outcome: verdict.direction, from: verdict.from, to: verdict.to, because };
  if (verdict.kind === 'warned') return { member, outcome: 'warned', from: stored.tier, to: verdict.to, because };
  if (verdict.kind === 'recovered')
    return { member, outcome: 'recovered', from: stored.tier, to: stored.tier, because };
  if (decision.stage && decision.stage.from !== decision.stage.to)
    return {
      member,
      outcome: 'stage',
      from: decision.stage.from,
      to: decision.stage.to,
      because: decision.stage.because,
    };
  const [tag] = decision.tags;
  if (!tag) return null;
  return tag.add
    ? { member, outcome: 'tag_on', from: null, to: tag.name, because: tag.because }
    : { member, outcome: 'tag_off', from: tag.name, to: null, because: tag.because };
}

/** Some samples of every kind of change. */
class Samples {
  private readonly byKind = new Map<string, ReportSample[]>();

  add(evaluation: Evaluation): void {
    const sample = reported(evaluation);
    if (!sample) return;
    const kind = `${sample.outcome}:${sample.from}:${sample.to}`;
    const known = this.byKind.get(kind) ?? [];
    if (known.length < MOST_SAMPLES) this.byKind.set(kind, [...known, sample]);
  }

  /** Of every kind in turn. */
  mixed(): ReportSample[] {
    const kinds = [...this.byKind.values()];
    const picked: ReportSample[] = [];
    for (let turn = 0; turn < MOST_SAMPLES && picked.length < MOST_SAMPLES; turn++)
      picked.push(...kinds.flatMap((kind) => kind[turn] ?? []));
    return picked.slice(0, MOST_SAMPLES);
  }
}
