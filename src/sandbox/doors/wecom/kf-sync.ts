import { seconds } from '../../calendar.js';
import type { Corp } from '../../corp/corp.js';
import type { KfItem } from '../../corp/kf/kf-stream.js';
import { Refused, type Call, type Endpoint } from './endpoint.js';
import { accountOf, kfPost } from './kf-endpoint.js';

const MOST = 1_000;
const NOTHING = { next_cursor: '', has_more: 0, msg_list: [] } as const;

export const KF_SYNC_PATH = '/cgi-bin/kf/sync_msg';

export const kfSyncEndpoints: readonly Endpoint[] = [
  kfPost('sync_msg', NOTHING, (call) => {
    const { corp, params, now } = call;
    const limit = params.number('limit') ?? MOST;
    if (!Number.isInteger(limit) || limit < 1 || limit > MOST) throw new Refused(40058, 'invalid limit');
    const voice = params.number('voice_format') ?? 0;
    if (voice !== 0 && voice !== 1) throw new Refused(40058, 'invalid voice_format');
    const openKfid = accountAsked(call);
    checkToken(call, openKfid);
    const from = placeOf(call, openKfid);
    if (from === 'nowhere') return { ...NOTHING };
    const { manners, stream } = corp.kf;
    const waiting = stream.after(from.seq, openKfid, now);
    const items = waiting.slice(0, manners.shortPages ? shortened(limit, from.turn) : limit);
    const hasMore = waiting.length > items.length;
    return {
      next_cursor: nextCursor(call, { openKfid, from, items, hasMore }),
      has_more: hasMore ? 1 : 0,
      msg_list: arranged(corp, items, openKfid).map((item) => wireOf(corp, item, voice)),
    };
  }),
];

/** Undefined: all accounts, as in older texts. Today's text requires the id; the code for its absence is not documented (?). */
function accountAsked(call: Call): string | undefined {
  const { corp, params } = call;
  const takesAll = corp.kf.manners.pullWithoutAccount === 'all';
  return takesAll && params.text('open_kfid') === '' ? undefined : accountOf(call).openKfid;
}

/** Contract §3: without a valid token so many a minute. A wrong token counts too, and gets 95007. */
function checkToken({ corp, params, now }: Call, openKfid: string | undefined): void {
  const { stream, freePulls, manners } = corp.kf;
  const token = params.text('token');
  if (token !== '' && stream.isToken(token, openKfid, now)) return;
  const key = manners.freePullsPer === 'corp' ? '' : (openKfid ?? '');
  if (!freePulls.take(key, manners.freePulls, now)) throw new Refused(45009, 'api freq out of limit');
  if (token !== '') throw new Refused(95007, 'invalid msg token');
}

interface Place {
  readonly seq: number;
  readonly turn: number;
  /** The caller's cursor, if it leads here; empty when the pull begins at the start. */
  readonly cursor: string;
}

/** A cursor is taken to be bound to its account (?). One that is garbage or older than three days is not documented (?). */
function placeOf({ corp, params, now }: Call, openKfid: string | undefined): Place | 'nowhere' {
  const { stream, manners } = corp.kf;
  const cursor = params.text('cursor');
  const start = { seq: stream.start(openKfid, now), turn: 0, cursor: '' };
  if (cursor === '') return start;
  const [seq = NaN, turn = NaN, of] = Buffer.from(cursor, 'base64url').toString('utf8').split('~');
  const place = { seq: Number(seq), turn: Number(turn), cursor };
  const isOurs = of === (openKfid ?? '*') && Number.isInteger(place.seq) && Number.isInteger(place.turn);
  if (isOurs && !stream.hasLost(place.seq, openKfid, now)) return place;
  switch (manners.badCursor) {
    case 'error':
      throw new Refused(50100, 'invalid cursor');
    case 'replay':
      return start;
    case 'empty':
      return 'nowhere';
  }
}

interface Pulled {
  readonly openKfid: string | undefined;
  readonly from: Place;
  readonly items: readonly KfItem[];
  readonly hasMore: boolean;
}

/** After a replay it is a valid cursor, never the unusable one that the caller gave. */
function nextCursor({ corp }: Call, { openKfid, from, items, hasMore }: Pulled): string {
  const { lastCursor } = corp.kf.manners;
  if (!hasMore && lastCursor === 'stuck' && from.cursor !== '') return from.cursor;
  if (!hasMore && items.length === 0 && lastCursor === 'blank') return '';
  if (!hasMore && items.length === 0 && from.cursor !== '') return from.cursor;
  const seq = items.at(-1)?.seq ?? from.seq;
  return Buffer.from(`${seq}~${hasMore ? (from.turn + 1) % 3 : 0}~${openKfid ?? '*'}`).toString('base64url');
}

/** Of every three pages the first is half as long, the second empty, and the third whole. */
function shortened(limit: number, turn: number): number {
  if (turn === 1) return 0;
  return turn === 0 ? Math.min(2, Math.ceil(limit / 2)) : limit;
}

function arranged(corp: Corp, items: readonly KfItem[], openKfid: string | undefined): readonly KfItem[] {
  const { repeatItems, unordered } = corp.kf.manners;
  const [first] = items;
  const again = repeatItems && first ? corp.kf.stream.before(first.seq - 1, openKfid) : undefined;
  const list = again ? [again, ...items] : items;
  return unordered ? [...list].reverse() : list;
}

/** Contract §3.1: the items of events have no ids in the head. */
function wireOf(corp: Corp, item: KfItem, voice: number): Record<string, unknown> {
  const { msgid, openKfid, customer, origin, servicer, at, msgtype } = item;
  const time = { send_time: seconds(at), origin };
  const who = customer === undefined ? {} : { external_userid: corp.kf.idOf(customer) };
  if (msgtype === 'event') {
    const { event_type, ...fields } = item.body;
    return { msgid, ...time, msgtype, event: { event_type, open_kfid: openKfid, ...who, ...fields } };
  }
  return {
    msgid,
    open_kfid: openKfid,
    ...who,
    ...time,
    ...(servicer === undefined ? {} : { servicer_userid: servicer }),
    msgtype,
    [msgtype]: bodyOf(corp, item, voice),
  };
}

function bodyOf(corp: Corp, { msgtype, body }: KfItem, voice: number): Readonly<Record<string, unknown>> {
  if (msgtype === 'voice' && 'amr' in body) return { media_id: voice === 1 ? body['silk'] : body['amr'] };
  if (msgtype !== 'channels_shop_product') return body;
  const { pricesAsText, shortImageNames } = corp.kf.manners;
  const { sales_price, head_image, shop_head_image, ...rest } = body;
  return {
    ...rest,
    sales_price: pricesAsText ? String(sales_price) : sales_price,
    ...(shortImageNames ? { head_img: head_image, shop_head_img: shop_head_image } : { head_image, shop_head_image }),
  };
}
