import type { Fact } from '../domain/fact.js';
import { stores } from '../engine/stores.js';
import type { Command, CommandContext } from './command.js';
import { findMember } from './find-member.js';

/** The switch is a fact like any other; its time is when the member said it. */
function told(kind: 'opted_out' | 'opted_in', { request }: CommandContext): Fact[] {
  if (request.from.kind !== 'member') return [];
  return [{ key: `${kind}:${request.key}`, kind, at: request.at, member: request.from.ids, data: {} }];
}

export const optOutCommand: Command = {
  words: ['退订', '不要再发', 'TD'],
  role: 'member',
  usage: '退订',
  does: '不再收到主动消息',
  needsArgument: false,
  run: (context) =>
    Promise.resolve({
      text: '好的，之后不再主动发消息给你。想恢复时回复「订阅」就行。',
      facts: told('opted_out', context),
    }),
};

export const optInCommand: Command = {
  words: ['订阅'],
  role: 'member',
  usage: '订阅',
  does: '重新收到消息',
  needsArgument: false,
  run: (context) => Promise.resolve({ text: '欢迎回来，有值得说的我们才会发。', facts: told('opted_in', context) }),
};

/** Without a chat account nobody hears a member's 退订 but the member of staff it was said to. */
export const optOutForCommand: Command = {
  words: ['退订'],
  role: 'operator',
  usage: '退订 <昵称或客户ID>',
  does: '替一位成员退订，不再主动发消息给他',
  needsArgument: true,
  async run({ db, argument, request }) {
    const found = await findMember(db.read, argument);
    if ('words' in found) return { text: found.words };
    const [identity] = await stores.identities.ofMember(db.read, found.member);
    if (!identity) return { text: `「${argument}」没有可用的 ID，没能退订。` };
    const member = {
      external_userid: { externalUserId: identity.value },
      unionid: { unionid: identity.value },
      chat: { chatContactId: identity.value },
      phone: { phone: identity.value },
    }[identity.kind];
    return {
      text: `已替「${argument}」退订，之后不再主动发消息。`,
      facts: [{ key: `opted_out:${request.key}`, kind: 'opted_out', at: request.at, member, data: {} }],
    };
  },
};
