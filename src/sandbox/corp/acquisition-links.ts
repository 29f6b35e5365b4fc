import type { IdMint } from './ids.js';

/** Whom a customer is led to who knows staff already: anybody of the corp, or of the named ones. */
export interface LinkPriority {
  /** 1 the whole corp, 2 the named staff. */
  readonly type: 1 | 2;
  readonly users: readonly string[];
}

export interface AcquisitionLinkSettings {
  readonly name: string;
  readonly users: readonly string[];
  readonly departments: readonly number[];
  readonly skipVerify: boolean;
  readonly priority: LinkPriority | undefined;
}

/** A customer who was added through a link, as the API lists them. */
export interface LinkCustomer {
  readonly userid: string;
  readonly externalUserId: string;
  /** The `customer_channel` of the address they opened. */
  readonly state: string;
  readonly addedAt: number;
  hasSpoken: boolean;
}

export interface AcquisitionLink {
  readonly linkId: string;
  readonly createdAt: number;
  /** The app made it. An app reads only its own links. */
  readonly byApp: boolean;
  settings: AcquisitionLinkSettings;
  /** The platform switched it off. */
  isBlocked: boolean;
  /** A callback has reported that the link does not work. */
  isReported: boolean;
  turns: number;
  readonly clicks: { readonly externalUserId: string; readonly at: number }[];
  readonly customers: LinkCustomer[];
}

export const EXHAUSTED = ['closed', 'open'] as const;
export const CHAT_STATUS = ['known', 'unknown'] as const;

/** How links behave where the documents leave it open, or where corps differ. */
export interface AcquisitionManners {
  /** Whether a link still adds customers when no use is left: not documented (?). */
  exhausted: (typeof EXHAUSTED)[number];
  /** `customer` says who has spoken, or `chat_status` 2 for everybody. */
  chatStatus: (typeof CHAT_STATUS)[number];
  /** Whether the corp's industry may set `priority_option`. */
  priority: boolean;
}

/** The customer acquisition links of the corp (获客助手, contract part 2 §5). */
export class AcquisitionLinks {
  readonly manners: AcquisitionManners = { exhausted: 'closed', chatStatus: 'known', priority: true };
  /** Addresses with their `customer_channel` that somebody has put where people see them. */
  readonly published: string[] = [];
  private readonly byId = new Map<string, AcquisitionLink>();

  constructor(private readonly ids: IdMint) {}

  create(settings: AcquisitionLinkSettings, at: number, byApp: boolean): AcquisitionLink {
    const linkId = `cawcde${this.ids.hex('acquisition-link').slice(0, 12)}`;
    const state = { isBlocked: false, isReported: false, turns: 0, clicks: [], customers: [] };
    const link: AcquisitionLink = { linkId, createdAt: at, byApp, settings, ...state };
    this.byId.set(linkId, link);
    return link;
  }

  get(linkId: string): AcquisitionLink | undefined {
    return this.byId.get(linkId);
  }

  all(): AcquisitionLink[] {
    return [...this.byId.values()];
  }

  remove(linkId: string): void {
    this.byId.delete(linkId);
  }

  /** The link through which these two met, where the customer has not spoken yet. */
  silentCustomer(
    userid: string,
    externalUserId: string,
  ): { readonly link: AcquisitionLink; readonly customer: LinkCustomer } | undefined {
    for (const link of this.byId.values()) {
      const customer = link.customers.find(
        (one) => one.userid === userid && one.externalUserId === externalUserId && !one.hasSpoken,
      );
      if (customer) return { link, customer };
    }
    return undefined;
  }
}

const LONGEST_CHANNEL = 64;

/** The link and the channel in an address, wherever it leads; undefined if it is none of a link. */
export function linkIn(address: string): { readonly linkId: string; readonly channel: string } | undefined {
  if (!URL.canParse(address)) return undefined;
  const { pathname, searchParams } = new URL(address);
  const linkId = /^\/ca\/(\w+)$/.exec(pathname)?.[1];
  return linkId === undefined ? undefined : { linkId, channel: cut(searchParams.get('customer_channel') ?? '') };
}

/** Above 64 bytes the platform cuts a channel (D-97298). */
function cut(channel: string): string {
  let bytes = 0;
  let kept = '';
  for (const character of channel) {
    bytes += Buffer.byteLength(character);
    if (bytes > LONGEST_CHANNEL) break;
    kept += character;
  }
  return kept;
}
