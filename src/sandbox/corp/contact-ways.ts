import { SECOND } from '../calendar.js';
import type { IdMint } from './ids.js';
import type { Attachment } from './messages.js';

/** The closing message of a temporary chat. */
export interface Conclusion {
  readonly text: string;
  readonly attachment: Attachment | undefined;
}

export interface ContactWaySettings {
  /** 1 one staff member, 2 several, of whom one is picked. */
  readonly type: 1 | 2;
  /** 1 in a mini-program, 2 a QR code. */
  readonly scene: 1 | 2;
  readonly style: number | undefined;
  readonly remark: string;
  readonly skipVerify: boolean;
  readonly state: string;
  readonly users: readonly string[];
  readonly parties: readonly number[];
  readonly isExclusive: boolean;
  readonly temporary: Temporary | undefined;
}

export interface Temporary {
  readonly expiresInS: number;
  readonly chatExpiresInS: number;
  readonly unionid: string;
  readonly conclusion: Conclusion | undefined;
  /** As the app sent it, with the URL of its picture. */
  readonly conclusions: Readonly<Record<string, unknown>> | undefined;
}

export interface ContactWay {
  readonly configId: string;
  readonly createdAt: number;
  settings: ContactWaySettings;
  scans: number;
}

/** A customer scanned a code, or opened a link, with verification; the staff member has not accepted yet. */
interface Request {
  readonly state: string;
  /** The acquisition link by which they came, if it was one. */
  readonly linkId?: string;
}

interface TemporaryChat {
  readonly conclusion: Conclusion | undefined;
}

export class ContactWays {
  private readonly byConfigId = new Map<string, ContactWay>();
  private readonly requests = new Map<string, Request>();
  private readonly chats = new Map<string, TemporaryChat>();

  constructor(private readonly ids: IdMint) {}

  create(settings: ContactWaySettings, at: number): ContactWay {
    const way: ContactWay = { configId: this.ids.hex('contact-way'), createdAt: at, settings, scans: 0 };
    this.byConfigId.set(way.configId, way);
    return way;
  }

  get(configId: string): ContactWay | undefined {
    return this.byConfigId.get(configId);
  }

  /** The newest contact way with this state. */
  withState(state: string): ContactWay | undefined {
    return this.all().findLast((way) => way.settings.state === state);
  }

  all(): ContactWay[] {
    return [...this.byConfigId.values()];
  }

  get size(): number {
    return this.byConfigId.size;
  }

  remove(configId: string): void {
    this.byConfigId.delete(configId);
  }

  hasExpired({ createdAt, settings }: ContactWay, at: number): boolean {
    return settings.temporary !== undefined && at - createdAt > settings.temporary.expiresInS * SECOND;
  }

  request(userid: string, externalUserId: string, request: Request): void {
    this.requests.set(pairKey(userid, externalUserId), request);
  }

  /** Removes the request and answers it. */
  removeRequest(userid: string, externalUserId: string): Request | undefined {
    return removeFrom(this.requests, pairKey(userid, externalUserId));
  }

  openChat(userid: string, externalUserId: string, conclusion: Conclusion | undefined): void {
    this.chats.set(pairKey(userid, externalUserId), { conclusion });
  }

  /** Removes the chat and answers it. */
  removeChat(userid: string, externalUserId: string): TemporaryChat | undefined {
    return removeFrom(this.chats, pairKey(userid, externalUserId));
  }
}

const pairKey = (userid: string, externalUserId: string): string => `${userid}\n${externalUserId}`;

function removeFrom<T>(map: Map<string, T>, key: string): T | undefined {
  const value = map.get(key);
  map.delete(key);
  return value;
}
