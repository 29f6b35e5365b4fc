import { MINUTE } from './calendar.js';
import { Corp } from './corp/corp.js';
import { found } from './corp/founding.js';
import { IdMint } from './corp/ids.js';
import type { MassSendCap } from './corp/mass-sends.js';
import type { Quotas } from './corp/quotas.js';
import type { Outlets } from './corp/outlets.js';
import { acquisitionDoor } from './doors/acquisition-door.js';
import { assistantDoor } from './doors/assistant-door.js';
import { perform, type Act } from './doors/acts.js';
import { arriveAt } from './corp/acts/arrive-at.js';
import { distort } from './doors/callback/distort.js';
import { plainEnvelope } from './doors/callback/envelope.js';
import { CallbackSender } from './doors/callback/callback-sender.js';
import { verifyAddress, type Verified } from './doors/callback/verification.js';
import { xmlOf } from './doors/callback/xml.js';
import { authorizeDoor } from './doors/authorize-door.js';
import { chatDoor } from './doors/chat-door.js';
import { ChatLog } from './doors/chat-log.js';
import { controlDoor } from './doors/control-door.js';
import { listen } from './doors/http.js';
import { pageDoor } from './doors/page-door.js';
import { sameSiteOnly } from './doors/same-site.js';
import { Shop, type ShopDoor } from './doors/shop.js';
import { AppGrant } from './doors/wecom/app-grant.js';
import type { ApiManners } from './doors/wecom/endpoint.js';
import { Faults } from './doors/wecom/faults.js';
import { wecomEndpoints } from './doors/wecom/index.js';
import { KF_SYNC_PATH } from './doors/wecom/kf-sync.js';
import { Limits, type Limit } from './doors/wecom/limits.js';
import { pictureDoor } from './doors/wecom/pictures.js';
import { Tokens } from './doors/wecom/tokens.js';
import { WecomDoor } from './doors/wecom/wecom-door.js';
import { Pace } from './pace.js';
import { RecentActivity } from './page/recent-activity.js';
import { PhoneBrowser } from './phone/phone-browser.js';
import { sharesOf, type Mischief } from './mischief.js';
import { populate } from './people/population.js';
import { Random, streamSeed } from './random.js';
import { recordOf, type SandboxRecord } from './record.js';
import { Timeline } from './timeline.js';
import { makeTrouble, type Trouble } from './trouble.js';

export type { Act } from './doors/acts.js';
export type { Mischief } from './mischief.js';
export type { SandboxRecord } from './record.js';
export type { Trouble } from './trouble.js';

export interface SandboxOptions {
  readonly seed?: number;
  /** 0 for a quiet corp: staff and groups, without people who act by themselves. */
  readonly people?: number;
  /** Epoch ms, simulated. */
  readonly startAt: number;
  /** Length of the people's year. */
  readonly months?: number;
  /** 0: any. */
  readonly port?: number;
  /** The loopback address by default. */
  readonly host?: string;
  /** The address under which others reach the corp, if it differs from the one it listens at. */
  readonly publicUrl?: string;
  /** Simulated ms per real second, while `pace` drives the time. */
  readonly msPerSecond?: number;
  readonly corpId: string;
  readonly agentId: string;
  readonly secret: string;
  readonly callbackToken: string;
  readonly callbackAesKey: string;
  readonly callbackUrl?: string;
  /** Host, with port if not the scheme's own, where the sign-in may redirect to; absent: nowhere. */
  readonly trustedDomain?: string;
  /** The address at which a customer is opened on the sandbox's page: one that signs them in anew. */
  readonly memberPage?: string;
  readonly shop?: ShopDoor;
  readonly mischief?: Mischief;
  /** True: a chat account is a member of all groups and receives their messages. */
  readonly chat?: boolean;
  /** Limits of all endpoints; `trouble` changes single ones. */
  readonly limits?: Limit;
  readonly massSendCap?: MassSendCap;
  /** Quotas below the platform's own. */
  readonly quotas?: Partial<Quotas>;
  /** Wrong secrets from one address until it is blocked for an hour. */
  readonly wrongSecretLimit?: number;
  /** Real ms each API call takes. */
  readonly latencyMs?: number;
  /** Serves the API also over TLS with this certificate (PEM), for tests with an expired one. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Number of further staff without activity, beside the six. */
  readonly moreStaff?: number;
  /** Real ms: how long an answer to a callback may take, and how long callbacks wait for a product that is down. */
  readonly answerLimitMs?: number;
  readonly patienceMs?: number;
}

/** How long a message to customer service waits in a run that does not stop for everybody. */
const SERVICE_WAITS_MS = 4 * MINUTE;

/**
 * `customers`: only where a welcome code would expire, or a customer wrote to customer service, where a message that is
 * read late gets no answer. Messages of the same few minutes share one stop.
 */
export type StopFor = 'anybody' | 'customers';

export interface Advanced {
  readonly at: number;
  /** True: a person expects an answer within seconds, so the product must catch up before time goes on. */
  readonly urgent: boolean;
  /** How many callbacks were created. */
  readonly callbacks: number;
}

export interface SandboxClock {
  readonly now: number;
  /** Seq of the newest chat event, and how many are not acknowledged. */
  readonly chat: { readonly last: number; readonly unacknowledged: number };
  readonly callbacksWaiting: number;
  readonly factsWaiting: number;
  /** New contacts, and visitors of customer service, whose welcome code is unused and still valid. */
  readonly welcomesWaiting: number;
}

export interface Sandbox {
  readonly url: string;
  /** The TLS address of the API, if there is one. */
  readonly tlsUrl: string | undefined;
  readonly pace: Pace;
  now(): number;
  clock(): SandboxClock;
  /** Changes the given fields; the others keep their value. */
  setDoors(doors: {
    readonly callbackUrl?: string | undefined;
    readonly trustedDomain?: string | undefined;
    readonly memberPage?: string | undefined;
    readonly shop?: ShopDoor | undefined;
  }): void;
  /** Stops when a person expects an answer within seconds. */
  advance(until: number, stopFor?: StopFor): Promise<Advanced>;
  /** Performs an act now; resolves when its callbacks are answered. */
  act(act: Act): Promise<Record<string, unknown>>;
  trouble(trouble: Trouble): void;
  /** Asks the callback address for its echo, as the platform does when an administrator saves it. */
  verify(): Promise<Verified>;
  record(): SandboxRecord;
  close(): Promise<void>;
}

/** Events of the timeline between two yields to the event loop. */
const STRIDE = 200;
/** Above this number of unanswered callbacks, time waits. */
const MAX_UNANSWERED = 32;
/** Above this number of pages that are being opened, time waits. */
const MAX_PHONES = 8;
const PATIENCE_MS = 15_000;
/** While time runs by itself, a sign-in code lives at least so many real seconds. */
const SIGN_IN_SECONDS = 20;

export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const seed = options.seed ?? 20_261_121;
  const timeline = new Timeline(options.startAt);
  const ids = new IdMint(seed);
  const now = (): number => timeline.now();
  const patienceMs = options.patienceMs ?? PATIENCE_MS;
  const keys = { token: options.callbackToken, aesKey: options.callbackAesKey, receiveId: options.corpId };
  const shares = sharesOf(options.mischief ?? {});
  const envelope = plainEnvelope();
  const callbackSender = new CallbackSender(
    {
      keys,
      agentId: options.agentId,
      shares,
      envelope,
      answerLimitMs: options.answerLimitMs ?? 5_000,
      patienceMs,
    },
    new Random(streamSeed(seed, 'mischief')),
    now,
  );
  const shop = new Shop(patienceMs);
  const log = new ChatLog();
  const recent = new RecentActivity(now);
  const pace = new Pace(options.msPerSecond ?? 5 * MINUTE);
  const barer = new Random(streamSeed(seed, 'bare'));
  const phones = new PhoneBrowser({
    productHost: () => corp.signIns.trustedDomain,
    sandboxHost: () => new URL(publicUrl()).host,
    now,
  });
  let urgent = false;
  /** When the first customer wrote to customer service in this run. */
  let serviceAwaitedAt: number | undefined;
  let closed = false;
  const outlets: Outlets = {
    emit: (fields) => {
      recent.recordCallback(fields);
      const sent = distort(fields, shares, barer, (chatId) => corp.groups.get(chatId)?.version);
      callbackSender.post(xmlOf(sent, envelope));
    },
    emitChat: (event) => {
      recent.recordChat(event);
      if (options.chat) log.add(event);
    },
    sell: (fact) => {
      recent.recordShopFact(fact);
      shop.sell(fact);
    },
    browse: (person, url) => {
      const visitor = { who: person.externalUserId, isColleague: false };
      // Links and codes of the platform work also behind redirects.
      void phones.open(visitor, url).then(({ hops }) => arriveAt(corp, person, hops.at(-1)?.url ?? ''));
    },
    hasCallback: () => callbackSender.hasAddress,
    awaitAnswer: (through) => {
      if (!(through === 'chat' ? options.chat : callbackSender.hasAddress)) return;
      urgent = true;
      if (through === 'service') serviceAwaitedAt ??= now();
    },
  };
  const { corpId, agentId, secret } = options;
  const corp = new Corp({ corpId, agentId, massSendCap: options.massSendCap ?? {} }, ids, timeline, outlets);
  Object.assign(corp.quotas, options.quotas);
  corp.signIns.trustedDomain = options.trustedDomain;
  corp.signIns.shortestLife = () => (pace.isDriven ? SIGN_IN_SECONDS * pace.msPerSecond : 0);
  const coy = new Random(streamSeed(seed, 'no welcome code'));
  corp.welcomes.isWithheld = () => coy.chance(shares.noWelcomeCode);
  const unreliable = new Random(streamSeed(seed, 'customer service'));
  corp.kf.failsAtRandom = () => corp.kf.manners.failShare > 0 && unreliable.chance(corp.kf.manners.failShare);
  const founded = found(corp, options.chat ?? false, options.moreStaff ?? 0);
  populate(corp, founded, { seed, people: options.people ?? 300, months: options.months ?? 12 });

  const grant = new AppGrant();
  const tokens = new Tokens(
    ids,
    { corpId, secret, wrongSecretLimit: options.wrongSecretLimit ?? 10 },
    () => grant.disabled,
  );
  const limits = new Limits(options.limits ?? {});
  // Contract §3: users met 45033 at about five pulls at once.
  limits.set(KF_SYNC_PATH, { parallel: 5 });
  const faults = new Faults();
  const manners: ApiManners = {
    latencyMs: options.latencyMs ?? 0,
    down: false,
    shortPages: false,
    unlistedBeforeTap: false,
    endOfList: 'empty',
    lateGroupReadMs: 0,
    lateContactReadMs: 0,
  };
  const endpoints = wecomEndpoints();
  const wecom = new WecomDoor({
    corp,
    tokens,
    grant,
    limits,
    faults,
    endpoints,
    host: () => publicUrl(),
    manners,
  });

  const troubled = { corp, tokens, grant, limits, faults, manners, shares, envelope };

  let { callbackUrl, memberPage } = options;
  const setDoors: Sandbox['setDoors'] = (doors) => {
    callbackUrl = doors.callbackUrl ?? callbackUrl;
    callbackSender.address(callbackUrl);
    memberPage = doors.memberPage ?? memberPage;
    corp.signIns.trustedDomain = doors.trustedDomain ?? corp.signIns.trustedDomain;
    if (doors.shop) shop.address(doors.shop);
  };
  callbackSender.address(callbackUrl);
  shop.address(options.shop);

  // One at a time: of two simultaneous calls, each would count the other's callbacks as its own.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work, work);
    turn = mine.catch(() => undefined);
    return mine;
  };
  const settle = async (): Promise<void> => {
    // A page that somebody opens can cause a callback, so the phones come first.
    await phones.settled();
    await Promise.all([callbackSender.settled(), shop.flush()]);
  };
  const welcomesWaiting = (): number => corp.welcomes.waiting(now()) + corp.kf.codes.welcomesWaiting(now());
  const run = async (until: number, stopFor: StopFor): Promise<Advanced> => {
    // A closed sandbox never moves time again, so a caller would wait for ever.
    if (closed) throw new Error('the sandbox is closed');
    const callbacksBefore = callbackSender.callbacks.length;
    urgent = false;
    serviceAwaitedAt = undefined;
    let stopAt = until;
    await log.inOneAnswer(async () => {
      for (let steps = 1; !urgent && !closed && timeline.step(stopAt); steps += 1) {
        if (stopFor === 'customers') {
          urgent &&= welcomesWaiting() > 0;
          if (serviceAwaitedAt !== undefined) stopAt = Math.min(until, serviceAwaitedAt + SERVICE_WAITS_MS);
        }
        if (steps % STRIDE === 0) await new Promise((resolve) => setImmediate(resolve));
        if (callbackSender.waiting >= MAX_UNANSWERED) await callbackSender.below(MAX_UNANSWERED / 2);
        if (phones.waiting >= MAX_PHONES) await phones.settled();
        if (shop.isBehind) await shop.flush();
      }
    });
    urgent ||= serviceAwaitedAt !== undefined;
    await settle();
    return { at: now(), urgent, callbacks: callbackSender.callbacks.length - callbacksBefore };
  };

  const clock = (): SandboxClock => ({
    now: now(),
    chat: { last: log.last, unacknowledged: log.unacknowledged },
    callbacksWaiting: callbackSender.waiting,
    factsWaiting: shop.waiting,
    welcomesWaiting: welcomesWaiting(),
  });
  const sandbox = {
    now,
    clock,
    setDoors,
    advance: (until: number, stopFor: StopFor = 'anybody') => inTurn(() => run(until, stopFor)),
    act: (act: Act) =>
      inTurn(async () => {
        const answer = await perform(corp, act, phones);
        await settle();
        return answer;
      }),
    trouble: (trouble: Trouble) => makeTrouble(troubled, trouble),
    verify: async (): Promise<Verified> =>
      callbackUrl === undefined
        ? { ok: false, because: 'no callback address' }
        : verifyAddress(callbackUrl, keys, now(), envelope),
    record: () =>
      recordOf(corp, {
        callbacks: callbackSender.callbacks,
        shop: { ...shop.ledger, waiting: shop.waiting },
        chat: { last: log.last, unacknowledged: log.unacknowledged },
        opened: phones.opened,
        calls: wecom.counts,
        refusals: wecom.refusals,
      }),
  };
  const publicUrl = (): string => options.publicUrl ?? listening.url;
  const doors = [
    sameSiteOnly(publicUrl),
    recent.recording(wecom.door),
    pictureDoor(corp),
    authorizeDoor(corp, publicUrl),
    acquisitionDoor(corp, publicUrl, sandbox.act),
    assistantDoor(corp, publicUrl, sandbox.act),
    controlDoor(sandbox),
    pageDoor({
      sources: () => ({
        corp,
        recent,
        pace,
        callbacks: callbackSender.callbacks,
        callbackUrl,
        memberPage,
        ownUrl: publicUrl(),
        opened: phones.opened,
        troubled,
        endpoints,
      }),
      advance: sandbox.advance,
    }),
    ...(corp.bot ? [chatDoor(corp, corp.bot, log)] : []),
  ];
  const listening = await listen(doors, options.port ?? 0, options.host);
  const overTls = options.tls && (await listen([wecom.door], 0, undefined, options.tls));
  return {
    ...sandbox,
    pace,
    url: listening.url,
    tlsUrl: overTls?.url,
    close: async () => {
      closed = true;
      callbackSender.close();
      shop.close();
      log.close();
      await overTls?.close();
      await listening.close();
    },
  };
}
