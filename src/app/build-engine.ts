import { randomUUID } from 'node:crypto';
import type { ActionKind } from '../domain/action.js';
import type { OpenChannels } from '../channels/channels.module.js';
import { channelReasons, openChannels } from '../channels/open-channels.js';
import { CommandAnswers } from '../commands/answer-commands.js';
import { isForTheBot } from '../commands/answer-member.js';
import { memberPageOf } from '../domain/member-page.js';
import { EngineDeliveryHooks } from '../engine/delivery-hooks.js';
import { Engine } from '../engine/engine.js';
import { ClickRecorder } from '../features/links/click-recorder.js';
import { KeptLinks } from '../features/links/kept-links.js';
import { StoredCorpState } from '../features/reconcile/corp-state.js';
import { ReconciliationRuns } from '../features/reconcile/run.store.js';
import type { RulesetSource } from '../features/ruleset/ruleset-source.js';
import { addReasonWords } from '../insights/words/reason-words.js';
import { Inbox } from '../inbox/inbox.js';
import { DeliveryWorker } from '../outbox/delivery.worker.js';
import { MassSendWorker } from '../outbox/mass-sends/mass-send.worker.js';
import { chatWritesStore } from '../outbox/chat-writes.store.js';
import type { Database } from '../platform/database/database.js';
import type { LinkCodes } from '../features/links/link-codes.js';
import type { ProductOptions } from './options.js';
import { WorkLoop } from './work-loop.js';
import { JobWatch } from './job-watch.js';

export interface Core {
  readonly engine: Engine;
  readonly open: OpenChannels;
  /** The kinds of action that the open channels can perform. */
  readonly abilities: ReadonlySet<ActionKind>;
  readonly links: LinkCodes;
}

/** Builds the engine and opens the channels. The engine needs the channels' abilities, and a channel needs what is stored of its corp. */
export function buildEngine(
  db: Database,
  { rulesets, links }: { readonly rulesets: RulesetSource; readonly links: LinkCodes },
  options: ProductOptions,
): Core {
  const { config, clock, logger, operators = [], sandboxPuppet, wecomQuotas } = options;
  addReasonWords(channelReasons());
  const open = openChannels(config, {
    clock,
    logger,
    isMemberCommand: isForTheBot,
    corpState: new StoredCorpState(db, () => engine),
    runLog: new ReconciliationRuns(db),
    database: db,
    pastChatWrites: (since) => chatWritesStore.since(db.read, since),
    ...(sandboxPuppet ? { sandboxPuppet } : {}),
    ...(wecomQuotas ? { wecomQuotas } : {}),
  });
  const abilities = new Set(open.channels.flatMap((channel) => [...channel.abilities]));
  const engine: Engine = new Engine(db, rulesets, {
    clock,
    logger,
    timeZone: config.timeZone,
    abilities: () => abilities,
    operators,
    consoleUrl: config.publicUrl,
    links: config.publicUrl === undefined ? undefined : links,
  });
  return { engine, open, abilities, links };
}

export interface Loops {
  readonly workLoop: WorkLoop;
  readonly watch: JobWatch;
  readonly inbox: Inbox;
  readonly hooks: EngineDeliveryHooks;
  readonly commands: CommandAnswers;
  readonly links: KeptLinks;
  readonly clicks: ClickRecorder;
}

/** Builds what runs all the time: the inbox, the work loop, the delivery hooks, and the watch over the jobs of the loop. */
export function buildLoops(
  db: Database,
  { engine, open, abilities, links: codes }: Core,
  options: ProductOptions,
): Loops {
  const { config, clock, logger, runsByItself = true } = options;
  const hooks = new EngineDeliveryHooks(db, engine, clock);
  const environment = { clock, logger, worker: randomUUID(), timeZone: config.timeZone };
  const deliveries = new DeliveryWorker(db, open.channels, hooks, environment);
  const commands = new CommandAnswers(db, engine, () => engine.operators, {
    ...environment,
    memberPage: config.publicUrl === undefined ? undefined : memberPageOf(config.publicUrl),
    wake: () => workLoop.wake(),
  });
  const workLoop: WorkLoop = new WorkLoop(
    {
      engine,
      commands,
      deliveries,
      massSends: new MassSendWorker(db, open.channels, hooks, environment),
      channels: open.channels,
      timeZone: config.timeZone,
    },
    logger,
  );
  const watch = new JobWatch({
    db,
    jobs: workLoop.jobs,
    clock,
    logger,
    throttledKinds: () => deliveries.throttledKinds(),
    massSends: abilities.has('mass_send'),
    runsByItself,
  });
  const inbox = new Inbox(db, clock, workLoop.wake);
  const clicks = new ClickRecorder({ db, codes, clock, receive: inbox.receive, logger });
  return { workLoop, watch, hooks, commands, inbox, links: new KeptLinks(db), clicks };
}
