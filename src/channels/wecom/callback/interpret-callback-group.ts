import type { CallbackFields } from './callback-fields.js';
import { isExternalUserId } from './external-user-id.js';
import { present, type Told } from './interpret-callback-told.js';
import { cutToCodePoints } from '../../../domain/cut-text.js';

/**
 * `change_external_chat` (O-96361). Every field is optional and noisy: who is listed is told, and `complete` says whether
 * that can be all of the change, so that the group need not be read again.
 */
export function tellGroup(fields: CallbackFields): readonly Told[] | undefined {
  const chatId = fields.text('ChatId', 128);
  const change = fields.text('ChangeType');
  if (chatId === undefined || change === undefined) return undefined;
  const detail = (change === 'update' ? fields.text('UpdateDetail', 64) : undefined) ?? cutToCodePoints(change, 64);
  const listed = fields.items('MemChangeList');
  const people = [...new Set(listed.filter(isExternalUserId))];
  const changed: Told = {
    kind: 'group_changed',
    member: {},
    data: {
      ...present({ chatId, detail, version: fields.text('CurMemVer'), lastVersion: fields.text('LastMemVer') }),
      // A count without its list, or staff in the list, say that something changed which only a read shows.
      complete: people.length > 0 && people.length === (fields.integer('MemChangeCnt') ?? listed.length),
    },
  };
  // Not from the notice: it has come under the name add_member (community doc 0000eee405cba8aa91fb1fbe45ec00), without a list.
  switch (detail) {
    case 'add_member': {
      const scene = fields.integer('JoinScene');
      return [
        ...people.map((id): Told => ({
          kind: 'joined_group',
          member: { externalUserId: id },
          data: present({ chatId, scene }),
        })),
        changed,
      ];
    }
    case 'del_member': {
      const removed = fields.text('QuitScene') === '1';
      return [
        ...people.map((id): Told => ({
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
