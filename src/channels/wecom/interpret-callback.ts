import { createHash } from 'node:crypto';
import type { Fact } from '../../domain/fact.js';
import type { Received } from '../channel.js';
import { CallbackFields } from './callback-fields.js';
import { isExternalUserId } from './external-user-id.js';

type WithoutHead<T> = T extends unknown ? Omit<T, 'key' | 'at'> : never;
/** A fact but for its key and time, which all facts of one callback share. */
type Told = WithoutHead<Fact>;

export interface CallbackContext {
  readonly agentId: number;
  /** Epoch ms; stands in for a CreateTime that cannot be read. */
  readonly receivedAt: number;
}

const BODY_KEPT = 8_000;

/**
 * What one decrypted callback says. Never throws and never drops: what this version does not know becomes an
 * `unrecognized` fact. The order of the facts of one callback is part of their keys.
 */
export function interpretCallback(plaintext: string, context: CallbackContext): readonly Received[] {
  const fields = CallbackFields.of(plaintext);
  const seconds = fields?.integer('CreateTime');
  const at = seconds === undefined ? context.receivedAt : seconds * 1_000;
  const key = keyOf(plaintext, fields, context.agentId);
  if (!fields) return facts(key, at, [unrecognized('unparseable', plaintext)]);

  const staff = fields.text('FromUserName', 64);
  const content = fields.text('Content', BODY_KEPT);
  if (fields.text('MsgType') === 'text' && staff !== undefined && content !== undefined) {
    return [
      {
        kind: 'command',
        command: { key, at, from: { kind: 'staff', staff }, replyTo: { kind: 'app' }, text: content },
      },
    ];
  }
  return facts(key, at, tellEvent(fields) ?? [unrecognized(nameOf(fields), plaintext)]);
}

/**
 * WeCom's own hint (sender + second) makes two customers of one second collide, so the key is a hash of the plaintext: a
 * repeat has new ciphertext but the same words. Messages to the app have a number of their own.
 */
function keyOf(plaintext: string, fields: CallbackFields | undefined, agentId: number): string {
  const messageId = fields?.text('MsgId', 64);
  if (messageId !== undefined) return `wecom:msg:${agentId}:${messageId}`;
  return `wecom:${createHash('sha256').update(`${agentId}\n${plaintext}`).digest('base64url')}`;
}

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
    data: { event: event.slice(0, 128), body: plaintext.slice(0, BODY_KEPT) },
  };
}

/** `change_external_contact.transfer_fail`, `click`, `message.image`. */
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
    default:
      return undefined;
  }
}

/** O-92130, O-92277. */
function tellContact(fields: CallbackFields): readonly Told[] | undefined {
  const externalUserId = fields.text('ExternalUserID', 128);
  if (externalUserId === undefined) return undefined;
  const member = { externalUserId };
  const staff = fields.text('UserID', 64);
  const change = fields.text('ChangeType');
  switch (change) {
    case 'add_external_contact':
    case 'add_half_external_contact': {
      const data = {
        staff,
        state: fields.text('State', 64),
        welcomeCode: fields.text('WelcomeCode'),
        mutual: change === 'add_external_contact',
      };
      return [{ kind: 'contact_added', member, data: present(data) }];
    }
    case 'edit_external_contact':
      return [{ kind: 'contact_changed', member, data: present({ staff }) }];
    case 'del_external_contact':
      // Handed over to a colleague: the corp still has the customer, so the contact is read again instead.
      if (fields.text('Source') === 'DELETE_BY_TRANSFER')
        return [{ kind: 'contact_changed', member, data: present({ staff }) }];
      return [{ kind: 'contact_lost', member, data: present({ staff, by: 'staff' as const }) }];
    case 'del_follow_user':
      return [{ kind: 'contact_lost', member, data: present({ staff, by: 'member' as const }) }];
    default:
      return undefined;
  }
}

/** O-96361. Every field is optional and noisy, so the members listed are told *and* the group is marked to be read. */
function tellGroup(fields: CallbackFields): readonly Told[] | undefined {
  const chatId = fields.text('ChatId', 128);
  const change = fields.text('ChangeType');
  if (chatId === undefined || change === undefined) return undefined;
  const detail = (change === 'update' ? fields.text('UpdateDetail', 64) : undefined) ?? change.slice(0, 64);
  const changed: Told = {
    kind: 'group_changed',
    member: {},
    data: present({ chatId, detail, version: fields.text('CurMemVer'), lastVersion: fields.text('LastMemVer') }),
  };
  const people = fields.items('MemChangeList').filter(isExternalUserId);
  if (detail === 'add_member') {
    const scene = fields.integer('JoinScene');
    return [
      ...people.map((id): Told => ({
        kind: 'joined_group',
        member: { externalUserId: id },
        data: present({ chatId, scene }),
      })),
      changed,
    ];
  }
  if (detail === 'del_member') {
    const removed = fields.text('QuitScene') === '1';
    return [
      ...people.map((id): Told => ({ kind: 'left_group', member: { externalUserId: id }, data: { chatId, removed } })),
      changed,
    ];
  }
  return [changed];
}

/** O-92130. An absent id after a shuffle means the order of all groups. */
function tellTag(fields: CallbackFields): readonly Told[] | undefined {
  const change = fields.text('ChangeType', 32);
  if (change === undefined) return undefined;
  return [{ kind: 'tag_library_changed', member: {}, data: present({ id: fields.text('Id'), change }) }];
}

type Present<T> = { [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> } & {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K];
};

/** Without the fields that were not told. */
function present<T extends object>(fields: T): Present<T> {
  const told: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) told[name] = value;
  return told as Present<T>;
}
