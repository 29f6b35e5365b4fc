import { createHash } from 'node:crypto';

/** The openid of whoever has this unionid. */
export const openidOf = (unionid: string): string =>
  `oc${createHash('sha256').update(`openid ${unionid}`).digest('base64url').slice(0, 26)}`;

/** Creates ids in the platform's format. The same seed gives the same ids; each kind has its own counter. */
export class IdMint {
  private readonly made = new Map<string, number>();

  constructor(private readonly seed: number) {}

  /** `prefix` then letters and digits up to `length`. */
  letters(prefix: string, length = 32): string {
    const digest = this.digest(prefix, 'base64').replace(/[+/=]/g, 'A');
    return (prefix + digest + digest).slice(0, length);
  }

  hex(kind: string): string {
    return this.digest(kind, 'hex').slice(0, 32);
  }

  /** A 64-bit number as text, above 2^53 like real message ids. */
  messageId(): string {
    return String(7_301_445_566_000_000_000n + BigInt(this.next('msgid')) * 1_009n);
  }

  private digest(kind: string, encoding: 'hex' | 'base64'): string {
    return createHash('sha256')
      .update(`${this.seed}|${kind}|${this.next(kind)}`)
      .digest(encoding);
  }

  private next(kind: string): number {
    const count = (this.made.get(kind) ?? 0) + 1;
    this.made.set(kind, count);
    return count;
  }
}
