import type { Corp } from '../../corp/corp.js';
import type { KfAccount } from '../../corp/kf/kf-account.js';
import type { KfSession } from '../../corp/kf/kf-session.js';
import type { Person } from '../../corp/person.js';
import { get, post, Refused, type Call, type Endpoint } from './endpoint.js';
import type { Params } from './params.js';

type Run = (call: Call) => Readonly<Record<string, unknown>>;

/** Endpoints of customer service: first whether the app may use it at all (contract §1). */
export const kfPost = (path: string, empty: Endpoint['empty'], run: Run): Endpoint =>
  post(`kf/${path}`, empty, (call) => (checkRight(call.corp), run(call)));

export const kfGet = (path: string, empty: Endpoint['empty'], run: Run): Endpoint =>
  get(`kf/${path}`, empty, (call) => (checkRight(call.corp), run(call)));

function checkRight({ kf: { manners } }: Corp): void {
  if (manners.unlisted) throw new Refused(48002, 'api forbidden');
  if (manners.otherMode) throw new Refused(95011, 'customer service is used inside wecom');
  if (manners.apiOff) throw new Refused(95017, 'api switch is off');
}

/** The account of the call, which exists and is granted to the app (contract §11). */
export function accountOf({ corp, params }: Call): KfAccount {
  const openKfid = params.text('open_kfid');
  if (openKfid === '') throw new Refused(60251, 'open_kfid missing');
  if (!/^wk[\w-]{1,62}$/.test(openKfid)) throw new Refused(60252, 'invalid open_kfid');
  const account = corp.kf.account(openKfid);
  if (!account || account.deleted) throw new Refused(95004, 'open_kfid not exist');
  if (!account.granted) throw new Refused(48007, 'no permission of this open_kfid');
  return account;
}

/** The customer of the call, by the id that customer service uses. */
export function kfCustomer(corp: Corp, id: string): Person {
  const person = personOf(corp, id);
  if (!person) throw new Refused(40096, 'invalid external userid');
  return person;
}

export function personOf(corp: Corp, id: string): Person | undefined {
  if (corp.kf.manners.ids === 'same') return corp.people.get(id);
  return [...corp.people.values()].find(({ externalUserId }) => corp.kf.idOf(externalUserId) === id);
}

export function sessionIn(call: Call, field: string): KfSession {
  const account = accountOf(call);
  return call.corp.kf.session(account, kfCustomer(call.corp, call.params.text(field)));
}

const MSGID = /^[\w-]{1,32}$/;

/** The msgid the app wants for a message, or a new one. It is claimed: none can be used twice in an account (contract §4). */
export function claimMsgid(
  corp: Corp,
  account: KfAccount,
  params: Params,
): { readonly msgid: string; readonly release: () => void } {
  const asked = params.text('msgid');
  if (asked !== '' && !MSGID.test(asked)) throw new Refused(40058, 'invalid msgid', { msgid: '' });
  const msgid = asked === '' ? corp.ids.letters('kf-sent-', 36).slice(8) : asked;
  const key = `${account.openKfid} ${msgid}`;
  const { usedMsgids, manners } = corp.kf;
  if (usedMsgids.has(key)) throw new Refused(manners.duplicateCode, 'invalid msgid', { msgid: '' });
  usedMsgids.add(key);
  const release = (): void => {
    if (!manners.refusalsBurnMsgid) usedMsgids.delete(key);
  };
  return { msgid, release };
}
