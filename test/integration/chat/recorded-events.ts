import type {
  ChatListener,
  ChatLogger,
  ChatMessage,
  MembershipChange,
} from '../../../src/channels/chat/chat-gateway.js';

/** Records the events of a gateway and lets a test wait for them. */
export class RecordedEvents implements ChatListener {
  online = 0;
  readonly messages: ChatMessage[] = [];
  readonly changes: MembershipChange[] = [];
  /** Runs before a message is acknowledged. */
  beforeDone: (message: ChatMessage) => Promise<void> = async () => undefined;
  private watchers: (() => void)[] = [];

  async onOnline(): Promise<void> {
    this.online += 1;
    this.notifyWatchers();
  }

  async onMessage(message: ChatMessage): Promise<void> {
    this.messages.push(message);
    this.notifyWatchers();
    await this.beforeDone(message);
  }

  async onMembershipChange(change: MembershipChange): Promise<void> {
    this.changes.push(change);
    this.notifyWatchers();
  }

  /** Resolves as soon as the condition is true; the time-out of the test is the limit. */
  async until(condition: (events: this) => boolean): Promise<void> {
    while (!condition(this)) await new Promise<void>((resolve) => this.watchers.push(resolve));
  }

  private notifyWatchers(): void {
    const watchers = this.watchers;
    this.watchers = [];
    for (const watcher of watchers) watcher();
  }
}

/** A log that records warnings and errors. */
export function aLog(): ChatLogger & { readonly lines: string[] } {
  const lines: string[] = [];
  const keep = (fields: object, text: string): void => void lines.push(`${text} ${JSON.stringify(fields)}`);
  return { lines, debug: () => undefined, info: () => undefined, warn: keep, error: keep };
}
