import { auditStore } from '../features/audit/audit.store.js';
import type { Fact } from '../domain/fact.js';
import { identityKinds, memberIdsOf, identityStore } from '../features/members/identity.store.js';
import type { Command, Invocation } from './command.js';
import { findMemberByName, notFound } from './find-member.js';

/** The switch is a fact like any other; its time is when the member said it. */
function told(kind: 'opted_out' | 'opted_in', { request }: Invocation): Fact[] {
  if (request.from.kind !== 'member') return [];
  return [{ key: `${kind}:${request.key}`, kind, at: request.at, member: request.from.ids, data: {} }];
}

export const optOutCommand: Command = {
  // What else means it is heard by domain/hearing; these are for the help and for operators to read.
  words: ['退订', '不要再发', 'TD'],
  role: 'member',
  usage: '退订',
  does: '不再收到主动消息',
  needsArgument: false,
  run: (invocation) =>
    Promise.resolve({
      text: '好的，之后不再主动发消息给你。想恢复时回复「订阅」就行。',
      facts: told('opted_out', invocation),
      mustBeGiven: true,
    }),
};

export const optInCommand: Command = {
  words: ['订阅'],
  role: 'member',
  usage: '订阅',
  does: '重新收到消息',
  needsArgument: false,
  run: (invocation) =>
    Promise.resolve({
      text: '欢迎回来，有值得说的我们才会发。',
      facts: told('opted_in', invocation),
      mustBeGiven: true,
    }),
};

/** Without a chat account nobody hears a member's 退订 but the member of staff it was said to. */
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
    const { member, called, isSure } = found;
    if (!isSure)
      return {
        text: `要替 ${called} 退订吗？回复 1 退订。`,
        asks: { kind: 'this_member', word: '退订', member },
      };
    const ids = await identityStore.ofMember(db.read, member);
    const [strongest] = identityKinds.flatMap((kind) => ids.filter((identity) => identity.kind === kind));
    if (!strongest) return { text: `${called} 没有可用的 ID，没能退订。` };
    const who = request.from.kind === 'staff' ? request.from.staff : '';
    return {
      text: `已替 ${called} 退订，之后不再主动发消息。`,
      facts: [
        {
          key: `opted_out:${request.key}`,
          kind: 'opted_out',
          at: request.at,
          member: memberIdsOf(strongest),
          data: {},
        },
      ],
      write: (tx, now) => auditStore.append(tx, { who, what: 'opted_out_for', detail: { member } }, now),
    };
  },
};
