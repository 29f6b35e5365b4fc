import type { Day } from '../../domain/day.js';
import type { Evaluation } from '../../domain/evaluate.js';
import type { MemberId } from '../../domain/ids.js';
import type { CapCode } from '../../domain/sending/send-policy.js';
import type { TierChange } from '../../domain/tiers/tier-policy.js';
import type { ReplayReport } from './report.js';

const MOST_LISTED = 50;
/** Opposite changes within so many days make a member one who swings. */
const SWING_DAYS = 30;

interface Change {
  readonly day: Day;
  readonly from: string;
  readonly to: string;
  readonly direction: TierChange['direction'];
}

type DayCounts = { -readonly [K in keyof ReplayReport['days'][number]]: ReplayReport['days'][number][K] };

/** Counts what a replay finds. */
export class ReplayTally {
  private readonly days = new Map<Day, DayCounts>();
  private readonly atStart = new Map<string, { from: string; to: string; n: number }>();
  private readonly flows = new Map<string, { from: string; to: string; n: number }>();
  private readonly changes = new Map<MemberId, Change[]>();
  private readonly heldOn = new Map<MemberId, Day>();
  private readonly caps = new Map<string, number>();
  private replayed = 0;

  constructor(
    private readonly from: Day,
    private readonly to: Day,
  ) {
    for (let day = from; day <= to; day++)
      this.days.set(day, { day, up: 0, down: 0, held: 0, messages: 0, capped: 0, really: { up: 0, down: 0 } });
  }

  addMembers(n: number): void {
    this.replayed += n;
  }

  /** `day`: the day before the first one for what the rules decide when they come into force. */
  add({ id, stored, decision }: Evaluation, day: Day): void {
    const { verdict, swing } = decision.tier;
    const counts = this.days.get(day);
    if (swing && stored.heldUntil === null) {
      if (!this.heldOn.has(id)) this.heldOn.set(id, day);
      if (counts) counts.held += 1;
    }
    if (verdict.kind !== 'entered' || (verdict.direction !== 'up' && verdict.direction !== 'down')) return;
    const { to, direction } = verdict;
    const from = verdict.from ?? '';
    const flows = counts ? this.flows : this.atStart;
    const flow = flows.get(`${from}\n${to}`) ?? { from, to, n: 0 };
    flow.n += 1;
    flows.set(`${from}\n${to}`, flow);
    if (!counts) return;
    counts[direction] += 1;
    this.changes.set(id, [...(this.changes.get(id) ?? []), { day, from, to, direction }]);
  }

  addMessage(day: Day, capped: CapCode | 'no_slot_in_window' | 'days_kept_free' | null): void {
    const counts = this.days.get(day);
    if (!counts) return;
    if (capped === null) counts.messages += 1;
    else {
      counts.capped += 1;
      this.caps.set(capped, (this.caps.get(capped) ?? 0) + 1);
    }
  }

  addReally(day: Day, direction: TierChange['direction'], n: number): void {
    const counts = this.days.get(day);
    if (counts) counts.really = { ...counts.really, [direction]: counts.really[direction] + n };
  }

  report(members: number): ReplayReport {
    const swinging = new Set([
      ...this.heldOn.keys(),
      ...[...this.changes].flatMap(([id, all]) => (swings(all) ? [id] : [])),
    ]);
    const listed = [...swinging]
      .map((id) => ({ id, changes: this.changes.get(id) ?? [] }))
      .sort((a, b) => b.changes.length - a.changes.length || a.id - b.id)
      .slice(0, MOST_LISTED);
    return {
      ...{ from: this.from, to: this.to, members, replayed: this.replayed },
      days: [...this.days.values()],
      atStart: largestFirst(this.atStart),
      flows: largestFirst(this.flows),
      swinging: {
        n: swinging.size,
        items: listed.map(({ id, changes }) => ({
          member: id,
          changes: changes.map(({ day, from, to }) => ({ day, from, to })),
          heldOn: this.heldOn.get(id) ?? null,
        })),
      },
      caps: [...this.caps].map(([code, n]) => ({ code, n })).sort((a, b) => b.n - a.n),
    };
  }
}

const largestFirst = (flows: ReadonlyMap<string, { from: string; to: string; n: number }>) =>
  [...flows.values()].sort((a, b) => b.n - a.n);

/** Two changes in opposite directions within 30 days. */
const swings = (changes: readonly Change[]): boolean =>
  changes.some((change, index) => {
    const before = changes[index - 1];
    return before !== undefined && before.direction !== change.direction && change.day - before.day <= SWING_DAYS;
  });
