import type { CommandAnswers } from '../commands/answer-commands.js';
import type { WecomApp } from '../channels/wecom-app.js';
import type { Engine } from '../engine/engine.js';
import type { ClickRecorder } from '../features/links/click-recorder.js';
import type { KeptLinks } from '../features/links/kept-links.js';
import type { Inbox } from '../inbox/inbox.js';
import type { Clock } from '../platform/clock.js';
import type { Database } from '../platform/database/database.js';
import type { Logger } from '../platform/logger/logger.js';

/** What the member's page needs of the product. */
export interface MemberPageParts {
  readonly database: Database;
  readonly engine: Engine;
  readonly inbox: Inbox;
  /** Runs the members' commands. */
  readonly commands: Pick<CommandAnswers, 'answerNow' | 'answerOnPage'>;
  /** The corp's time, for facts and dates. */
  readonly clock: Clock;
  /** Real time, for sessions, sign-ins and throttling. */
  readonly wallClock: Clock;
  readonly timeZone: string;
  readonly logger: Logger;
  /** Undefined without WeCom: then nobody can sign in. */
  readonly app: WecomApp | undefined;
  /** `https://open.weixin.qq.com` */
  readonly oauthBase: string;
  /** The address under which the product is reached from outside. */
  readonly publicUrl: string | undefined;
  /** Applies what was just stored, so that the next page shows it. */
  readonly applyFacts: () => Promise<unknown>;
  /** The links in mass texts that find out who clicks. */
  readonly links: Pick<KeptLinks, 'find'>;
  readonly clicks: Pick<ClickRecorder, 'record'>;
}
