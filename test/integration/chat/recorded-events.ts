import type {
  ChatListener,
  ChatLogger,
  ChatMessage,
  MembershipChange,
} from '../../../src/channels/chat/chat-gateway.js';

/** Keeps what a gateway tells, and lets a test wait for the n-th piece. */
export class HeardNews implements ChatListener {
  online = 0;
  readonly messages: ChatMessage[] = [];
  readonly changes: MembershipChange[] = [];
  /** Runs before a message counts as taken. */
  before: (message: ChatMessage) => Promise<void> = async () => undefined;
  private watchers: (() => void)[] = [];

  async cameOnline(): Promise<void> {
    this.online += 1;
    this.changed();
  }

  async said(message: ChatMessage): Promise<void> {
    this.messages.push(message);
    this.changed();
    await this.before(message);
  }

  async moved(change: MembershipChange): Promise<void> {
    this.changes.push(change);
    this.changed();
  }

  /** Resolves as soon as the claim holds; the test's own time-out is the limit. */
  async until(claim: (news: this) => boolean): Promise<void> {
    while (!claim(this)) await new Promise<void>((resolve) => this.watchers.push(resolve));
  }

  private changed(): void {
    const watchers = this.watchers;
    this.watchers = [];
    for (const watcher of watchers) watcher();
  }
}

/** A log whose warnings and errors a test can read. */
export function aLog(): ChatLogger & { readonly lines: string[] } {
  const lines: string[] = [];
  const keep = (fields: object, text: string): void => void lines.push(`${text} ${JSON.stringify(fields)}`);
  return { lines, debug: () => undefined, info: () => undefined, warn: keep, error: keep };
}
