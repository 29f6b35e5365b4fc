import type { ChatEvent, ShopFact } from '../corp/outlets.js';
import type { XmlValue } from '../doors/callback/xml.js';
import type { DoorResponse, DoorRequest, Door } from '../doors/http.js';

type Fields = Readonly<Record<string, XmlValue>>;

/** One call of the API as the log shows it. The token and the secret are left out. */
export interface SeenCall {
  readonly n: number;
  readonly at: number;
  readonly method: string;
  readonly path: string;
  /** Undefined: the connection was cut. */
  readonly errcode: number | undefined;
  readonly errmsg: string;
  readonly query: string;
  readonly body: string;
  readonly answer: unknown;
}

/** A staff member's text to the app, or their tap on one of its cards. */
export interface SaidToApp {
  readonly at: number;
  readonly text: string;
}

const TALK = 300;
const PER_PERSON = 80;
const CALLS = 400;
const BODY = 4_000;
const SECRETS = ['access_token', 'corpsecret', 'key'];

/** Keeps recent calls, chat and shop facts for the page; the corp itself does not store them. */
export class RecentActivity {
  readonly calls: SeenCall[] = [];
  private callCount = 0;
  private readonly talk = new Map<string, ChatEvent[]>();
  private readonly toBot = new Map<string, ChatEvent[]>();
  private readonly toApp = new Map<string, SaidToApp[]>();
  private readonly sold = new Map<string, ShopFact[]>();

  constructor(private readonly now: () => number) {}

  /** Messages, joins and departures of a group, oldest first. */
  talkIn(roomId: string): readonly ChatEvent[] {
    return this.talk.get(roomId) ?? [];
  }

  /** Private messages to the chat account. */
  saidToBot(chatContactId: string): readonly ChatEvent[] {
    return this.toBot.get(chatContactId) ?? [];
  }

  saidToApp(userid: string): readonly SaidToApp[] {
    return this.toApp.get(userid) ?? [];
  }

  /** The shop's facts about a customer, whom it knows by unionid or phone. */
  soldTo(customer: { readonly unionid: string; readonly phone: string }): readonly ShopFact[] {
    const both = [...(this.sold.get(customer.unionid) ?? []), ...(this.sold.get(customer.phone) ?? [])];
    return both.sort((a, b) => a.at - b.at);
  }

  recordChat(event: ChatEvent): void {
    if (event.roomId !== undefined) keep(this.talk, event.roomId, event, TALK);
    else if (event.kind === 'message') keep(this.toBot, event.talkerId, event, PER_PERSON);
  }

  recordCallback(fields: Fields): void {
    const from = textOf(fields['FromUserName']);
    if (from === '' || from === 'sys') return;
    const text = textOf(fields['Content']) || [textOf(fields['Event']), textOf(fields['EventKey'])].join(' ').trim();
    keep(this.toApp, from, { at: this.now(), text }, PER_PERSON);
  }

  recordShopFact(fact: ShopFact): void {
    keep(this.sold, fact.member.unionid ?? fact.member.phone ?? '', fact, PER_PERSON);
  }

  /** Wraps a door so that its calls are recorded. */
  recording(door: Door): Door {
    return async (request) => {
      const response = await door(request);
      if (response) this.recordCall(request, response);
      return response;
    };
  }

  private recordCall(request: DoorRequest, response: DoorResponse): void {
    const answer = 'cut' in response ? undefined : (response.json as Record<string, unknown> | undefined);
    const query = new URLSearchParams(request.query);
    for (const secret of SECRETS) query.delete(secret);
    this.callCount += 1;
    this.calls.push({
      n: this.callCount,
      at: this.now(),
      method: request.method,
      path: request.path,
      errcode: answer ? Number(answer['errcode'] ?? 0) : 'cut' in response ? undefined : 0,
      errmsg: textOf(answer?.['errmsg']),
      query: query.toString(),
      body: bodyOf(request),
      answer: answer && 'access_token' in answer ? { ...answer, access_token: '…' } : answer,
    });
    if (this.calls.length > CALLS * 2) this.calls.splice(0, CALLS);
  }
}

const bodyOf = ({ headers, body }: DoorRequest): string =>
  headers['content-type']?.startsWith('multipart/')
    ? `(${body.length} bytes, multipart)`
    : body.subarray(0, BODY).toString('utf8');

const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

function keep<T>(map: Map<string, T[]>, key: string, thing: T, most: number): void {
  const list = map.get(key) ?? [];
  map.set(key, list);
  list.push(thing);
  if (list.length > most * 2) list.splice(0, most);
}
