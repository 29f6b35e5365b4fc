import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { WecomApp } from '../../channels/wecom-app.js';
import { MINUTE_MS } from '../../domain/day.js';
import type { Clock } from '../../platform/clock.js';
import type { Database } from '../../platform/database/database.js';
import { GiveUp, RetryLater } from '../../platform/errors.js';
import type { Logger } from '../../platform/logger/logger.js';
import { tokenHash } from '../../platform/tokens.js';
import { signInStore } from './sign-in.store.js';

/** WeChat's code is valid for 5 minutes; the member may take a moment on WeChat's page before. */
export const SIGN_IN_MS = 10 * MINUTE_MS;

/** What can go wrong, by who has to act: `pageProblems` has the words. */
export type SignInProblem =
  /** The state is missing, forged, used, expired, or of another browser. */
  | 'state_unknown'
  /** The member refused, or WeChat came back without a code. */
  | 'no_code'
  /** 40029 and 42003: the code was used or is too old. */
  | 'code_spent'
  /** 50001: the domain of the page is not trusted, or the code is of another app. */
  | 'domain_not_trusted'
  /** 50002 and 50003: the app does not cover this person, or is disabled. */
  | 'app_closed'
  | 'unreachable'
  | 'not_set_up';

/** `path`: where the visitor wanted to go; empty when the sign-in was not begun here. */
export type SignInOutcome =
  | { readonly kind: 'member'; readonly externalUserId: string; readonly path: string }
  | { readonly kind: 'colleague' | 'stranger'; readonly path: string }
  | { readonly kind: 'problem'; readonly code: SignInProblem; readonly path: string };

export interface SignInParts {
  readonly db: Database;
  readonly wallClock: Clock;
  readonly logger: Logger;
  /** Undefined without WeCom. */
  readonly app: WecomApp | undefined;
  /** `https://open.weixin.qq.com` */
  readonly oauthBase: string;
}

/** Errcodes of `auth/getuserinfo` (contract wecom-more §7). */
const problemOfErrcode: ReadonlyMap<number, SignInProblem> = new Map([
  [40029, 'code_spent'],
  [42003, 'code_spent'],
  [50001, 'domain_not_trusted'],
  [50002, 'app_closed'],
  [50003, 'app_closed'],
]);

const text = z.string().optional().catch(undefined);
/** A member of the corp has a `userid`, a customer an `external_userid`, anybody else an `openid` alone. */
const whoCame = z.object({ userid: text, openid: text, external_userid: text });

const LONGEST_CODE = 512;

/** Signs members in by WeChat's silent OAuth (`snsapi_base`). */
export class SignIns {
  constructor(private readonly parts: SignInParts) {}

  /** The address of WeChat that signs in and comes back to `backTo`; null without WeCom. `browser`: the token in the cookie. */
  async begin({
    browser,
    path,
    backTo,
  }: {
    readonly browser: string;
    readonly path: string;
    readonly backTo: string;
  }): Promise<string | null> {
    const { app, db, oauthBase, wallClock } = this.parts;
    if (!app) return null;
    // WeChat accepts letters and digits only.
    const state = randomBytes(24).toString('hex');
    const now = wallClock.now();
    await db.write(async (tx) => {
      await signInStore.removeExpired(tx, now);
      await signInStore.append(tx, {
        stateHash: stateHashOf(state),
        browserHash: tokenHash(browser),
        path,
        expiresAt: now + SIGN_IN_MS,
      });
    });
    const query = new URLSearchParams({
      appid: app.corpId,
      redirect_uri: backTo,
      response_type: 'code',
      scope: 'snsapi_base',
      state,
      agentid: String(app.agentId),
    });
    return `${oauthBase}/connect/oauth2/authorize?${query.toString()}#wechat_redirect`;
  }

  /** Checks the state before the code is spent: a forged link must not cost the member their sign-in. */
  async finish({
    browser,
    state,
    code,
  }: {
    readonly browser: string | undefined;
    readonly state: string;
    readonly code: string;
  }): Promise<SignInOutcome> {
    const { db, wallClock, app } = this.parts;
    if (!app) return problem('not_set_up');
    if (browser === undefined || !/^[a-f0-9]{48}$/.test(state)) return problem('state_unknown');
    const begun = await db.write((tx) =>
      signInStore.take(tx, {
        stateHash: stateHashOf(state),
        browserHash: tokenHash(browser),
        now: wallClock.now(),
      }),
    );
    if (!begun) return problem('state_unknown');
    if (code === '' || code.length > LONGEST_CODE) return problem('no_code', begun.path);
    return this.exchange(app, code, begun.path);
  }

  private async exchange(app: WecomApp, code: string, path: string): Promise<SignInOutcome> {
    try {
      const outcome = await app.tryCall({ endpoint: 'auth/getuserinfo', query: { code }, answer: whoCame }, [
        ...problemOfErrcode.keys(),
      ]);
      if (!outcome.ok) return this.refused(problemOfErrcode.get(outcome.errcode)!, outcome.errcode, path);
      const { userid, external_userid: externalUserId } = outcome.data;
      // Whether a colleague can have an external_userid as well is not documented; the page is for customers either way.
      if (userid) return { kind: 'colleague', path };
      return externalUserId ? { kind: 'member', externalUserId, path } : { kind: 'stranger', path };
    } catch (cause) {
      if (!(cause instanceof RetryLater) && !(cause instanceof GiveUp)) throw cause;
      this.parts.logger.warn({ err: cause }, 'a member could not be signed in: WeCom did not say who it is');
      return problem('unreachable', path);
    }
  }

  private refused(code: SignInProblem, errcode: number, path: string): SignInOutcome {
    // A used code is the visitor's reload; the others are for an admin of the corp.
    if (code !== 'code_spent')
      this.parts.logger.error(
        { errcode },
        'WeCom refuses the sign-in of the member page; see the app in the admin pages',
      );
    return problem(code, path);
  }
}

const problem = (code: SignInProblem, path = ''): SignInOutcome => ({ kind: 'problem', code, path });

const stateHashOf = (state: string): string => createHash('sha256').update(state).digest('hex');
