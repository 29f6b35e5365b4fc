import { assign, changeState } from '../../corp/acts/kf-servicers.js';
import { servicerOf } from '../../corp/acts/kf-who-serves.js';
import type { Corp } from '../../corp/corp.js';
import { stateOf, type KfSession, type KfState } from '../../corp/kf/kf-session.js';
import { Refused, type Endpoint } from './endpoint.js';
import { kfPost, sessionIn } from './kf-endpoint.js';

export const kfSessionEndpoints: readonly Endpoint[] = [
  kfPost('service_state/get', { service_state: 0, servicer_userid: '' }, (call) => {
    const session = sessionIn(call, 'external_userid');
    const state = stateOf(session, call.now);
    return { service_state: state, servicer_userid: state === 3 ? (session.servicer ?? '') : '' };
  }),

  kfPost('service_state/trans', {}, (call) => {
    const { corp, params, now } = call;
    const session = sessionIn(call, 'external_userid');
    const to = params.number('service_state');
    if (to !== 1 && to !== 2 && to !== 3 && to !== 4) throw new Refused(40058, 'invalid service_state');
    checkTransition(corp, stateOf(session, now), to);
    const userid = params.text('servicer_userid');
    if (to === 3) checkServicer(corp, session, userid);
    const code = to === 3 ? assign(corp, session, userid) : changeState(corp, session, to);
    if (to === 2 || to === 3) corp.reactions.handedOver(session);
    return code === undefined ? {} : { msg_code: code };
  }),
];

/** Contract §6: what is "yes" there, documented or reported by users. The same state again is taken as not allowed, except to another person (?). */
const ALLOWED: Readonly<Record<KfState, readonly KfState[]>> = {
  0: [1, 2, 3, 4],
  1: [2, 3, 4],
  2: [3, 4],
  3: [3, 4],
  4: [],
};

function checkTransition(corp: Corp, from: KfState, to: KfState): void {
  if (from === 4) throw new Refused(95013, 'conversation end');
  const isOnlyReported = to === 4 && from !== 3;
  if (!ALLOWED[from].includes(to) || (isOnlyReported && corp.kf.manners.strictTransitions))
    throw new Refused(95016, 'service state trans not allowed');
}

function checkServicer(corp: Corp, session: KfSession, userid: string): void {
  const { account } = session;
  const servicer = servicerOf(corp, account, userid);
  if (!servicer || corp.kf.unactivated.has(userid)) throw new Refused(95014, 'no available servicer');
  if (!corp.sees(userid)) throw new Refused(60030, 'user not in the scope of the app');
  if (servicer.status !== 'serving') throw new Refused(95019, 'servicer is not serving');
  // From 3 to 3 only another person is named; to the same one is taken as not allowed (?).
  if (stateOf(session, corp.now()) === 3 && session.servicer === userid)
    throw new Refused(95016, 'service state trans not allowed');
}
