import { createHash } from 'node:crypto';
import { z } from 'zod';
import { cutToCharacters, cutToCodePoints } from '../../domain/cut-text.js';
import { MINUTE_MS } from '../../domain/day.js';
import type { Fact, FactData, FactKind } from '../../domain/fact.js';
import { plausibleTime } from '../../domain/plausible-time.js';
import { WELCOME_CODE_MS } from '../../domain/welcome-code.js';
import { isDeeperThan, MAX_JSON_DEPTH } from '../../platform/http/json-depth.js';
import type { CommandRequest, Received } from '../channel.js';
import { failReasonOf } from './fail-reasons.js';

/**
 * A message that is read later than this after it was written is not answered any more (kf contract §3, cold start). More than
 * five minutes: the clock of the demo moves in steps of five minutes, and a message may be read one step later.
 */
export const ANSWERED_WITHIN_MS = 5.5 * MINUTE_MS;
const WORDS_KEPT = 200;
const TEXT_READ = 2_000;
const BODY_KEPT = 8_000;

export interface ItemContext {
  /** The account whose messages were pulled; events do not name it in their head. */
  readonly account: string;
  /** Epoch ms. */
  readonly readAt: number;
  /** The read began without a cursor: nothing that it finds is answered. */
  readonly isCatchingUp: boolean;
  /** The unionid of a customer, where WeCom knows one. */
  readonly unionidOf: (externalUserId: string) => string | undefined;
}

const seconds = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^\d{1,13}$/)
      .transform(Number),
  ])
  .catch(Number.NaN);
const whole = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^\d{1,9}$/)
      .transform(Number),
  ])
  .catch(-1);
/** Longer ones are none of WeCom's; a fact could not keep them. */
const ACCOUNT_LENGTH = 64;
const CUSTOMER_LENGTH = 128;
const id = (most: number) => z.string().min(1).max(most).optional().catch(undefined);

/** The head of every item (kf contract §3.1). Events have their account and customer in `event`. */
const head = z
  .object({
    msgid: z.string().min(1),
    open_kfid: id(ACCOUNT_LENGTH),
    external_userid: id(CUSTOMER_LENGTH),
    send_time: seconds,
    origin: whole,
    msgtype: z.string().min(1),
  })
  .loose();
type Head = z.output<typeof head>;

const CUSTOMER = 3;
const SYSTEM = 4;

/** What the customer may send, and how it is named to staff who answer. Types without a name here are stored raw as well. */
const media: ReadonlyMap<string, string> = new Map([
  ['image', '[图片]'],
  ['voice', '[语音]'],
  ['video', '[视频]'],
  ['file', '[文件]'],
  ['location', '[位置]'],
  ['link', '[链接]'],
  ['business_card', '[名片]'],
  ['miniprogram', '[小程序]'],
  ['msgmenu', '[菜单]'],
  ['channels_shop_product', '[视频号商品]'],
  ['channels_shop_order', '[视频号订单]'],
  ['merged_msg', '[聊天记录]'],
  ['channels', '[视频号]'],
  ['note', '[笔记]'],
  ['meeting', '[会议]'],
  ['schedule', '[日程]'],
]);

/**
 * Instead of media that are too large the customer seems to send a text that says so (kf contract §3, D-94670). Its words are
 * not documented, so every short text that speaks of the size of media counts. It is no question.
 */
const mediaHint = /^.{0,40}(?:图片|语音|视频|文件).{0,40}(?:过大|太大|超过|超出|不支持|无法)/u;

/** The facts and the command of one item. Never throws; an item that cannot be read becomes an `unrecognized` fact. */
export function readItem(given: unknown, context: ItemContext): readonly Received[] {
  const item = isDeeperThan(given, MAX_JSON_DEPTH) ? withoutDeepFields(given as object) : given;
  const read = head.safeParse(item);
  if (!read.success) return [unrecognized(`kf:${context.account}:${digest(item)}`, 'kf.unreadable', item, context)];
  return read.data.msgtype === 'event' ? readEvent(read.data, item, context) : readMessage(read.data, item, context);
}

/** The fields of an item that do not nest too deep to be stored. */
const withoutDeepFields = (item: object): unknown =>
  Object.fromEntries(Object.entries(item).filter(([, value]) => !isDeeperThan(value, MAX_JSON_DEPTH - 1)));

/** The time of an item for sorting, epoch ms. WeCom does not promise an order (kf contract §3). */
export function timeOfItem(item: unknown, readAt: number): number {
  const read = head.safeParse(item);
  return read.success ? timeOf(read.data, readAt) : readAt;
}

const timeOf = ({ send_time }: Head, readAt: number): number => plausibleTime(send_time * 1_000, readAt);

/** The customers in a page. */
export const customerIn = (item: unknown): string | undefined => {
  const read = head.safeParse(item);
  return read.success
    ? (read.data.external_userid ?? eventHead.safeParse(read.data['event']).data?.external_userid)
    : undefined;
};

const plainId = /^[\w.@-]{1,96}$/;
const digest = (value: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(value) ?? '')
    .digest('base64url');

/** The key of an item. A msgid is unique per account and may come again for days, so the key is what makes it count once. */
const keyOf = (account: string, msgid: string): string =>
  `kf:${account}:${plainId.test(msgid) ? msgid : digest(msgid)}`;
/** The key of the fact that says that the customer wrote this message. */
export const messageFactKey = (account: string, msgid: string): string => `${keyOf(account, msgid)}:0`;

const fact = <K extends FactKind>(
  kind: K,
  { key, at, member }: Pick<Fact, 'key' | 'at' | 'member'>,
  data: FactData<K>,
): Received => ({ kind: 'fact', fact: { key, kind, at, member, data } as unknown as Fact });

const unrecognized = (key: string, event: string, item: unknown, { readAt }: ItemContext): Received =>
  fact(
    'unrecognized',
    { key, at: readAt, member: {} },
    {
      event: cutToCodePoints(event, 128),
      body: cutToCodePoints(JSON.stringify(item) ?? '', BODY_KEPT),
    },
  );

function memberIds(externalUserId: string, { unionidOf }: ItemContext): Fact['member'] {
  const unionid = unionidOf(externalUserId);
  return unionid === undefined ? { externalUserId } : { externalUserId, unionid };
}

const textBody = z.object({
  content: z.string().catch(''),
  menu_id: z
    .string()
    .regex(/^\w{1,128}$/)
    .optional()
    .catch(undefined),
});

function readMessage(item: Head, raw: unknown, context: ItemContext): readonly Received[] {
  const { msgid, external_userid: externalUserId, msgtype } = item;
  const account = item.open_kfid ?? context.account;
  const key = keyOf(account, msgid);
  const isKnownType = (msgtype === 'text' || media.has(msgtype)) && externalUserId !== undefined;
  const raws = isKnownType ? [] : [unrecognized(`${key}:1`, `kf.message.${msgtype}`, raw, context)];
  // Messages of servicers (origin 5) say nothing about the customer.
  if (externalUserId === undefined || item.origin !== CUSTOMER) return item.origin === CUSTOMER ? raws : [];

  const at = timeOf(item, context.readAt);
  const member = memberIds(externalUserId, context);
  const body = textBody.safeParse(item['text']);
  const isText = msgtype === 'text' && body.success;
  const content = isText ? body.data.content : '';
  const wrote = fact(
    'wrote_to_service',
    { key: `${key}:0`, at, member },
    {
      account,
      type: cutToCodePoints(msgtype, 32),
      length: [...content].length,
      ...(content === '' ? {} : { words: cutToCharacters(content, WORDS_KEPT) }),
    },
  );
  const text = isText ? cutToCodePoints(content, TEXT_READ) : (media.get(msgtype) ?? '');
  if (text.trim() === '' || (isText && mediaHint.test(content))) return [wrote, ...raws];
  const isLate = context.isCatchingUp || context.readAt - at > ANSWERED_WITHIN_MS;
  const command: CommandRequest = {
    key,
    at,
    from: { kind: 'member', ids: { externalUserId } },
    replyTo: {
      kind: 'kf',
      account,
      externalUserId,
      ...(isText && body.data.menu_id !== undefined ? { menuId: body.data.menu_id } : {}),
      ...(isLate ? { isLate } : {}),
    },
    text,
  };
  return [wrote, ...raws, { kind: 'command', command }];
}

const eventHead = z
  .object({
    event_type: z.string().catch(''),
    open_kfid: id(ACCOUNT_LENGTH),
    external_userid: id(CUSTOMER_LENGTH),
  })
  .loose();

/** Events that change nothing here: whether a servicer works is read when a chat is handed over. */
const withoutEffect: ReadonlySet<string> = new Set([
  'servicer_status_change',
  'servicer_recall_msg',
  'reject_customer_msg_switch_change',
]);

function readEvent(item: Head, raw: unknown, context: ItemContext): readonly Received[] {
  const read = eventHead.safeParse(item['event']);
  const account = (read.success ? read.data.open_kfid : undefined) ?? context.account;
  const key = `${keyOf(account, item.msgid)}:0`;
  const type = read.success ? read.data.event_type : '';
  const externalUserId = read.success ? (read.data.external_userid ?? item.external_userid) : undefined;
  if (withoutEffect.has(type)) return [];
  const facts =
    read.success && externalUserId !== undefined && item.origin === SYSTEM
      ? eventFacts({ ...read.data, type, account }, timeOf(item, context.readAt), context)
      : undefined;
  if (facts === undefined || externalUserId === undefined)
    return [unrecognized(key, `kf.event.${type === '' ? 'unknown' : type}`, raw, context)];
  const member = memberIds(externalUserId, context);
  const at = timeOf(item, context.readAt);
  return facts.map(({ kind, data }, index) =>
    fact(kind, { key: index === 0 ? key : `${key}:${index}`, at, member }, data),
  );
}

interface EventData {
  readonly type: string;
  readonly account: string;
  readonly [field: string]: unknown;
}

interface FactParts {
  readonly kind: FactKind;
  readonly data: FactData<FactKind>;
}

const words = (value: unknown, most: number): string | undefined =>
  typeof value === 'string' && value !== '' ? cutToCodePoints(value, most) : undefined;

/** Undefined for a type that is not known. */
function eventFacts(event: EventData, at: number, context: ItemContext): readonly FactParts[] | undefined {
  const { account, type } = event;
  switch (type) {
    case 'enter_session': {
      const welcomeCode = context.readAt - at < WELCOME_CODE_MS ? words(event['welcome_code'], 256) : undefined;
      const scene = words(event['scene'], 64);
      const scenePass = words(event['scene_param'], 512);
      return [
        {
          kind: 'entered_service',
          data: {
            account,
            ...(scene === undefined ? {} : { scene }),
            ...(scenePass === undefined ? {} : { scenePass }),
            ...(welcomeCode === undefined ? {} : { welcomeCode }),
          },
        },
      ];
    }
    case 'session_status_change':
      return sessionFacts(event);
    case 'user_recall_msg': {
      const recalled = words(event['recall_msgid'], 512);
      return recalled === undefined
        ? undefined
        : [{ kind: 'service_message_recalled', data: { account, message: messageFactKey(account, recalled) } }];
    }
    case 'msg_send_fail':
      return failureFacts(event);
    default:
      return undefined;
  }
}

/** Acts of people only: our own calls cause no event (kf contract §6). */
function sessionFacts(event: EventData): readonly FactParts[] | undefined {
  const { account } = event;
  const change = whole.parse(event['change_type']);
  const servicer = words(event['new_servicer_userid'], 64);
  // 1 taken from the queue, 2 transferred, 3 ended, 4 an ended session re-opened (kf contract §3.3).
  if (change === 3) return [{ kind: 'service_session_changed', data: { account, to: 'nobody' } }];
  if (![1, 2, 4].includes(change)) return undefined;
  return [
    {
      kind: 'service_session_changed',
      data: { account, to: 'person', ...(servicer === undefined ? {} : { servicer }) },
    },
  ];
}

/** The customer refuses our messages (kf contract §3.3): there is no other sign of it. */
const REFUSED = 10;

function failureFacts(event: EventData): readonly FactParts[] | undefined {
  const { account } = event;
  const ref = words(event['fail_msgid'], 64);
  const failType = whole.parse(event['fail_type']);
  if (ref === undefined) return undefined;
  const failed: FactParts = {
    kind: 'service_send_failed',
    data: { account, ref, reason: failReasonOf(failType) },
  };
  return failType === REFUSED ? [failed, { kind: 'service_refused', data: { account } }] : [failed];
}
