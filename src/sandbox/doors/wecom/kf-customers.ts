import type { Corp } from '../../corp/corp.js';
import type { UpgradeRange } from '../../corp/kf/customer-service.js';
import { isOpen, type KfEntry, type KfUpgrade, WINDOW } from '../../corp/kf/kf-session.js';
import type { Person } from '../../corp/person.js';
import { Refused, type Call, type Endpoint } from './endpoint.js';
import { kfGet, kfPost, personOf, sessionIn } from './kf-endpoint.js';

export const kfCustomerEndpoints: readonly Endpoint[] = [
  kfPost('customer/batchget', { customer_list: [], invalid_external_userid: [] }, (call) => {
    const { corp, params } = call;
    const ids = params.texts('external_userid_list');
    if (ids.length === 0) throw new Refused(40063, 'some parameters are empty');
    if (ids.length > 100) throw new Refused(40058, 'too many external_userid');
    const withContext = params.number('need_enter_session_context') === 1 && !corp.kf.manners.noContext;
    const known = ids.map((id) => ({ id, person: customerOf(call, id) }));
    return {
      customer_list: known.flatMap(({ id, person }) =>
        person ? [{ ...profileOf(corp, id, person), ...(withContext ? contextOf(call, person) : {}) }] : [],
      ),
      invalid_external_userid: known.flatMap(({ id, person }) => (person ? [] : [id])),
    };
  }),

  kfGet('customer/get_upgrade_service_config', { member_range: {}, groupchat_range: {} }, ({ corp }) => {
    const { userids, departments, chatIds } = rangeOf(corp);
    return {
      member_range: { userid_list: userids, department_id_list: departments },
      groupchat_range: { chat_id_list: chatIds },
    };
  }),

  // Sends nothing: it shows the servicer a button (contract §9). `press_upgrade` presses it.
  kfPost('customer/upgrade_service', {}, (call) => {
    const { corp, now } = call;
    const session = sessionIn(call, 'external_userid');
    if (corp.kf.manners.ownUpgrade) throw new Refused(95015, 'upgrade service is configured in the console');
    const upgrade = upgradeIn(call);
    if (!isOpen(session, now)) throw new Refused(95031, 'no consultation within 48 hours');
    session.upgrade = upgrade;
    return {};
  }),

  kfPost('customer/cancel_upgrade_service', {}, (call) => {
    sessionIn(call, 'external_userid').upgrade = undefined;
    return {};
  }),
];

/** Whoever is a person is answered; people who have been silent for 48 hours too, unless trouble says otherwise (?). */
function customerOf({ corp, now }: Call, id: string): Person | undefined {
  const person = personOf(corp, id);
  const hasOpen = corp.kf.sessions().some((session) => session.person === person && isOpen(session, now));
  return corp.kf.manners.forgetSilent && !hasOpen ? undefined : person;
}

const profileOf = (corp: Corp, id: string, person: Person): Record<string, unknown> => ({
  external_userid: id,
  nickname: person.name,
  avatar: `https://wx.qlogo.example.invalid/mmhead/${person.unionid.slice(-8)}/0`,
  gender: person.gender,
  ...(corp.kf.manners.noUnionid ? {} : { unionid: person.unionid }),
});

/** The last entry within 48 hours. */
function contextOf({ corp, now }: Call, person: Person): Record<string, unknown> {
  const entries = corp.kf
    .sessions()
    .flatMap((session) => (session.person === person && session.lastEntry ? [session.lastEntry] : []))
    .filter(({ at }) => now - at <= WINDOW)
    .sort((a, b) => b.at - a.at);
  const [last] = entries;
  return last ? { enter_session_context: contextWire(last) } : {};
}

const contextWire = ({ scene, sceneParam, channels }: KfEntry): Record<string, unknown> => ({
  scene,
  scene_param: sceneParam,
  ...(channels ? { wechat_channels: channels } : {}),
});

function rangeOf(corp: Corp): UpgradeRange {
  return (
    corp.kf.upgradeRange ?? {
      userids: [...corp.staff.values()].filter((one) => corp.serves(one.userid)).map(({ userid }) => userid),
      departments: [],
      chatIds: corp.groups
        .all()
        .filter(({ dismissed }) => !dismissed)
        .map(({ chatId }) => chatId),
    }
  );
}

function upgradeIn({ corp, params }: Call): KfUpgrade {
  const type = params.number('type');
  if (type !== 1 && type !== 2) throw new Refused(40058, 'invalid type');
  const asked = params.object(type === 1 ? 'member' : 'groupchat');
  const target = asked.text(type === 1 ? 'userid' : 'chat_id');
  const { userids, chatIds } = rangeOf(corp);
  if (type === 1 && !userids.includes(target)) throw new Refused(60030, 'user not in range');
  // The code for a group outside the range is not documented (?).
  if (type === 2 && !chatIds.includes(target)) throw new Refused(40050, 'invalid chat_id');
  return { type, target, wording: asked.text('wording') };
}
