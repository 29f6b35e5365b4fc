import type { FactData } from '../domain/fact.js';
import { isOptedOut } from '../features/members/pending-opt-outs.js';
import { preferenceWords } from '../insights/words/preference-words.js';
import { EVERYWHERE, withReplyHint, type CommandAnswer, type Invocation, type MemberCommand } from './command.js';

const OPTED_OUT_HINT = '你现在是退订状态，想重新收到消息，回复「订阅」。';

/** The fact is dated by the member's message, not by its answer. */
async function changePace(
  { db, member, request }: Invocation,
  pace: NonNullable<FactData<'preference_changed'>['pace']>,
  text: string,
): Promise<CommandAnswer> {
  if (request.from.kind !== 'member') return { text: '' };
  const isOut = member !== null && (await isOptedOut(db.read, member));
  return {
    text: isOut ? `记下了。${OPTED_OUT_HINT}` : text,
    facts: [
      {
        key: `preference_changed:${request.key}`,
        kind: 'preference_changed',
        at: request.at,
        member: request.from.ids,
        data: { pace },
      },
    ],
    mustBeGiven: true,
  };
}

export const lessCommand: MemberCommand = {
  id: 'less',
  where: EVERYWHERE,
  words: ['少发点', '少发一点', '少发些'],
  role: 'member',
  usage: '少发点',
  does: preferenceWords.less.zh,
  needsArgument: false,
  run: (invocation) =>
    changePace(
      invocation,
      'less',
      withReplyHint(invocation, preferenceWords.lessChosen, '想多收到一些，回复「多发点」。'),
    ),
};

export const moreCommand: MemberCommand = {
  id: 'more',
  where: EVERYWHERE,
  words: ['多发点', '多发一点', '多发些'],
  role: 'member',
  usage: '多发点',
  does: '恢复平常的消息',
  needsArgument: false,
  run: (invocation) =>
    changePace(invocation, 'all', withReplyHint(invocation, preferenceWords.moreChosen, '嫌多时回复「少发点」。')),
};
