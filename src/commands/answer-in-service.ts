import type { Context } from '../domain/context.js';
import { serviceWindowStore } from '../features/service/service-window.store.js';
import type { StoredRequest } from '../inbox/command-request.store.js';
import { answerMember, type MemberOutcome } from './answer-member.js';
import type { Invocation } from './command.js';
import type { Question } from './open-question.store.js';

type ServiceReply = Extract<StoredRequest['replyTo'], { kind: 'kf' }>;

/**
 * Answers a message to customer service. The bot says nothing while a person serves, and to what was read too late; an
 * opt-out counts all the same. Staff get late messages as a task, because nobody has answered them.
 */
export async function answerInService(
  invocation: Invocation,
  replyTo: ServiceReply,
  question: Question | null,
  context: () => Promise<Context>,
): Promise<MemberOutcome> {
  const window = await serviceWindowStore.window(invocation.db.read, replyTo.account, replyTo.externalUserId);
  const isServed = window?.servedBy === 'person' || window?.servedBy === 'queue';
  const outcome = await answerMember(invocation, question, context);
  const { answer, forgets } = outcome;
  if (answer === null || !(isServed || replyTo.isLate)) return outcome;
  const { facts, write } = answer;
  // Only what goes to staff is written down late; a person who serves has read it already.
  const passesOn = forgets && !isServed;
  return {
    ...outcome,
    answer: {
      text: '',
      ...(facts && (passesOn || !forgets) ? { facts } : {}),
      ...(write && passesOn ? { write: (tx, now) => write(tx, now).then(() => '') } : {}),
    },
  };
}
