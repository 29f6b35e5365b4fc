import { asGroupId, asMemberId, type GroupId, type MemberId } from '../../domain/ids.js';
import type { GroupTies } from '../../domain/moves/affinity.js';
import { inNumbers } from '../../platform/database/in-list.js';
import type { Sql } from '../../platform/database/sql.js';
import { storableJson } from '../../platform/database/storable.js';

interface CountRow {
  readonly member_id: number;
  readonly group_id: number;
  readonly n: number;
}

export type TiesOfMembers = ReadonlyMap<MemberId, ReadonlyMap<GroupId, GroupTies>>;

/** How members are tied to groups by the people in them. */
export class AffinityStore {
  /** The ties of these members to these groups; a pair without any has no entry. */
  async ties(sql: Sql, members: readonly MemberId[], groups: readonly GroupId[]): Promise<TiesOfMembers> {
    const found = new Map<MemberId, Map<GroupId, GroupTies>>();
    if (members.length === 0 || groups.length === 0) return found;
    const params = [storableJson(members), storableJson(groups)];
    const [who, where] = [inNumbers(sql, 1), inNumbers(sql, 2)];
    const add = (rows: readonly CountRow[], kind: keyof GroupTies): void => {
      for (const { member_id, group_id, n } of rows) {
        const ofMember = found.get(asMemberId(member_id)) ?? new Map<GroupId, GroupTies>();
        const known = ofMember.get(asGroupId(group_id)) ?? { friends: 0, invitedTogether: 0, regionPercent: 0 };
        ofMember.set(asGroupId(group_id), { ...known, [kind]: Number(n) });
        found.set(asMemberId(member_id), ofMember);
      }
    };
    add(
      await sql.all<CountRow>(
        `SELECT pair.member_id, gp.group_id, COUNT(*) AS n FROM (
           SELECT mine.member_id, mine.other_id AS id FROM exchange mine WHERE mine.member_id IN ${who}
             AND (mine.answers > 0 OR EXISTS (SELECT 1 FROM exchange back WHERE back.member_id = mine.other_id AND back.other_id = mine.member_id))
           UNION SELECT theirs.other_id, theirs.member_id FROM exchange theirs WHERE theirs.other_id IN ${who} AND theirs.answers > 0
         ) pair JOIN group_person gp ON gp.member_id = pair.id AND gp.present = 1 WHERE gp.group_id IN ${where} GROUP BY 1, 2`,
        params,
      ),
      'friends',
    );
    add(
      await sql.all<CountRow>(
        `SELECT circle.member_id, gp.group_id, COUNT(*) AS n FROM (
           SELECT me.member_id, i.member_id AS id FROM identity me JOIN invitation i ON i.invitee = me.value WHERE me.member_id IN ${who}
           UNION SELECT me.member_id, fellow.member_id FROM identity me JOIN invitation i ON i.invitee = me.value
             JOIN invitation other ON other.member_id = i.member_id JOIN identity fellow ON fellow.value = other.invitee WHERE me.member_id IN ${who}
         ) circle JOIN group_person gp ON gp.member_id = circle.id AND gp.present = 1
         WHERE circle.id <> circle.member_id AND gp.group_id IN ${where} GROUP BY 1, 2`,
        params,
      ),
      'invitedTogether',
    );
    add(
      await sql.all<CountRow>(
        `SELECT me.member_id, near.group_id, near.people * 100 / whole.people AS n FROM member_metrics me
         JOIN (SELECT gp.group_id, mm.region, COUNT(*) AS people FROM group_person gp JOIN member_metrics mm ON mm.member_id = gp.member_id
           WHERE gp.present = 1 AND gp.group_id IN ${inNumbers(sql, 1)} AND mm.region <> '' GROUP BY gp.group_id, mm.region) near ON near.region = me.region
         JOIN (SELECT gp.group_id, COUNT(*) AS people FROM group_person gp WHERE gp.present = 1 AND gp.group_id IN ${inNumbers(sql, 1)} GROUP BY gp.group_id) whole
           ON whole.group_id = near.group_id
         WHERE me.member_id IN ${inNumbers(sql, 2)}`,
        [storableJson(groups), storableJson(members)],
      ),
      'regionPercent',
    );
    return found;
  }
}

export const affinityStore = new AffinityStore();
