import { DAY, seconds } from '../../calendar.js';
import { closeTemporaryChat, ROOT_PARTY, usersOf } from '../../corp/acts/contact-ways.js';
import type { Conclusion, ContactWay, ContactWaySettings, Temporary } from '../../corp/contact-ways.js';
import type { Corp } from '../../corp/corp.js';
import type { Attachment } from '../../corp/messages.js';
import { requireMedia } from './content.js';
import { post, Refused, type Call, type Endpoint } from './endpoint.js';
import { page } from './paging.js';
import type { Params } from './params.js';
import { customerNamed, staffNamed } from './people-of.js';

const DAY_S = 86_400;

/** The endpoints of contact ways: codes that lead to staff (contract §6). */
export const contactWayEndpoints: readonly Endpoint[] = [
  post('externalcontact/add_contact_way', { config_id: '', qr_code: '' }, (call) => {
    const { corp, params, now } = call;
    const type = oneOrTwo(params.number('type'), [41037, 'type missing'], [41039, 'invalid type']);
    const scene = oneOrTwo(params.number('scene'), [41038, 'scene missing'], [41040, 'invalid scene']);
    const settings = settingsOf(call, { type, scene, skipVerify: true, state: '', remark: '', users: [], parties: [] });
    if (corp.contactWays.size + corp.joinWays.byAppSize >= corp.quotas.ways)
      throw new Refused(41045, 'quota of ways is full');
    const way = corp.contactWays.create(settings, now);
    return { config_id: way.configId, ...pictureOf(call, way) };
  }),

  post('externalcontact/get_contact_way', { contact_way: {} }, (call) => {
    const way = wayOf(call.corp, call.params);
    const { settings } = way;
    const { temporary } = settings;
    return {
      contact_way: {
        config_id: way.configId,
        type: settings.type,
        scene: settings.scene,
        ...(settings.style === undefined ? {} : { style: settings.style }),
        remark: settings.remark,
        skip_verify: settings.skipVerify,
        state: settings.state,
        ...pictureOf(call, way),
        user: settings.users,
        party: settings.parties,
        is_temp: temporary !== undefined,
        ...(temporary ? temporaryView(temporary) : {}),
      },
    };
  }),

  // The list leaves out temporary ways (contract §6).
  post('externalcontact/list_contact_way', { contact_way: [], next_cursor: '' }, (call) => {
    const { corp, params, now } = call;
    const from = params.number('start_time') ?? seconds(now - 90 * DAY);
    const until = params.number('end_time') ?? seconds(now);
    if (until < from) throw new Refused(40058, 'end_time before start_time');
    const ways = corp.contactWays
      .all()
      .filter((way) => !way.settings.temporary && seconds(way.createdAt) >= from && seconds(way.createdAt) <= until);
    // Without times the span ends now; the cursor of a later page must not depend on that.
    const list = `ways ${params.number('start_time') ?? ''} ${params.number('end_time') ?? ''}`;
    const { items, nextCursor } = page(call, ways, list, { usual: 100, most: 1_000 });
    return { contact_way: items.map((way) => ({ config_id: way.configId })), next_cursor: nextCursor };
  }),

  // Type and scene cannot change. Given fields replace the old ones; the others stay.
  post('externalcontact/update_contact_way', {}, (call) => {
    const way = wayOf(call.corp, call.params);
    way.settings = settingsOf(call, way.settings);
    return {};
  }),

  post('externalcontact/del_contact_way', {}, ({ corp, params }) => {
    corp.contactWays.remove(wayOf(corp, params).configId);
    return {};
  }),

  post('externalcontact/close_temp_chat', {}, ({ corp, params }) => {
    const { userid } = staffNamed(corp, params.text('userid'));
    const person = customerNamed(corp, params.text('external_userid'));
    if (!closeTemporaryChat(corp, userid, person)) throw new Refused(84061, 'not external contact');
    return {};
  }),
];

type Before = Partial<ContactWaySettings> &
  Pick<ContactWaySettings, 'type' | 'scene' | 'skipVerify' | 'state' | 'remark' | 'users' | 'parties'>;

function settingsOf(call: Call, before: Before): ContactWaySettings {
  const { corp, params } = call;
  const users = params.has('user') ? [...new Set(params.texts('user'))] : before.users;
  const parties = params.has('party') ? numbersIn(params.raw('party')) : before.parties;
  requireUsers(corp, before.type, users, parties);
  const remark = params.has('remark') ? params.text('remark') : before.remark;
  const state = params.has('state') ? params.text('state') : before.state;
  if ([...remark].length > 30) throw new Refused(40058, 'remark too long');
  // The documents do not say whether 30 counts characters or bytes; bytes are stricter (?).
  if (Buffer.byteLength(state) > 30) throw new Refused(40058, 'state too long');
  const style = params.number('style') ?? before.style;
  if (style !== undefined && ![1, 2, 3].includes(style)) throw new Refused(41042, 'invalid style');
  return {
    type: before.type,
    scene: before.scene,
    style: before.scene === 1 ? style : undefined,
    remark,
    skipVerify: isTrue(params, 'skip_verify', before.skipVerify),
    state,
    users,
    parties,
    isExclusive: isTrue(params, 'is_exclusive', before.isExclusive ?? false),
    temporary: temporaryOf(call, before),
  };
}

function requireUsers(corp: Corp, type: 1 | 2, users: readonly string[], parties: readonly number[]): void {
  if (type === 1 && (users.length !== 1 || parties.length > 0))
    throw new Refused(40058, 'a way of type 1 has exactly one user and no party');
  if (users.length + parties.length === 0) throw new Refused(40063, 'user and party are empty');
  for (const userid of users) {
    // Staff without the right to have customers represent all users who are refused: not activated, not real-name verified.
    if (!staffNamed(corp, userid).followsCustomers) throw new Refused(41054, 'user not activated');
  }
  if (parties.some((party) => party !== ROOT_PARTY)) throw new Refused(60123, 'invalid party id');
  if (usersOf(corp, { users, parties }).length > corp.quotas.usersOfWay || users.length > corp.quotas.usersOfWay)
    throw new Refused(41041, 'too many users in a way');
}

function temporaryOf({ corp, params, now, host }: Call, before: Before): Temporary | undefined {
  const was = before.temporary;
  if (!was && !isTrue(params, 'is_temp', false)) return undefined;
  if (before.type !== 1) throw new Refused(40058, 'a temporary way has one user');
  const expiresInS = params.number('expires_in') ?? was?.expiresInS ?? 7 * DAY_S;
  const chatExpiresInS = params.number('chat_expires_in') ?? was?.chatExpiresInS ?? DAY_S;
  for (const span of [expiresInS, chatExpiresInS])
    if (span <= 0 || span > 14 * DAY_S) throw new Refused(40058, 'invalid expiry');
  const unionid = params.has('unionid') ? params.text('unionid') : (was?.unionid ?? '');
  if (!params.has('conclusions')) {
    return { expiresInS, chatExpiresInS, unionid, conclusion: was?.conclusion, conclusions: was?.conclusions };
  }
  return { expiresInS, chatExpiresInS, unionid, ...conclusionOf(corp, params.object('conclusions'), now, host) };
}

/** A text, and the first given one of picture, link or mini-program. */
function conclusionOf(
  corp: Corp,
  params: Params,
  now: number,
  host: string,
): { readonly conclusion: Conclusion; readonly conclusions: Readonly<Record<string, unknown>> } {
  const text = params.object('text').text('content');
  if (Buffer.byteLength(text) > 4_000) throw new Refused(45002, 'content too long');
  const kind = ['image', 'link', 'miniprogram'].find((one) => params.has(one));
  if (text === '' && kind === undefined) throw new Refused(40063, 'some parameters are empty');
  const words = text === '' ? {} : { text: { content: text } };
  if (kind === undefined) return { conclusion: { text, attachment: undefined }, conclusions: words };
  requireMedia(corp, kind, params.object(kind));
  const attachment: Attachment = { msgtype: kind, [kind]: params.raw(kind) };
  const medium = kind === 'image' ? corp.media.find(params.object(kind).text('media_id'), now) : undefined;
  const shown = medium ? { pic_url: `${host}/wwpic/${corp.media.keepImage(medium)}` } : params.raw(kind);
  return { conclusion: { text, attachment }, conclusions: { ...words, [kind]: shown } };
}

const temporaryView = (temporary: Temporary): Record<string, unknown> => ({
  expires_in: temporary.expiresInS,
  chat_expires_in: temporary.chatExpiresInS,
  ...(temporary.unionid === '' ? {} : { unionid: temporary.unionid }),
  ...(temporary.conclusions ? { conclusions: temporary.conclusions } : {}),
});

/** A QR code has a picture; a way inside a mini-program has none. */
const pictureOf = ({ host }: Call, { configId, settings }: ContactWay): Record<string, string> =>
  settings.scene === 2 ? { qr_code: `${host}/qr/${configId}.png` } : {};

function wayOf(corp: Corp, params: Params): ContactWay {
  const configId = params.text('config_id');
  if (configId === '') throw new Refused(41043, 'config_id missing');
  const way = corp.contactWays.get(configId);
  if (!way) throw new Refused(41044, 'invalid config_id');
  return way;
}

type Complaint = readonly [errcode: number, words: string];

function oneOrTwo(value: number | undefined, missing: Complaint, invalid: Complaint): 1 | 2 {
  if (value === undefined) throw new Refused(...missing);
  if (value !== 1 && value !== 2) throw new Refused(...invalid);
  return value;
}

function isTrue(params: Params, name: string, otherwise: boolean): boolean {
  const value = params.raw(name);
  if (value === undefined || value === null) return otherwise;
  if (typeof value !== 'boolean') throw new Refused(40058, `invalid ${name}`);
  return value;
}

function numbersIn(value: unknown): readonly number[] {
  if (!Array.isArray(value) || !value.every((item): item is number => Number.isInteger(item)))
    throw new Refused(40066, 'invalid party list');
  return value;
}
