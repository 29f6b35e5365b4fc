import type { Dialect } from './sql.js';

/**
 * SQL for the ids of the members whose name contains `text`, ignoring case, and of few others: who uses it compares the name
 * too. `place` makes a parameter of a value, and answers its placeholder.
 */
export function membersNamed(dialect: Dialect, text: string, place: (value: string) => string): string {
  const wanted = place(text);
  if (dialect === 'postgres')
    return `SELECT member_id AS id FROM member_name WHERE parts @>
      (SELECT array_agg(substr(LOWER(${wanted}), n, 2)) FROM generate_series(1, GREATEST(length(${wanted}) - 1, 1)) n)`;
  // The index has three characters in each entry. Fewer are looked up as the beginning of an entry.
  return [...text].length < 3
    ? `SELECT doc AS id FROM member_name_part WHERE term >= LOWER(${wanted}) AND term < LOWER(${wanted}) || char(1114111)`
    : `SELECT rowid AS id FROM member_name WHERE member_name MATCH '"' || REPLACE(LOWER(${wanted}), '"', '""') || '"'`;
}
