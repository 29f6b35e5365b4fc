import { replyKey } from '../domain/action-keys.js';
import { priorities } from '../domain/priorities.js';
import { problemOf } from '../set-aside/set-aside.store.js';
import type { Action } from '../domain/action.js';
import { MINUTE_MS } from '../domain/day.js';
import { asMemberId, type MemberId } from '../domain/ids.js';
import { ANSWER_PACE, ANSWER_LOOKBACK_MS, answerAt, type AnswerPace } from '../domain/sending/answer-pace.js';
import { isSameUserid } from '../domain/userid.js';
import type { Engine } from '../engine/engine.js';
import type { Clock } from '../platform/clock.js';
import type { Database } from '../platform/database/database.js';
import type { Sql } from '../platform/database/sql.js';
import { RetryLater } from '../platform/errors.js';
import type { Logger } from '../platform/logger/logger.js';
import { askerOf, commandRequestStore, placeOf, type StoredRequest } from '../inbox/command-request.store.js';
import type { Command, CommandAnswer, Invocation } from './command.js';
import { findMemberByName } from './find-member.js';
import { hearMember, type Hearing } from './hear-member.js';
import { commands } from './index.js';
import { openQuestionStore, type Question } from './open-question.store.js';
import { ordinalIn } from './plain-words.js';
import { pressCard } from './press-card.js';
import { readCommand, saysCommand } from './read-command.js';
import { yesOrNo } from '../domain/opt-out/yes-or-no.js';
import { cutToBytes, cutToCharacters } from '../domain/cut-text.js';
import { onOneLine } from '../domain/shown-name.js';
import { factStore } from '../inbox/fact.store.js';
import { taskStore } from '../features/tasks/task.store.js';
import { identityStore } from '../features/members/identity.store.js';
import { outboxStore } from '../outbox/outbox.store.js';

/** WeCom cuts an app message at 2048 bytes (contract §7.5). */
const LONGEST_REPLY_BYTES = 2_000;
const AT_ONCE = 50;
const REPLY_WORTH_MS = 3_600_000;
/** To a member: who has waited longer has put the phone away, and the account must not talk into the blue for hours. */
const CHAT_REPLY_WORTH_MS = 10 * MINUTE_MS;
/** An outage of WeCom or of ours delivers late: what was meant for then is not done now. */
export const COMMAND_WORTH_MS = 10 * MINUTE_MS;
/** The member a word is of may be made by a fact that has not been taken yet. */
const STRANGER_WAITS_MS = MINUTE_MS;

interface Answering extends Pick<Hearing, 'answer' | 'forgets'> {
  /** What becomes of what the bot had asked. */
  readonly question: 'stays' | 'closes' | 'is_interrupted';
}

const silent: Answering = { answer: null, forgets: false, question: 'stays' };

/** Answers what was said to the bot, once each: the answer, what it changes and the mark that it was given are one transaction. */
export class CommandAnswers {
  constructor(
    private readonly db: Database,
    private readonly engine: Engine,
    private readonly operators: () => readonly string[],
    private readonly world: {
      readonly clock: Clock;
      readonly timeZone: string;
      readonly logger: Logger;
      readonly answerPace?: AnswerPace;
    },
  ) {}

  /** Answers how many were dealt with. */
  async answerPending(): Promise<number> {
    const { requests, unreadable } = await commandRequestStore.pending(this.db.read, AT_ONCE);
    for (const { id, problem } of unreadable) await this.setAside(id, problem, null);
    let answered = unreadable.length;
    for (const request of requests) if (await this.answer(request)) answered++;
    return answered;
  }

  private async setAside(id: number, problem: string, member: MemberId | null): Promise<void> {
    this.world.logger.error({ commandId: id, problem }, 'a command was set aside');
    const now = this.world.clock.now();
    await this.db.write((tx) => commandRequestStore.setAside(tx, id, { problem, member }, now));
  }

  /** False where it has to wait for the facts that came with it. */
  private async answer(request: StoredRequest): Promise<boolean> {
    let member: MemberId | null = null;
    let answering: Answering;
    try {
      member = await this.memberOf(request);
      if (await this.isTooEarly(request, member)) return false;
      answering = await this.answerTo(request, member);
    } catch (cause) {
      // The database was busy or gone: nothing is wrong with the command, which stays as it is and is tried again.
      if (cause instanceof RetryLater) throw cause;
      this.world.logger.error({ err: cause, commandId: request.id }, 'a command could not be answered');
      answering = { ...silent, answer: { text: '抱歉，这条没能处理好，已经记下来了，请稍后再试。' } };
    }
    try {
      await this.give(request, member, answering);
    } catch (cause) {
      if (cause instanceof RetryLater) throw cause;
      // What cannot be written now cannot be written ever: it is set aside, or it would hold up all that comes after it.
      this.world.logger.error({ err: cause, commandId: request.id }, 'an answer could not be written; set aside');
      await this.setAside(request.id, problemOf(cause), member);
    }
    return true;
  }

  private async isTooEarly({ from, at }: StoredRequest, member: MemberId | null): Promise<boolean> {
    if (from.kind !== 'member' || member !== null || this.world.clock.now() - at > STRANGER_WAITS_MS) return false;
    return (await factStore.countPendingUpTo(this.db.read, 1)) > 0;
  }

  private async give(
    request: StoredRequest,
    member: MemberId | null,
    { answer, forgets, question }: Answering,
  ): Promise<void> {
    const now = this.world.clock.now();
    await this.db.write(async (tx) => {
      const asker = askerOf(request);
      if (question === 'closes') await openQuestionStore.close(tx, asker);
      if (question === 'is_interrupted') await openQuestionStore.interrupt(tx, asker);
      if (answer?.facts) await factStore.append(tx, answer.facts, now);
      const words = (await answer?.write?.(tx, now)) ?? answer?.text ?? '';
      const saying = answer === null || words === '' ? null : await this.sayingOf(tx, request, words, answer, now);
      // What is not said again was said lately: it waits for its answer since then.
      const isAskedAnew = saying?.words === words;
      if (answer?.asks) await openQuestionStore.ask(tx, asker, answer.asks, isAskedAnew ? saying.at : request.at);
      if (answer !== null && saying !== null) {
        const { at } = saying;
        await outboxStore.enqueue(
          tx,
          [
            {
              key: replyKey(request.key),
              action: replyAction(request, cutToBytes(saying.words, LONGEST_REPLY_BYTES, '…'), answer),
              member: member ?? undefined,
              notBefore: at,
              expiresAt: at + (placeOf(request) === null ? REPLY_WORTH_MS : CHAT_REPLY_WORTH_MS),
              priority: priorities.reply,
            },
          ],
          now,
        );
      }
      const said = saying?.words ?? null;
      await commandRequestStore.saveAnswer(tx, request, { said, at: saying?.at ?? now, member, forgets });
    });
  }

  /** Colleagues are answered at once; members no faster than a person could. Null: not at all. */
  private async sayingOf(
    tx: Sql,
    request: StoredRequest,
    text: string,
    { again = [], mustBeGiven = false, asks }: CommandAnswer,
    now: number,
  ): Promise<{ readonly words: string; readonly at: number } | null> {
    const place = placeOf(request);
    if (place === null) return { words: text, at: now };
    const past = await commandRequestStore.answersSince(tx, now - ANSWER_LOOKBACK_MS);
    const to = { asker: askerOf(request), place, mustBeGiven, isQuestion: asks !== undefined };
    const pace = this.world.answerPace ?? ANSWER_PACE;
    for (const words of [text, ...again]) {
      const at = answerAt({ ...to, text: words }, past, pace, now);
      if (at !== null) return { words, at };
    }
    if (asks === undefined) return null;
    // A question waits for an answer: who is told nothing believes that it is settled.
    const words = again.at(-1) ?? text;
    const at = answerAt({ ...to, text: words, mayRepeat: true }, past, pace, now);
    return at === null ? null : { words, at };
  }

  private async answerTo(request: StoredRequest, member: MemberId | null): Promise<Answering> {
    const { from, at } = request;
    if (from.kind === 'member') {
      const question = await openQuestionStore.of(this.db.read, askerOf(request), at);
      const heard = await hearMember(this.contextOf(request, member, false), question, () => this.engine.context());
      if (heard.settlesQuestion) return { ...heard, question: 'closes' };
      const isInterrupted = question !== null && request.replyTo.kind === 'dm';
      return { ...heard, question: isInterrupted ? 'is_interrupted' : 'stays' };
    }
    const isOperator = this.operators().some((operator) => isSameUserid(operator, from.staff));
    // A card carries the task's own state: a press that comes late finds it settled, or is as good as one in time.
    if (request.replyTo.kind === 'card')
      return { ...silent, answer: await pressCard(request, { db: this.db, engine: this.engine, isOperator }) };
    // A stranger gets nothing: an answer would tell them that somebody listens. Staff with a task are none.
    if (!isOperator && (await taskStore.open(this.db.read, from.staff, 1)).length === 0) return silent;
    const known = isOperator || saysCommand(request.text, 'staff');
    if (known && this.world.clock.now() - at > COMMAND_WORTH_MS)
      return {
        ...silent,
        answer: {
          text: `${clockTime(at, this.world.timeZone)} 发的「${shownWords(request.text)}」现在才收到，太晚了，没有执行。需要的话请再说一次。`,
        },
      };
    if (isOperator && isNoText(request.text))
      return { ...silent, answer: { text: '我只看得懂文字。发送「帮助」看我能做什么。' } };
    const invocation = this.contextOf(request, member, isOperator);
    const question = isOperator ? await openQuestionStore.of(this.db.read, askerOf(request), at) : null;
    const answered = question && (await this.answerToQuestion(question, invocation));
    if (answered) return answered;
    const answer = await this.commandAnswer(invocation);
    return { answer, forgets: false, question: question === null ? 'stays' : 'closes' };
  }

  private contextOf(request: StoredRequest, member: MemberId | null, isOperator: boolean): Invocation {
    const { clock, timeZone } = this.world;
    const { db, engine } = this;
    return { db, engine, clock, timeZone, request, member, isOperator, argument: '', meant: null };
  }

  /** The operator says a number or yes to what was asked; null where it is something else. */
  private async answerToQuestion(question: Question, invocation: Invocation): Promise<Answering | null> {
    const { text } = invocation.request;
    if (question.kind === 'stop') return null;
    const command = commands.find(({ role, words }) => role === 'operator' && words.includes(question.word));
    if (command === undefined) return null;
    const goesOn = async (id: number, isSettled: boolean): Promise<Answering> => ({
      answer: await command.run({ ...invocation, argument: `#${id}`, meant: asMemberId(id) }),
      forgets: false,
      question: isSettled ? 'closes' : 'stays',
    });
    if (question.kind === 'this_member') {
      const isMeant = yesOrNo(text);
      if (isMeant === null) return null;
      return isMeant
        ? goesOn(question.member, true)
        : { ...silent, answer: { text: '好的，没有动。' }, question: 'closes' };
    }
    const number = ordinalIn(text);
    if (number === null || number < 1 || number > Math.max(9, question.members.length)) return null;
    const chosen = question.members[number - 1];
    if (chosen === undefined)
      return {
        ...silent,
        answer: { text: `只有 ${question.members.length} 位，回复 1 到 ${question.members.length}。` },
      };
    // The list stays: of two alike, one looks at both. What changes something is asked for anew.
    return goesOn(chosen, command.changes === true);
  }

  private async commandAnswer(invocation: Invocation): Promise<CommandAnswer | null> {
    const { isOperator, request } = invocation;
    const read = readCommand(request.text, isOperator ? 'operator' : 'staff');
    if (read.kind === 'command') return read.command.run({ ...invocation, argument: read.argument });
    if (!isOperator) return null;
    return (await this.lookUpAlone(invocation)) ?? unknownAnswer(read.nearest);
  }

  /** `#24`, an id or a whole nickname, said alone: they are looked up. */
  private async lookUpAlone(invocation: Invocation): Promise<CommandAnswer | null> {
    const lookUp = commands.find(({ words }) => words.includes('查'));
    const argument = invocation.request.text;
    const found = await findMemberByName({ ...invocation, argument }, '查');
    if (lookUp === undefined || 'words' in found || !found.isSure) return null;
    return lookUp.run({ ...invocation, argument, meant: found.member });
  }

  private async memberOf(request: StoredRequest): Promise<MemberId | null> {
    if (request.from.kind !== 'member') return null;
    const { externalUserId, chatContactId } = request.from.ids;
    const found = await identityStore.find(this.db.read, [
      ...(chatContactId ? [{ kind: 'chat' as const, value: chatContactId }] : []),
      ...(externalUserId ? [{ kind: 'external_userid' as const, value: externalUserId }] : []),
    ]);
    return [...found.values()][0] ?? null;
  }
}

const unknownAnswer = (nearest: Command | null): CommandAnswer => ({
  text: nearest ? `没看懂。是不是想说「${nearest.usage}」？发送「帮助」看全部。` : '没看懂。发送「帮助」看我能做什么。',
});

const shownWords = (text: string): string => cutToCharacters(onOneLine(text), 20, '…');

/** 10:05 */
const clockTime = (at: number, timeZone: string): string =>
  new Intl.DateTimeFormat('zh-CN', {
    timeZone,
    month: 'numeric',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(at);

/** What comes to the app as a picture, a voice or a place is handed on as its name in brackets. */
const isNoText = (text: string): boolean => /^\[(图片|语音|视频|位置|链接)\]$/.test(text);

function replyAction(
  { replyTo, from }: StoredRequest,
  text: string,
  { links, picture, isPrivate = false }: CommandAnswer,
): Action {
  switch (replyTo.kind) {
    case 'app':
      return {
        kind: 'notify_staff',
        staff: from.kind === 'staff' ? [from.staff] : [],
        text,
        ...(links ? { links } : {}),
        ...(picture ? { picture } : {}),
      };
    case 'card':
      return {
        kind: 'close_card',
        staff: from.kind === 'staff' ? [from.staff] : [],
        responseCode: replyTo.responseCode,
        mark: text,
      };
    case 'group':
      if (isPrivate) {
        const { chatId, mention } = replyTo;
        const announce = { chatId, mention, sent: '已私信你。', refused: '先加我好友，再私信我问一次，就能看到。' };
        return { kind: 'chat_dm', chatContactId: mention, message: { text, attachments: [] }, announce };
      }
      return { kind: 'group_say', chatId: replyTo.chatId, mention: replyTo.mention, text };
    case 'dm':
      return { kind: 'chat_dm', chatContactId: replyTo.chatContactId, message: { text, attachments: [] } };
  }
}
