import { z } from 'zod';
import type { MemberId } from '../../domain/ids.js';
import { ofKind, type MemberFact } from '../../domain/member-fact.js';
import type { FieldValue } from '../../domain/metrics/own-metrics.js';
import { fieldsIn } from '../../domain/profile-fields.js';
import { inNumbers, inTexts } from '../../platform/database/in-list.js';
import type { Sql } from '../../platform/database/sql.js';
import { storableJson } from '../../platform/database/storable.js';
import { storedOr } from '../../platform/database/stored-json.js';

const isNewer = 'excluded.at >= member_field.at';
const keepLatest = `(member_id, name) DO UPDATE SET value = CASE WHEN ${isNewer} THEN excluded.value ELSE member_field.value END,
  at = CASE WHEN ${isNewer} THEN excluded.at ELSE member_field.at END`;
const fieldValue: z.ZodType<FieldValue> = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** Profile fields that have no column of their own. Of each the value with the latest time counts, whichever arrives last. */
export class MemberFieldStore {
  async apply(tx: Sql, facts: readonly MemberFact[]): Promise<void> {
    const rows = new Map<string, { member_id: number; name: string; value: string; at: number }>();
    for (const { member, fact } of ofKind(facts, 'profile_updated'))
      for (const [name, value] of fieldsIn(fact.data)) {
        const key = storableJson([member, name]);
        if (fact.at < (rows.get(key)?.at ?? -Infinity)) continue;
        rows.set(key, { member_id: member, name, value: storableJson(value), at: fact.at });
      }
    await tx.insert('member_field', [...rows.values()], keepLatest);
  }

  /** The values of these fields, by member. A field that nobody reported, and one that was emptied, is left out or null. */
  async of(
    sql: Sql,
    members: readonly MemberId[],
    names: readonly string[],
  ): Promise<Map<MemberId, Map<string, FieldValue>>> {
    if (members.length === 0 || names.length === 0) return new Map();
    const rows = await sql.all<{ member_id: number; name: string; value: string }>(
      `SELECT member_id, name, value FROM member_field WHERE member_id IN ${inNumbers(sql, 1)} AND name IN ${inTexts(sql, 2)}`,
      [storableJson(members), storableJson(names)],
    );
    const fields = new Map<MemberId, Map<string, FieldValue>>();
    for (const { member_id: id, name, value } of rows) {
      const own = fields.get(id as MemberId) ?? new Map<string, FieldValue>();
      fields.set(id as MemberId, own.set(name, storedOr(value, fieldValue, null)));
    }
    return fields;
  }

  async merge(tx: Sql, from: MemberId, to: MemberId): Promise<void> {
    await tx.run(`INSERT INTO member_field (member_id, name, value, at) SELECT ${to}, name, value, at FROM member_field
      WHERE member_id = ${from} ON CONFLICT ${keepLatest}`);
    await tx.run('DELETE FROM member_field WHERE member_id = $1', [from]);
  }

  /** Deletes all fields of these members before they are read from the facts again. */
  async deleteOf(tx: Sql, members: readonly MemberId[]): Promise<void> {
    if (members.length === 0) return;
    await tx.run(`DELETE FROM member_field WHERE member_id IN ${inNumbers(tx, 1)}`, [storableJson(members)]);
  }
}

export const memberFieldStore = new MemberFieldStore();
