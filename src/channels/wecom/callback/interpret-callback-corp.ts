import type { CallbackFields } from './callback-fields.js';
import { present, type Told } from './interpret-callback-told.js';
import { cutToCodePoints } from '../../../domain/cut-text.js';

/**
 * `change_external_tag` (O-92130, M). An absent id after a shuffle means the order of all groups; a group that is deleted
 * takes its tags with it in this one event. Whatever it is, the library is read again.
 */
export function tellTag(fields: CallbackFields): readonly Told[] | undefined {
  const change = fields.text('ChangeType', 32);
  if (change === undefined) return undefined;
  return [{ kind: 'tag_library_changed', member: {}, data: present({ id: fields.text('Id', 128), change }) }];
}

/** Departments and directory tags say nothing about customers. */
const directoryOnly = new Set(['create_party', 'update_party', 'delete_party', 'update_tag']);

/** `change_contact` (contract §3.5): the corp's own directory. */
export function tellStaff(fields: CallbackFields): readonly Told[] | undefined {
  const change = fields.text('ChangeType', 32);
  if (change !== undefined && directoryOnly.has(change)) return [];
  const staff = fields.text('UserID', 64);
  if (staff === undefined) return undefined;
  switch (change) {
    case 'create_user':
      return [{ kind: 'staff_changed', member: {}, data: { staff, change: 'joined' } }];
    case 'delete_user':
      return [{ kind: 'staff_changed', member: {}, data: { staff, change: 'left' } }];
    case 'update_user': {
      const to = fields.text('NewUserID', 64);
      return to === undefined || to === staff
        ? []
        : [{ kind: 'staff_changed', member: {}, data: { staff, change: 'renamed', to } }];
    }
    default:
      return undefined;
  }
}

/** `customer_acquisition` (W, P): what an admin must act on; who came by a link is told by the contact's own events. */
export function tellAcquisition(fields: CallbackFields): readonly Told[] | undefined {
  const change = fields.text('ChangeType', 32);
  switch (change) {
    case 'balance_low':
    case 'balance_exhausted':
    case 'link_unavailable':
      return [alarm(`acquisition_${change}`)];
    case 'friend_request':
    case 'customer_start_chat':
    case 'delete_link':
      return [];
    default:
      return undefined;
  }
}

export const alarm = (name: string, over = false): Told => ({
  kind: 'app_alarm',
  member: {},
  data: { alarm: cutToCodePoints(name, 64), over },
});
