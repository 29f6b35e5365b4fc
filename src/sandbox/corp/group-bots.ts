import { MINUTE } from '../calendar.js';
import type { IdMint } from './ids.js';
import type { Medium } from './media.js';

const PER_MINUTE = 20;

/** A post of a bot in its internal group; customer groups have no bots (contract §5.3). */
export interface BotPost {
  readonly bot: string;
  readonly at: number;
  readonly msgtype: string;
  readonly text: string;
  readonly mentions: readonly string[];
}

export interface GroupBot {
  readonly key: string;
  readonly name: string;
  /** Media that the bot uploaded; only the bot may use them. */
  readonly media: Map<string, Medium>;
}

export class GroupBots {
  readonly posts: BotPost[] = [];
  private readonly byKey = new Map<string, GroupBot>();

  constructor(private readonly ids: IdMint) {}

  add(name: string): GroupBot {
    const hex = this.ids.hex('group-bot');
    const key = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
    const bot: GroupBot = { key, name, media: new Map() };
    this.byKey.set(key, bot);
    return bot;
  }

  get(key: string): GroupBot | undefined {
    return this.byKey.get(key);
  }

  /** False when there is no such bot. */
  remove(name: string): boolean {
    const bot = [...this.byKey.values()].find((one) => one.name === name);
    return bot !== undefined && this.byKey.delete(bot.key);
  }

  /** Twenty a minute (O-99110). */
  mayPost({ name }: GroupBot, at: number): boolean {
    return this.posts.filter((post) => post.bot === name && post.at > at - MINUTE).length < PER_MINUTE;
  }
}
