import { SECOND, seconds } from '../../calendar.js';
import type { Corp } from '../corp.js';
import type { KfAccount } from '../kf/kf-account.js';
import type { KfSession } from '../kf/kf-session.js';
import type { NewKfItem } from '../kf/kf-stream.js';

/** How long an event comes after the message it concerns, under `eventsLate`. */
const LATE = 2 * SECOND;

type News = Pick<NewKfItem, 'customer' | 'origin' | 'servicer' | 'msgtype' | 'body'> & { readonly msgid?: string };

/** Puts an item where the app can pull it, and sends the callback that says so. Returns its msgid. */
export function publish(corp: Corp, account: KfAccount, news: News): string {
  const { kf } = corp;
  const at = corp.now();
  const msgid = news.msgid ?? corp.ids.letters('kf-item-', 36).slice(8);
  const put = (): void => {
    const now = corp.now();
    const visibleAt = now + kf.manners.visibleAfterMs;
    kf.stream.add({ ...news, msgid, openKfid: account.openKfid, at, visibleAt }, now);
    if (account.granted) sendKfCallback(corp, account.openKfid);
  };
  if (kf.manners.eventsLate && news.origin === 4) corp.timeline.after(LATE, put);
  else put();
  return msgid;
}

/** Publishes an event about the session, or (without one) about the account. */
export function publishEvent(
  corp: Corp,
  about: KfSession | KfAccount,
  eventType: string,
  fields: Readonly<Record<string, unknown>>,
): void {
  const account = 'account' in about ? about.account : about;
  const customer = 'account' in about ? about.person.externalUserId : undefined;
  const body = { event_type: eventType, ...fields };
  publish(corp, account, { customer, origin: 4, servicer: undefined, msgtype: 'event', body });
}

/** Sends kf_msg_or_event. It has no sender, and no message: only a token for the next pull. */
export function sendKfCallback(corp: Corp, openKfid: string, token?: string): void {
  const { manners, stream } = corp.kf;
  if (manners.loseCallbacks) return;
  corp.outlets.emit({
    ToUserName: corp.corpId,
    CreateTime: seconds(corp.now()),
    MsgType: 'event',
    Event: 'kf_msg_or_event',
    Token: token ?? stream.makeToken(openKfid, corp.now(), manners.numericTokens),
    OpenKfId: manners.namelessCallbacks ? undefined : openKfid,
  });
}
