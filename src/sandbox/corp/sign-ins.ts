import { MINUTE } from '../calendar.js';
import { openidOf, type IdMint } from './ids.js';
import type { Person, Staff } from './person.js';

/** Somebody in WeChat whom the corp does not know. */
export interface Stranger {
  readonly strangerName: string;
}

/** The one whose WeChat or WeCom client opens a page. */
export type Visitor = Person | Staff | Stranger;

export const SCOPES = ['snsapi_base', 'snsapi_privateinfo'] as const;
export type SignInScope = (typeof SCOPES)[number];

/** What the authorize page hands out in place of a good code. */
export const CODES = ['good', 'used', 'expired', 'made_up', 'other_app', 'none'] as const;
export const STATES = ['kept', 'changed', 'dropped'] as const;
export const OUT_OF_SCOPE = ['answered', 'refused'] as const;
export const ID_RECEIVERS = ['customers', 'everybody', 'nobody'] as const;

/** How signing in behaves; it may change while the corp runs. */
export interface SignInManners {
  code: (typeof CODES)[number];
  /** What comes back in `state`. */
  state: (typeof STATES)[number];
  /**
   * A colleague outside the app's visible scope is answered (D-98177); the list of errcodes also has 50002 for them, so
   * both can be had.
   */
  outOfScope: (typeof OUT_OF_SCOPE)[number];
  /**
   * Who gets an external_userid beside the openid. The documents: customers whose staff member the app may see. The
   * others are what a corp sees whose customers never added anybody, or that is not allowed to read customers.
   */
  externalUserId: (typeof ID_RECEIVERS)[number];
}

export interface SignIn {
  readonly visitor: Visitor;
  readonly agentId: string;
  readonly scope: SignInScope;
  readonly expiresAt: number;
  isUsed: boolean;
}

const CODE_LIFE = 5 * MINUTE;

/** The codes of the authorize page: once, for one app, five minutes (contract part 2 §7). */
export class SignIns {
  readonly manners: SignInManners = {
    code: 'good',
    state: 'kept',
    outOfScope: 'answered',
    externalUserId: 'customers',
  };
  /** Host, and port if not the scheme's own, where the authorize page may redirect to; undefined: nowhere. */
  trustedDomain: string | undefined;
  /** A browser takes its time while the corp's time may run much faster: a code lives at least so long. */
  shortestLife: () => number = () => 0;
  private readonly byCode = new Map<string, SignIn>();

  constructor(
    private readonly ids: IdMint,
    private readonly ownAgentId: string,
  ) {}

  /** The code for the redirect; undefined: the redirect has none, as when somebody refuses. */
  makeCode(visitor: Visitor, app: { readonly agentId: string; readonly scope: SignInScope }, at: number) {
    const kind = this.manners.code;
    if (kind === 'none') return undefined;
    const code = this.ids.letters('code-', 48).slice(5);
    if (kind === 'made_up') return code;
    this.byCode.set(code, {
      visitor,
      scope: app.scope,
      agentId: kind === 'other_app' ? `${this.ownAgentId}9` : app.agentId,
      expiresAt: kind === 'expired' ? at - 1 : at + Math.max(CODE_LIFE, this.shortestLife()),
      isUsed: kind === 'used',
    });
    return code;
  }

  find(code: string): SignIn | undefined {
    return this.byCode.get(code);
  }
}

export const isStranger = (visitor: Visitor): visitor is Stranger => 'strangerName' in visitor;

/** The id of somebody outside the corp, the same at each visit. */
export const openidOfVisitor = (visitor: Person | Stranger): string =>
  openidOf(isStranger(visitor) ? `stranger ${visitor.strangerName}` : visitor.unionid);
