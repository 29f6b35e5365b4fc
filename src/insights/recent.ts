import type { Sql } from '../platform/database/sql.js';
import { explained, type RulesNow, type Unexplained } from './explain.js';
import { groupNames, memberName, templateNames } from './names.js';
import type { TimelineEntry } from './timeline-entry.js';
import {
  decisionEntry,
  messageEntry,
  moveEntry,
  isNotFirstStep,
  type DecisionRow,
  type MessageRow,
  type MoveEventRow,
} from './timeline-sources.js';

export type RecentEntry = TimelineEntry & { readonly memberId: number; readonly memberName: string };

interface OfMember {
  readonly member_id: number;
  readonly name: string | null;
}

/** The latest decisions, moves and messages of all members. Tags are left out, because they change with everything else. */
export async function recentEntries(sql: Sql, most: number, rules: RulesNow): Promise<readonly RecentEntry[]> {
  const [groups, templates] = [await groupNames(sql), await templateNames(sql)];
  const decisions = await sql.all<DecisionRow & OfMember>(
    `SELECT d.id, d.at, d.kind, d.title, d.because, d.member_id, mb.name
     FROM decision d LEFT JOIN member mb ON mb.id = d.member_id WHERE d.kind <> 'tag' ORDER BY d.id DESC LIMIT ${most}`,
  );
  const moves = await sql.all<MoveEventRow & OfMember>(
    `SELECT e.id, e.at, e.state, e.note, v.to_group, v.member_id, mb.name
     FROM move_event e JOIN move v ON v.id = e.move_id LEFT JOIN member mb ON mb.id = v.member_id
     WHERE ${isNotFirstStep} ORDER BY e.id DESC LIMIT ${most}`,
  );
  const messages = await sql.all<MessageRow & OfMember>(
    `SELECT o.id, e.at, e.state, o.campaign, o.reason, o.because, o.action, o.member_id, mb.name
     FROM outbox_event e JOIN outbox o ON o.id = e.outbox_id LEFT JOIN member mb ON mb.id = o.member_id
     WHERE o.campaign IS NOT NULL AND o.member_id IS NOT NULL AND e.state <> 'planned' ORDER BY e.id DESC LIMIT ${most}`,
  );
  const withMember = (row: OfMember, entry: Unexplained<TimelineEntry>): Unexplained<RecentEntry> => ({
    ...entry,
    memberId: row.member_id,
    memberName: memberName({ ...row, id: row.member_id }),
  });
  const entries = [
    ...decisions.map((row) => withMember(row, decisionEntry(row))),
    ...moves.map((row) => withMember(row, moveEntry(row, groups))),
    ...messages.map((row) => withMember(row, withEventId(messageEntry(row, templates), row))),
  ];
  const latest = entries.sort((a, b) => b.at - a.at).slice(0, most);
  return explained<RecentEntry>(sql, latest, rules, ({ at }) => at);
}

/** One message may be listed twice: when it began to wait and when it was sent. The state keeps the ids unique. */
const withEventId = (entry: Unexplained<TimelineEntry>, row: MessageRow): Unexplained<TimelineEntry> => ({
  ...entry,
  id: `${entry.id}-${row.state}`,
});
