import type { Action, ActionKind } from '../../domain/action.js';
import { GiveUp } from '../../platform/errors.js';
import type { ActionResult, AttemptOutcome, Channel, ChannelHealth, Receive } from '../channel.js';
import type { WecomApp } from '../wecom-app.js';
import type { KfReader } from './kf-reader.js';

/** How often due reads are begun. In memory only; the reads themselves are much rarer. */
const TICK_MS = 1_000;

export interface KfChannelDeps {
  readonly app: WecomApp;
  readonly reader: KfReader;
}

/** Customer service (微信客服) of the corp. */
export class KfChannel implements Channel {
  readonly id = 'kf';
  readonly abilities: ReadonlySet<ActionKind> = new Set();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly deps: KfChannelDeps) {
    deps.app.onNotice('kf_msg_or_event', (notice) =>
      deps.reader.notice(notice.field('OpenKfId'), notice.field('Token')),
    );
  }

  start(receive: Receive): Promise<void> {
    this.deps.reader.start(receive);
    this.timer = setInterval(() => void this.deps.reader.readDue(), TICK_MS);
    this.timer.unref();
    void this.deps.reader.readDue();
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.deps.reader.stop();
  }

  /** Resolves when what is due has been read. */
  async poll(): Promise<void> {
    await this.deps.reader.readDue();
  }

  send(action: Action): Promise<ActionResult> {
    return Promise.reject(new GiveUp('no_channel', { message: `customer service cannot ${action.kind}` }));
  }

  isRepeatable(): boolean {
    return true;
  }

  findOutcome(): Promise<AttemptOutcome> {
    return Promise.resolve({ outcome: 'unknown' });
  }

  health(): ChannelHealth {
    const problems = this.deps.reader.problems();
    return {
      ok: problems.length === 0,
      detail: problems.map(({ account, problem }) => `客服账号 ${account} 读不到消息（${problem}）`).join('；'),
    };
  }
}
