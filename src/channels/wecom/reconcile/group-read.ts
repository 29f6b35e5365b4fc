import type { FactOf } from '../../../domain/fact.js';
import type { GroupChat } from '../client/groups.js';
import { isExternalUserId } from '../callback/external-user-id.js';
import { cutToCodePoints } from '../../../domain/cut-text.js';
import type { UnkeyedFact } from '../../reconciliation.js';
import { readTime } from '../wecom-times.js';

type Person = FactOf<'group_read'>['data']['people'][number];

interface ReadInfo {
  readonly readAt: number;
  readonly ownerState?: number | undefined;
  /** Some members could not be read. */
  readonly isPartial: boolean;
}

/** The state of a group with all its members at `readAt`. */
export const groupRead = (
  chatId: string,
  group: GroupChat,
  { readAt, ownerState, isPartial }: ReadInfo,
): UnkeyedFact<'group_read'> => ({
  kind: 'group_read',
  at: readAt,
  member: {},
  data: {
    chatId,
    name: cutToCodePoints(group.name, 256),
    owner: cutToCodePoints(group.owner, 64),
    ...(group.member_version === undefined ? {} : { version: group.member_version }),
    ...foundedAt(group, readAt),
    readAt,
    dismissed: false,
    ...(isPartial ? { partial: true } : {}),
    ...(ownerState === undefined ? {} : { ownerState }),
    people: group.member_list.map((row) => personOf(row, readAt)),
  },
});

function foundedAt({ create_time: made }: GroupChat, readAt: number): { readonly foundedAt?: number } {
  const at = readTime(made, readAt);
  return at === undefined ? {} : { foundedAt: at };
}

/** A group that does not exist any more. */
export const groupGone = (chatId: string, readAt: number): UnkeyedFact<'group_read'> => ({
  kind: 'group_read',
  at: readAt,
  member: {},
  data: { chatId, name: '', owner: '', readAt, dismissed: true, people: [] },
});

function personOf(row: GroupChat['member_list'][number], readAt: number): Person {
  const joinedAt = readTime(row.join_time, readAt);
  return {
    ...(isStaff(row) ? { staff: row.userid } : { externalUserId: row.userid }),
    ...(row.unionid === undefined ? {} : { unionid: row.unionid }),
    ...(row.name === undefined ? {} : { name: row.name }),
    ...(joinedAt === undefined ? {} : { joinedAt }),
    ...(row.join_scene === undefined ? {} : { scene: row.join_scene }),
    ...(row.state === undefined ? {} : { state: row.state }),
  };
}

/** Type 1 is staff, 2 anybody else. */
const isStaff = ({ type, userid }: GroupChat['member_list'][number]): boolean =>
  type === 1 || (type !== 2 && !isExternalUserId(userid));
