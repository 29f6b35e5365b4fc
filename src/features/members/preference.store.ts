import type { MemberId } from '../../domain/ids.js';
import { ofKind, type MemberFact } from '../../domain/member-fact.js';
import { laterPreference, noPreference, preferenceIn, type Preference } from '../../domain/sending/preference.js';
import { inNumbers } from '../../platform/database/in-list.js';
import type { Sql } from '../../platform/database/sql.js';
import { storableJson } from '../../platform/database/storable.js';

interface PreferenceRow {
  member_id: number;
  pace: string;
  pace_at: number;
  quiet_from: number | null;
  quiet_to: number | null;
  quiet_at: number;
}

/** How often members want to be written to, and when not. A member who never said so has no row. */
export class PreferenceStore {
  /** A member without a preference has no entry. */
  async load(sql: Sql, members: readonly MemberId[]): Promise<Map<MemberId, Preference>> {
    if (members.length === 0) return new Map();
    const rows = await sql.all<PreferenceRow>(
      `SELECT member_id, pace, pace_at, quiet_from, quiet_to, quiet_at FROM member_preference
       WHERE member_id IN ${inNumbers(sql, 1)}`,
      [storableJson(members)],
    );
    return new Map(rows.map((row) => [row.member_id as MemberId, storedPreference(row)]));
  }

  async of(sql: Sql, member: MemberId): Promise<Preference> {
    return (await this.load(sql, [member])).get(member) ?? noPreference;
  }

  /** Applies what members said, in whichever order it arrives. */
  async apply(tx: Sql, facts: readonly MemberFact[]): Promise<void> {
    const changes = ofKind(facts, 'preference_changed');
    if (changes.length === 0) return;
    const preferences = await this.load(tx, [...new Set(changes.map(({ member }) => member))]);
    const changed = new Map<MemberId, Preference>();
    for (const { member, fact } of changes) {
      const known = changed.get(member) ?? preferences.get(member) ?? noPreference;
      changed.set(member, laterPreference(known, preferenceIn(fact.data, fact.at)));
    }
    await this.save(tx, changed);
  }

  /** Two members turned out to be one. */
  async merge(tx: Sql, from: MemberId, to: MemberId): Promise<void> {
    const preferences = await this.load(tx, [from, to]);
    const other = preferences.get(from);
    if (other) await this.save(tx, new Map([[to, laterPreference(preferences.get(to) ?? noPreference, other)]]));
    await tx.run('DELETE FROM member_preference WHERE member_id = $1', [from]);
  }

  private async save(tx: Sql, preferences: ReadonlyMap<MemberId, Preference>): Promise<void> {
    await tx.insert(
      'member_preference',
      [...preferences].map(([member, { pace, paceAt, quiet, quietAt }]) => ({
        member_id: member,
        pace,
        pace_at: paceAt,
        quiet_from: quiet?.fromMinute ?? null,
        quiet_to: quiet?.toMinute ?? null,
        quiet_at: quietAt,
      })),
      `(member_id) DO UPDATE SET pace = excluded.pace, pace_at = excluded.pace_at, quiet_from = excluded.quiet_from,
         quiet_to = excluded.quiet_to, quiet_at = excluded.quiet_at`,
    );
  }
}

const storedPreference = ({ pace, pace_at, quiet_from, quiet_to, quiet_at }: PreferenceRow): Preference => ({
  pace: pace === 'less' ? 'less' : 'all',
  paceAt: pace_at,
  quiet: quiet_from === null || quiet_to === null ? null : { fromMinute: quiet_from, toMinute: quiet_to },
  quietAt: quiet_at,
});

export const preferenceStore = new PreferenceStore();
