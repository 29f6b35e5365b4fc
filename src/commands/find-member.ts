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

const MOST_NAMED = 8;
const LONGEST_NAME = 24;

export interface FoundMember {
  readonly member: MemberId;
  /** `「桃夭er」（#24，会员 · LinXia）`: whoever reads it knows which one, and may type the number. */
  readonly called: string;
  /** Named by number, by id or by the whole name, and not only by a part of it. */
  readonly isSure: boolean;
}

/** Words that help to say it better, and what the bot then waits to hear. */
export interface NotFound {
  readonly words: string;
  readonly asks?: Question;
}

/** The one member an operator means. `word`: the command that goes on with them once they have chosen one of several. */
export async function findMemberByName(
  { db, engine, argument, meant }: Pick<Invocation, 'db' | 'engine' | 'argument' | 'meant'>,
  word: string,
): Promise<FoundMember | NotFound> {
  const sql = db.read;
  const called = async (ids: readonly MemberId[]): Promise<Map<MemberId, string>> => callingsOf(sql, ids, engine.rules);
  if (meant !== null) return { member: meant, called: (await called([meant])).get(meant) ?? '', isSure: true };
  const text = singleSpaced(argument);
  const { members, isSure, more } = await candidatesFor(sql, text);
  const names = await called(members);
  const [only] = members;
  if (only === undefined)
    return {
      words: `没有找到${quoted(cutToCharacters(text, LONGEST_NAME, '…'))}。可以试试昵称的一部分、#编号，或完整的客户 ID。`,
    };
  if (members.length === 1) return { member: only, called: names.get(only) ?? '', isSure };
  const lines = members.map((member, index) => `${index + 1}. ${names.get(member) ?? ''}`);
  return {
    words: ['有几位都符合，回复序号就行：', ...lines, ...(more ? ['还有更多，没在里面的话请说得再具体些。'] : [])].join(
      '\n',
    ),
    asks: { kind: 'which_member', word, members: [...members] },
  };
}

/** The answer of a command that found no one member. */
export const notFound = ({ words, asks }: NotFound): CommandAnswer => ({ text: words, ...(asks ? { asks } : {}) });

interface Candidates {
  readonly members: readonly MemberId[];
  readonly isSure: boolean;
  readonly more: boolean;
}

const nobody: Candidates = { members: [], isSure: false, more: false };

/** First what was said letter by letter, then without quotes and punctuation around it. */
async function candidatesFor(sql: Sql, text: string): Promise<Candidates> {
  const stripped = withoutTail(text.replace(/^[「『“"'《\s]+/u, '')).trim();
  for (const said of new Set([text, stripped])) {
    const found = said === '' ? nobody : await candidatesCalled(sql, said);
    if (found.members.length > 0) return found;
  }
  return nobody;
}

async function candidatesCalled(sql: Sql, text: string): Promise<Candidates> {
  const sure = await exactlyCalled(sql, text);
  if (sure.length > 0) return { members: sure, isSure: sure.length === 1, more: false };
  const named = await identityStore.byName(sql, text, MOST_NAMED + 1);
  const whole = named.filter(({ isWhole }) => isWhole);
  const shown = (whole.length === 1 ? whole : named).slice(0, MOST_NAMED);
  return {
    members: shown.map(({ id }) => id),
    isSure: whole.length === 1,
    more: named.length > MOST_NAMED && whole.length !== 1,
  };
}

/** By our number as the bot says it (`#24`, `24`, `「小鹿」（#24，会员 · LinXia）`), by an id, or a phone number in any spelling. */
async function exactlyCalled(sql: Sql, text: string): Promise<MemberId[]> {
  const plain = folded(text);
  const marked = /^#\s?(\d{1,15})$/u.exec(plain)?.[1] ?? /\(#(\d{1,15})[^()]*\)$/u.exec(plain)?.[1];
  const bareNumber = /^(\d{1,15})号?$/u.exec(plain)?.[1];
  const number = marked ?? bareNumber;
  const numbered = number === undefined ? null : await identityStore.byNumber(sql, Number(number));
  if (marked !== undefined) return numbered === null ? [] : [numbered];
  const phone = phoneNumber(plain);
  const ids = new Set<MemberId>();
  for (const value of new Set([text, ...(phone === null ? [] : [phone])]))
    for (const member of await identityStore.byValue(sql, value)) ids.add(member);
  if (numbered === null) return [...ids];
  // Somebody may call themselves 24.
  const named = await identityStore.byName(sql, text, MOST_NAMED);
  return [...new Set([numbered, ...ids, ...named.flatMap(({ id, isWhole }) => (isWhole ? [id] : []))])];
}

/** How these members are called before operators: with our number, tier and member of staff, so that two of one name differ. */
async function callingsOf(
  sql: Sql,
  ids: readonly MemberId[],
  ruleset: Pick<Ruleset, 'tiers'>,
): Promise<Map<MemberId, string>> {
  const named = await memberStore.namesAndTiers(sql, ids);
  const pairs = await contactPairStore.openOfMembers(sql, ids);
  return new Map(
    named.map((one) => {
      const staff = pairs.get(one.id)?.[0]?.staff;
      const tier = ruleset.tiers.find(({ key }) => key === one.tier)?.label.zh;
      const about = [tier ?? '未定级', staff ?? '不是好友'].join(' · ');
      return [one.id, `${shownName(one.name)}（#${one.id}，${about}）`];
    }),
  );
}

/** A nickname as it stands in a line of the bot's. */
export const shownName = (name: string): string => {
  const line = cutToCharacters(onOneLine(name), LONGEST_NAME, '…');
  return line === '' ? '未命名' : quoted(line);
};
