import { z } from 'zod';
import type { Clock } from '../../../platform/clock.js';
import { optionalNumber, requiredText } from './lenient.js';

/** A new token is fetched this long before the old one expires, so that none expires during a call. */
const MARGIN_MS = 5 * 60_000;

/** WeCom's usual lifetime. A token that expires earlier is refused, and renewed then. */
const USUAL_SECONDS = 7_200;

export const tokenAnswer = z.object({
  access_token: requiredText,
  expires_in: optionalNumber.transform((seconds) => (seconds !== undefined && seconds > 0 ? seconds : USUAL_SECONDS)),
});
type IssuedToken = z.output<typeof tokenAnswer>;
type FetchToken = () => Promise<IssuedToken>;

/** The token of the app. Concurrent callers share one request, because failed gettoken calls count towards a block. */
export class AccessToken {
  private current: { readonly token: string; readonly until: number } | undefined;
  private fetching: Promise<string> | undefined;

  constructor(
    private readonly fetchToken: FetchToken,
    private readonly clock: Clock,
  ) {}

  async get(): Promise<string> {
    if (this.current && this.current.until > this.clock.now()) return this.current.token;
    this.fetching ??= this.fetchToken()
      .then((issued) => this.store(issued))
      .finally(() => (this.fetching = undefined));
    return this.fetching;
  }

  /** Drops a token that WeCom refused, unless another caller has already renewed it. */
  drop(token: string): void {
    if (this.current?.token === token) this.current = undefined;
  }

  store({ access_token: token, expires_in: seconds }: IssuedToken): string {
    const lifeMs = seconds * 1_000;
    this.current = { token, until: this.clock.now() + Math.max(lifeMs - MARGIN_MS, lifeMs / 2) };
    return token;
  }
}
