import type { Fact, MemberIds } from '../../src/domain/fact.js';
import { aFact } from '../support/test-product.js';

export const idsOf = (who: string): MemberIds => ({ externalUserId: `wm-${who}` });
export const chatIdOf = (group: string): string => `wr-${group}`;

interface Act {
  readonly says: RegExp;
  means(words: readonly string[], at: number, who: string): readonly Fact[];
}

const cents = (yuan: string | undefined): number => Math.round(Number(yuan) * 100);
const many = (count: string | undefined, one: () => Fact): Fact[] => Array.from({ length: Number(count) }, one);
let orders = 0;

/** Every way of saying what happened. A new one is a line here. */
const acts: readonly Act[] = [
  {
    says: /^added as a contact(?: (\d+) seconds ago)?$/,
    means: ([, seconds], at, who) => {
      const added = at - Number(seconds ?? 0) * 1_000;
      return [aFact('contact_added', added, idsOf(who), { staff: 'LinXia', welcomeCode: `code-${who}-${added}` })];
    },
  },
  {
    says: /^deletes the contact$/,
    means: (_, at, who) => [aFact('contact_lost', at, idsOf(who), { staff: 'LinXia', by: 'member' })],
  },
  {
    says: /^orders for (\S+)$/,
    means: ([, yuan], at, who) => [
      aFact('order_paid', at, idsOf(who), { orderId: `o-${++orders}`, amountCents: cents(yuan) }),
    ],
  },
  {
    says: /^is refunded (\S+)$/,
    means: ([, yuan], at, who) => [
      aFact('order_refunded', at, idsOf(who), { orderId: `o-${orders}`, amountCents: cents(yuan) }),
    ],
  },
  {
    says: /^says (\d+) things?$/,
    means: ([, count], at, who) =>
      many(count, () => aFact('sent_message', at, idsOf(who), { chatId: chatIdOf('闲聊群') })),
  },
  {
    says: /^posts (\d+) ads?$/,
    means: ([, count], at, who) => many(count, () => aFact('sent_message', at, idsOf(who), { looksLikeAd: true })),
  },
  { says: /^checks in$/, means: (_, at, who) => [aFact('checked_in', at, idsOf(who))] },
  {
    says: /^joins (\S+)$/,
    means: ([, group], at, who) => [aFact('joined_group', at, idsOf(who), { chatId: chatIdOf(group!) })],
  },
  {
    says: /^leaves (\S+)$/,
    means: ([, group], at, who) => [aFact('left_group', at, idsOf(who), { chatId: chatIdOf(group!) })],
  },
  {
    says: /^is taken out of (\S+)$/,
    means: ([, group], at, who) => [aFact('left_group', at, idsOf(who), { chatId: chatIdOf(group!), removed: true })],
  },
  { says: /^opts out$/, means: (_, at, who) => [aFact('opted_out', at, idsOf(who))] },
  { says: /^opts in again$/, means: (_, at, who) => [aFact('opted_in', at, idsOf(who))] },
  {
    says: /^is locked to (\S+) by (\S+)$/,
    means: ([, tier, by], at, who) => [aFact('tier_locked', at, idsOf(who), { tier: tier!, by: by! })],
  },
  { says: /^is unlocked$/, means: (_, at, who) => [aFact('tier_unlocked', at, idsOf(who), { by: 'LinXia' })] },
];

export function factsOf(text: string, at: number, who: string): readonly Fact[] {
  for (const act of acts) {
    const words = act.says.exec(text);
    if (words) return act.means(words, at, who);
  }
  throw new Error(`nobody knows what this means: ${text}`);
}
