import type { Corp } from '../../corp/corp.js';
import type { JoinWay, JoinWaySettings } from '../../corp/join-ways.js';
import { post, Refused, type Call, type Endpoint } from './endpoint.js';
import type { Params } from './params.js';

export const joinWayEndpoints: readonly Endpoint[] = [
  post('externalcontact/groupchat/add_join_way', { config_id: '' }, (call) => {
    const settings = settingsOf(call);
    const { joinWays, contactWays, quotas } = call.corp;
    if (joinWays.byAppSize + contactWays.size >= quotas.ways) throw new Refused(41045, 'quota of ways is full');
    // Only the config_id: the picture needs a second call.
    return { config_id: joinWays.create(settings, true).configId };
  }),

  post('externalcontact/groupchat/get_join_way', { join_way: {} }, ({ corp, params, host }) => {
    const way = ownWay(corp, params);
    const { settings, configId } = way;
    return {
      join_way: {
        config_id: configId,
        scene: settings.scene,
        remark: settings.remark,
        auto_create_room: settings.autoCreateRoom ? 1 : 0,
        room_base_name: settings.roomBaseName,
        room_base_id: settings.roomBaseId,
        chat_id_list: settings.chatIds,
        ...(settings.scene === 2 ? { qr_code: `${host}/qr/${configId}.png` } : {}),
        state: settings.state,
        mark_source: false,
      },
    };
  }),

  post('externalcontact/groupchat/update_join_way', {}, (call) => {
    ownWay(call.corp, call.params).settings = settingsOf(call);
    return {};
  }),

  post('externalcontact/groupchat/del_join_way', {}, ({ corp, params }) => {
    corp.joinWays.remove(ownWay(corp, params).configId);
    return {};
  }),
];

function settingsOf({ corp, params }: Call): JoinWaySettings {
  const scene = params.number('scene');
  if (scene === undefined) throw new Refused(41038, 'scene missing');
  if (scene !== 1 && scene !== 2) throw new Refused(41040, 'invalid scene');
  const chatIds = params.texts('chat_id_list');
  if (chatIds.length === 0) throw new Refused(40063, 'chat_id_list missing');
  if (chatIds.length > 5) throw new Refused(41091, 'too many groups in a join way');
  if (new Set(chatIds).size < chatIds.length) throw new Refused(40058, 'a group twice in chat_id_list');
  if (chatIds.some((id) => !corp.groups.get(id))) throw new Refused(40050, 'invalid group id');
  // What happens with a dismissed one is not documented; `groupchat/get` says 49008 of it (?).
  if (chatIds.some((id) => corp.groups.get(id)?.dismissed)) throw new Refused(49008, 'group has been dismissed');
  const state = params.text('state');
  if (Buffer.byteLength(state) > 30) throw new Refused(40058, 'state too long');
  if (Buffer.byteLength(params.text('room_base_name')) > 40) throw new Refused(40058, 'room_base_name too long');
  return {
    scene,
    remark: [...params.text('remark')].slice(0, 30).join(''),
    autoCreateRoom: (params.number('auto_create_room') ?? 1) === 1,
    roomBaseName: params.text('room_base_name'),
    roomBaseId: params.number('room_base_id') ?? 1,
    chatIds: [...chatIds],
    state,
  };
}

/** Only the app that made a way may see it. */
function ownWay(corp: Corp, params: Params): JoinWay {
  const configId = params.text('config_id');
  if (configId === '') throw new Refused(41043, 'config_id missing');
  const way = corp.joinWays.get(configId);
  if (!way?.byApp) throw new Refused(41044, 'invalid config_id');
  return way;
}
