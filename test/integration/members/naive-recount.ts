import { dayOf } from '../../../src/domain/day.js';
import type { Fact, FactKind, FactOf } from '../../../src/domain/fact.js';

/** The reference for a member's figures: counts all reported facts from the beginning, without any stored counts. */
export function naiveRecount(reported: readonly Fact[], now: number, zone: string): Record<string, number | null> {
  const facts = [...new Map(reported.map((fact) => [fact.key, fact])).values()].sort((a, b) => a.at - b.at);
  const today = dayOf(now, zone);
  const of = <K extends FactKind>(kind: K) => facts.filter((fact): fact is Fact & FactOf<K> => fact.kind === kind);
  const within = <F extends Fact>(list: readonly F[], days: number) =>
    list.filter((fact) => dayOf(fact.at, zone) > today - days);
  const seen = facts.filter((fact) => seenBy.has(fact.kind));
  const day = (fact: Fact | undefined): number | null => (fact ? dayOf(fact.at, zone) : null);
  // For each order id the earliest payment counts. Refunds apply to their own order and never exceed what it cost.
  const orderIds = [...new Set(of('order_paid').map(({ data }) => data.orderId))];
  const standing = orderIds.flatMap((orderId) => {
    const payments = of('order_paid').filter(({ data }) => data.orderId === orderId);
    const at = Math.min(...payments.map((fact) => fact.at));
    const paid = Math.max(...payments.filter((fact) => fact.at === at).map(({ data }) => data.amountCents));
    const parts = new Map(
      of('order_refunded')
        .filter(({ data }) => data.orderId === orderId)
        .map((fact) => [`${Math.floor(fact.at / 1_000)} ${fact.data.amountCents}`, fact.data.amountCents]),
    );
    const isFull = of('order_refunded').some(({ data }) => data.orderId === orderId && data.full);
    const back = [...parts.values()].reduce((sum, part) => sum + part, 0);
    return isFull || (parts.size > 0 && back >= paid) ? [] : [{ at, net: paid - back }];
  });
  const standingWithin = (days: number) => standing.filter(({ at }) => dayOf(at, zone) > today - days);
  const cents = (days: number) => standingWithin(days).reduce((sum, { net }) => sum + net, 0);
  const orders = (days: number) => standingWithin(days).length;
  const spoken = of('sent_message').filter(({ data }) => data.chatId !== undefined);
  const mentioned = of('was_mentioned').filter(({ data }) => data.chatId !== undefined);
  const groups = new Map(
    [...of('joined_group'), ...of('left_group')]
      .sort((a, b) => a.at - b.at)
      .map((fact) => [fact.data.chatId, fact.kind === 'joined_group']),
  );
  const last = (...kinds: FactKind[]) => facts.findLast((fact) => kinds.includes(fact.kind));
  return {
    messages_total: spoken.length,
    messages_30d: within(spoken, 30).length,
    messages_7d: within(spoken, 7).length,
    mentions_30d: within(mentioned, 30).length,
    ads_30d: within(spoken, 30).filter(({ data }) => data.looksLikeAd).length,
    ads_total: spoken.filter(({ data }) => data.looksLikeAd).length,
    active_days_30d: new Set(within(seen, 30).map((fact) => dayOf(fact.at, zone))).size,
    checkins_total: of('checked_in').length,
    checkins_30d: within(of('checked_in'), 30).length,
    views_total: of('content_viewed').length,
    views_30d: within(of('content_viewed'), 30).length,
    invites_total: of('invited').length,
    orders_total: orders(Infinity),
    orders_90d: orders(90),
    orders_30d: orders(30),
    spend_total_cents: cents(Infinity),
    spend_90d_cents: cents(90),
    groups_count: [...groups.values()].filter(Boolean).length,
    is_contact: last('contact_added', 'contact_lost')?.kind === 'contact_added' ? 1 : 0,
    opted_out: last('opted_out', 'opted_in')?.kind === 'opted_out' ? 1 : 0,
    last_seen_day: day(seen.at(-1)),
    last_message_day: day(spoken.at(-1)),
    last_order_day: standing.length === 0 ? null : Math.max(...standing.map(({ at }) => dayOf(at, zone))),
    joined_day: day(facts.find((fact) => fact.kind === 'contact_added' || fact.kind === 'joined_group')),
  };
}

/** The reference for counts by key, each as `measure key count sum days daysAgo`. */
export function naiveKeyedTotals(
  reported: readonly Fact[],
  { now, zone, days = Infinity }: { readonly now: number; readonly zone: string; readonly days?: number | undefined },
): string[] {
  const facts = [...new Map(reported.map((fact) => [fact.key, fact])).values()];
  const of = <K extends FactKind>(kind: K) => facts.filter((fact): fact is Fact & FactOf<K> => fact.kind === kind);
  const today = dayOf(now, zone);
  const counted: { readonly id: string; readonly at: number; readonly sum: number }[] = [];
  for (const { at, data } of of('custom')) {
    const value = Number(typeof data.value === 'string' ? 0 : (data.value ?? 0));
    counted.push({ id: `custom ${data.name}`, at, sum: Math.abs(value) > 1e9 ? 0 : Math.round(value * 1_000) });
  }
  for (const { at, data } of of('content_viewed'))
    if (data.category) counted.push({ id: `view_category ${data.category}`, at, sum: 0 });
  for (const orderId of new Set(of('order_paid').map(({ data }) => data.orderId))) {
    const [paid] = of('order_paid')
      .filter(({ data }) => data.orderId === orderId)
      .sort(
        (a, b) =>
          a.at - b.at ||
          b.data.amountCents - a.data.amountCents ||
          ((a.data.category ?? '') < (b.data.category ?? '') ? 1 : -1),
      );
    const refunds = of('order_refunded').filter(({ data }) => data.orderId === orderId);
    const back = refunds.reduce((sum, { data }) => sum + data.amountCents, 0);
    if (!paid?.data.category || refunds.some(({ data }) => data.full)) continue;
    if (refunds.length > 0 && back >= paid.data.amountCents) continue;
    counted.push({ id: `order_category ${paid.data.category}`, at: paid.at, sum: paid.data.amountCents - back });
  }
  const inWindow = counted.filter(({ at }) => dayOf(at, zone) > today - days);
  return [...new Set(inWindow.map(({ id }) => id))].map((id) => {
    const own = inWindow.filter((each) => each.id === id);
    const ofDays = own.map(({ at }) => dayOf(at, zone));
    const sum = own.reduce((total, each) => total + each.sum, 0);
    return [id, own.length, sum, new Set(ofDays).size, today - Math.max(...ofDays)].join(' ');
  });
}

const seenBy: ReadonlySet<FactKind> = new Set([
  'contact_added',
  'joined_group',
  'sent_message',
  'order_paid',
  'checked_in',
  'invited',
  'visited',
  'content_viewed',
]);
