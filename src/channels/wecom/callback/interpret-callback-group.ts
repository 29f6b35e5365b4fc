import type { CallbackFields } from './callback-fields.js';
import { isExternalUserId } from './external-user-id.js';
import { withoutUndefined, type EventFact } from './event-fact.js';
import { cutToCodePoints } from '../../../domain/cut-text.js';

/**
 * `change_external_chat` (O-96361). Every field is optional and unreliable. The listed people become facts, and `complete` says
 * whether they can be the whole change, so that the group need not be read.
 */
export function groupFacts(fields: CallbackFields): readonly EventFact[] | undefined {
  const chatId = fields.text('ChatId', 128);
  const change = fields.text('ChangeType');
  if (chatId === undefined || change === undefined) return undefined;
  const detail = (change === 'update' ? fields.text('UpdateDetail', 64) : undefined) ?? cutToCodePoints(change, 64);
  const listed = fields.items('MemChangeList');
  const people = [...new Set(listed.filter(isExternalUserId))];
  const changed: EventFact = {
    kind: 'group_changed',
    member: {},
    data: {
      ...withoutUndefined({
        chatId,
        detail,
        version: fields.text('CurMemVer'),
        lastVersion: fields.text('LastMemVer'),
      }),
      // With a count without its list, or with staff in the list, only a read shows the change.
      complete: people.length > 0 && people.length === (fields.integer('MemChangeCnt') ?? listed.length),
    },
  };
  // The notice event is not used: it has arrived as add_member without a list (community doc 0000eee405cba8aa91fb1fbe45ec00).
  switch (detail) {
    case 'add_member': {
      const scene = fields.integer('JoinScene');
      return [
        ...people.map((id): EventFact => ({
          kind: 'joined_group',
          member: { externalUserId: id },
          data: withoutUndefined({ chatId, scene }),
        })),
        changed,
      ];
    }
    case 'del_member': {
      const removed = fields.text('QuitScene') === '1';
      return [
        ...people.map((id): EventFact => ({
          kind: 'left_group',
          member: { externalUserId: id },
          data: { chatId, removed },
        })),
        changed,
      ];
    }
    default:
      return [changed];
  }
}
