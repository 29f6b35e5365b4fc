import type { Fact, MemberIds } from '../../src/domain/fact.js';
import { aFact } from '../support/test-product.js';

/** Somebody who is called by a phone number is known by nothing else. */
const isPhone = (who: string): boolean => /^\d{11}$/.test(who);
export const idsOf = (who: string): MemberIds => (isPhone(who) ? { phone: who } : { externalUserId: `wm-${who}` });
/** The id by which the product finds this person. */
export const nameOf = (who: string): string => (isPhone(who) ? `+86${who}` : `wm-${who}`);
export const chatIdOf = (group: string): string => `wr-${group}`;

interface Act {
  readonly phrase: RegExp;
  toFacts(words: readonly string[], at: number, who: string): readonly Fact[];
}

const cents = (yuan: string | undefined): number => Math.round(Number(yuan) * 100);
const repeat = <T>(count: string | undefined, create: () => T): T[] => Array.from({ length: Number(count) }, create);
let orders = 0;
const contactRead = (at: number, who: string, tagIds: readonly string[]): Fact =>
  aFact('contact_read', at, idsOf(who), {
    name: who,
    readAt: at,
    follows: [{ staff: 'LinXia', createdAt: at - 60_000, tagIds: [...tagIds] }],
  });

/** Every phrase for what happened. A new phrase is a new entry here. */
const acts: readonly Act[] = [
  {
    phrase: /^added as a contact(?: (\d+) seconds ago)?$/,
    toFacts: ([, seconds], at, who) => {
      const added = at - Number(seconds ?? 0) * 1_000;
      return [aFact('contact_added', added, idsOf(who), { staff: 'LinXia', welcomeCode: `code-${who}-${added}` })];
    },
  },
  {
    phrase: /^deletes the contact$/,
    toFacts: (_, at, who) => [aFact('contact_lost', at, idsOf(who), { staff: 'LinXia', by: 'member' })],
  },
  {
    phrase: /^orders for (\S+)$/,
    toFacts: ([, yuan], at, who) => [
      aFact('order_paid', at, idsOf(who), { orderId: `o-${++orders}`, amountCents: cents(yuan) }),
    ],
  },
  {
    phrase: /^is refunded (\S+)$/,
    toFacts: ([, yuan], at, who) => [
      aFact('order_refunded', at, idsOf(who), { orderId: `o-${orders}`, amountCents: cents(yuan) }),
    ],
  },
  {
    phrase: /^says (\d+) things?$/,
    toFacts: ([, count], at, who) =>
      repeat(count, () => aFact('sent_message', at, idsOf(who), { chatId: chatIdOf('闲聊群') })),
  },
  {
    phrase: /^posts (\d+) ads?$/,
    toFacts: ([, count], at, who) => repeat(count, () => aFact('sent_message', at, idsOf(who), { looksLikeAd: true })),
  },
  {
    // Two records of one person: what names both makes them one.
    phrase: /^turns out to be (\d{11})$/,
    toFacts: ([, phone], at, who) => [aFact('profile_updated', at, { ...idsOf(who), phone: phone! }, {})],
  },
  {
    phrase: /^is tagged (\S+) by staff$/,
    toFacts: ([, tag], at, who) => [
      aFact(
        'tag_library_read',
        at,
        {},
        { readAt: at, groups: [{ id: 'g-staff', name: '跟进', tags: [{ id: `t-${tag}`, name: tag!, order: 0 }] }] },
      ),
      contactRead(at, who, [`t-${tag}`]),
    ],
  },
  { phrase: /^is untagged by staff$/, toFacts: (_, at, who) => [contactRead(at, who, [])] },
  {
    phrase: /^is mentioned (\d+) times? by (\S+)$/,
    toFacts: ([, count, by], at, who) =>
      // The message of the one, and the mention of the other, as the chat account reports them.
      repeat(count, () => [
        aFact('sent_message', at, idsOf(by!), { chatId: chatIdOf('闲聊群'), mentions: [nameOf(who)], length: 20 }),
        aFact('was_mentioned', at, idsOf(who), { chatId: chatIdOf('闲聊群') }),
      ]).flat(),
  },
  { phrase: /^checks in$/, toFacts: (_, at, who) => [aFact('checked_in', at, idsOf(who))] },
  {
    phrase: /^joins (\S+)$/,
    toFacts: ([, group], at, who) => [aFact('joined_group', at, idsOf(who), { chatId: chatIdOf(group!) })],
  },
  {
    phrase: /^leaves (\S+)$/,
    toFacts: ([, group], at, who) => [aFact('left_group', at, idsOf(who), { chatId: chatIdOf(group!) })],
  },
  {
    phrase: /^is taken out of (\S+)$/,
    toFacts: ([, group], at, who) => [aFact('left_group', at, idsOf(who), { chatId: chatIdOf(group!), removed: true })],
  },
  { phrase: /^opts out$/, toFacts: (_, at, who) => [aFact('opted_out', at, idsOf(who))] },
  { phrase: /^opts in again$/, toFacts: (_, at, who) => [aFact('opted_in', at, idsOf(who))] },
  {
    phrase: /^is locked to (\S+) by (\S+)$/,
    toFacts: ([, tier, by], at, who) => [aFact('tier_locked', at, idsOf(who), { tier: tier!, by: by! })],
  },
  { phrase: /^is unlocked$/, toFacts: (_, at, who) => [aFact('tier_unlocked', at, idsOf(who), { by: 'LinXia' })] },
];

export function factsOf(text: string, at: number, who: string): readonly Fact[] {
  for (const act of acts) {
    const words = act.phrase.exec(text);
    if (words) return act.toFacts(words, at, who);
  }
  throw new Error(`no act matches this phrase: ${text}`);
}
