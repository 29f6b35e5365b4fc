import type { Channel } from '../../src/channels/channel.js';
import { CommandAnswers } from '../../src/commands/answer-commands.js';
import type { Campaign, TemplateCheck } from '../../src/domain/messages/index.js';
import type { Vocabulary } from '../../src/domain/rules/index.js';
import type { MovePolicy } from '../../src/domain/ruleset.js';
import type { Fact, FactData, FactKind, MemberIds } from '../../src/domain/fact.js';
import type { SendingPolicy } from '../../src/domain/sending/send-policy.js';
import { EngineDeliveryHooks } from '../../src/engine/delivery-hooks.js';
import { Engine } from '../../src/engine/engine.js';
import { LinkCodes } from '../../src/features/links/link-codes.js';
import { compileRules, readRuleset, type CompiledRules } from '../../src/features/ruleset/compile-rules.js';
import { ruleDocuments, type RuleDocument } from '../../src/domain/rule-document.js';
import { RulesetSource } from '../../src/features/ruleset/ruleset-source.js';
import { Inbox } from '../../src/inbox/inbox.js';
import { DeliveryWorker } from '../../src/outbox/delivery.worker.js';
import { MassSendWorker } from '../../src/outbox/mass-sends/mass-send.worker.js';
import { leaseStore } from '../../src/outbox/lease.store.js';
import { PushedClock } from '../../src/platform/clock.js';
import type { Database } from '../../src/platform/database/database.js';
import { createLogger } from '../../src/platform/logger/logger.js';
import { WorkLoop } from '../../src/app/work-loop.js';
import { TemplatesService, type TemplateRules } from '../../src/features/templates/templates.service.js';
import { FakeChannel } from './fake-channel.js';

const zone = 'Asia/Shanghai';
/** A Monday morning in March, on the corp's wall clock. */
export const MONDAY = Date.parse('2026-03-02T09:00:00+08:00');

export interface TestProduct {
  readonly db: Database;
  readonly clock: PushedClock;
  readonly channel: FakeChannel;
  readonly engine: Engine;
  readonly workLoop: WorkLoop;
  readonly inbox: Inbox;
  readonly commands: CommandAnswers;
  /** Stores the facts and drains the work loop. */
  happens(...facts: Fact[]): Promise<void>;
  /** Pushes the clock to a moment (`2026-03-03T11:30`) or by some hours, and drains the work loop. */
  later(moment: string | number): Promise<void>;
  campaigns(): Promise<readonly Campaign[]>;
  readonly templates: TemplatesService;
  readonly rulesets: RulesetSource;
  readonly links: LinkCodes;
  /** A new product on the same database and channel, as after a crash. */
  rebuilt(): Promise<TestProduct>;
}

let rulesRead: Promise<CompiledRules> | undefined;
/**
 * Read and compiled once per test worker: the rules are immutable. Messages are not spread, so that a test can name the minute
 * at which they go.
 */
export const rulesOfTheFiles = (): Promise<CompiledRules> =>
  (rulesRead ??= readRuleset('config').then((files) => {
    if (!files.ok) throw new Error(JSON.stringify(files.problems));
    const { texts } = files.value;
    return edited(texts, { sending: { 'spread_minutes: 5': 'spread_minutes: 0' } });
  }));

/** The rules of the files with some changes: by document, what each text is replaced by. */
export async function rulesWith(
  changes: Partial<Record<RuleDocument, Readonly<Record<string, string>>>>,
): Promise<CompiledRules> {
  return edited((await rulesOfTheFiles()).texts, changes);
}

function edited(
  before: CompiledRules['texts'],
  changes: Partial<Record<RuleDocument, Readonly<Record<string, string>>>>,
): CompiledRules {
  const texts: Record<RuleDocument, string> = { ...before };
  for (const document of ruleDocuments)
    for (const [from, to] of Object.entries(changes[document] ?? {})) {
      if (!texts[document].includes(from)) throw new Error(`${document} does not say: ${from}`);
      texts[document] = texts[document].replace(from, to);
    }
  const read = compileRules(texts);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.value;
}

const compiled = new Map<Vocabulary, Map<string, TemplateCheck>>();

/** The templates with the sending hours of the files. Compiles each text once per test worker: a compiled template is immutable. */
export class CompiledOnce extends TemplatesService {
  private known: Map<string, TemplateCheck>;

  constructor(db: Database, files: CompiledRules, vocabulary: Vocabulary = files.vocabulary) {
    super(db, { vocabulary, sending: files.rules.sending, words: files.words });
    this.known = compiled.get(vocabulary) ?? new Map<string, TemplateCheck>();
    compiled.set(vocabulary, this.known);
  }

  override useRules(rules: TemplateRules): void {
    super.useRules(rules);
    this.known = new Map();
  }

  override check(text: string): TemplateCheck {
    const known = this.known.get(text) ?? super.check(text);
    this.known.set(text, known);
    return known;
  }
}

export const CONSOLE_URL = 'https://bot.example.com';

/** The steps by which a test lets something happen in a product. */
export function driverOf({
  clock,
  inbox,
  workLoop,
}: Pick<TestProduct, 'clock' | 'inbox' | 'workLoop'>): Pick<TestProduct, 'happens' | 'later'> {
  return {
    async happens(...facts) {
      await inbox.receive(facts.map((fact) => ({ kind: 'fact', fact })));
      await workLoop.drain();
    },
    async later(moment) {
      clock.pushTo(typeof moment === 'number' ? clock.now() + moment * 3_600_000 : Date.parse(`${moment}:00+08:00`));
      await workLoop.drain();
    },
  };
}

/** The product without HTTP: real database, real rules and templates, and a fake channel. */
export async function aProduct(
  db: Database,
  {
    channel = new FakeChannel(),
    clock = new PushedClock(MONDAY),
    approve = 'none',
    sending = {},
    operators = ['LinXia'],
    memberPage,
    others = [],
    rules: given,
  }: {
    channel?: FakeChannel;
    clock?: PushedClock;
    approve?: MovePolicy['approve'];
    /** Overrides the settings of the files. */
    sending?: Partial<SendingPolicy>;
    operators?: readonly string[];
    memberPage?: string;
    /** Real channels beside the fake one. */
    others?: readonly Channel[];
    /** Default: the rules of the files. */
    rules?: CompiledRules | undefined;
  } = {},
): Promise<TestProduct> {
  const files = given ?? (await rulesOfTheFiles());
  const { rules } = files;
  const moves = { ...rules.moves, approve };
  const changed = { ...files, rules: { ...rules, moves, sending: { ...rules.sending, ...sending } } };
  const templates = new CompiledOnce(db, files);
  await templates.seedFromFiles('templates', clock.now());
  const rulesets = await RulesetSource.open(db, changed, templates, clock.now());
  const logger = createLogger({ level: 'fatal' });
  const channels = [channel, ...others];
  const links = await LinkCodes.open(db, CONSOLE_URL, clock.now());
  const engine = new Engine(db, rulesets, {
    clock,
    logger,
    timeZone: zone,
    abilities: () => new Set(channels.flatMap(({ abilities }) => [...abilities])),
    operators,
    consoleUrl: CONSOLE_URL,
    links,
  });
  await db.write((tx) => leaseStore.releaseAll(tx));
  const hooks = new EngineDeliveryHooks(db, engine, clock);
  const world = { clock, logger, worker: 'test', timeZone: zone };
  const commands = new CommandAnswers(db, engine, () => operators, { ...world, memberPage });
  const workLoop = new WorkLoop(
    {
      engine,
      commands,
      deliveries: new DeliveryWorker(db, channels, hooks, world),
      massSends: new MassSendWorker(db, channels, hooks, world),
      channels,
      timeZone: zone,
    },
    logger,
  );
  const inbox = new Inbox(db, clock, workLoop.wake);
  for (const each of channels) await each.start(inbox.receive);
  return {
    db,
    clock,
    channel,
    engine,
    workLoop,
    inbox,
    commands,
    ...driverOf({ clock, inbox, workLoop }),
    campaigns: () => templates.active(),
    templates,
    rulesets,
    links,
    rebuilt: () =>
      aProduct(db, {
        channel,
        clock,
        approve,
        sending,
        operators,
        rules: given,
        ...(memberPage ? { memberPage } : {}),
      }),
  };
}

let made = 0;

/** A fact with a unique key. `at` is epoch ms. */
export function aFact<K extends FactKind>(
  kind: K,
  at: number,
  member: MemberIds,
  data: Partial<FactData<K>> = {},
): Fact {
  const key = `fact-${++made}`;
  const defaults: Record<string, unknown> = {
    contact_added: { mutual: true, staff: 'LinXia' },
    sent_message: { chatId: 'wrTalk', length: 12, mentions: [], looksLikeAd: false },
  };
  return { key, kind, at, member, data: { ...(defaults[kind] as object | undefined), ...data } } as unknown as Fact;
}

export const withKey = (key: string, fact: Fact): Fact => ({ ...fact, key });

export const xiaolu: MemberIds = { externalUserId: 'wmXiaolu' };

interface GroupRead {
  readonly chatId: string;
  readonly name: string;
  /** External user ids. */
  readonly people: readonly string[];
  readonly at: number;
  readonly owner: string;
}

/** The group as WeCom shows it, with LinXia as its owner. */
export const groupRead = (chatId: string, name: string, people: readonly string[], at: number): Fact =>
  groupReadOf({ chatId, name, people, at, owner: 'LinXia' });

export function groupReadOf({ chatId, name, people, at, owner }: GroupRead): Fact {
  return aFact(
    'group_read',
    at,
    {},
    {
      chatId,
      name,
      owner,
      version: `v-${name}-${at}`,
      readAt: at,
      dismissed: false,
      people: [
        { staff: owner },
        ...people.map((externalUserId) => ({ externalUserId, name: externalUserId, joinedAt: at })),
      ],
    },
  );
}
