import { checkInStreak } from '../../../src/domain/check-ins.js';
import { dayOf } from '../../../src/domain/day.js';
import type { Fact, FactKind, FactOf } from '../../../src/domain/fact.js';

/** The reference for a member's figures: counts all reported facts from the beginning, without any stored counts. */
export function naiveRecount(reported: readonly Fact[], now: number, zone: string): Record<string, number | null> {
  const facts = [...new Map(reported.map((fact) => [fact.key, fact])).values()].sort((a, b) => a.at - b.at);
  const today = dayOf(now, zone);
  const of = <K extends FactKind>(kind: K) => facts.filter((fact): fact is Fact & FactOf<K> => fact.kind === kind);
  const within = <F extends { readonly at: number }>(list: readonly F[], days: number) =>
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
  // A refund counts on its own day. Together the refunds of an order give back at most what it cost.
  const refunds = [...new Set(of('order_refunded').map(({ data }) => data.orderId))].flatMap((orderId) => {
    const ofOrder = of('order_refunded').filter(({ data }) => data.orderId === orderId);
    const parts = new Map<string, { readonly at: number; readonly asked: number; readonly full: boolean }>();
    for (const { at, data } of ofOrder) {
      const key = `${Math.floor(at / 1_000)} ${data.amountCents}`;
      const known = parts.get(key);
      parts.set(key, { at: known?.at ?? at, asked: data.amountCents, full: data.full || (known?.full ?? false) });
    }
    const payments = of('order_paid').filter(({ data }) => data.orderId === orderId);
    const first = Math.min(...payments.map((fact) => fact.at));
    let left = Math.max(...payments.filter(({ at }) => at === first).map(({ data }) => data.amountCents));
    if (payments.length === 0) left = Infinity;
    const inOrder = [...parts.values()].sort(
      (a, b) => a.at - b.at || a.asked - b.asked || Number(a.full) - Number(b.full),
    );
    return inOrder.map(({ at, asked, full }) => {
      const cents = Math.min(full && left < Infinity ? left : asked, left);
      left -= cents;
      return { at, cents };
    });
  });
  const spoken = of('sent_message').filter(({ data }) => data.chatId !== undefined);
  const mentioned = of('was_mentioned').filter(({ data }) => data.chatId !== undefined);
  const groups = new Map(
    [...of('joined_group'), ...of('left_group')]
      .sort((a, b) => a.at - b.at)
      .map((fact) => [fact.data.chatId, fact.kind === 'joined_group']),
  );
  const last = (...kinds: FactKind[]) => facts.findLast((fact) => kinds.includes(fact.kind));
  const isPost = ({ data }: FactOf<'sent_message'>) => !data.looksLikeAd && (data.length === 0 || data.length > 3);
  const daysOf = (list: readonly { readonly at: number }[]) => [...new Set(list.map(({ at }) => dayOf(at, zone)))];
  const streak = checkInStreak(daysOf(of('checked_in')), today);
  const n = (list: readonly unknown[]) => list.length;
  const counted: Record<string, (days: number) => number> = {
    messages: (days) => n(within(spoken, days)),
    posts: (days) => n(within(spoken, days).filter(isPost)),
    mentions: (days) => n(within(mentioned, days)),
    ads: (days) => n(within(spoken, days).filter(({ data }) => data.looksLikeAd)),
    active_days: (days) => n(daysOf(within(seen, days))),
    checkins: (days) => n(within(of('checked_in'), days)),
    visits: (days) => n(within(of('visited'), days)),
    views: (days) => n(within(of('content_viewed'), days)),
    clicks: (days) => n(within(of('link_clicked'), days)),
    service_messages: (days) => n(within(of('wrote_to_service'), days)),
    service_visits: (days) => n(within(of('entered_service'), days)),
    invites: (days) => n(within(of('invited'), days)),
    orders: (days) => n(within(standing, days)),
    refunds: (days) => n(within(refunds, days)),
  };
  const money: Record<string, (days: number) => number> = {
    spend: (days) => within(standing, days).reduce((sum, { net }) => sum + net, 0),
    refunded: (days) => within(refunds, days).reduce((sum, { cents }) => sum + cents, 0),
  };
  const spans = [
    ['7d', 7],
    ['30d', 30],
    ['90d', 90],
    ['total', Infinity],
  ] as const;
  const inSpans = (figures: typeof counted, end = ''): [string, number][] =>
    Object.entries(figures).flatMap(([stem, count]) =>
      spans.map(([span, days]): [string, number] => [`${stem}_${span}${end}`, count(days)]),
    );
  const average = (days: number) =>
    n(within(standing, days)) === 0 ? null : Math.round(money['spend']!(days) / n(within(standing, days)));
  const lastDay = (list: readonly { readonly at: number }[]) => (n(list) === 0 ? null : Math.max(...daysOf(list)));
  const acts = within(facts, 90).filter(({ kind }) => actedBy.has(kind));
  const daysAt = (hour: number) => n(daysOf(acts.filter(({ at }) => hourOf(at, zone) === hour)));
  const mostDays = Math.max(...hours.map(daysAt));
  return {
    usual_active_hour: mostDays < 3 ? null : hours.find((hour) => daysAt(hour) === mostDays)!,
    ...Object.fromEntries([...inSpans(counted), ...inSpans(money, '_cents')]),
    average_order_cents: average(Infinity),
    average_order_90d_cents: average(90),
    groups_count: [...groups.values()].filter(Boolean).length,
    is_contact: last('contact_added', 'contact_lost')?.kind === 'contact_added' ? 1 : 0,
    opted_out: last('opted_out', 'opted_in')?.kind === 'opted_out' ? 1 : 0,
    last_seen_day: day(seen.at(-1)),
    last_message_day: day(spoken.at(-1)),
    last_order_day: lastDay(standing),
    last_mention_day: lastDay(mentioned),
    last_checkin_day: lastDay(of('checked_in')),
    last_visit_day: lastDay(of('visited')),
    last_view_day: lastDay(of('content_viewed')),
    last_click_day: lastDay(of('link_clicked')),
    last_service_message_day: lastDay(of('wrote_to_service')),
    last_invite_day: lastDay(of('invited')),
    last_refund_day: lastDay(refunds),
    checkin_run:
      n(of('checked_in')) === 0 ? 0 : checkInStreak(daysOf(of('checked_in')), lastDay(of('checked_in'))!).current,
    checkin_streak_longest: streak.longest,
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

const hours = Array.from({ length: 24 }, (_, hour) => hour);
const hourOf = (at: number, zone: string): number =>
  Number(new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', hour: 'numeric' }).format(at));

const seenBy: ReadonlySet<FactKind> = new Set([
  'contact_added',
  'joined_group',
  'sent_message',
  'order_paid',
  'checked_in',
  'invited',
  'visited',
  'content_viewed',
  'link_clicked',
  'wrote_to_service',
  'entered_service',
]);

/** Of these facts the member decides the hour. */
const actedBy: ReadonlySet<FactKind> = new Set([
  'sent_message',
  'order_paid',
  'checked_in',
  'invited',
  'visited',
  'content_viewed',
  'link_clicked',
  'wrote_to_service',
]);
