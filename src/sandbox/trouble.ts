import { z } from 'zod';
import type { Corp } from './corp/corp.js';
import { RIVALS } from './corp/welcome-codes.js';
import { envelopeShape, type Envelope } from './doors/callback/envelope.js';
import type { AppGrant } from './doors/wecom/app-grant.js';
import type { ApiManners } from './doors/wecom/endpoint.js';
import type { Faults } from './doors/wecom/faults.js';
import type { Limits } from './doors/wecom/limits.js';
import type { Tokens } from './doors/wecom/tokens.js';
import { mischiefShape, type Shares } from './mischief.js';

const ms = z.number().min(0).optional();

const troubleShape = z.object({
  /** Takes the access token back before its time: 40014. */
  killToken: z.boolean().optional(),
  /** The token is over before its time: 42001. */
  expireToken: z.boolean().optional(),
  newSecret: z.string().min(1).optional(),
  /** Calls from an address that is not on the app's list: 60020 until switched off again. */
  untrustedIp: z.boolean().optional(),
  /** The administrator switched the app off: 50003, and 40001 for who wants a token. */
  disabled: z.boolean().optional(),
  /** The app may no longer call `path`, or (absent) anything about customers: 48002 until `off`. */
  withdraw: z.object({ path: z.string().optional(), off: z.boolean().default(false) }).optional(),
  /** The staff the app may see; null: all. */
  scope: z.array(z.string()).nullable().optional(),
  /** `path` absent: all endpoints. */
  limit: z
    .object({
      path: z.string().optional(),
      perMinute: z.number().int().optional(),
      perHour: z.number().int().optional(),
      parallel: z.number().int().optional(),
    })
    .optional(),
  fault: z
    .object({
      path: z.string(),
      kind: z.enum(['error', 'lose_call', 'lose_answer']),
      errcode: z.number().int().optional(),
      times: z.number().int().positive().default(1),
    })
    .optional(),
  /** Simulated ms for which a read still shows how it was before the latest change that people made. */
  lateGroupReadMs: ms,
  lateContactReadMs: ms,
  /** Real ms each API call takes. */
  latencyMs: ms,
  /** The API host resets every connection. The sandbox's own doors stay open. */
  down: z.boolean().optional(),
  shortPages: z.boolean().optional(),
  /** A mass-send lists its receivers once its sender has tapped, and nobody before: the contract leaves it open. */
  unlistedBeforeTap: z.boolean().optional(),
  endOfList: z.enum(['empty', 'absent']).optional(),
  /** What another app does with welcome codes: nothing, always first (41051), or just sending (41096). */
  otherApp: z.enum(RIVALS).optional(),
  mischief: mischiefShape.optional(),
  envelope: envelopeShape.optional(),
});

/** Trouble a tester orders. */
export type Trouble = z.input<typeof troubleShape>;

export interface Troubled {
  readonly corp: Corp;
  readonly tokens: Tokens;
  readonly grant: AppGrant;
  readonly limits: Limits;
  readonly faults: Faults;
  readonly manners: ApiManners;
  readonly shares: Shares;
  readonly envelope: Envelope;
}

export function makeTrouble(of: Troubled, asked: Trouble): void {
  const trouble = troubleShape.parse(asked);
  const { corp, tokens, grant, limits, faults } = of;
  if (trouble.killToken) tokens.kill();
  if (trouble.expireToken) tokens.expire();
  if (trouble.newSecret !== undefined) tokens.changeSecret(trouble.newSecret);
  if (trouble.untrustedIp !== undefined) grant.untrustedIp = trouble.untrustedIp;
  if (trouble.disabled !== undefined) grant.disabled = trouble.disabled;
  if (trouble.withdraw?.off) grant.giveBack(trouble.withdraw.path);
  else if (trouble.withdraw) grant.withdraw(trouble.withdraw.path);
  if (trouble.scope !== undefined) corp.scope = trouble.scope === null ? undefined : new Set(trouble.scope);
  if (trouble.limit) limits.set(trouble.limit.path, trouble.limit);
  if (trouble.fault) faults.order(trouble.fault);
  if (trouble.otherApp !== undefined) corp.welcomes.rival = trouble.otherApp;
  const { lateGroupReadMs, lateContactReadMs, latencyMs, down, shortPages, unlistedBeforeTap, endOfList } = trouble;
  const manners = { lateGroupReadMs, lateContactReadMs, latencyMs, down, shortPages, unlistedBeforeTap, endOfList };
  Object.assign(of.manners, said(manners));
  Object.assign(of.shares, said(trouble.mischief ?? {}));
  Object.assign(of.envelope, said(trouble.envelope ?? {}));
}

/** What is not mentioned stays as it is. */
const said = <T extends object>(wishes: T): Partial<T> =>
  Object.fromEntries(Object.entries(wishes).filter(([, wish]) => wish !== undefined)) as Partial<T>;
