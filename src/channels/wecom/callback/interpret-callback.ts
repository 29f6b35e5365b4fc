import { createHash } from 'node:crypto';
import type { Fact } from '../../../domain/fact.js';
import type { Received } from '../../channel.js';
import type { WecomNotice } from '../../wecom-app.js';
import { CallbackFields } from './callback-fields.js';
import { commandToApp, appFacts } from './interpret-callback-app.js';
import { contactFacts } from './interpret-callback-contact.js';
import { acquisitionFacts, staffFacts, tagFacts } from './interpret-callback-corp.js';
import { groupFacts } from './interpret-callback-group.js';
import type { EventFact } from './event-fact.js';
import { cutToCodePoints } from '../../../domain/cut-text.js';
import { timeOfEvent, timeOfMessage } from '../wecom-times.js';

export interface CallbackContext {
  readonly agentId: number;
  /** Epoch ms. Used when CreateTime is not plausible. */
  readonly receivedAt: number;
}

const BODY_KEPT = 8_000;
const NOTICE_FIELD = 256;

/** Events that only say that something can be read. They are passed on as notices and are no facts. */
const notices: ReadonlySet<string> = new Set(['kf_msg_or_event', 'kf_account_auth_change']);

/** The notice in a decrypted callback; undefined when it is an ordinary event or a message. */
export function noticeIn(plaintext: string): WecomNotice | undefined {
  // Almost no callback is a notice, and parsing costs more than this.
  if (![...notices].some((name) => plaintext.includes(name))) return undefined;
  const fields = CallbackFields.parse(plaintext);
  const event = fields?.text('Event', 64);
  if (!fields || event === undefined || !notices.has(event)) return undefined;
  return { event, field: (name) => fields.text(name, NOTICE_FIELD) };
}

/**
 * The facts or the command of one decrypted callback. Never throws and never drops: an unknown event becomes an
 * `unrecognized` fact. The order of the facts is part of their keys.
 */
export function interpretCallback(plaintext: string, context: CallbackContext): readonly Received[] {
  try {
    return interpret(plaintext, context);
  } catch {
    // A bug. A refused event would be repeated three times and then lost; a stored one can be examined.
    return asReceived(keyOf(plaintext, undefined, context.agentId), context.receivedAt, [
      unrecognized('not_interpreted', plaintext),
    ]);
  }
}

function interpret(plaintext: string, context: CallbackContext): readonly Received[] {
  const fields = CallbackFields.parse(plaintext);
  const key = keyOf(plaintext, fields, context.agentId);
  if (!fields) return asReceived(key, context.receivedAt, [unrecognized('unparseable', plaintext)]);

  const createTime = fields.text('CreateTime', 32);
  const said = commandToApp(fields);
  if (said) return [{ kind: 'command', command: { key, at: timeOfMessage(createTime, context.receivedAt), ...said } }];
  return asReceived(
    key,
    timeOfEvent(createTime, context.receivedAt),
    eventFacts(fields) ?? [unrecognized(nameOf(fields), plaintext)],
  );
}

/**
 * The key is a hash of the plaintext, which is the same when WeCom repeats a callback. WeCom suggests sender and second, but
 * then two customers within one second collide. Messages to the app have an id that is unique per sender; events have none,
 * whatever their MsgId field contains.
 */
function keyOf(plaintext: string, fields: CallbackFields | undefined, agentId: number): string {
  const messageId = fields?.text('MsgType') === 'event' ? undefined : fields?.fullText('MsgId');
  if (messageId === undefined || messageId === '0') return `wecom:${digest(`${agentId}\n${plaintext}`)}`;
  const from = fields?.fullText('FromUserName') ?? '';
  const isPlain = plainId.test(from) && plainId.test(messageId);
  return `wecom:msg:${agentId}:${isPlain ? `${from}:${messageId}` : digest(JSON.stringify([from, messageId]))}`;
}

/** Short, and without the colon that separates the parts of a key. */
const plainId = /^[\w.@-]{1,64}$/;

const digest = (text: string): string => createHash('sha256').update(text).digest('base64url');

const asReceived = (key: string, at: number, facts: readonly EventFact[]): readonly Received[] =>
  // Field by field: spreading objects of many shapes took 5 µs of every callback.
  facts.map(({ kind, member, data }, index) => ({
    kind: 'fact',
    fact: { key: `${key}:${index}`, kind, at, member, data } as Fact,
  }));

function unrecognized(event: string, plaintext: string): EventFact {
  return {
    kind: 'unrecognized',
    member: {},
    data: { event: cutToCodePoints(event, 128), body: cutToCodePoints(plaintext, BODY_KEPT) },
  };
}

/** `change_external_contact.some_new_change`, `open_approval_change`, `message.file`. */
function nameOf(fields: CallbackFields): string {
  const event = fields.text('Event');
  if (event === undefined) return `message.${fields.text('MsgType') ?? 'unknown'}`;
  const change = fields.text('ChangeType');
  return change === undefined ? event : `${event}.${change}`;
}

function eventFacts(fields: CallbackFields): readonly EventFact[] | undefined {
  if (notices.has(fields.text('Event') ?? '')) return [];
  switch (fields.text('Event')) {
    case 'change_external_contact':
      return contactFacts(fields);
    case 'change_external_chat':
      return groupFacts(fields);
    case 'change_external_tag':
      return tagFacts(fields);
    case 'change_contact':
      return staffFacts(fields);
    case 'customer_acquisition':
      return acquisitionFacts(fields);
    default:
      return appFacts(fields);
  }
}
