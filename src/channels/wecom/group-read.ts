import type { FactOf } from '../../domain/fact.js';
import type { GroupChat } from './client/groups.js';
import type { Keyless } from './read-key.js';
import { cutToCodePoints } from '../../domain/cut-text.js';
import { knownTime } from './wecom-times.js';

type Person = FactOf<'group_read'>['data']['people'][number];

/** A group as it is at a moment, with everybody in it. */
export const groupRead = (group: GroupChat, readAt: number, ownerState?: number): Keyless<'group_read'> => ({
  kind: 'group_read',
  at: readAt,
  member: {},
  data: {
    chatId: group.chat_id,
    name: cutToCodePoints(group.name, 256),
    owner: cutToCodePoints(group.owner, 64),
    ...(group.member_version === undefined ? {} : { version: group.member_version }),
    readAt,
    dismissed: false,
    ...(ownerState === undefined ? {} : { ownerState }),
    people: group.member_list.map((row) => personOf(row, readAt)),
  },
});

/** WeCom does not know the group any more. */
export const groupGone = (chatId: string, readAt: number): Keyless<'group_read'> => ({
  kind: 'group_read',
  at: readAt,
  member: {},
  data: { chatId, name: '', owner: '', readAt, dismissed: true, people: [] },
});

function personOf(row: GroupChat['member_list'][number], readAt: number): Person {
  const joinedAt = knownTime(row.join_time, readAt);
  return {
    ...(row.type === 1 ? { staff: row.userid } : { externalUserId: row.userid }),
    ...(row.unionid === undefined ? {} : { unionid: row.unionid }),
    ...(row.name === undefined ? {} : { name: row.name }),
    ...(joinedAt === undefined ? {} : { joinedAt }),
    ...(row.join_scene === undefined ? {} : { scene: row.join_scene }),
    ...(row.state === undefined ? {} : { state: row.state }),
  };
}
