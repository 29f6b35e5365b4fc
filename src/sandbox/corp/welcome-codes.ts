import { SECOND } from '../calendar.js';
import type { IdMint } from './ids.js';
import type { Relation } from './relations.js';

const LIFE = 20 * SECOND;

interface WelcomeCode {
  readonly relation: Relation;
  readonly madeAt: number;
  state: 'new' | 'used' | 'taken';
}

/** What another app of the corp does with welcome codes. */
export const RIVALS = ['silent', 'welcomes_first', 'is_sending'] as const;

type Redeemed =
  | { readonly relation: Relation }
  /** `invalid`: unknown, expired or used. `taken`: another app welcomed first. `in_flight`: another app is sending. */
  | { readonly not: 'invalid' | 'taken' | 'in_flight' };

/** A code is valid for 20 s of simulated time and can be used once. */
export class WelcomeCodes {
  private readonly codes = new Map<string, WelcomeCode>();

  /** Whether the next contact comes without a code: the administrator has set a welcome, or the two chat already. */
  isWithheld = (): boolean => false;
  rival: (typeof RIVALS)[number] = 'silent';

  constructor(private readonly ids: IdMint) {}

  make(relation: Relation, at: number): string {
    const code = this.ids.letters('welcome-', 51).slice(8);
    this.codes.set(code, { relation, madeAt: at, state: 'new' });
    return code;
  }

  /** Uses up the code and answers whom it welcomes. */
  redeem(code: string, at: number): Redeemed {
    const known = this.codes.get(code);
    if (!known || known.state === 'used' || at - known.madeAt > LIFE) return { not: 'invalid' };
    if (this.rival === 'is_sending') return { not: 'in_flight' };
    if (this.rival === 'welcomes_first') known.state = 'taken';
    if (known.state === 'taken') return { not: 'taken' };
    known.state = 'used';
    return { relation: known.relation };
  }

  /** Whether the pair was welcomed already. If so, it gets no second code when the half contact becomes mutual. */
  wasUsedFor(relation: Relation): boolean {
    return [...this.codes.values()].some((code) => code.relation === relation && code.state !== 'new');
  }

  /** The number of unused codes that are still valid. */
  waiting(at: number): number {
    return [...this.codes.values()].filter((code) => code.state === 'new' && at - code.madeAt <= LIFE).length;
  }
}
