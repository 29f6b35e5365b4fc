import { z } from 'zod';
import type { Clock } from '../../../platform/clock.js';
import { maybeNumber, neededText } from './lenient.js';

/** A fresh token is fetched this long before the old one ends, so that none expires under way. */
const MARGIN_MS = 5 * 60_000;

/** WeCom's own; a token that ends sooner is refused, and renewed then. */
const USUAL_SECONDS = 7_200;

export const tokenAnswer = z.object({
  access_token: neededText,
  expires_in: maybeNumber.transform((seconds) => (seconds !== undefined && seconds > 0 ? seconds : USUAL_SECONDS)),
});
type IssuedToken = z.output<typeof tokenAnswer>;
type FetchToken = () => Promise<IssuedToken>;

/** The app's one token. However many ask at once, WeCom is asked once (wrong answers to gettoken count towards a ban). */
export class AccessToken {
  private held: { readonly token: string; readonly until: number } | undefined;
  private fetching: Promise<string> | undefined;

  constructor(
    private readonly fetchToken: FetchToken,
    private readonly clock: Clock,
  ) {}

  async get(): Promise<string> {
    if (this.held && this.held.until > this.clock.now()) return this.held.token;
    this.fetching ??= this.fetchToken()
      .then((issued) => this.hold(issued))
      .finally(() => (this.fetching = undefined));
    return this.fetching;
  }

  /** WeCom refused this token. Another caller may have renewed it already, so only this very one is dropped. */
  drop(token: string): void {
    if (this.held?.token === token) this.held = undefined;
  }

  hold({ access_token: token, expires_in: seconds }: IssuedToken): string {
    const lifeMs = seconds * 1_000;
    this.held = { token, until: this.clock.now() + Math.max(lifeMs - MARGIN_MS, lifeMs / 2) };
    return token;
  }
}
