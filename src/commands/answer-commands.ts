import type { CommandRequest } from '../channels/channel.js';
import { assertNever } from '../domain/assert-never.js';
import { joinCodeInServiceKey, replyKey } from '../domain/action-keys.js';
import { priorities } from '../domain/priorities.js';
import { problemOf } from '../set-aside/set-aside.store.js';
import type { Action, Attachment } from '../domain/action.js';
import { HOUR_MS, MINUTE_MS } from '../domain/day.js';
import { asMemberId, asMoveId, type MemberId } from '../domain/ids.js';
import { ANSWER_PACE, ANSWER_LOOKBACK_MS, answerAt, type AnswerPace } from '../domain/sending/answer-pace.js';
import { isSameUserid } from '../domain/userid.js';
import type { Engine } from '../engine/engine.js';
import type { Clock } from '../platform/clock.js';
import type { Database } from '../platform/database/database.js';
import type { Sql } from '../platform/database/sql.js';
import { RetryLater } from '../platform/errors.js';
import type { Logger } from '../platform/logger/logger.js';
import { askerOf, commandRequestStore, placeOf, type StoredRequest } from '../inbox/command-request.store.js';
import {
  forgetsWords,
  type Command,
  type CommandAnswer,
  type Invocation,
  type MemberCommand,
  type WrittenAnswer,
} from './command.js';
import { findMemberByName } from './find-member.js';
import { answerInService } from './answer-in-service.js';
import { answerMember, type MemberOutcome } from './answer-member.js';
import { commands } from './index.js';
import { openQuestionStore, type Question } from './open-question.store.js';
import { ordinalIn } from './plain-words.js';
import { pressCard } from './press-card.js';
import { readCommand, saysCommand } from './read-command.js';
import { yesOrNo } from '../domain/opt-out/yes-or-no.js';
import { cutToBytes, cutToCharacters } from '../domain/cut-text.js';
import { onOneLine } from '../domain/shown-name.js';
import { factStore } from '../inbox/fact.store.js';
import { moveStore } from '../features/moves/move.store.js';
import { handOverRow } from '../features/service/hand-over.js';
import { taskStore } from '../features/tasks/task.store.js';
import { identityStore } from '../features/members/identity.store.js';
import { outboxStore } from '../outbox/outbox.store.js';

/** WeCom cuts an app message at 2048 bytes (contract §7.5). */
const LONGEST_REPLY_BYTES = 2_000;
const REQUEST_BATCH_SIZE = 50;
/** A reply to staff is not sent after this time. */
const STAFF_REPLY_EXPIRES_MS = HOUR_MS;
/** A reply to a member is not sent after this time: after an outage the account must not answer what is long forgotten. */
const CHAT_REPLY_EXPIRES_MS = 10 * MINUTE_MS;
/** An outage delivers commands late. An operator's command that is older is not carried out. */
const COMMAND_EXPIRES_MS = 10 * MINUTE_MS;
/** How long a request of an unknown member waits for the fact that creates the member. */
const UNKNOWN_MEMBER_WAIT_MS = MINUTE_MS;

interface Outcome extends Pick<MemberOutcome, 'answer' | 'forgets'> {
  /** What happens to the question that the bot had asked. */
  readonly question: 'stays' | 'closes' | 'is_interrupted';
}

/** A command given on the member's page. `key` is unique per member and act; `externalUserId` is of the signed-in member. */
export interface PageCommand {
  readonly key: string;
  readonly externalUserId: string;
  readonly command: MemberCommand;
  readonly argument?: string;
  readonly language: Invocation['language'];
}

/** Without its owner the key of one member would return the answer of another. */
const pageKey = ({ key, externalUserId }: Pick<PageCommand, 'key' | 'externalUserId'>): string =>
  `page:${externalUserId}:${key}`;

const noAnswer: Outcome = { answer: null, forgets: false, question: 'stays' };

/** Answers each request to the bot once: the answer, its changes and the mark that it was answered are one transaction. */
export class CommandAnswers {
  constructor(
    private readonly db: Database,
    private readonly engine: Engine,
    private readonly operators: () => readonly string[],
    private readonly deps: {
      readonly clock: Clock;
      readonly timeZone: string;
      readonly logger: Logger;
      readonly answerPace?: AnswerPace;
      /** The address of the member's page, when the product is reached from outside. */
      readonly memberPage?: string | undefined;
      /** Called when an answer has made facts. */
      readonly wake?: () => void;
    },
  ) {}

  /**
   * Runs a member's command for the member's page. Its facts and writes, the stored request and the answer are one
   * transaction, as for every other place. The same key again changes nothing. `answerOnPage` returns the answer.
   */
  async answerNow({ command, argument = '', language, ...act }: PageCommand): Promise<void> {
    const { externalUserId } = act;
    const request: CommandRequest = {
      key: pageKey(act),
      at: this.deps.clock.now(),
      from: { kind: 'member', ids: { externalUserId } },
      replyTo: { kind: 'page' },
      text: [command.words[0], argument].join(' ').trim(),
    };
    const member = await this.memberOf(request);
    const answer = await command.run({
      ...this.invocationOf({ ...request, id: 0 }, member, false),
      argument,
      language,
    });
    await this.db.write(async (tx) => {
      const stored = await commandRequestStore.appendOne(tx, request, this.deps.clock.now());
      if (stored === null) return;
      const forgets = forgetsWords(command, answer);
      await this.writeOutcome(tx, stored, member, { answer, forgets, question: 'stays' });
    });
    this.deps.wake?.();
  }

  /** The answer that a member was given on their page; null when there is none. */
  answerOnPage(act: Pick<PageCommand, 'key' | 'externalUserId'>): Promise<string | null> {
    return commandRequestStore.answerTo(this.db.read, pageKey(act));
  }

  /** Returns how many requests were answered or set aside. */
  async answerPending(): Promise<number> {
    const { requests, unreadable } = await commandRequestStore.pending(this.db.read, REQUEST_BATCH_SIZE);
    for (const { id, problem } of unreadable) await this.setAside(id, problem, null);
    let answered = unreadable.length;
    for (const request of requests) if (await this.answer(request)) answered++;
    return answered;
  }

  private async setAside(id: number, problem: string, member: MemberId | null): Promise<void> {
    this.deps.logger.error({ commandId: id, problem }, 'a command was set aside');
    const now = this.deps.clock.now();
    await this.db.write((tx) => commandRequestStore.setAside(tx, id, { problem, member }, now));
  }

  /** False when the request has to wait for facts that are not applied yet. */
  private async answer(request: StoredRequest): Promise<boolean> {
    let member: MemberId | null = null;
    let outcome: Outcome;
    try {
      member = await this.memberOf(request);
      if (await this.mustWaitForFacts(request, member)) return false;
      outcome = await this.answerTo(request, member);
    } catch (cause) {
      // The database is unavailable, the command is not at fault: it stays pending and is tried again.
      if (cause instanceof RetryLater) throw cause;
      this.deps.logger.error({ err: cause, commandId: request.id }, 'a command could not be answered');
      outcome = { ...noAnswer, answer: { text: '抱歉，这条没能处理好，已经记下来了，请稍后再试。' } };
    }
    try {
      await this.saveOutcome(request, member, outcome);
    } catch (cause) {
      if (cause instanceof RetryLater) throw cause;
      // Trying again would fail again and block all later requests.
      this.deps.logger.error(
        { err: cause, commandId: request.id },
        'an answer could not be written; its command was set aside',
      );
      await this.setAside(request.id, problemOf(cause), member);
    }
    return true;
  }

  private async mustWaitForFacts({ from, at }: StoredRequest, member: MemberId | null): Promise<boolean> {
    if (from.kind !== 'member' || member !== null || this.deps.clock.now() - at > UNKNOWN_MEMBER_WAIT_MS) return false;
    return (await factStore.countPendingUpTo(this.db.read, 1)) > 0;
  }

  private async saveOutcome(request: StoredRequest, member: MemberId | null, outcome: Outcome): Promise<void> {
    await this.db.write((tx) => this.writeOutcome(tx, request, member, outcome));
  }

  private async writeOutcome(
    tx: Sql,
    request: StoredRequest,
    member: MemberId | null,
    { answer, forgets, question }: Outcome,
  ): Promise<void> {
    const now = this.deps.clock.now();
    const asker = askerOf(request);
    if (question === 'closes') await openQuestionStore.close(tx, asker);
    if (question === 'is_interrupted') await openQuestionStore.interrupt(tx, asker);
    if (answer?.facts) await factStore.append(tx, answer.facts, now);
    const written = (await answer?.write?.(tx, now)) ?? {};
    const final = { text: '', ...answer, ...(typeof written === 'string' ? { text: written } : written) };
    const reply = final.text === '' ? null : await this.pacedReply(tx, request, final, now);
    // A question that is not repeated now was asked a short time ago and has been open since then.
    const isAskedNow = reply?.text === final.text;
    if (final.asks) await openQuestionStore.ask(tx, asker, final.asks, isAskedNow ? reply.at : request.at);
    if (reply !== null) await this.send(tx, request, { ...final, ...reply, member }, now);
    const said = reply?.text ?? null;
    await commandRequestStore.saveAnswer(tx, request, { said, at: reply?.at ?? now, member, forgets });
  }

  private async send(
    tx: Sql,
    request: StoredRequest,
    answer: CommandAnswer & WrittenAnswer & { readonly at: number; readonly member: MemberId | null },
    now: number,
  ): Promise<void> {
    const { replyTo } = request;
    const { at, member, move } = answer;
    // Customer service may be about to send the same code by itself.
    if (move !== undefined)
      await outboxStore.cancelPlanned(tx, joinCodeInServiceKey(move), { reason: 'invited_on_request' }, now);
    const text = cutToBytes(answer.text, LONGEST_REPLY_BYTES, '…');
    if (replyTo.kind === 'page') {
      // The page shows the code at once: nothing is delivered that could settle the invitation later.
      const [open] = move === undefined ? [] : await moveStore.byIds(tx, [move]);
      if (open) await this.engine.invitationSettled(tx, open, { sent: true }, now);
      return;
    }
    const row =
      replyTo.kind === 'kf' && answer.handsOver
        ? handOverRow({ ...replyTo, request: request.key, member: member ?? undefined, text }, now)
        : {
            key: replyKey(request.key),
            action: replyAction(request, { ...answer, text }, this.deps.memberPage),
            member: member ?? undefined,
            ...(move === undefined ? {} : { move }),
            notBefore: at,
            expiresAt: at + (placeOf(request) === null ? STAFF_REPLY_EXPIRES_MS : CHAT_REPLY_EXPIRES_MS),
            priority: priorities.reply,
          };
    await outboxStore.enqueue(tx, [row], now);
  }

  /** Staff are answered at once, members no faster than a person could answer. Null: no answer is sent. */
  private async pacedReply(
    tx: Sql,
    request: StoredRequest,
    { text, alternatives = [], mustBeGiven = false, asks }: CommandAnswer,
    now: number,
  ): Promise<{ readonly text: string; readonly at: number } | null> {
    const place = placeOf(request);
    // The pace protects the chat account; customer service has limits of its own and the page has none.
    if (place === null || place === 'page' || place.startsWith('kf:')) return { text, at: now };
    const past = await commandRequestStore.answersSince(tx, now - ANSWER_LOOKBACK_MS);
    const to = { asker: askerOf(request), place, mustBeGiven, isQuestion: asks !== undefined };
    const pace = this.deps.answerPace ?? ANSWER_PACE;
    for (const wording of [text, ...alternatives]) {
      const at = answerAt({ ...to, text: wording }, past, pace, now);
      if (at !== null) return { text: wording, at };
    }
    if (asks === undefined) return null;
    // Without the repeated question the member would believe that their request is settled.
    const last = alternatives.at(-1) ?? text;
    const at = answerAt({ ...to, text: last, mayRepeat: true }, past, pace, now);
    return at === null ? null : { text: last, at };
  }

  private async answerTo(request: StoredRequest, member: MemberId | null): Promise<Outcome> {
    const { from, at } = request;
    if (from.kind === 'member') {
      const question = await openQuestionStore.of(this.db.read, askerOf(request), at);
      const invocation = this.invocationOf(request, member, false);
      const context = () => this.engine.context();
      const outcome =
        request.replyTo.kind === 'kf'
          ? await answerInService(invocation, request.replyTo, question, context)
          : await answerMember(invocation, question, context);
      if (outcome.settlesQuestion) return { ...outcome, question: 'closes' };
      const isInterrupted = question !== null && ['dm', 'kf'].includes(request.replyTo.kind);
      return { ...outcome, question: isInterrupted ? 'is_interrupted' : 'stays' };
    }
    return this.answerToStaff(request, from.staff, member);
  }

  private async answerToStaff(request: StoredRequest, staff: string, member: MemberId | null): Promise<Outcome> {
    const { at } = request;
    const isOperator = this.operators().some((operator) => isSameUserid(operator, staff));
    // A press on a card never expires: the state of its task decides what it may still do.
    if (request.replyTo.kind === 'card')
      return { ...noAnswer, answer: await pressCard(request, { db: this.db, engine: this.engine, isOperator }) };
    // Other staff get an answer only while they have a task; anybody else does not learn that the bot listens.
    if (!isOperator && (await taskStore.open(this.db.read, staff, 1)).length === 0) return noAnswer;
    const isForTheBot = isOperator || saysCommand(request.text, 'staff');
    if (isForTheBot && this.deps.clock.now() - at > COMMAND_EXPIRES_MS)
      return {
        ...noAnswer,
        answer: {
          text: `${clockTime(at, this.deps.timeZone)} 发的「${shortened(request.text)}」现在才收到，太晚了，没有执行。需要的话请再说一次。`,
        },
      };
    if (isOperator && isMediaPlaceholder(request.text))
      return { ...noAnswer, answer: { text: '我只看得懂文字。发送「帮助」看我能做什么。' } };
    const invocation = this.invocationOf(request, member, isOperator);
    const question = isOperator ? await openQuestionStore.of(this.db.read, askerOf(request), at) : null;
    const answered = question && (await this.answerToQuestion(question, invocation));
    if (answered) return answered;
    const answer = await this.commandAnswer(invocation);
    return { answer, forgets: false, question: question === null ? 'stays' : 'closes' };
  }

  private invocationOf(request: StoredRequest, member: MemberId | null, isOperator: boolean): Invocation {
    const { clock, timeZone } = this.deps;
    const { db, engine } = this;
    return {
      db,
      engine,
      clock,
      timeZone,
      request,
      member,
      isOperator,
      argument: '',
      chosen: null,
      confirmedMove: null,
      language: 'zh',
    };
  }

  /** The operator answers the bot's question by a number, yes or no; null when the text is no answer to it. */
  private async answerToQuestion(question: Question, invocation: Invocation): Promise<Outcome | null> {
    const { text } = invocation.request;
    if (question.kind === 'stop' || question.kind === 'menu') return null;
    const command = commands.find(({ role, words }) => role === 'operator' && words.includes(question.word));
    if (command === undefined) return null;
    const runFor = async (id: number, isSettled: boolean): Promise<Outcome> => ({
      answer: await command.run({
        ...invocation,
        argument: `#${id}${question.rest ?? ''}`,
        chosen: asMemberId(id),
        confirmedMove: question.kind === 'this_member' && question.move ? asMoveId(question.move) : null,
      }),
      forgets: false,
      question: isSettled ? 'closes' : 'stays',
    });
    if (question.kind === 'this_member') {
      const isConfirmed = yesOrNo(text);
      if (isConfirmed === null) return null;
      return isConfirmed
        ? runFor(question.member, true)
        : { ...noAnswer, answer: { text: '好的，没有动。' }, question: 'closes' };
    }
    const number = ordinalIn(text);
    if (number === null || number < 1 || number > Math.max(9, question.members.length)) return null;
    const chosen = question.members[number - 1];
    if (chosen === undefined)
      return {
        ...noAnswer,
        answer: { text: `只有 ${question.members.length} 位，回复 1 到 ${question.members.length}。` },
      };
    // The list stays open, so that an operator can view several entries. After a change it closes.
    return runFor(chosen, command.changes === true);
  }

  private async commandAnswer(invocation: Invocation): Promise<CommandAnswer | null> {
    const { isOperator, request } = invocation;
    const read = readCommand(request.text, isOperator ? 'operator' : 'staff');
    if (read.kind === 'command') return read.command.run({ ...invocation, argument: read.argument });
    if (!isOperator) return null;
    return (await this.lookUpBareName(invocation)) ?? unknownAnswer(read.nearest);
  }

  /** Looks up the member when the text is nothing but `#24`, an id or a whole nickname. */
  private async lookUpBareName(invocation: Invocation): Promise<CommandAnswer | null> {
    const lookUp = commands.find(({ words }) => words.includes('查'));
    const argument = invocation.request.text;
    const found = await findMemberByName({ ...invocation, argument }, '查');
    if (lookUp === undefined || 'words' in found || !found.isExact) return null;
    return lookUp.run({ ...invocation, argument, chosen: found.member });
  }

  private async memberOf(request: Pick<CommandRequest, 'from'>): Promise<MemberId | null> {
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

const shortened = (text: string): string => cutToCharacters(onOneLine(text), 20, '…');

/** `11/20 10:05` */
const clockTime = (at: number, timeZone: string): string =>
  new Intl.DateTimeFormat('zh-CN', {
    timeZone,
    month: 'numeric',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(at);

/** The callback turns a picture, a voice message, a video, a place or a link into its name in brackets. */
const isMediaPlaceholder = (text: string): boolean => /^\[(图片|语音|视频|位置|链接)\]$/.test(text);

function replyAction(
  { replyTo, from }: StoredRequest,
  { text, links, picture, menu, isPrivate = false }: CommandAnswer,
  memberPage: string | undefined,
): Action {
  const pictures: Attachment[] = picture ? [{ kind: 'image', url: picture, title: '' }] : [];
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
        const refused = memberPage ? `打开这里就能看到：${memberPage}` : '先加我好友，再私信我问一次，就能看到。';
        const announce = { chatId, mention, sent: '已私信你。', refused };
        return { kind: 'chat_dm', chatContactId: mention, message: { text, attachments: pictures }, announce };
      }
      return { kind: 'group_say', chatId: replyTo.chatId, mention: replyTo.mention, text };
    case 'kf':
      return {
        kind: 'kf_say',
        account: replyTo.account,
        externalUserId: replyTo.externalUserId,
        message: { text, attachments: pictures },
        ...(menu ? { menu } : {}),
      };
    case 'dm':
      return { kind: 'chat_dm', chatContactId: replyTo.chatContactId, message: { text, attachments: pictures } };
    case 'page':
      throw new Error('the page returns its answer itself');
    default:
      return assertNever(replyTo);
  }
}
