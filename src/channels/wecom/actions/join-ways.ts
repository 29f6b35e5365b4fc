import type { ActionOf } from '../../../domain/action.js';
import { GiveUp } from '../../../platform/errors.js';
import type { ActionResult } from '../../channel.js';
import { addJoinWay, getJoinWay, updateJoinWay, type JoinWaySettings } from '../client/groups.js';
import type { WecomApi } from '../client/wecom-api.js';
import { cutToCodePoints } from '../../../domain/cut-text.js';
import { madeWay } from './made-way.js';

/** WeCom's marks, in bytes of UTF-8: state and remark 30, the name of further groups 40 (O-99547); a longer remark is cut. */
const STATE_BYTES = 30;
const REMARK_CHARACTERS = 30;
const BASE_NAME_BYTES = 40;

/**
 * A join way that leads where it should: made, or looked at and written over where it differs. `result: {configId, qrCode}`,
 * the latter the picture's address; absent where the way was made and its code cannot be read yet.
 */
export async function ensureJoinWay(api: WecomApi, action: ActionOf<'ensure_join_way'>): Promise<ActionResult> {
  const settings = settingsOf(action);
  const known = action.configId === undefined ? undefined : await getJoinWay(api, action.configId);
  // 41044: it was deleted behind our back. Codes that were handed out are dead then; the new one takes their place.
  if (known === undefined || action.configId === undefined) {
    const made = { config_id: await addJoinWay(api, settings) };
    return madeWay(made, 'join_way_without_id', (id) => getJoinWay(api, id));
  }
  const { configId } = action;
  if (differs(known, settings)) await updateJoinWay(api, configId, settings);
  const qrCode = known.qr_code ?? (await getJoinWay(api, configId))?.qr_code;
  if (qrCode === undefined)
    throw new GiveUp('join_way_without_code', { message: `join way ${configId} has no QR code` });
  return { ref: configId, result: { configId, qrCode } };
}

function settingsOf({ chatId, chatIds, state, remark, next }: ActionOf<'ensure_join_way'>): JoinWaySettings {
  // A state that WeCom cut would come back as another one.
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

/** The number is WeCom's to count on once the way is made: each group it opens takes the next one. */
const differs = (known: Known, wanted: JoinWaySettings): boolean =>
  known.chat_id_list.join() !== wanted.chatIds.join() ||
  (known.state ?? '') !== wanted.state ||
  known.remark !== wanted.remark ||
  (known.auto_create_room === 1) !== (wanted.next !== null) ||
  (wanted.next !== null &&
    (known.room_base_name !== wanted.next.baseName || (known.room_base_id ?? 0) < wanted.next.number));
