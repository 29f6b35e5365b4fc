import { SECOND } from '../calendar.js';
import type { IdMint } from './ids.js';
import type { Relation } from './relations.js';

const LIFE = 20 * SECOND;

interface WelcomeCode {
  readonly relation: Relation;
  readonly madeAt: number;
  used: boolean;
}

/** A code lives 20 s of simulated time and opens once. */
export class WelcomeCodes {
  private readonly codes = new Map<string, WelcomeCode>();

  constructor(private readonly ids: IdMint) {}

  make(relation: Relation, at: number): string {
    const code = this.ids.letters('welcome-', 51).slice(8);
    this.codes.set(code, { relation, madeAt: at, used: false });
    return code;
  }

  /** Who is to be welcomed, once; undefined when unknown, too late or used. */
  redeem(code: string, at: number): Relation | undefined {
    const known = this.codes.get(code);
    if (!known || known.used || at - known.madeAt > LIFE) return undefined;
    known.used = true;
    return known.relation;
  }
}
