import type { CallbackFields } from './callback-fields.js';
import { withoutUndefined, type EventFact } from './event-fact.js';
import { BALANCE_ALARMS } from '../../../domain/app-alarm.js';
import { cutToCodePoints } from '../../../domain/cut-text.js';

/**
 * `change_external_tag` (O-92130, M). A shuffle without an id changes the order of all groups, and one event reports a deleted
 * group with all its tags. So the library is read again after every event.
 */
export function tagFacts(fields: CallbackFields): readonly EventFact[] | undefined {
  const change = fields.text('ChangeType', 32);
  if (change === undefined) return undefined;
  return [{ kind: 'tag_library_changed', member: {}, data: withoutUndefined({ id: fields.text('Id', 128), change }) }];
}

/** Departments and directory tags do not concern customers. */
const directoryOnly = new Set(['create_party', 'update_party', 'delete_party', 'update_tag']);

/** `change_contact` (contract §3.5): the corp's own directory. */
export function staffFacts(fields: CallbackFields): readonly EventFact[] | undefined {
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

/**
 * `customer_acquisition` (W, P; `balance_increased`, `quota_expire_soon`, `open_profile`, `message_from_customer` and
 * `del_follow_user` in D-97299): alarms for the admin. New and lost customers are reported by the contact events.
 */
export function acquisitionFacts(fields: CallbackFields): readonly EventFact[] | undefined {
  const change = fields.text('ChangeType', 32);
  switch (change) {
    case 'balance_low':
    case 'balance_exhausted':
    case 'link_unavailable':
    case 'quota_expire_soon': // Comes 14, 7, 3, 2 and 1 days before bought uses expire.
      return [alarmFact(`acquisition_${change}`)];
    // There are uses again after there were none.
    case 'balance_increased':
      return [alarmFact(BALANCE_ALARMS, true)];
    case 'open_profile':
    case 'friend_request':
    case 'customer_start_chat':
    case 'message_from_customer':
    case 'del_follow_user':
    case 'delete_link': // The daily check makes the link again.
      return [];
    default:
      return undefined;
  }
}

export const alarmFact = (name: string, over = false): EventFact => ({
  kind: 'app_alarm',
  member: {},
  data: { alarm: cutToCodePoints(name, 64), over },
});
