import type { CallbackFields } from './callback-fields.js';
import { present, type Told } from './interpret-callback-told.js';

/** `change_external_contact` (O-92130, O-92277). */
export function tellContact(fields: CallbackFields): readonly Told[] | undefined {
  const change = fields.text('ChangeType');
  // Somebody agreed to have the conversation archived, which this product does not do (contract §3.1).
  if (change === 'msg_audit_approved') return [];
  const externalUserId = fields.text('ExternalUserID', 128);
  if (externalUserId === undefined) return undefined;
  const member = { externalUserId };
  const staff = fields.text('UserID', 64);
  switch (change) {
    // Half: the customer added staff who have not added them back; when they do, it is told once more as a whole one.
    case 'add_external_contact':
    case 'add_half_external_contact': {
      const data = {
        staff,
        state: fields.text('State', 64),
        welcomeCode: fields.text('WelcomeCode'),
        mutual: change === 'add_external_contact',
      };
      return [{ kind: 'contact_added', member, data: present(data) }];
    }
    case 'edit_external_contact':
      return [{ kind: 'contact_changed', member, data: present({ staff }) }];
    case 'del_external_contact':
      // Handed over to a colleague: the corp still has the customer, so the contact is read again instead.
      if (fields.text('Source') === 'DELETE_BY_TRANSFER')
        return [{ kind: 'contact_changed', member, data: present({ staff }) }];
      return [{ kind: 'contact_lost', member, data: present({ staff, by: 'staff' as const }) }];
    // One-way from here on: calls still work (G on 84061), yet the customer cannot be reached through this pair.
    case 'del_follow_user':
      return [{ kind: 'contact_lost', member, data: present({ staff, by: 'member' as const }) }];
    case 'transfer_fail':
      return [
        {
          kind: 'transfer_failed',
          member,
          data: { ...present({ staff }), reason: fields.text('FailReason', 64) ?? '' },
        },
      ];
    default:
      return undefined;
  }
}
