import type { Context } from '../domain/context.js';
import { intentInGroup, intentInPrivate } from '../domain/opt-out/opt-out-intent.js';
import { mentionsStop, isOnlyOne, yesOrNo } from '../domain/opt-out/yes-or-no.js';
import { memberStore } from '../features/members/member.store.js';
import { recordReply } from '../features/tasks/member-replies.js';
import type { CommandAnswer, Invocation } from './command.js';
import { optInCommand, optOutCommand } from './opt-out.command.js';
import type { Question } from './open-question.store.js';
import { readCommand, saysCommand } from './read-command.js';

/** What becomes of a member's words. */
export interface Hearing {
  readonly answer: CommandAnswer | null;
  /** The words were for a person, who has them in a task; the request keeps none. */
  readonly forgets: boolean;
  /** Whether they answer what the bot had asked or make it needless. Anything else interrupts it, and it stays open. */
  readonly settlesQuestion: boolean;
}

/** Somebody who says it again is answered again, and the account does not repeat itself. */
const [ASKS_BACK, ...ASKS_AGAIN] = [
  '要停止接收消息吗？回复 1 停止。',
  '是要停止接收消息吗？停止请回复 1，不停请回复 2。',
  '还没有停止。要停止接收消息，请回复「退订」。',
] as const;
const asksBack: CommandAnswer = { text: ASKS_BACK, again: ASKS_AGAIN, asks: { kind: 'stop' }, mustBeGiven: true };

/** Whether a text said in a group is for the bot: everything else there is talk, and is left alone. */
export const isForTheBot = (text: string): boolean => intentInGroup(text) !== null || saysCommand(text, 'member');

const hearing = (answer: CommandAnswer | null, over: Partial<Hearing> = {}): Hearing => ({
  answer,
  forgets: false,
  settlesQuestion: false,
  ...over,
});

/** In a group: the words themselves, and nothing but them. */
async function hearInGroup(invocation: Invocation): Promise<Hearing> {
  const { text } = invocation.request;
  const heard = intentInGroup(text);
  if (heard === 'stop') return hearing(await optOutCommand.run(invocation), { settlesQuestion: true });
  if (heard === 'resume') {
    // 恢复 is an everyday word: only who had opted out can mean it.
    const { db, member } = invocation;
    const isOut = member !== null && (await memberStore.hasOptedOut(db.read, member));
    return hearing(isOut ? await optInCommand.run(invocation) : null);
  }
  const read = readCommand(text, 'member');
  return hearing(read.kind === 'command' ? await read.command.run({ ...invocation, argument: read.argument }) : null);
}

/** In private every word is for us: an answer to a question, a wish to be left alone, a command, or something for a person. */
export async function hearMember(
  invocation: Invocation,
  question: Question | null,
  context: () => Promise<Context>,
): Promise<Hearing> {
  const { request } = invocation;
  if (request.replyTo.kind === 'group') return hearInGroup(invocation);
  const said = request.text;
  const stops = async (): Promise<Hearing> => hearing(await optOutCommand.run(invocation), { settlesQuestion: true });
  if (question?.kind === 'stop') {
    const answered = answerTo(question, said);
    if (answered === 'stop') return stops();
    if (answered === 'go_on') return hearing({ text: '好的，照常。', mustBeGiven: true }, { settlesQuestion: true });
    if (answered === 'unsure') return hearing(asksBack);
  }
  const heard = intentInPrivate(said);
  if (heard === 'stop') return stops();
  if (heard === 'resume') return hearing(await optInCommand.run(invocation), { settlesQuestion: true });
  const read = readCommand(said, 'member');
  if (read.kind === 'command') return hearing(await read.command.run({ ...invocation, argument: read.argument }));
  return hearing(await forAPerson(invocation, heard === 'maybe', await context()), { forgets: true });
}

/** Where something else was said in between, a 好 or 不用 may be about that, and a 1 is asked about once more. */
function answerTo(
  { isInterrupted = false }: Question & { kind: 'stop' },
  said: string,
): 'stop' | 'go_on' | 'unsure' | null {
  const answered = yesOrNo(said);
  if (answered === null) return null;
  if (!isInterrupted) return answered ? 'stop' : 'go_on';
  if (mentionsStop(said)) return answered ? 'stop' : 'go_on';
  return isOnlyOne(said) ? 'unsure' : null;
}

/** Words for a person become their task; the member hears that somebody will write back, once a day. */
async function forAPerson(
  { request, member }: Invocation,
  mayMeanStop: boolean,
  context: Context,
): Promise<CommandAnswer | null> {
  if (member === null) return mayMeanStop ? asksBack : null;
  return {
    ...(mayMeanStop ? asksBack : { text: '' }),
    write: async (tx, now) => {
      const { acknowledges, staff } = await recordReply(
        { tx, context, now },
        { key: request.key, member, at: request.at, words: request.text },
      );
      if (mayMeanStop) return undefined;
      return acknowledges ? `收到，${asName(staff)}会尽快回你。` : '';
    },
  };
}

/** A userid that reads like a name is one; most are made by machines, and mean nothing to a member. */
const asName = (staff: string): string =>
  /^(?=.{2,20}$)\p{L}+(?:[ ._-]\p{L}+)?$/u.test(staff)
    ? /^\p{Script=Latin}/u.test(staff)
      ? `${staff} `
      : staff
    : '同事';
