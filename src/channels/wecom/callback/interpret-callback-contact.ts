import type { CallbackFields } from './callback-fields.js';
import { withoutUndefined, type EventFact } from './event-fact.js';

/** `change_external_contact` (O-92130, O-92277). */
export function contactFacts(fields: CallbackFields): readonly EventFact[] | undefined {
  const change = fields.text('ChangeType');
  // Consent to archive conversations, which this product does not do (contract §3.1).
  if (change === 'msg_audit_approved') return [];
  const externalUserId = fields.text('ExternalUserID', 128);
  if (externalUserId === undefined) return undefined;
  const member = { externalUserId };
  const staff = fields.text('UserID', 64);
  switch (change) {
    // Half: the customer added staff who have not added them back. When they do, a full event follows.
    case 'add_external_contact':
    case 'add_half_external_contact': {
      const data = {
        staff,
        state: fields.text('State', 64),
        welcomeCode: fields.text('WelcomeCode'),
        mutual: change === 'add_external_contact',
      };
      return [{ kind: 'contact_added', member, data: withoutUndefined(data) }];
    }
    case 'edit_external_contact':
      return [{ kind: 'contact_changed', member, data: withoutUndefined({ staff }) }];
    case 'del_external_contact':
      // Transferred to a colleague: the corp still has the customer, so the contact is read again.
      if (fields.text('Source') === 'DELETE_BY_TRANSFER')
        return [{ kind: 'contact_changed', member, data: withoutUndefined({ staff }) }];
      return [{ kind: 'contact_lost', member, data: withoutUndefined({ staff, by: 'staff' as const }) }];
    // The relation is now one-way: calls still work (G on 84061), but this pair cannot reach the customer.
    case 'del_follow_user':
      return [{ kind: 'contact_lost', member, data: withoutUndefined({ staff, by: 'member' as const }) }];
    case 'transfer_fail':
      return [
        {
          kind: 'transfer_failed',
          member,
          data: { ...withoutUndefined({ staff }), reason: fields.text('FailReason', 64) ?? '' },
        },
      ];
    default:
      return undefined;
  }
}
