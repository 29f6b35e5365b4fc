import { z } from 'zod';
import { CHAT_STATUS, EXHAUSTED } from './corp/acquisition-links.js';
import type { Corp } from './corp/corp.js';
import { kfMannersShape } from './corp/kf/kf-manners.js';
import { CODES, ID_RECEIVERS, OUT_OF_SCOPE, STATES } from './corp/sign-ins.js';
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
  /** Revokes the access token early: 40014. */
  killToken: z.boolean().optional(),
  /** Expires the access token early: 42001. */
  expireToken: z.boolean().optional(),
  newSecret: z.string().min(1).optional(),
  /** Calls from an address that is not on the app's list: 60020 until switched off again. */
  untrustedIp: z.boolean().optional(),
  /** The administrator switched the app off: calls get 50003, requests for a token 40001. */
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
  /** Simulated ms for which reads show the state before the latest change by people. */
  lateGroupReadMs: ms,
  lateContactReadMs: ms,
  /** Real ms each API call takes. */
  latencyMs: ms,
  /** The API host resets every connection. The sandbox's own doors stay open. */
  down: z.boolean().optional(),
  shortPages: z.boolean().optional(),
  /** A mass-send lists its receivers only after the sender confirmed; the contract leaves this open. */
  unlistedBeforeTap: z.boolean().optional(),
  endOfList: z.enum(['empty', 'absent']).optional(),
  /** What another app does with welcome codes: nothing, always first (41051), or just sending (41096). */
  otherApp: z.enum(RIVALS).optional(),
  /** How the authorize page and `auth/getuserinfo` behave. */
  signIn: z
    .object({
      code: z.enum(CODES).optional(),
      state: z.enum(STATES).optional(),
      outOfScope: z.enum(OUT_OF_SCOPE).optional(),
      externalUserId: z.enum(ID_RECEIVERS).optional(),
    })
    .optional(),
  /** How acquisition links behave. */
  acquisition: z
    .object({
      exhausted: z.enum(EXHAUSTED).optional(),
      chatStatus: z.enum(CHAT_STATUS).optional(),
      priority: z.boolean().optional(),
    })
    .optional(),
  mischief: mischiefShape.optional(),
  /** Customer service (微信客服). */
  kf: kfMannersShape.optional(),
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

export function makeTrouble(of: Troubled, requested: Trouble): void {
  const trouble = troubleShape.parse(requested);
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
  Object.assign(of.manners, givenFields(manners));
  Object.assign(corp.acquisitionLinks.manners, givenFields(trouble.acquisition ?? {}));
  Object.assign(corp.signIns.manners, givenFields(trouble.signIn ?? {}));
  Object.assign(of.shares, givenFields(trouble.mischief ?? {}));
  Object.assign(corp.kf.manners, givenFields(trouble.kf ?? {}));
  Object.assign(of.envelope, givenFields(trouble.envelope ?? {}));
}

/** Only the fields that were given; the others keep their value. */
const givenFields = <T extends object>(fields: T): Partial<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
