import { HOUR } from '../../calendar.js';
import type { Corp } from '../corp.js';
import type { KfLine } from '../kf/customer-service.js';
import type { KfAccount } from '../kf/kf-account.js';
import { isOpen, PER_MESSAGE, stateOf, type KfSession } from '../kf/kf-session.js';
import type { Person } from '../person.js';
import { publish, publishEvent } from './kf-news.js';

/** Contract §8: the value of scene_param before encoding. */
const SCENE_PARAM_BYTES = 128;
const MB = 1024 * 1024;
/** Contract §3: larger media arrive as a text that says so. */
const MEDIA_MOST: Readonly<Record<string, number>> = { image: 2 * MB, voice: 2 * MB, video: 10 * MB, file: 20 * MB };

export interface Opening {
  readonly scene: string;
  readonly sceneParam: string;
  /** 视频号 and its shop, when they came from there. */
  readonly channels?: Readonly<Record<string, string | number>> | undefined;
}

/** A customer opens the chat with the account. Returns the welcome code, if there is one. */
export function openAssistant(corp: Corp, account: KfAccount, person: Person, from: Opening): string | undefined {
  const now = corp.now();
  const session = corp.kf.session(account, person);
  // Only a link with a scene carries a scene_param, and not one of more than 128 bytes; what WeChat does with longer ones is not documented (?).
  const fits = from.scene !== '' && Buffer.byteLength(from.sceneParam) <= SCENE_PARAM_BYTES;
  const sceneParam = fits ? from.sceneParam : '';
  session.lastEntry = { at: now, scene: from.scene, sceneParam, channels: from.channels };
  const code = getsWelcome(corp, session) ? corp.kf.codes.make('welcome', session, now) : undefined;
  publishEvent(corp, session, 'enter_session', {
    scene: from.scene,
    scene_param: sceneParam,
    ...(code === undefined ? {} : { welcome_code: code }),
    ...(from.channels ? { wechat_channels: from.channels } : {}),
  });
  if (code !== undefined && account.granted) corp.outlets.awaitAnswer('callback');
  return code;
}

/** Contract §3.3: no welcome in the last 48 h, and nothing written yet. */
function getsWelcome(corp: Corp, { welcomedAt, lastWroteAt }: KfSession): boolean {
  const { manners } = corp.kf;
  const isRecent = (at: number | undefined): boolean => at !== undefined && corp.now() - at <= 48 * HOUR;
  const wrote = manners.welcomes === 'never_wrote' ? lastWroteAt !== undefined : isRecent(lastWroteAt);
  return !manners.noWelcomeCode && !wrote && !isRecent(welcomedAt);
}

/** Follows an entry link. False when the link is none of ours or was changed: then there is no event (contract §8). */
export function openByLink(corp: Corp, person: Person, url: string): boolean {
  const place = placeOf(corp, url);
  if (!place) return false;
  openAssistant(corp, place.account, person, place);
  return true;
}

function placeOf(corp: Corp, url: string): (Opening & { readonly account: KfAccount }) | undefined {
  if (!URL.canParse(url)) return undefined;
  const { pathname, searchParams } = new URL(url);
  const account = corp.kf.accounts().find(({ linkId }) => pathname.endsWith(`/kf/${linkId}`));
  const scene = account?.scenes.get(searchParams.get('enc_scene') ?? '');
  return account && scene !== undefined
    ? { account, scene, sceneParam: searchParams.get('scene_param') ?? '' }
    : undefined;
}

export interface Written {
  readonly msgtype: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** A customer writes to the account. Returns the msgid. */
export function writeToAssistant(corp: Corp, account: KfAccount, person: Person, message: Written): string {
  const { kf } = corp;
  const now = corp.now();
  const session = kf.session(account, person);
  const msgid = corp.ids.letters('kf-item-', 36).slice(8);
  if (session.rejected) {
    kf.talk.push({ ...customerLine(session, now, msgid), ...message, failed: 'rejected' });
    return msgid;
  }
  const isClick = message.body['menu_id'] !== undefined;
  if (stateOf(session, now) === 4) beginSession(session);
  if (!isClick || kf.manners.clicksRenew || !isOpen(session, now)) {
    session.lastWroteAt = now;
    session.left = PER_MESSAGE;
  }
  kf.talk.push({ ...customerLine(session, now, msgid), ...message });
  recordWriting(corp, person, message.text);
  publish(corp, account, { ...message, msgid, customer: person.externalUserId, origin: 3, servicer: undefined });
  if (stateOf(session, now) <= 1 && account.granted) corp.outlets.awaitAnswer('service');
  return msgid;
}

function beginSession(session: KfSession): void {
  session.state = 0;
  session.servicer = undefined;
  session.lastServicer = undefined;
  session.upgrade = undefined;
  session.coded.clear();
}

const customerLine = (
  { account, person }: KfSession,
  at: number,
  msgid: string,
): Pick<KfLine, 'at' | 'msgid' | 'openKfid' | 'customer' | 'name' | 'by' | 'via' | 'servicer'> => ({
  at,
  msgid,
  openKfid: account.openKfid,
  customer: person.externalUserId,
  name: person.name,
  by: 'customer',
  via: undefined,
  servicer: undefined,
});

function recordWriting(corp: Corp, person: Person, text: string): void {
  const tally = corp.tallyOf(person);
  tally.kfMessages += 1;
  corp.recordActivity(person, 'service');
  if (text.trim() === '退订') tally.optedOut = true;
}

/** A text; `menuId` when it is the click on an item of a menu. */
export const textOf = (content: string, menuId?: string): Written => ({
  msgtype: 'text',
  text: content,
  body: { content, ...(menuId === undefined ? {} : { menu_id: menuId }) },
});

/** A picture, recording, film or file of this many bytes, kept where media/get finds it. */
export function mediumOf(corp: Corp, type: 'image' | 'voice' | 'video' | 'file', bytes: number): Written {
  if (bytes > (MEDIA_MOST[type] ?? 0)) return textOf(`[${type} 超过大小限制，请在手机上查看]`);
  const keep = (head: string): string => {
    const content = Buffer.alloc(Math.max(bytes, head.length + 6), 'x');
    content.write(head, 'latin1');
    return corp.media.keep({ bytes: content, name: `${type}.${EXTENSIONS[type]}`, type, madeAt: corp.now() });
  };
  if (type !== 'voice') return { msgtype: type, text: `[${type}]`, body: { media_id: keep('') } };
  // One recording in both formats; the pull says which one it wants.
  return { msgtype: type, text: `[${type}]`, body: { amr: keep('#!AMR\n'), silk: keep('#!SILK_V3') } };
}

const EXTENSIONS = { image: 'png', voice: 'amr', video: 'mp4', file: 'pdf' } as const;

/** The customer recalls a message; the event may come more than once, and about a message the app never saw. */
export function recallFromAssistant(corp: Corp, account: KfAccount, person: Person, msgid: string): void {
  const session = corp.kf.session(account, person);
  const line = corp.kf.talk.findLast((one) => one.msgid === msgid);
  if (line) line.recalledAt = corp.now();
  publishEvent(corp, session, 'user_recall_msg', { recall_msgid: msgid });
}
