import type { Context } from '../domain/context.js';
import { intentInGroup, intentInPrivate } from '../domain/opt-out/opt-out-intent.js';
import { mentionsStop, isOnlyOne, yesOrNo } from '../domain/opt-out/yes-or-no.js';
import { isOptedOut } from '../features/members/pending-opt-outs.js';
import { recordReply } from '../features/tasks/member-replies.js';
import { chosenByNumber, commandById, withChoices } from './choices.js';
import { forgetsWords, memberPlaceOf, type Command, type CommandAnswer, type Invocation } from './command.js';
import { optInCommand, optOutCommand } from './opt-out.command.js';
import { nameForMember } from './name-for-member.js';
import type { Question } from './open-question.store.js';
import { readCommand, saysCommand } from './read-command.js';

/** The outcome of a member's message. */
export interface MemberOutcome {
  readonly answer: CommandAnswer | null;
  /** The message went into a task for staff, so its text is deleted from the request. */
  readonly forgets: boolean;
  /** The message answers the bot's open question or makes it obsolete. Any other message leaves it open, but interrupted. */
  readonly settlesQuestion: boolean;
}

/** Other wordings, because the account must not send the same text again and again. */
const [STOP_QUESTION, ...STOP_QUESTION_ALTERNATIVES] = [
  '要停止接收消息吗？回复 1 停止。',
  '是要停止接收消息吗？停止请回复 1，不停请回复 2。',
  '还没有停止。要停止接收消息，请回复「退订」。',
] as const;
const stopQuestion: CommandAnswer = {
  text: STOP_QUESTION,
  alternatives: STOP_QUESTION_ALTERNATIVES,
  asks: { kind: 'stop' },
  mustBeGiven: true,
};

/** Stands above the choices, when the message needs no other answer. */
const OFFER = '收到。想看什么，点一下或回复数字：';

/** Whether a text in a group is for the bot; all other talk is ignored. */
export const isForTheBot = (text: string): boolean => intentInGroup(text) !== null || saysCommand(text, 'chat_group');

const outcomeWith = (answer: CommandAnswer | null, over: Partial<MemberOutcome> = {}): MemberOutcome => ({
  answer,
  forgets: false,
  settlesQuestion: false,
  ...over,
});

/** In a group only exact words count. */
async function answerInGroup(invocation: Invocation): Promise<MemberOutcome> {
  const { text } = invocation.request;
  const intent = intentInGroup(text);
  if (intent === 'stop') return outcomeWith(await optOutCommand.run(invocation), { settlesQuestion: true });
  if (intent === 'resume') {
    // 恢复 is an everyday word: it counts only when the member has opted out.
    const { db, member } = invocation;
    const isOut = member !== null && (await isOptedOut(db.read, member));
    return outcomeWith(isOut ? await optInCommand.run(invocation) : null);
  }
  const read = readCommand(text, 'chat_group');
  return read.kind === 'command'
    ? runCommand(read.command, { ...invocation, argument: read.argument })
    : outcomeWith(null);
}

async function runCommand(command: Command, invocation: Invocation): Promise<MemberOutcome> {
  const answer = await command.run(invocation);
  return outcomeWith(answer, { forgets: forgetsWords(command, answer) });
}

/** A tap on a menu of customer service, or a number typed after one; null for any other message. */
async function answerChoice(invocation: Invocation, question: Question | null): Promise<MemberOutcome | null> {
  const { replyTo, text } = invocation.request;
  if (replyTo.kind !== 'kf') return null;
  const { menuId } = replyTo;
  const command = menuId === undefined ? chosenByNumber(text, question) : commandById(menuId);
  if (command) return runCommand(command, invocation);
  // Menus stay tappable for ever (kf contract §4), also when their command is gone.
  return menuId === undefined ? null : outcomeWith(withChoices('这个选项已经过期了，请从这里选：'));
}

/** In a direct message every text counts: as an answer to the bot's question, an opt-out, a command, or a message to staff. */
export async function answerMember(
  invocation: Invocation,
  question: Question | null,
  context: () => Promise<Context>,
): Promise<MemberOutcome> {
  const { request } = invocation;
  if (request.replyTo.kind === 'group') return answerInGroup(invocation);
  const { text } = request;
  const optOut = async (): Promise<MemberOutcome> =>
    outcomeWith(await optOutCommand.run(invocation), { settlesQuestion: true });
  if (question?.kind === 'stop') {
    const answered = readStopAnswer(question, text);
    if (answered === 'stop') return optOut();
    if (answered === 'go_on')
      return outcomeWith({ text: '好的，照常。', mustBeGiven: true }, { settlesQuestion: true });
    if (answered === 'unsure') return outcomeWith(stopQuestion);
  }
  const chosen = await answerChoice(invocation, question);
  if (chosen) return chosen;
  const intent = intentInPrivate(text);
  if (intent === 'stop') return optOut();
  if (intent === 'resume') return outcomeWith(await optInCommand.run(invocation), { settlesQuestion: true });
  const read = readCommand(text, memberPlaceOf(request) ?? 'chat_dm');
  if (read.kind === 'command') return runCommand(read.command, { ...invocation, argument: read.argument });
  return outcomeWith(
    await passToStaff(
      invocation,
      { mayMeanStop: intent === 'maybe', hasChoices: question?.kind === 'menu' },
      await context(),
    ),
    { forgets: true },
  );
}

/** After an interruption 好 or 不用 may mean the other message, so they are ignored; a bare 1 makes the bot ask once more. */
function readStopAnswer(
  { isInterrupted = false }: Question & { kind: 'stop' },
  text: string,
): 'stop' | 'go_on' | 'unsure' | null {
  const answered = yesOrNo(text);
  if (answered === null) return null;
  if (!isInterrupted) return answered ? 'stop' : 'go_on';
  if (mentionsStop(text)) return answered ? 'stop' : 'go_on';
  return isOnlyOne(text) ? 'unsure' : null;
}

/** Creates a task for staff from the message. Once a day the answer says that somebody will write back. */
async function passToStaff(
  { request, member }: Invocation,
  { mayMeanStop, hasChoices }: { readonly mayMeanStop: boolean; readonly hasChoices: boolean },
  context: Context,
): Promise<CommandAnswer | null> {
  const isService = request.replyTo.kind === 'kf';
  if (member === null) return mayMeanStop ? stopQuestion : isService ? withChoices(OFFER) : null;
  return {
    ...(mayMeanStop ? stopQuestion : { text: '' }),
    write: async (tx, now) => {
      const { acknowledges, staff } = await recordReply(
        { tx, context, now },
        { key: request.key, member, at: request.at, words: request.text, isUnseen: isService },
      );
      if (mayMeanStop) return undefined;
      const received = `收到，${nameForMember(staff)}会尽快回你。`;
      // The choices are still open: repeating them after every line would use up the five messages of customer service.
      if (isService && !acknowledges && hasChoices) return '';
      if (isService) return withChoices(acknowledges ? `${received}也可以点一下：` : OFFER);
      return acknowledges ? received : '';
    },
  };
}
