import { auditStore } from '../features/audit/audit.store.js';
import type { Fact } from '../domain/fact.js';
import { identityKinds, memberIdsOf, identityStore } from '../features/members/identity.store.js';
import { preferenceWords } from '../insights/words/preference-words.js';
import { EVERYWHERE, withReplyHint, type Command, type Invocation, type MemberCommand } from './command.js';
import { findMemberByName, notFound } from './find-member.js';

/** The fact is dated by the member's message, not by its answer. */
function consentFacts(kind: 'opted_out' | 'opted_in', { request }: Invocation): Fact[] {
  if (request.from.kind !== 'member') return [];
  return [{ key: `${kind}:${request.key}`, kind, at: request.at, member: request.from.ids, data: {} }];
}

export const optOutCommand: MemberCommand = {
  id: 'opt_out',
  where: EVERYWHERE,
  // For help and operators. The many other ways to say it are recognised in domain/opt-out.
  words: ['退订', '不要再发', 'TD'],
  role: 'member',
  usage: '退订',
  does: '不再收到主动消息',
  needsArgument: false,
  run: (invocation) =>
    Promise.resolve({
      text: withReplyHint(invocation, preferenceWords.optedOut, '想恢复时回复「订阅」就行。'),
      facts: consentFacts('opted_out', invocation),
      mustBeGiven: true,
    }),
};

export const optInCommand: MemberCommand = {
  id: 'opt_in',
  where: EVERYWHERE,
  words: ['订阅'],
  role: 'member',
  usage: '订阅',
  does: '重新收到消息',
  needsArgument: false,
  run: (invocation) =>
    Promise.resolve({
      text: preferenceWords.optedIn[invocation.language],
      facts: consentFacts('opted_in', invocation),
      mustBeGiven: true,
    }),
};

/** For staff to whom a member said 退订: without a chat account the bot does not see members' messages. */
export const optOutForCommand: Command = {
  words: ['退订', 'unsubscribe'],
  role: 'operator',
  usage: '退订 <昵称或客户ID>',
  does: '替一位成员退订，不再主动发消息给 TA',
  needsArgument: true,
  changes: true,
  async run(invocation) {
    const { db, request } = invocation;
    const found = await findMemberByName(invocation, '退订');
    if ('words' in found) return notFound(found);
    const { member, displayName, isExact } = found;
    if (!isExact)
      return {
        text: `要替 ${displayName} 退订吗？回复 1 退订。`,
        asks: { kind: 'this_member', word: '退订', member },
      };
    const ids = await identityStore.ofMember(db.read, member);
    const [strongest] = identityKinds.flatMap((kind) => ids.filter((identity) => identity.kind === kind));
    if (!strongest) return { text: `${displayName} 没有可用的 ID，没能退订。` };
    const by = request.from.kind === 'staff' ? request.from.staff : '';
    return {
      text: `已替 ${displayName} 退订，之后不再主动发消息。`,
      facts: [
        {
          key: `opted_out:${request.key}`,
          kind: 'opted_out',
          at: request.at,
          member: memberIdsOf(strongest),
          data: {},
        },
      ],
      write: (tx, now) => auditStore.append(tx, { who: by, what: 'opted_out_for', detail: { member } }, now),
    };
  },
};
