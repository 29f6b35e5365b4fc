import { ROOT_PARTY } from '../../corp/acts/contact-ways.js';
import { servicerOf } from '../../corp/acts/kf-who-serves.js';
import type { Corp } from '../../corp/corp.js';
import type { KfAccount } from '../../corp/kf/kf-account.js';
import { Refused, type Call, type Endpoint } from './endpoint.js';
import { accountOf, kfGet, kfPost } from './kf-endpoint.js';

/** Contract §7. */
const MOST_ACCOUNTS = 5_000;
const MOST_SERVICERS = 2_000;
const MOST_DEPARTMENTS = 20;

export const kfAccountEndpoints: readonly Endpoint[] = [
  kfPost('account/add', { open_kfid: '' }, ({ corp, params }) => {
    const name = nameIn(params.text('name'));
    const avatar = avatarIn(corp, params.text('media_id'));
    if (corp.kf.accounts().length >= MOST_ACCOUNTS) throw new Refused(95005, 'too many accounts');
    return { open_kfid: corp.kf.open(name, avatar).openKfid };
  }),

  kfPost('account/update', {}, (call) => {
    const { corp, params } = call;
    const account = accountOf(call);
    const name = params.has('name') ? nameIn(params.text('name')) : account.name;
    const avatar = params.has('media_id') ? avatarIn(corp, params.text('media_id')) : account.avatar;
    Object.assign(account, { name, avatar });
    return {};
  }),

  kfPost('account/del', {}, (call) => {
    const account = accountOf(call);
    if (call.corp.kf.accounts().length === 1) throw new Refused(95005, 'at least one account must remain');
    account.deleted = true;
    return {};
  }),

  kfPost('account/list', { account_list: [] }, ({ corp, params, host }) => {
    const offset = params.number('offset') ?? 0;
    const limit = params.number('limit') ?? 100;
    if (offset < 0 || limit < 1 || limit > 100) throw new Refused(40058, 'invalid offset or limit');
    const accounts = corp.kf.accounts().slice(offset, offset + limit);
    return {
      account_list: accounts.map(({ openKfid, name, granted }) => ({
        open_kfid: openKfid,
        name,
        avatar: `${host}/kf/avatar/${openKfid}`,
        manage_privilege: granted,
      })),
    };
  }),

  kfPost('servicer/add', { result_list: [] }, (call) => {
    const account = accountOf(call);
    const { userids, departments } = servicersIn(call, MOST_DEPARTMENTS);
    return {
      result_list: [
        ...userids.map((userid) => ({ userid, ...addServicer(call.corp, account, userid) })),
        ...departments.map((id) => ({ department_id: id, ...addDepartment(account, id) })),
      ],
    };
  }),

  kfPost('servicer/del', { result_list: [] }, (call) => {
    const account = accountOf(call);
    const { userids, departments } = servicersIn(call, 100);
    const done = (was: boolean): Result => (was ? SUCCESS : IGNORED);
    return {
      result_list: [
        ...userids.map((userid) => ({ userid, ...done(account.servicers.delete(userid)) })),
        ...departments.map((id) => ({ department_id: id, ...done(account.departments.delete(id)) })),
      ],
    };
  }),

  // Status 0 is serving here, where the event says 1 (contract §0.1 fact 12).
  kfGet('servicer/list', { servicer_list: [] }, (call) => {
    const account = accountOf(call);
    const people = [...account.servicers.keys()]
      .flatMap((userid) => servicerOf(call.corp, account, userid) ?? [])
      .map(({ userid, status }) =>
        status === 'serving' ? { userid, status: 0 } : { userid, status: 1, stop_type: status === 'paused' ? 1 : 0 },
      );
    return { servicer_list: [...people, ...[...account.departments].map((id) => ({ department_id: id }))] };
  }),

  kfPost('add_contact_way', { url: '' }, (call) => {
    const account = accountOf(call);
    const scene = call.params.text('scene');
    if (!/^[\w-]{0,32}$/.test(scene)) throw new Refused(40058, 'invalid scene');
    const encScene = call.corp.ids.letters('ENC', 24);
    account.scenes.set(encScene, scene);
    return { url: `${call.host}/kf/${account.linkId}?enc_scene=${encScene}` };
  }),
];

function nameIn(name: string): string {
  if (name === '' || [...name].length > 16) throw new Refused(95006, 'invalid account name');
  return name;
}

function avatarIn(corp: Corp, mediaId: string): string {
  if (Buffer.byteLength(mediaId) > 128 || corp.media.find(mediaId, corp.now())?.type !== 'image')
    throw new Refused(40007, 'invalid media_id');
  return mediaId;
}

interface Asked {
  readonly userids: readonly string[];
  readonly departments: readonly number[];
}

function servicersIn({ params }: Call, mostDepartments: number): Asked {
  const userids = [...new Set(params.texts('userid_list'))];
  const raw = params.raw('department_id_list') ?? [];
  if (!Array.isArray(raw) || !raw.every((id): id is number => Number.isInteger(id)))
    throw new Refused(40058, 'invalid department_id_list');
  if (userids.length + raw.length === 0) throw new Refused(40063, 'some parameters are empty');
  if (userids.length > 100 || raw.length > mostDepartments) throw new Refused(40058, 'list too long');
  return { userids, departments: [...new Set(raw)] };
}

interface Result {
  readonly errcode: number;
  readonly errmsg: string;
}

const SUCCESS: Result = { errcode: 0, errmsg: 'success' };
const IGNORED: Result = { errcode: 0, errmsg: 'ignored' };

function addServicer(corp: Corp, account: KfAccount, userid: string): Result {
  const staff = corp.staff.get(userid);
  if (!staff || staff.hasLeft) return { errcode: 60111, errmsg: 'userid not found' };
  if (!corp.sees(userid)) return { errcode: 60030, errmsg: 'user not in the scope of the app' };
  if (account.servicers.has(userid)) return IGNORED;
  if (account.servicers.size >= MOST_SERVICERS) return { errcode: 40058, errmsg: 'too many servicers' };
  account.servicers.set(userid, { userid, status: 'serving' });
  return SUCCESS;
}

/** The staff of the department serve, too; `servicer/list` names only the department. */
function addDepartment(account: KfAccount, id: number): Result {
  if (id !== ROOT_PARTY) return { errcode: 60123, errmsg: 'invalid department id' };
  if (account.departments.has(id)) return IGNORED;
  account.departments.add(id);
  return SUCCESS;
}
