import type { Action, ActionKind } from '../../domain/action.js';
import { DAY_MS, MINUTE_MS } from '../../domain/day.js';
import type { Clock } from '../../platform/clock.js';
import { GiveUp } from '../../platform/errors.js';
import type { Channel, ChannelHealth, ActionResult, Receive, AttemptOutcome } from '../channel.js';
import type { Picture } from '../fetch-picture.js';
import { ChatNews } from './chat-news.js';
import type { ChatGateway, ChatLogger } from './chat-gateway.js';
import type { ChatPacing } from './chat-settings.js';
import { ChatWrites, isRepeatable } from './chat-writes.js';
import type { ChatAction } from './chat-writes.js';
import type { ChatWrite, ChatWriteKind } from './pace.js';

export interface PastWrite extends ChatWrite {
  /** Epoch ms. */
  readonly at: number;
}

export interface ChatChannelDeps {
  readonly clock: Clock;
  readonly logger: ChatLogger;
  /** Whether a text, cut of mentions and odd spaces, is one of the words that members may say to the bot. */
  readonly isMemberCommand: (text: string) => boolean;
  /** What was written since a time, so that a restart does not forget how much of the day's allowance is spent. */
  readonly pastWrites?: (since: number) => Promise<readonly PastWrite[]>;
  /** In [0, 1); for the random pauses. */
  readonly random?: () => number;
  readonly fetchPicture?: (url: string) => Promise<Picture>;
  /** Between the writes of one message, in real time. */
  readonly sleep?: (ms: number) => Promise<unknown>;
}

const kinds = ['chat_dm', 'group_say', 'room_add', 'room_remove'] as const satisfies readonly ChatWriteKind[];

/**
 * Groups through a chat account. The official API neither lets us hear a group nor act in it; a chat account does, at the
 * risk of being banned, so it writes slowly, stops when the platform complains, and nothing else may depend on it.
 */
export class ChatChannel implements Channel {
  readonly id = 'chat';
  readonly abilities: ReadonlySet<ActionKind> = new Set<ActionKind>(kinds);
  private readonly writes: ChatWrites;
  private news: ChatNews | undefined;

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
      contactIdOf: (externalUserId) => this.news?.contactIdOf(externalUserId),
    });
  }

  async start(receive: Receive): Promise<void> {
    const past = (await this.deps.pastWrites?.(this.deps.clock.now() - DAY_MS)) ?? [];
    for (const { at, ...write } of [...past].sort((a, b) => a.at - b.at)) this.writes.pace.wrote(write, at);
    this.news = new ChatNews(receive, { gateway: this.gateway, ...this.deps });
    await this.gateway.start(this.news);
  }

  async stop(): Promise<void> {
    this.news?.stop();
    await this.gateway.stop();
  }

  send(action: Action): Promise<ActionResult> {
    if (!isChatAction(action))
      return Promise.reject(new GiveUp('not_a_chat_action', { message: `the chat channel cannot ${action.kind}` }));
    return this.writes.perform(action);
  }

  /**
   * Adding and removing look first and may be repeated. A message may not: the other side gives it no key, and what this
   * process remembers is gone after the crash that raised the question. So its outcome stays unknown after one attempt: a
   * member would rather miss a message than get it twice.
   */
  isRepeatable(kind: ActionKind): boolean {
    return isChatKind(kind) && isRepeatable(kind);
  }

  async findOutcome(action: Action, _attemptedAt?: number): Promise<AttemptOutcome> {
    return isChatAction(action) ? this.writes.reconcile(action) : { outcome: 'unknown' };
  }

  health(): ChannelHealth {
    const restMs = this.writes.breaker.restMs(this.deps.clock.now());
    if (restMs > 0) {
      const minutes = Math.ceil(restMs / MINUTE_MS);
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
   * Reads all rooms and tells those that changed. Some joins and leaves are never told by the chat side, so this is what
   * makes membership true; it runs by itself whenever the account comes online, and should be called every few minutes.
   */
  async readRooms(): Promise<{ readonly rooms: number; readonly told: number }> {
    if (!this.news || !this.gateway.account()) return { rooms: 0, told: 0 };
    return this.news.readRooms();
  }
}

const isChatKind = (kind: ActionKind): kind is ChatWriteKind => (kinds as readonly ActionKind[]).includes(kind);

const isChatAction = (action: Action): action is ChatAction => isChatKind(action.kind);
