import type { Action, ActionKind } from '../../domain/action.js';
import { DAY_MS, MINUTE_MS } from '../../domain/day.js';
import type { Clock } from '../../platform/clock.js';
import { GiveUp } from '../../platform/errors.js';
import type { Channel, ChannelHealth, ActionResult, Receive, AttemptOutcome } from '../channel.js';
import type { Picture } from '../fetch-picture.js';
import { ChatEvents } from './chat-events.js';
import type { ChatGateway, ChatLogger } from './chat-gateway.js';
import type { ChatPacing } from './chat-settings.js';
import { ChatWrites, isRepeatableWrite } from './chat-writes.js';
import type { ChatAction } from './chat-writes.js';
import type { ChatWrite, ChatWriteKind } from './pace.js';

export interface PastWrite extends ChatWrite {
  /** Epoch ms. */
  readonly at: number;
}

export interface ChatChannelDeps {
  readonly clock: Clock;
  readonly logger: ChatLogger;
  /** Whether a text, without mentions and surplus spaces, is a command that members may give the bot. */
  readonly isMemberCommand: (text: string) => boolean;
  /** The writes since a time, so that the daily limits survive a restart. */
  readonly pastWrites?: (since: number) => Promise<readonly PastWrite[]>;
  /** In [0, 1), for the random pauses. */
  readonly random?: () => number;
  readonly fetchPicture?: (url: string) => Promise<Picture>;
  /** For the pauses between the writes of one message, in real time. */
  readonly sleep?: (ms: number) => Promise<unknown>;
}

const kinds = ['chat_dm', 'group_say', 'room_add', 'room_remove'] as const satisfies readonly ChatWriteKind[];

/**
 * Groups through a chat account. The official API gives no access to the messages and members of a group; a chat account
 * does, but it may be banned. So it writes slowly, stops when the platform throttles it, and nothing else depends on it.
 */
export class ChatChannel implements Channel {
  readonly id = 'chat';
  readonly abilities: ReadonlySet<ActionKind> = new Set<ActionKind>(kinds);
  private readonly writes: ChatWrites;
  private events: ChatEvents | undefined;

  constructor(
    private readonly gateway: ChatGateway,
    pacing: ChatPacing,
    private readonly deps: ChatChannelDeps,
  ) {
    this.writes = new ChatWrites({
      gateway,
      pacing,
      clock: deps.clock,
      random: deps.random ?? Math.random,
      fetchPicture: deps.fetchPicture,
      sleep: deps.sleep,
      contactIdOf: (externalUserId) => this.events?.contactIdOf(externalUserId),
    });
  }

  async start(receive: Receive): Promise<void> {
    const past = (await this.deps.pastWrites?.(this.deps.clock.now() - DAY_MS)) ?? [];
    for (const { at, ...write } of [...past].sort((a, b) => a.at - b.at)) this.writes.pace.recordWrite(write, at);
    this.events = new ChatEvents(receive, { gateway: this.gateway, ...this.deps });
    await this.gateway.start(this.events);
  }

  async stop(): Promise<void> {
    this.events?.stop();
    await this.gateway.stop();
  }

  send(action: Action): Promise<ActionResult> {
    if (!isChatAction(action))
      return Promise.reject(new GiveUp('not_a_chat_action', { message: `the chat channel cannot ${action.kind}` }));
    return this.writes.perform(action);
  }

  /**
   * Adding and removing check the membership first, so they may be repeated. A message may not: the platform takes no key
   * for it, and this process forgets it in a crash. Its outcome stays unknown after one attempt, because a missed message is
   * better than the same message twice.
   */
  isRepeatable(kind: ActionKind): boolean {
    return isChatKind(kind) && isRepeatableWrite(kind);
  }

  async findOutcome(action: Action, _attemptedAt?: number): Promise<AttemptOutcome> {
    return isChatAction(action) ? this.writes.findOutcome(action) : { outcome: 'unknown' };
  }

  health(): ChannelHealth {
    const cooldownMs = this.writes.breaker.remainingMs(this.deps.clock.now());
    if (cooldownMs > 0) {
      const minutes = Math.ceil(cooldownMs / MINUTE_MS);
      return {
        ok: false,
        detail: `平台提示操作过于频繁，聊天账号暂停发送和拉人，约 ${minutes} 分钟后恢复 · throttled, writes resume in about ${minutes} min`,
      };
    }
    if (!this.gateway.account())
      return { ok: false, detail: '聊天账号不在线，请检查登录 · the chat account is offline' };
    return { ok: true, detail: '' };
  }

  async poll(): Promise<void> {
    await this.readRooms();
  }

  /**
   * Reads all rooms and reports those that changed, because some joins and leaves arrive without an event. Runs by itself
   * whenever the account comes online, and should be called every few minutes.
   */
  async readRooms(): Promise<{ readonly rooms: number; readonly reported: number }> {
    if (!this.events || !this.gateway.account()) return { rooms: 0, reported: 0 };
    return this.events.readRooms();
  }
}

const isChatKind = (kind: ActionKind): kind is ChatWriteKind => (kinds as readonly ActionKind[]).includes(kind);

const isChatAction = (action: Action): action is ChatAction => isChatKind(action.kind);
