import { sayAsAssistant } from '../../corp/acts/kf-assistant.js';
import { isOpen, stateOf, type KfSession } from '../../corp/kf/kf-session.js';
import { Refused, type Call, type Endpoint } from './endpoint.js';
import { kfContentIn } from './kf-content.js';
import { claimMsgid, kfPost, sessionIn } from './kf-endpoint.js';

const NOTHING = { msgid: '' } as const;

export const kfMessageEndpoints: readonly Endpoint[] = [
  kfPost('send_msg', NOTHING, (call) => {
    const { corp, params } = call;
    const session = sessionIn(call, 'touser');
    const { msgid, release } = claimMsgid(corp, session.account, params);
    try {
      const content = kfContentIn(corp, params);
      const failType = whetherItFails(call, session);
      sayAsAssistant(corp, session, { ...content, msgid, via: 'send_msg', failType });
      return { msgid };
    } catch (problem) {
      if (problem instanceof Refused) release();
      throw problem;
    }
  }),

  kfPost('send_msg_on_event', NOTHING, (call) => {
    const { corp, params, now } = call;
    const found = corp.kf.codes.find(params.text('code'), now);
    // No codes for a used, late or unknown code are published: 41050 as for welcomes of contacts, unless trouble says otherwise (?).
    if ('not' in found)
      throw found.not === 'invalid'
        ? new Refused(corp.kf.manners.badCode, 'invalid code')
        : new Refused(95018, 'send msg session status invalid');
    const { account } = found.session;
    if (account.deleted) throw new Refused(95004, 'open_kfid not exist');
    if (!account.granted) throw new Refused(48007, 'no permission of this open_kfid');
    const msgtype = params.text('msgtype');
    if (msgtype !== 'text' && (msgtype !== 'msgmenu' || found.textOnly)) throw new Refused(40008, 'invalid msgtype');
    const { msgid, release } = claimMsgid(corp, account, params);
    try {
      const content = kfContentIn(corp, params);
      found.use();
      sayAsAssistant(corp, found.session, { ...content, msgid, via: found.kind, failType: undefined });
      return { msgid };
    } catch (problem) {
      if (problem instanceof Refused) release();
      throw problem;
    }
  }),
];

/**
 * The state, the 48 hours and the five of contract §4. Which of them refuse at once and which only fail later is not
 * documented (?): `limits` decides. Returns the fail_type of a message that is accepted and will fail.
 */
function whetherItFails({ corp, now }: Call, session: KfSession): number | undefined {
  const { limits, lateCode, customerCap } = corp.kf.manners;
  const fail = (errcode: number, words: string, failType: number): number => {
    if (limits === 'refuse') throw new Refused(errcode, words, NOTHING);
    return failType;
  };
  const state = stateOf(session, now);
  // Who only opened the chat has no session that could take a message; a person or the queue has the others.
  if (session.lastWroteAt === undefined || state === 2 || state === 3)
    throw new Refused(95018, 'send msg session status invalid', NOTHING);
  if (customerCap) return fail(95003, 'customer count limit', 8);
  if (!isOpen(session, now)) return fail(lateCode, 'send msg time limit', 4);
  if (state === 4) return fail(95018, 'send msg session status invalid', 5);
  return session.left <= 0 ? fail(95001, 'send msg count limit', 6) : undefined;
}
