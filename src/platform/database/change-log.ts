/** Longer logs are forgotten: who reads one so late reads the table faster. */
const LONGEST = 100_000;

/** One statement that wrote to a table. `members`: the `member_id` of the rows, or null where the statement does not tell. */
export interface TableWrite {
  readonly table: string;
  readonly members: readonly number[] | null;
}

/**
 * Whose rows have changed, by table: for what is computed from a table and kept in memory. It knows the transactions of this
 * process, which is the only one that writes members. A table is logged from the first question about it.
 */
export class ChangeLog {
  private readonly tables = new Map<string, { first: number; members: number[] }>();

  /** The place in the log up to which a query that starts now sees all changes. */
  end(table: string): number {
    const log = this.tables.get(table) ?? { first: 0, members: [] };
    this.tables.set(table, log);
    return log.first + log.members.length;
  }

  /** The members whose rows were changed after that place; null if it cannot be told. */
  since(table: string, place: number): readonly number[] | null {
    const log = this.tables.get(table);
    return log === undefined || place < log.first ? null : log.members.slice(place - log.first);
  }

  /** To be called after the commit: a reader of the log must see the rows. */
  append(writes: readonly TableWrite[]): void {
    for (const { table, members } of writes) {
      const log = this.tables.get(table);
      if (log === undefined) continue;
      const isLost = members === null || log.members.length + members.length > LONGEST;
      // One place more than all before, so that none of them is in the log.
      if (isLost) this.tables.set(table, { first: log.first + log.members.length + 1, members: [] });
      else for (const member of members) log.members.push(member);
    }
  }
}

const writes = new Map<string, string | null>();

/** The table that a statement writes; null for a query. */
export function writtenTable(text: string): string | null {
  let table = writes.get(text);
  if (table === undefined) {
    // In capitals, as all statements are: `FOR UPDATE SKIP LOCKED` names no table.
    table = /\b(?:INSERT INTO|DELETE FROM|UPDATE)\s+([a-z_]+)/.exec(text)?.[1] ?? null;
    // Rules produce many texts. Clearing the whole cache is cheaper than tracking the age of each entry.
    if (writes.size >= 2_000) writes.clear();
    writes.set(text, table);
  }
  return table;
}
