import type { ActionOf } from '../../../domain/action.js';
import { GiveUp } from '../../../platform/errors.js';
import type { ActionResult } from '../../channel.js';
import { addContactWay, getContactWay, updateContactWay, type ContactWaySettings } from '../client/contact-ways.js';
import type { WecomApi } from '../client/wecom-api.js';
import { cutToCodePoints } from '../../../domain/cut-text.js';
import { createdWay } from './created-way.js';

/** Contract §6: state and remark at most 30. */
const STATE_BYTES = 30;
const REMARK_CHARACTERS = 30;

/**
 * Ensures a contact way that leads to these staff: creates it, or reads it and updates it when it differs. `result:
 * {configId, qrCode}`; `qrCode` is absent when a new contact way has none yet.
 */
export async function ensureContactWay(api: WecomApi, action: ActionOf<'ensure_contact_way'>): Promise<ActionResult> {
  if (Buffer.byteLength(action.state) > STATE_BYTES)
    throw new GiveUp('contact_way_state_too_long', { message: `at most ${STATE_BYTES} bytes: ${action.state}` });
  const settings: ContactWaySettings = {
    staff: action.staff,
    state: action.state,
    remark: cutToCodePoints(action.remark, REMARK_CHARACTERS),
    skipVerify: action.skipVerify,
  };
  const known = action.configId === undefined ? undefined : await getContactWay(api, action.configId);
  if (known) {
    if (differs(known, settings)) await updateContactWay(api, known.configId, settings);
    const { configId, qr_code: qrCode } = known;
    if (qrCode === undefined)
      throw new GiveUp('contact_way_without_code', { message: `contact way ${configId} has no QR code` });
    return { ref: configId, result: { configId, qrCode } };
  }
  const made = await addContactWay(api, settings);
  return createdWay(made, 'contact_way_without_id', (configId) => getContactWay(api, configId));
}

type Known = NonNullable<Awaited<ReturnType<typeof getContactWay>>>;

const differs = (known: Known, wanted: ContactWaySettings): boolean =>
  [...known.user].sort().join() !== [...wanted.staff].sort().join() ||
  known.state !== wanted.state ||
  known.remark !== wanted.remark ||
  known.skip_verify !== wanted.skipVerify;
