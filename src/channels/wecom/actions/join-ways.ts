import type { ActionOf } from '../../../domain/action.js';
import { GiveUp } from '../../../platform/errors.js';
import type { ActionResult } from '../../channel.js';
import { addJoinWay, getJoinWay, updateJoinWay, type JoinWaySettings } from '../client/groups.js';
import type { WecomApi } from '../client/wecom-api.js';
import { cutToCodePoints } from '../../../domain/cut-text.js';
import { createdWay } from './created-way.js';

/** Limits of WeCom in bytes of UTF-8: state and remark 30, the name of the next group 40 (O-99547). A longer remark is cut. */
const STATE_BYTES = 30;
const REMARK_CHARACTERS = 30;
const BASE_NAME_BYTES = 40;

/**
 * Ensures a join way that leads to these groups: creates it, or reads it and updates it when it differs. `result: {configId,
 * qrCode}`; `qrCode` is the URL of the picture, absent when a new join way has none yet.
 */
export async function ensureJoinWay(api: WecomApi, action: ActionOf<'ensure_join_way'>): Promise<ActionResult> {
  const settings = settingsOf(action);
  const known = action.configId === undefined ? undefined : await getJoinWay(api, action.configId);
  // 41044: somebody deleted it, so the codes in use do not work any more. The new code replaces them.
  if (known === undefined || action.configId === undefined) {
    const made = { config_id: await addJoinWay(api, settings) };
    return createdWay(made, 'join_way_without_id', (id) => getJoinWay(api, id));
  }
  const { configId } = action;
  if (differs(known, settings)) await updateJoinWay(api, configId, settings);
  const qrCode = known.qr_code ?? (await getJoinWay(api, configId))?.qr_code;
  if (qrCode === undefined)
    throw new GiveUp('join_way_without_code', { message: `join way ${configId} has no QR code` });
  return { ref: configId, result: { configId, qrCode } };
}

function settingsOf({ chatId, chatIds, state, remark, next }: ActionOf<'ensure_join_way'>): JoinWaySettings {
  // WeCom would cut a longer state and report the cut one in events.
  if (Buffer.byteLength(state) > STATE_BYTES)
    throw new GiveUp('join_way_state_too_long', { message: `at most ${STATE_BYTES} bytes: ${state}` });
  if (next && Buffer.byteLength(next.baseName) > BASE_NAME_BYTES)
    throw new GiveUp('room_base_name_too_long', { message: `at most ${BASE_NAME_BYTES} bytes: ${next.baseName}` });
  return {
    chatIds: chatIds ?? [chatId],
    state,
    remark: cutToCodePoints(remark, REMARK_CHARACTERS),
    next: next ?? null,
  };
}

type Known = NonNullable<Awaited<ReturnType<typeof getJoinWay>>>;

/** WeCom increments the number with each group that it creates, so a higher number is no difference. */
const differs = (known: Known, wanted: JoinWaySettings): boolean =>
  known.chat_id_list.join() !== wanted.chatIds.join() ||
  (known.state ?? '') !== wanted.state ||
  known.remark !== wanted.remark ||
  (known.auto_create_room === 1) !== (wanted.next !== null) ||
  (wanted.next !== null &&
    (known.room_base_name !== wanted.next.baseName || (known.room_base_id ?? 0) < wanted.next.number));
