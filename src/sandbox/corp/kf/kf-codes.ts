import { HOUR, SECOND } from '../../calendar.js';
import type { IdMint } from '../ids.js';
import type { KfSession, KfState } from './kf-session.js';
import { stateOf } from './kf-session.js';

export type KfCodeKind = 'welcome' | 'queue' | 'person' | 'ended';

/** Contract §5. `whileIn`: the session must still be in this state. */
const KINDS: Readonly<
  Record<KfCodeKind, { readonly life: number; readonly textOnly: boolean; readonly whileIn?: KfState }>
> = {
  welcome: { life: 20 * SECOND, textOnly: false },
  queue: { life: 48 * HOUR, textOnly: true, whileIn: 2 },
  person: { life: 48 * HOUR, textOnly: true, whileIn: 3 },
  ended: { life: 20 * SECOND, textOnly: false, whileIn: 4 },
};

interface KfCode {
  readonly session: KfSession;
  readonly kind: KfCodeKind;
  readonly madeAt: number;
  used: boolean;
}

type Redeemable =
  | { readonly session: KfSession; readonly kind: KfCodeKind; readonly textOnly: boolean; use(): void }
  | { readonly not: 'invalid' | 'other_state' };

/** Codes for one message each, in answer to an event of customer service. */
export class KfCodes {
  private readonly codes = new Map<string, KfCode>();

  constructor(private readonly ids: IdMint) {}

  make(kind: KfCodeKind, session: KfSession, at: number): string {
    const code = this.ids.letters(kind === 'welcome' ? 'WC' : 'MC', 32);
    this.codes.set(code, { session, kind, madeAt: at, used: false });
    return code;
  }

  find(code: string, now: number): Redeemable {
    const known = this.codes.get(code);
    if (!known || known.used) return { not: 'invalid' };
    const { session, kind } = known;
    const { life, textOnly, whileIn } = KINDS[kind];
    if (now - known.madeAt > life) return { not: 'invalid' };
    if (whileIn !== undefined && stateOf(session, now) !== whileIn) return { not: 'other_state' };
    return { session, kind, textOnly, use: () => (known.used = true) };
  }

  /** How many welcome codes are unused and still valid. */
  welcomesWaiting(now: number): number {
    let waiting = 0;
    for (const { kind, used, madeAt } of this.codes.values())
      if (kind === 'welcome' && !used && now - madeAt <= KINDS.welcome.life) waiting += 1;
    return waiting;
  }
}
