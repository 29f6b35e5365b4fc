import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.js';
import type { DemoSetup, FromProduct, ToProduct } from './ipc.js';
import { startSandbox, type Mischief, type Sandbox } from '../sandbox/sandbox.js';

export interface ConductorOptions {
  readonly startAt: number;
  readonly databaseUrl: string;
  /** False: commits of the product do not wait for the disk. */
  readonly survivesPowerCut?: boolean;
  readonly people?: number;
  readonly months?: number;
  /** Until when the console shows the time since `startAt` as the year that is being played. */
  readonly yearUntil?: number;
  readonly seed?: number;
  readonly host?: string;
  readonly port?: number;
  readonly adminPassword?: string | null;
  readonly logLevel?: string;
  readonly chat?: boolean;
  readonly mischief?: Mischief;
  /** CONFIG_DIR, TEMPLATES_DIR and TIME_ZONE where they are not the usual ones. */
  readonly directories?: Readonly<Record<string, string>>;
  readonly apiToken?: string;
  /** The built product; the tests run from the sources and name it. */
  readonly productFile?: string;
}

const DAY_MS = 86_400_000;
/** Half past eleven and half past eight in the evening in Shanghai, as time of day in UTC: when the product's slots are. */
const STOPS_MS = [3.5 * 3_600_000, 12.5 * 3_600_000];
const CHAT_PATIENCE_MS = 2_000;
/** Megabytes for short-lived objects: with more room the garbage collector runs less often, and the year takes 5 % less time. */
const PRODUCT_FLAGS = ['--max-semi-space-size=64'];

/**
 * Leads the sandbox corp and the product through time together: the corp lives a while, the product catches up, and so
 * on; where somebody waits for an answer within seconds, the product gets its turn at once.
 */
export class Conductor {
  readonly apiToken: string;
  url = '';
  adminPassword: string | null = null;
  private child: ChildProcess | undefined;
  private pushes = new Map<number, () => void>();
  private lastPush = 0;
  private isClosing = false;

  private constructor(
    readonly sandbox: Sandbox,
    private readonly setup: Omit<DemoSetup, 'startAt' | 'apiToken'>,
    private readonly options: ConductorOptions,
  ) {
    this.apiToken = options.apiToken ?? randomBytes(24).toString('base64url');
  }

  static async open(options: ConductorOptions): Promise<Conductor> {
    const secret = randomBytes(24).toString('base64url');
    const letters = (bytes: number, length: number): string =>
      randomBytes(bytes)
        .toString('base64')
        .replace(/[^A-Za-z0-9]/g, 'x')
        .slice(0, length);
    const corp = {
      corpId: 'ww5a9d0b0c00qunjie',
      agentId: 1_000_002,
      secret,
      callbackToken: letters(24, 24),
      callbackAesKey: letters(33, 43),
    };
    const sandbox = await startSandbox({
      startAt: options.startAt,
      ...corp,
      agentId: String(corp.agentId),
      people: options.people ?? 300,
      months: options.months ?? 12,
      chat: options.chat ?? true,
      ...(options.seed === undefined ? {} : { seed: options.seed }),
      ...(options.mischief ? { mischief: options.mischief } : {}),
    });
    const host = options.host ?? '127.0.0.1';
    // Messages name the address of the product, so its port is chosen before it starts.
    const port = options.port ? options.port : await freePort(host);
    return new Conductor(
      sandbox,
      {
        kind: 'setup',
        sandboxUrl: sandbox.url,
        databaseUrl: options.databaseUrl,
        survivesPowerCut: options.survivesPowerCut ?? true,
        corp,
        kfIds: sandbox.record().kf.accounts.map(({ openKfid }) => openKfid),
        adminPassword: options.adminPassword ?? null,
        operators: operatorsOf(sandbox),
        host,
        port,
        publicUrl: `http://${host === '0.0.0.0' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host}:${port}`,
        logLevel: options.logLevel ?? 'warn',
        year: options.yearUntil === undefined ? null : { from: options.startAt, until: options.yearUntil },
        chat: options.chat ?? true,
        runsByItself: false,
        directories: options.directories ?? {},
      },
      options,
    );
  }

  /** Starts the product, or starts it again after a kill: on the same port, at the corp's present time. */
  async startProduct(): Promise<void> {
    const file = this.options.productFile ?? fileURLToPath(new URL('./product-process.js', import.meta.url));
    const child = fork(file, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: PRODUCT_FLAGS });
    this.child = child;
    const port = this.url === '' ? this.setup.port : Number(new URL(this.url).port);
    const ready = new Promise<void>((resolve, reject) => {
      child.on('message', (message: FromProduct) => {
        if (message.kind === 'ready') {
          this.url = message.url;
          this.adminPassword ??= message.adminPassword;
          resolve();
        } else if (message.kind === 'failed') reject(new Error(message.message));
        else {
          this.pushes.get(message.id)?.();
          this.pushes.delete(message.id);
        }
      });
      child.on('exit', (code, signal) => {
        reject(new Error(`the product ended while starting (${signal ?? code ?? ''})`));
        // Whoever waits for this life of the product to settle goes on; the next life catches up.
        for (const done of this.pushes.values()) done();
        this.pushes.clear();
        if (this.child === child) this.child = undefined;
      });
    });
    this.send({ ...this.setup, port, startAt: this.sandbox.now(), apiToken: this.apiToken });
    await ready;
    this.sandbox.setDoors({
      callbackUrl: `${this.url}/wecom/callback`,
      trustedDomain: new URL(this.url).host,
      memberPage: `${this.url}/m/sign-in`,
      shop: { url: this.url, token: this.apiToken },
    });
  }

  /** As a power cut would. */
  async killProduct(): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  get isRunning(): boolean {
    return this.child !== undefined;
  }

  /**
   * Runs corp and product until a moment; `onProgress` gets the time reached. In a `hurry` the product gets one turn a
   * day, and further turns only where a late answer is useless: for newcomers with a welcome code, and for customers who
   * wrote to customer service, where a message that is read late gets no answer. The bot answers in groups in the day's
   * turn. Ends early when the conductor is closed.
   */
  async liveUntil(
    until: number,
    onProgress: (at: number) => void = () => undefined,
    { hurry = false } = {},
  ): Promise<void> {
    while (!this.isClosing && this.sandbox.now() < until) {
      await this.newcomersGreeted();
      const stop = Math.min(until, nextStop(this.sandbox.now(), hurry));
      const { at } = await this.sandbox.advance(stop, hurry ? 'customers' : 'anybody');
      onProgress(at);
      await this.catchUp();
    }
  }

  /** Resolves when the product is at the corp's time, has read all messages and has done all that is due. */
  async catchUp(): Promise<void> {
    await this.chatRead();
    await this.push(true);
  }

  /** Starts the nightly reconciliation: with a pushed clock the product's own schedule does not. */
  strikeNight(): void {
    this.send({ kind: 'night' });
  }

  async close(): Promise<void> {
    this.isClosing = true;
    const { child } = this;
    if (child && child.exitCode === null) {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      this.send({ kind: 'close' });
      const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await gone;
      clearTimeout(timer);
    }
    await this.sandbox.close();
  }

  private async push(settle: boolean): Promise<void> {
    if (!this.child) return;
    const id = ++this.lastPush;
    const done = new Promise<void>((resolve) => this.pushes.set(id, resolve));
    this.send({ kind: 'push', id, at: this.sandbox.now(), settle });
    await done;
  }

  /** Who came by somebody's hand, between two turns, has a welcome code that the next turn would be too late for. */
  private async newcomersGreeted(): Promise<void> {
    if (!this.child || this.sandbox.clock().welcomesWaiting === 0) return;
    await this.sandbox.advance(this.sandbox.now());
    await this.catchUp();
  }

  /** The product reads chat messages by a long poll; time waits until it has them. */
  private async chatRead(): Promise<void> {
    const patience = Date.now() + CHAT_PATIENCE_MS;
    while (this.child && this.setup.chat && this.sandbox.clock().chat.unacknowledged > 0 && Date.now() < patience)
      await new Promise((resolve) => setTimeout(resolve, 2));
  }

  private send(message: ToProduct): void {
    // A product that was killed a moment ago receives nothing; the exit event reports its end.
    if (this.child?.connected) this.child.send(message, () => undefined);
  }
}

function nextStop(now: number, hurry: boolean): number {
  const midnight = Math.floor(now / DAY_MS) * DAY_MS;
  const stops = hurry ? STOPS_MS.slice(1) : STOPS_MS;
  return [...stops, DAY_MS + stops[0]!].map((stop) => midnight + stop).find((stop) => stop > now)!;
}

/** In the pretend corp everybody on the staff may command the bot. */
const operatorsOf = (sandbox: Sandbox): string[] => [
  ...new Set(
    sandbox
      .record()
      .groups.flatMap((group) => group.members.filter((member) => member.staff).map((member) => member.id)),
  ),
];
