import { createHash } from 'node:crypto';
import type { Fact } from '../../../domain/fact.js';
import type { Received } from '../../channel.js';
import { CallbackFields } from './callback-fields.js';
import { saidToApp, tellApp } from './interpret-callback-app.js';
import { tellContact } from './interpret-callback-contact.js';
import { tellAcquisition, tellStaff, tellTag } from './interpret-callback-corp.js';
import { tellGroup } from './interpret-callback-group.js';
import type { Told } from './interpret-callback-told.js';
import { cutToCodePoints } from '../../../domain/cut-text.js';
import { timeOfEvent, timeOfWords } from '../wecom-times.js';

export interface CallbackContext {
  readonly agentId: number;
  /** Epoch ms; stands in for a CreateTime that cannot be one. */
  readonly receivedAt: number;
}

const BODY_KEPT = 8_000;

/**
 * What one decrypted callback says. Never throws and never drops: what this version does not know becomes an
 * `unrecognized` fact. The order of the facts of one callback is part of their keys.
 */
export function interpretCallback(plaintext: string, context: CallbackContext): readonly Received[] {
  try {
    return interpret(plaintext, context);
  } catch {
    // A bug here: refused, the event would be repeated three times and lost. Kept, it is counted and can be looked at.
    return facts(keyOf(plaintext, undefined, context.agentId), context.receivedAt, [
      unrecognized('not_interpreted', plaintext),
    ]);
  }
}

function interpret(plaintext: string, context: CallbackContext): readonly Received[] {
  const fields = CallbackFields.of(plaintext);
  const key = keyOf(plaintext, fields, context.agentId);
  if (!fields) return facts(key, context.receivedAt, [unrecognized('unparseable', plaintext)]);

  const createTime = fields.text('CreateTime', 32);
  const said = saidToApp(fields);
  if (said) return [{ kind: 'command', command: { key, at: timeOfWords(createTime, context.receivedAt), ...said } }];
  return facts(
    key,
    timeOfEvent(createTime, context.receivedAt),
    tellEvent(fields) ?? [unrecognized(nameOf(fields), plaintext)],
  );
}

/**
 * WeCom's own hint (sender + second) makes two customers of one second collide, so the key is a hash of the plaintext: a
 * repeat has new ciphertext but the same words. Messages to the app have an id, which is unique for one sender; events have
 * none, whatever stands in that field.
 */
function keyOf(plaintext: string, fields: CallbackFields | undefined, agentId: number): string {
  const messageId = fields?.text('MsgType') === 'event' ? undefined : fields?.whole('MsgId');
  if (messageId === undefined || messageId === '0') return `wecom:${digest(`${agentId}\n${plaintext}`)}`;
  const from = fields?.whole('FromUserName') ?? '';
  const isPlain = plainId.test(from) && plainId.test(messageId);
  return `wecom:msg:${agentId}:${isPlain ? `${from}:${messageId}` : digest(JSON.stringify([from, messageId]))}`;
}

/** Short, and without the colon that keys are put together with. */
const plainId = /^[\w.@-]{1,64}$/;

const digest = (text: string): string => createHash('sha256').update(text).digest('base64url');

const facts = (key: string, at: number, told: readonly Told[]): readonly Received[] =>
  // Field by field: spreading objects of many shapes took 5 µs of every callback.
  told.map(({ kind, member, data }, index) => ({
    kind: 'fact',
    fact: { key: `${key}:${index}`, kind, at, member, data } as Fact,
  }));

function unrecognized(event: string, plaintext: string): Told {
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

function tellEvent(fields: CallbackFields): readonly Told[] | undefined {
  switch (fields.text('Event')) {
    case 'change_external_contact':
      return tellContact(fields);
    case 'change_external_chat':
      return tellGroup(fields);
    case 'change_external_tag':
      return tellTag(fields);
    case 'change_contact':
      return tellStaff(fields);
    case 'customer_acquisition':
      return tellAcquisition(fields);
    default:
      return tellApp(fields);
  }
}
