import type { Corp } from '../corp.js';
import type { KfCodeKind } from '../kf/kf-codes.js';
import type { KfAccount, Servicer } from '../kf/kf-account.js';
import { isOpen, stateOf, type KfSession, type KfState } from '../kf/kf-session.js';
import type { Staff } from '../person.js';
import { deliver } from './deliver.js';
import { publish, publishEvent } from './kf-news.js';
import { servicerOf } from './kf-who-serves.js';

/** Why a servicer cannot do what was asked; undefined: it is done. */
type NotDone = 'not_in_queue' | 'not_served' | 'too_late' | 'no_servicer' | 'same_servicer' | 'nothing_to_press';

/** A servicer takes the customer from the queue. */
export function takeFromQueue(corp: Corp, session: KfSession, staff: Staff): NotDone | undefined {
  if (!servicerOf(corp, session.account, staff.userid)) return 'no_servicer';
  if (stateOf(session, corp.now()) !== 2) return 'not_in_queue';
  const code = assign(corp, session, staff.userid);
  publishEvent(corp, session, 'session_status_change', {
    change_type: 1,
    new_servicer_userid: staff.userid,
    ...(code === undefined ? {} : { msg_code: code }),
  });
  return undefined;
}

export function transferSession(corp: Corp, session: KfSession, from: Staff, to: Staff): NotDone | undefined {
  if (!servicerOf(corp, session.account, to.userid)) return 'no_servicer';
  if (!serves(corp, session, from)) return 'not_served';
  if (from === to) return 'same_servicer';
  assign(corp, session, to.userid);
  publishEvent(corp, session, 'session_status_change', {
    change_type: 2,
    old_servicer_userid: from.userid,
    new_servicer_userid: to.userid,
  });
  return undefined;
}

export function endSession(corp: Corp, session: KfSession, staff: Staff): NotDone | undefined {
  if (!serves(corp, session, staff)) return 'not_served';
  const code = changeState(corp, session, 4);
  publishEvent(corp, session, 'session_status_change', {
    change_type: 3,
    old_servicer_userid: staff.userid,
    ...(code === undefined ? {} : { msg_code: code }),
  });
  return undefined;
}

/** A servicer writes. In a session that has ended, or that they have transferred to somebody else, that re-opens it (contract §3.3). */
export function writeAsServicer(corp: Corp, session: KfSession, staff: Staff, text: string): NotDone | undefined {
  if (!isOpen(session, corp.now())) return 'too_late';
  const state = stateOf(session, corp.now());
  if (state === 4 || (state === 3 && session.lastServicer === staff.userid && session.servicer !== staff.userid)) {
    if (!servicerOf(corp, session.account, staff.userid)) return 'no_servicer';
    reopen(corp, session, staff);
  } else if (!serves(corp, session, staff)) return 'not_served';
  sayAsServicer(corp, session, staff, { msgtype: 'text', text, body: { content: text } });
  return undefined;
}

function reopen(corp: Corp, session: KfSession, staff: Staff): void {
  const old = session.servicer ?? session.lastServicer ?? staff.userid;
  assign(corp, session, staff.userid);
  publishEvent(corp, session, 'session_status_change', {
    change_type: 4,
    old_servicer_userid: old,
    new_servicer_userid: staff.userid,
  });
}

export function recallAsServicer(corp: Corp, session: KfSession, staff: Staff, msgid: string): void {
  const line = corp.kf.talk.findLast((one) => one.msgid === msgid);
  if (line) line.recalledAt = corp.now();
  publishEvent(corp, session, 'servicer_recall_msg', { recall_msgid: msgid, servicer_userid: staff.userid });
}

/** A servicer lets the customer's messages in no more, or again. */
export function rejectCustomer(corp: Corp, session: KfSession, staff: Staff, rejects: boolean): void {
  session.rejected = rejects;
  publishEvent(corp, session, 'reject_customer_msg_switch_change', {
    servicer_userid: staff.userid,
    reject_switch: rejects ? 1 : 0,
  });
}

/** A servicer begins, pauses or stops serving. The event counts from 1, the list from 0 (contract §0.1 fact 12). */
export function changeServing(corp: Corp, account: KfAccount, servicer: Servicer, status: Servicer['status']): void {
  servicer.status = status;
  publishEvent(corp, account, 'servicer_status_change', {
    servicer_userid: servicer.userid,
    ...(status === 'serving' ? { status: 1 } : { status: 2, stop_type: status === 'paused' ? 1 : 0 }),
  });
}

/** The servicer presses the button that upgrade_service showed, and so sends the card or the group's code by hand. */
export function pressUpgrade(corp: Corp, session: KfSession, staff: Staff): NotDone | undefined {
  if (!serves(corp, session, staff)) return 'not_served';
  const { upgrade } = session;
  if (!upgrade) return 'nothing_to_press';
  session.upgrade = undefined;
  if (upgrade.wording !== '') {
    const { wording } = upgrade;
    sayAsServicer(corp, session, staff, { msgtype: 'text', text: wording, body: { content: wording } });
  }
  const isCard = upgrade.type === 1;
  // A servicer's card comes as business_card; how a group's code is reported is not documented, so as a picture (?).
  sayAsServicer(corp, session, staff, {
    msgtype: isCard ? 'business_card' : 'image',
    text: isCard ? `[名片] ${upgrade.target}` : `[群二维码] ${corp.groups.get(upgrade.target)?.name ?? ''}`,
    body: isCard ? { userid: upgrade.target } : { media_id: groupPicture(corp, upgrade.target) },
    ...(isCard ? { card: upgrade.target } : { groupChat: upgrade.target }),
  });
  return undefined;
}

const groupPicture = (corp: Corp, chatId: string): string =>
  corp.media.keep({ bytes: Buffer.from(`group code ${chatId}`), name: 'group.png', type: 'image', madeAt: corp.now() });

interface Said {
  readonly msgtype: string;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly card?: string;
  readonly groupChat?: string;
}

function sayAsServicer(corp: Corp, session: KfSession, staff: Staff, said: Said): void {
  const { account, person } = session;
  const { msgtype, text, body, card, groupChat } = said;
  const shown = { customer: person.externalUserId, origin: 5, servicer: staff.userid, msgtype, body } as const;
  const msgid = publish(corp, account, shown);
  const line = { at: corp.now(), msgid, openKfid: account.openKfid, name: person.name, by: 'servicer' } as const;
  corp.kf.talk.push({ ...line, ...shown, text, via: undefined });
  const offered = {
    ...(card === undefined ? {} : { staffCard: card }),
    ...(groupChat === undefined ? {} : { groupChat }),
  };
  deliver(corp, person, { text, attachments: [], via: 'servicer', from: staff.userid, ref: msgid, ...offered });
}

const serves = (corp: Corp, session: KfSession, staff: Staff): boolean =>
  stateOf(session, corp.now()) === 3 && session.servicer === staff.userid;

/** Gives the session to a servicer, who may follow another one. Returns a msg_code on the first change to a person. */
export function assign(corp: Corp, session: KfSession, userid: string): string | undefined {
  session.lastServicer = session.servicer ?? session.lastServicer;
  session.servicer = userid;
  return changeState(corp, session, 3);
}

const CODE_KINDS: Readonly<Partial<Record<KfState, KfCodeKind>>> = { 2: 'queue', 3: 'person', 4: 'ended' };

/** Moves the session. Returns a msg_code on the first change to 2 or to 3 and on every end. */
export function changeState(corp: Corp, session: KfSession, state: KfState): string | undefined {
  session.state = state;
  if (state !== 3) {
    session.lastServicer = session.servicer ?? session.lastServicer;
    session.servicer = undefined;
  }
  const kind = CODE_KINDS[state];
  if (kind === undefined || (state !== 4 && session.coded.has(state))) return undefined;
  session.coded.add(state);
  return corp.kf.codes.make(kind, session, corp.now());
}
