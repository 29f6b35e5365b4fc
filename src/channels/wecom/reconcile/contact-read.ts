import type { FactOf } from '../../../domain/fact.js';
import type { Profile } from '../client/contacts.js';
import { cutToCodePoints } from '../../../domain/cut-text.js';
import type { UnkeyedFact } from '../../reconciliation.js';
import { readTime } from '../wecom-times.js';

type Follow = FactOf<'contact_read'>['data']['follows'][number];

export interface FollowRow {
  readonly userid: string;
  readonly remark?: string | undefined;
  readonly createtime?: unknown;
  readonly state?: string | undefined;
  readonly add_way?: number | undefined;
}

/** One staff member's relation to a contact. */
export function followOf(row: FollowRow, tagIds: readonly string[], readAt: number): Follow {
  const createdAt = readTime(row.createtime, readAt);
  return {
    staff: row.userid,
    ...(row.remark === undefined ? {} : { remark: row.remark }),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(row.state === undefined ? {} : { state: row.state }),
    ...(row.add_way === undefined ? {} : { addWay: row.add_way }),
    tagIds: [...tagIds],
  };
}

interface ContactState {
  readonly externalUserId: string;
  readonly profile: Profile | undefined;
  readonly follows: readonly Follow[];
  /** Epoch ms. */
  readonly readAt: number;
  readonly of?: readonly string[] | undefined;
}

/**
 * The state of one contact in the corp at `readAt`. Without `follows` no staff in the scope of the app have this contact. With
 * `of` only the relations to these staff were read.
 */
export function contactRead({
  externalUserId,
  profile,
  follows,
  readAt,
  of,
}: ContactState): UnkeyedFact<'contact_read'> {
  const gender = profile?.gender ?? 0;
  return {
    kind: 'contact_read',
    at: readAt,
    member: { externalUserId, ...(profile?.unionid === undefined ? {} : { unionid: profile.unionid }) },
    data: {
      name: cutToCodePoints(profile?.name ?? '', 128),
      gender: gender === 1 || gender === 2 ? gender : 0,
      readAt,
      ...(of === undefined ? {} : { of: [...of] }),
      follows: [...follows],
    },
  };
}
