import type { Corp } from '../corp.js';
import type { ShopFact } from '../outlets.js';
import type { Person } from '../person.js';

export interface Purchase {
  readonly amountCents: number;
  readonly category: string;
}

/** The shop knows its customers by their WeChat unionid, and some who have registered by phone. */
const shopIdentity = (corp: Corp, person: Person): ShopFact['member'] =>
  corp.tallyOf(person).isRegistered && (person.phone.endsWith('7') || person.phone.endsWith('3'))
    ? { phone: person.phone }
    : { unionid: person.unionid };

const newKey = (corp: Corp, kind: string, person: Person): string =>
  `${kind}:${person.unionid.slice(-8)}:${corp.ids.letters(kind, 40).slice(-8)}`;

/** Returns the order's id. */
export function buy(corp: Corp, person: Person, purchase: Purchase): string {
  const orderId = newKey(corp, 'order', person);
  corp.recordActivity(person, 'shop');
  const tally = corp.tallyOf(person);
  tally.orders += 1;
  tally.spendCents += purchase.amountCents;
  corp.outlets.sell({
    key: `shop:${orderId}`,
    kind: 'order_paid',
    at: corp.now(),
    member: shopIdentity(corp, person),
    data: { orderId, ...purchase },
  });
  return orderId;
}

export function refund(corp: Corp, person: Person, orderId: string, amountCents: number): void {
  corp.tallyOf(person).refundedCents += amountCents;
  corp.outlets.sell({
    key: `shop:refund:${orderId}`,
    kind: 'order_refunded',
    at: corp.now(),
    member: shopIdentity(corp, person),
    data: { orderId, amountCents },
  });
}

export function report(
  corp: Corp,
  person: Person,
  kind: 'checked_in' | 'visited' | 'content_viewed',
  data: ShopFact['data'] = {},
): void {
  corp.recordActivity(person, 'shop');
  corp.outlets.sell({
    key: `shop:${newKey(corp, kind, person)}`,
    kind,
    at: corp.now(),
    member: shopIdentity(corp, person),
    data,
  });
}

/** The shop knows the newcomer by unionid, which is how it names them. */
export function reportInvitation(corp: Corp, inviter: Person, invitee: Person): void {
  const key = `shop:invited:${invitee.unionid}`;
  corp.outlets.sell({
    key,
    kind: 'invited',
    at: corp.now(),
    member: { unionid: inviter.unionid },
    data: { invitee: invitee.unionid },
  });
}

/** Registering at the shop ties the phone to the unionid. */
export function register(corp: Corp, person: Person, details: Readonly<Record<string, string>>): void {
  corp.tallyOf(person).isRegistered = true;
  corp.outlets.sell({
    key: `shop:profile:${person.unionid}`,
    kind: 'profile_updated',
    at: corp.now(),
    member: { unionid: person.unionid, phone: person.phone },
    data: { phone: person.phone, ...details },
  });
}
