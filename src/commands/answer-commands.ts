import { problemOf } from '../audit/set-aside.store.js';
import type { Action } from '../domain/action.js';
import type { MemberId } from '../domain/ids.js';
import type { Engine } from '../engine/engine.js';
import { stores } from '../engine/stores.js';
import type { Clock } from '../platform/clock.js';
import type { Database } from '../platform/database/database.js';
import { RetryLater } from '../platform/errors.js';
import type { Logger } from '../platform/logger/logger.js';
import { commandRequests, type StoredRequest } from './command-request.store.js';
import type { CommandAnswer } from './command.js';
import { pressCard } from './press-card.js';
import { readCommand } from './read-command.js';
import { cutToBytes } from '../domain/cut-text.js';

/** WeCom cuts an app message at 2048 bytes (contract §7.5). */
const LONGEST_REPLY_BYTES = 2_000;
const AT_ONCE = 50;
const REPLY_WORTH_MS = 3_600_000;

/** Answers what was said to the bot, once each: the answer, what it changes and the mark that it was given are one transaction. */
export class CommandAnswers {
  constructor(
    private readonly db: Database,
    private readonly engine: Engine,
    private readonly operators: () => readonly string[],
    private readonly world: { readonly clock: Clock; readonly timeZone: string; readonly logger: Logger },
  ) {}

  async answerPending(): Promise<number> {
    const { requests, unreadable } = await commandRequests.pending(this.db.read, AT_ONCE);
    for (const { id, problem } of unreadable) await this.setAside(id, problem, null);
    for (const request of requests) await this.answer(request);
    return requests.length + unreadable.length;
  }

  private async setAside(id: number, problem: string, member: MemberId | null): Promise<void> {
    this.world.logger.error({ commandId: id, problem }, 'a command was set aside');
    const now = this.world.clock.now();
    await this.db.write((tx) => commandRequests.setAside(tx, id, problem, member, now));
  }

  private async answer(request: StoredRequest): Promise<void> {
    let member: MemberId | null = null;
    let answer: CommandAnswer | null;
    try {
      member = await this.memberOf(request);
      answer = await this.answerTo(request, member);
    } catch (cause) {
      // The database was busy or gone: nothing is wrong with the command, which stays as it is and is tried again.
      if (cause instanceof RetryLater) throw cause;
      this.world.logger.error({ err: cause, commandId: request.id }, 'a command could not be answered');
      answer = { text: '抱歉，这条没能处理好，已经记下来了，请稍后再试。' };
    }
    try {
      await this.give(request, member, answer);
    } catch (cause) {
      if (cause instanceof RetryLater) throw cause;
      // What cannot be written now cannot be written ever: it is set aside, or it would hold up all that comes after it.
      this.world.logger.error({ err: cause, commandId: request.id }, 'an answer could not be written; set aside');
      await this.setAside(request.id, problemOf(cause), member);
    }
  }

  private async give(request: StoredRequest, member: MemberId | null, answer: CommandAnswer | null): Promise<void> {
    const now = this.world.clock.now();
    await this.db.write(async (tx) => {
      let said: string | null = null;
      if (answer) {
        if (answer.facts) await stores.facts.append(tx, answer.facts, now);
        said = (await answer.write?.(tx, now)) ?? answer.text;
        await stores.outbox.plan(
          tx,
          [
            {
              key: `reply:${request.key}`,
              action: replyAction(request, cutToBytes(said, LONGEST_REPLY_BYTES, '…'), answer.isPrivate ?? false),
              member: member ?? undefined,
              notBefore: now,
              expiresAt: now + REPLY_WORTH_MS,
              priority: 1,
            },
          ],
          now,
        );
      }
      await commandRequests.answered(tx, request.id, said, member);
    });
  }

  private async answerTo(request: StoredRequest, member: MemberId | null): Promise<CommandAnswer | null> {
    const { from } = request;
    const isOperator =
      from.kind === 'staff' && this.operators().some((operator) => operator.toLowerCase() === from.staff.toLowerCase());
    if (request.replyTo.kind === 'card') return pressCard(request, { db: this.db, engine: this.engine, isOperator });
    // A stranger gets nothing: an answer would tell them that somebody listens. Staff with a task are none.
    if (from.kind === 'staff' && !isOperator && (await stores.tasks.open(this.db.read, from.staff, 1)).length === 0)
      return null;
    if (isOperator && isNoText(request.text)) return { text: '我只看得懂文字。发送「帮助」看我能做什么。' };
    const read = readCommand(request.text, from.kind === 'member' ? 'member' : isOperator ? 'operator' : 'staff');
    if (read.kind === 'unknown') {
      if (!isOperator) return null;
      return {
        text: read.nearest
          ? `没看懂。是不是想说「${read.nearest.usage}」？发送「帮助」看全部。`
          : '没看懂。发送「帮助」看我能做什么。',
      };
    }
    const { clock, timeZone } = this.world;
    return read.command.run({
      db: this.db,
      engine: this.engine,
      clock,
      timeZone,
      request,
      member,
      isOperator,
      argument: read.argument,
    });
  }

  private async memberOf(request: StoredRequest): Promise<MemberId | null> {
    if (request.from.kind !== 'member') return null;
    const { externalUserId, chatContactId } = request.from.ids;
    const found = await stores.identities.find(this.db.read, [
      ...(chatContactId ? [{ kind: 'chat' as const, value: chatContactId }] : []),
      ...(externalUserId ? [{ kind: 'external_userid' as const, value: externalUserId }] : []),
    ]);
    return [...found.values()][0] ?? null;
  }
}

/** What comes to the app as a picture, a voice or a place is handed on as its name in brackets. */
const isNoText = (text: string): boolean => /^\[(图片|语音|视频|位置|链接)\]$/.test(text);

function replyAction({ replyTo, from }: StoredRequest, text: string, isPrivate: boolean): Action {
  switch (replyTo.kind) {
    case 'app':
      return { kind: 'notify_staff', staff: from.kind === 'staff' ? [from.staff] : [], text };
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
