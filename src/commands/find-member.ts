import { cutToCharacters } from '../domain/cut-text.js';
import type { MemberId } from '../domain/ids.js';
import { phoneNumber } from '../domain/phone.js';
import type { Ruleset } from '../domain/ruleset.js';
import { onOneLine, quoted } from '../domain/shown-name.js';
import { contactPairStore } from '../features/members/contact-pair.store.js';
import { identityStore } from '../features/members/identity.store.js';
import { memberStore } from '../features/members/member.store.js';
import type { Sql } from '../platform/database/sql.js';
import type { CommandAnswer, Invocation } from './command.js';
import type { Question } from './open-question.store.js';
import { folded, singleSpaced, withoutTail } from './plain-words.js';

const MOST_LISTED = 8;
const LONGEST_NAME = 24;

export interface FoundMember {
  readonly member: MemberId;
  /** `「桃夭er」（#24，会员 · LinXia）`: tells members of one name apart; the number can be typed back. */
  readonly displayName: string;
  /** Found by number, by id or by the whole name, not only by a part of it. */
  readonly isExact: boolean;
}

/** The answer to the operator, and the question in it, if any. */
export interface NotFound {
  readonly words: string;
  readonly asks?: Question;
}

/**
 * Finds the one member an operator means. `word`: the command that continues once the operator has chosen one of several
 * matches.
 */
export async function findMemberByName(
  { db, engine, argument, chosen }: Pick<Invocation, 'db' | 'engine' | 'argument' | 'chosen'>,
  word: string,
): Promise<FoundMember | NotFound> {
  const sql = db.read;
  if (chosen !== null) {
    const names = await displayNamesOf(sql, [chosen], engine.rules);
    return { member: chosen, displayName: names.get(chosen) ?? '', isExact: true };
  }
  const text = singleSpaced(argument);
  const { members, isExact, hasMore } = await candidatesFor(sql, text);
  const names = await displayNamesOf(sql, members, engine.rules);
  const [only] = members;
  if (only === undefined)
    return {
      words: `没有找到${quoted(cutToCharacters(text, LONGEST_NAME, '…'))}。可以试试昵称的一部分、#编号，或完整的客户 ID。`,
    };
  if (members.length === 1) return { member: only, displayName: names.get(only) ?? '', isExact };
  const lines = members.map((member, index) => `${index + 1}. ${names.get(member) ?? ''}`);
  return {
    words: [
      '有几位都符合，回复序号就行：',
      ...lines,
      ...(hasMore ? ['还有更多，没在里面的话请说得再具体些。'] : []),
    ].join('\n'),
    asks: { kind: 'which_member', word, members: [...members] },
  };
}

/** The answer of a command that did not find exactly one member. */
export const notFound = ({ words, asks }: NotFound): CommandAnswer => ({ text: words, ...(asks ? { asks } : {}) });

interface Candidates {
  readonly members: readonly MemberId[];
  readonly isExact: boolean;
  /** More members match than are listed. */
  readonly hasMore: boolean;
}

const noCandidates: Candidates = { members: [], isExact: false, hasMore: false };

/** Tries the text as it was typed, then without the quotes and punctuation around it. */
async function candidatesFor(sql: Sql, text: string): Promise<Candidates> {
  const stripped = withoutTail(text.replace(/^[「『“"'《\s]+/u, '')).trim();
  for (const name of new Set([text, stripped])) {
    const found = name === '' ? noCandidates : await candidatesNamed(sql, name);
    if (found.members.length > 0) return found;
  }
  return noCandidates;
}

async function candidatesNamed(sql: Sql, text: string): Promise<Candidates> {
  const exact = await exactMatches(sql, text);
  if (exact.length > 0) return { members: exact, isExact: exact.length === 1, hasMore: false };
  const named = await identityStore.byName(sql, text, MOST_LISTED + 1);
  const whole = named.filter(({ isWhole }) => isWhole);
  const shown = (whole.length === 1 ? whole : named).slice(0, MOST_LISTED);
  return {
    members: shown.map(({ id }) => id),
    isExact: whole.length === 1,
    hasMore: named.length > MOST_LISTED && whole.length !== 1,
  };
}

/** By member number as the bot writes it (`#24`, `24`, `「小鹿」（#24，会员 · LinXia）`), by an id, or by a phone number in any format. */
async function exactMatches(sql: Sql, text: string): Promise<MemberId[]> {
  const plain = folded(text);
  const markedNumber = /^#\s?(\d{1,15})$/u.exec(plain)?.[1] ?? /\(#(\d{1,15})[^()]*\)$/u.exec(plain)?.[1];
  const bareNumber = /^(\d{1,15})号?$/u.exec(plain)?.[1];
  const number = markedNumber ?? bareNumber;
  const byNumber = number === undefined ? null : await identityStore.byNumber(sql, Number(number));
  if (markedNumber !== undefined) return byNumber === null ? [] : [byNumber];
  const phone = phoneNumber(plain);
  const ids = new Set<MemberId>();
  for (const value of new Set([text, ...(phone === null ? [] : [phone])]))
    for (const member of await identityStore.byValue(sql, value)) ids.add(member);
  if (byNumber === null) return [...ids];
  // A nickname may be 24, too.
  const named = await identityStore.byName(sql, text, MOST_LISTED);
  return [...new Set([byNumber, ...ids, ...named.flatMap(({ id, isWhole }) => (isWhole ? [id] : []))])];
}

/** Names for operators, with member number, tier and member of staff, so that two members of one name differ. */
async function displayNamesOf(
  sql: Sql,
  ids: readonly MemberId[],
  ruleset: Pick<Ruleset, 'tiers'>,
): Promise<Map<MemberId, string>> {
  const named = await memberStore.namesAndTiers(sql, ids);
  const pairs = await contactPairStore.openOfMembers(sql, ids);
  return new Map(
    named.map(({ id, name, tier: tierKey }) => {
      const staff = pairs.get(id)?.[0]?.staff;
      const tier = ruleset.tiers.find(({ key }) => key === tierKey)?.label.zh;
      const about = [tier ?? '未定级', staff ?? '不是好友'].join(' · ');
      return [id, `${shownName(name)}（#${id}，${about}）`];
    }),
  );
}

/** A nickname in a text of the bot: on one line, shortened, in quotes. */
export const shownName = (name: string): string => {
  const line = cutToCharacters(onOneLine(name), LONGEST_NAME, '…');
  return line === '' ? '未命名' : quoted(line);
};
