import type { MemberId } from '../../domain/ids.js';
import { layerColumns } from '../../domain/layers/layers.js';
import { stateColumns, type StoredMember } from '../../domain/member.js';
import { countedColumns, emptyFigures, type MetricRow, nightColumns } from '../../domain/metrics/index.js';
import type { Dialect, Sql } from '../../platform/database/sql.js';
import { ROWS_PER_STATEMENT } from '../../platform/database/insert-statement.js';
import { columnsIn } from '../../platform/database/stored-json.js';
import { storableJson } from '../../platform/database/storable.js';

type Value = string | number | null;

/** The columns of `stateColumns`. */
const ofState = [
  'tier',
  'stage',
  'region',
  'source',
  'gender',
  'birthday_month',
  'is_contact',
  'opted_out',
  'last_seen_day',
  'last_message_day',
  'last_order_day',
  'joined_day',
  'contact_day',
] as const satisfies readonly (keyof ReturnType<typeof stateColumns>)[];

/** What an evaluation counts or decides, by families: a fact changes the windows of few counts. */
const evaluated = [...new Set([...countedColumns, ...layerColumns, 'own'])];
const saved = [...ofState, ...evaluated];
const columns = [...new Set([...saved, ...nightColumns])];

/**
 * A row to copy, with every column; so a copy needs no other key. One key more, and V8 keeps it as a hash table, which takes
 * five times the memory and the time.
 */
const noFigures: Readonly<Record<string, Value>> = Object.fromEntries(columns.map((column) => [column, null]));
const emptySaved: Readonly<Record<string, Value>> = Object.fromEntries([
  ['member_id', 0],
  ...saved.map((column) => [column, column === 'is_key' ? 0 : (emptyFigures[column] ?? null)]),
]) as Record<string, Value>;

const cut = <T>(list: readonly T[], length: number): T[][] =>
  Array.from({ length: Math.ceil(list.length / length) }, (_, part) => list.slice(part * length, (part + 1) * length));

/** PostgreSQL passes at most a hundred values to a function. */
const read = cut(columns, 90);
/** The figures are written in pieces, and only the pieces in which something has changed. */
const pieces = cut(evaluated, 8);

/** The figures of members as the rows of `member_metrics`. */
export class MemberFiguresStore {
  /** For a SELECT over `member_metrics` as `mm`: JSON, because 140 columns one by one take the driver ten times as long. */
  columnsSql(dialect: Dialect): string {
    return read
      .map((part, index) => {
        const values = part.map((column) => `mm.${column}`).join(', ');
        return dialect === 'sqlite'
          ? `json_array(${values}) AS figures_${index}`
          : `json_build_array(${values})::text AS figures_${index}`;
      })
      .join(', ');
  }

  /** What `columnsSql` has selected. All is null for a member without a row. */
  read(row: Readonly<Record<string, Value>>): MetricRow {
    const figures = { ...noFigures };
    for (const [index, part] of read.entries()) {
      const values = columnsIn(row[`figures_${index}`] as string);
      let place = 0;
      for (const column of part) figures[column] = values[place++] ?? null;
    }
    return figures;
  }

  /**
   * `members` with the figures that they have now; `member.figures` are those that are stored, unless they are the same object.
   * A member's day changes about ten of 140 figures. PostgreSQL reads a whole record at once and gets it whole.
   */
  async save(tx: Sql, members: readonly StoredMember[], figures: ReadonlyMap<MemberId, MetricRow>): Promise<void> {
    const whole: Record<string, Value>[] = [];
    const changed: { readonly id: MemberId; readonly changes: unknown[] }[] = [];
    for (const member of members) {
      const now = rowOf(member, figures.get(member.state.id) ?? {});
      const isStored = member.figures !== figures.get(member.state.id) && member.figures['is_contact'] !== null;
      if (tx.dialect === 'sqlite' && isStored) changed.push({ id: member.state.id, changes: changesOf(member, now) });
      else whole.push(now);
    }
    await tx.insert(
      'member_metrics',
      whole,
      `(member_id) DO UPDATE SET ${saved.map((column) => `${column} = excluded.${column}`).join(', ')}`,
    );
    for (const part of cut(changed, ROWS_PER_STATEMENT)) {
      const found = await tx.run(
        updateSql,
        [storableJson(part.map(({ changes }) => changes))],
        part.map(({ id }) => id),
      );
      if (found !== part.length) throw new Error(`${part.length - found} members have lost their row of figures`);
    }
  }
}

function rowOf(member: StoredMember, counted: MetricRow): Record<string, Value> {
  const row = { ...emptySaved };
  for (const column of evaluated) row[column] = counted[column] ?? emptySaved[column] ?? null;
  return Object.assign(row, stateColumns(member), { member_id: member.state.id });
}

/** The member's id, the columns of the state, and each piece; null is a piece without a change. */
function changesOf(member: StoredMember, now: MetricRow): unknown[] {
  const stored = member.figures;
  const changed: unknown[] = [member.state.id, ofState.map((column) => now[column])];
  for (const piece of pieces)
    changed.push(piece.some((column) => stored[column] !== now[column]) ? piece.map((column) => now[column]) : null);
  return changed;
}

const updateSql = `WITH cut AS MATERIALIZED (SELECT value ->> 0 AS id, value -> 1 AS state,
    ${pieces.map((_, index) => `value ->> ${index + 2} AS piece${index}`).join(', ')} FROM json_each($1))
  UPDATE member_metrics SET ${[
    ...ofState.map((column, place) => `${column} = state ->> ${place}`),
    ...pieces.flatMap((piece, index) =>
      piece.map(
        (column, place) =>
          `${column} = CASE WHEN piece${index} IS NULL THEN ${column} ELSE piece${index} ->> ${place} END`,
      ),
    ),
  ].join(', ')} FROM cut WHERE member_metrics.member_id = cut.id`;

export const memberFiguresStore = new MemberFiguresStore();
