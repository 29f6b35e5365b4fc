import { dayOf, daysAfter, type Day } from '../../domain/day.js';
import type { Evaluation } from '../../domain/evaluate.js';
import { evolve } from '../../domain/evolve.js';
import type { MemberFact } from '../../domain/member-fact.js';
import { emptyMemberState, type MemberState, type StoredMember } from '../../domain/member.js';
import { tierOf, type Ruleset } from '../../domain/ruleset.js';
import type { CountedSend } from '../../domain/sending/send-policy.js';
import { countsAsOrder, unknownOrder, type ShopOrder } from '../../domain/shop-order.js';
import type { StoredTag } from '../../domain/tags.js';
import type { TierChange } from '../../domain/tiers/tier-policy.js';
import { orderAfter } from '../../features/members/apply-orders.js';
import { withIds } from '../apply-facts.js';

/** The latest decision about a member's tier before the replay. */
export interface EarlierTier {
  readonly tier: string | null;
  readonly since: number;
  /** The member had been warned then, and no later decision has ended the grace period. */
  readonly warnedAt: number | null;
}

/** One member's life under the replayed rules, from their stored facts. */
export class Life {
  stored: StoredMember;
  tags: ReadonlyMap<string, StoredTag>;
  readonly changes: TierChange[];
  readonly sends: CountedSend[] = [];
  readonly answered = new Set<string>();
  private readonly staff = new Set<string>();
  private readonly orders = new Map<string, ShopOrder>();
  private readonly byDay = new Map<Day, MemberFact[]>();
  private hasFacts = false;

  /** `facts` of all time. `tags`: as they are now; those of rules are decided anew. */
  constructor(
    now: StoredMember,
    {
      facts,
      tags,
      earlier,
      changes,
    }: {
      readonly facts: readonly MemberFact[];
      readonly tags: ReadonlyMap<string, StoredTag>;
      readonly earlier: EarlierTier | undefined;
      /** Changes of tier before the first day. */
      readonly changes: readonly TierChange[];
    },
    { ruleset, timeZone }: { readonly ruleset: Pick<Ruleset, 'tiers'>; readonly timeZone: string },
    from: Day,
  ) {
    this.changes = [...changes];
    this.tags = new Map([...tags].filter(([, { origin }]) => origin === 'staff'));
    const tier = tierOf(ruleset, earlier?.tier ?? null);
    this.stored = {
      ...now,
      state: { ...now.state, ...emptyMemberState, lastOrderDay: null, tierLock: null },
      tier: tier?.key ?? null,
      tierSince: tier && earlier ? earlier.since : null,
      graceUntil: tier && earlier?.warnedAt ? daysAfter(earlier.warnedAt, tier.graceDays, timeZone) : null,
      ...{ graceTo: null, heldUntil: null, heldTo: null },
      ...{ stage: null, stageSince: null, probationUntil: null, reviewedDay: 0, dueDay: 0 },
    };
    for (const fact of facts) {
      const day = Math.max(dayOf(fact.fact.at, timeZone), from - 1);
      const ofDay = this.byDay.get(day);
      if (ofDay) ofDay.push(fact);
      else this.byDay.set(day, [fact]);
    }
  }

  /** The facts of a day, the first day with all before it. They are applied. */
  live(day: Day, timeZone: string): readonly MemberFact[] {
    const facts = this.byDay.get(day) ?? [];
    this.byDay.delete(day);
    for (const { fact } of facts) {
      const { member } = evolve(withIds(this.stored.state, fact), fact, timeZone);
      this.stored = { ...this.stored, state: this.withPairsAndOrders(member, fact, timeZone) };
      this.hasFacts = true;
    }
    return facts;
  }

  /** False before the first fact: nobody knew of the member yet. */
  get isKnown(): boolean {
    return this.hasFacts;
  }

  hasFactsOn(day: Day): boolean {
    return this.byDay.has(day);
  }

  /** Goes on from what was decided. */
  become({ next, decision, tags }: Evaluation, now: number): void {
    this.stored = { ...next.stored, figures: { ...next.figures } };
    const { verdict } = decision.tier;
    if (verdict.kind === 'entered' && (verdict.direction === 'up' || verdict.direction === 'down'))
      this.changes.push({ at: now, direction: verdict.direction });
    if (decision.tags.length === 0) return;
    const after = new Map(tags);
    for (const { name, group, add } of decision.tags)
      if (add) after.set(name, { group, origin: 'rule', want: true, since: now, confirmedAt: now });
      else after.delete(name);
    this.tags = after;
  }

  /** What the product keeps in tables of its own: with whom of the staff the member is in contact, and their orders. */
  private withPairsAndOrders(state: MemberState, fact: MemberFact['fact'], timeZone: string): MemberState {
    switch (fact.kind) {
      case 'contact_added':
        this.staff.add(fact.data.staff ?? '');
        return state;
      case 'contact_lost':
        this.staff.delete(fact.data.staff ?? '');
        return { ...state, isContact: this.staff.size > 0 };
      case 'order_paid':
      case 'order_refunded': {
        const { orderId } = fact.data;
        this.orders.set(orderId, orderAfter(this.orders.get(orderId) ?? unknownOrder, fact, timeZone));
        const days = [...this.orders.values()].flatMap((order) => (countsAsOrder(order) ? [order.paidOn!] : []));
        return { ...state, lastOrderDay: days.length === 0 ? null : Math.max(...days) };
      }
      default:
        return state;
    }
  }
}
