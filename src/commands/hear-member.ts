import { heardInGroup, heardInPrivate } from '../domain/hearing/heard-words.js';
import { yesOrNo } from '../domain/hearing/yes-or-no.js';
import { takeReply } from '../engine/member-replies.js';
import type { Circumstances } from '../engine/look.js';
import type { CommandAnswer, CommandContext } from './command.js';
import { optInCommand, optOutCommand } from './opt-out.command.js';
import type { Question } from './open-question.store.js';
import { readCommand } from './read-command.js';

/** What becomes of a member's words. `forgets`: they were for a person, who has them in a task; the request keeps none. */
export interface Hearing {
  readonly answer: CommandAnswer | null;
  readonly forgets: boolean;
}

const ASKS_BACK = '要停止接收消息吗？回复 1 停止。';

/** Whether a text said in a group is for the bot: everything else there is talk, and is left alone. */
export const isForTheBot = (text: string): boolean =>
  heardInGroup(text) !== null || readCommand(text, 'member').kind === 'command';

/** In a group: the words themselves, and nothing but them. */
async function hearInGroup(context: CommandContext): Promise<Hearing> {
  const { text } = context.request;
  const heard = heardInGroup(text);
  if (heard === 'stop') return { answer: await optOutCommand.run(context), forgets: false };
  if (heard === 'resume') {
    // 恢复 is an everyday word: only who had opted out can mean it.
    const isOut = context.member !== null && (await isOptedOut(context));
    return { answer: isOut ? await optInCommand.run(context) : null, forgets: false };
  }
  const read = readCommand(text, 'member');
  return {
    answer: read.kind === 'command' ? await read.command.run({ ...context, argument: read.argument }) : null,
    forgets: false,
  };
}

async function isOptedOut({ db, member }: CommandContext): Promise<boolean> {
  const row = await db.read.one<{ opted_out: number }>('SELECT opted_out FROM member_metrics WHERE member_id = $1', [
    member,
  ]);
  return row?.opted_out === 1;
}

/** In private every word is for us: an answer to a question, a wish to be left alone, a command, or something for a person. */
export async function hearMember(
  context: CommandContext,
  question: Question | null,
  on: () => Promise<Circumstances>,
): Promise<Hearing> {
  const { request } = context;
  if (request.replyTo.kind === 'group') return hearInGroup(context);
  const said = request.text;
  if (question?.kind === 'stop') {
    const answered = yesOrNo(said);
    if (answered === true) return { answer: await optOutCommand.run(context), forgets: false };
    if (answered === false) return { answer: { text: '好的，照常。' }, forgets: false };
  }
  const heard = heardInPrivate(said);
  if (heard === 'stop') return { answer: await optOutCommand.run(context), forgets: false };
  if (heard === 'resume') return { answer: await optInCommand.run(context), forgets: false };
  const read = readCommand(said, 'member');
  if (read.kind === 'command')
    return { answer: await read.command.run({ ...context, argument: read.argument }), forgets: false };
  return { answer: await forAPerson(context, heard === 'maybe', await on()), forgets: true };
}

/** Words for a person become their task; the member hears that somebody will write back, once a day. */
async function forAPerson(
  { request, member }: CommandContext,
  mayMeanStop: boolean,
  on: Circumstances,
): Promise<CommandAnswer | null> {
  const ask = { text: ASKS_BACK, asks: { kind: 'stop' as const } };
  if (member === null) return mayMeanStop ? ask : null;
  return {
    ...(mayMeanStop ? ask : { text: '' }),
    write: async (tx, now) => {
      const { acknowledges, staff } = await takeReply(
        tx,
        { key: request.key, member, at: request.at, words: request.text },
        on,
        now,
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
