import { z } from 'zod';
import type { Day } from '../../domain/day.js';
import type { PlanContent, PlanNode, PlanNodeState } from '../../domain/group-posts/plan-node.js';
import { inNumbers } from '../../platform/database/in-list.js';
import type { Sql } from '../../platform/database/sql.js';
import { storableJson } from '../../platform/database/storable.js';
import { storedOr } from '../../platform/database/stored-json.js';

interface Row {
  id: number;
  day: number;
  minute: number;
  name: string;
  text: string;
  tiers: string;
  groups: string;
  except_days: string;
  on_free_day: string;
  state: string;
  version: number;
  made_by: string;
}

const columns = 'id, day, minute, name, text, tiers, groups, except_days, on_free_day, state, version, made_by';
const names = z.array(z.string());

const nodeOf = (row: Row): PlanNode => ({
  ...{ id: row.id, day: row.day, minute: row.minute, name: row.name, text: row.text },
  tiers: storedOr(row.tiers, names, []),
  groups: storedOr(row.groups, names, []),
  exceptDays: storedOr(row.except_days, names, []),
  onFreeDay: row.on_free_day === 'skip' ? 'skip' : 'move',
  state: row.state as PlanNodeState,
  ...{ version: row.version, madeBy: row.made_by },
});

const contentColumns = (content: PlanContent) => ({
  ...{ day: content.day, minute: content.minute, name: content.name, text: content.text },
  tiers: storableJson(content.tiers),
  groups: storableJson(content.groups),
  except_days: storableJson(content.exceptDays),
  on_free_day: content.onFreeDay,
});

/** The planned posts of the calendar. */
export class PlanNodeStore {
  /** Returns the ids of the new nodes, in their order. */
  async add(tx: Sql, contents: readonly PlanContent[], by: string, now: number): Promise<number[]> {
    const rows = await tx.insertReturning<{ id: number }>(
      'plan_node',
      contents.map((content) => ({
        ...contentColumns(content),
        ...{ state: 'planned', made_by: by, created_at: now, changed_at: now },
      })),
      undefined,
      'id',
    );
    return rows.map(({ id }) => id);
  }

  async byIds(sql: Sql, ids: readonly number[]): Promise<PlanNode[]> {
    if (ids.length === 0) return [];
    const rows = await sql.all<Row>(`SELECT ${columns} FROM plan_node WHERE id IN ${inNumbers(sql, 1)} ORDER BY id`, [
      storableJson(ids),
    ]);
    return rows.map(nodeOf);
  }

  /** Those of these days, both included, in the order of their time. */
  async between(sql: Sql, from: Day, to: Day): Promise<PlanNode[]> {
    const rows = await sql.all<Row>(
      `SELECT ${columns} FROM plan_node WHERE day >= $1 AND day <= $2 ORDER BY day, minute, id`,
      [from, to],
    );
    return rows.map(nodeOf);
  }

  /** Planned ones whose day has come or is over. */
  async due(sql: Sql, today: Day): Promise<PlanNode[]> {
    const rows = await sql.all<Row>(
      `SELECT ${columns} FROM plan_node WHERE state = 'planned' AND day <= $1 ORDER BY day, minute, id`,
      [today],
    );
    return rows.map(nodeOf);
  }

  /** Whether the calendar is used at all. */
  async any(sql: Sql): Promise<boolean> {
    return (await sql.one('SELECT id FROM plan_node LIMIT 1')) !== undefined;
  }

  /** Replaces what a node says, and plans it anew. False when it has another version by now. */
  async replace(
    tx: Sql,
    { id, version }: Pick<PlanNode, 'id' | 'version'>,
    content: PlanContent,
    now: number,
  ): Promise<boolean> {
    const {
      day,
      minute,
      name,
      text,
      tiers,
      groups,
      except_days: exceptDays,
      on_free_day: onFreeDay,
    } = contentColumns(content);
    const changed = await tx.run(
      `UPDATE plan_node SET day = $1, minute = $2, name = $3, text = $4, tiers = $5, groups = $6, except_days = $7, on_free_day = $8,
       state = 'planned', version = version + 1, changed_at = $9 WHERE id = $10 AND version = $11`,
      [day, minute, name, text, tiers, groups, exceptDays, onFreeDay, now, id, version],
    );
    return changed > 0;
  }

  async setState(tx: Sql, id: number, state: PlanNodeState, now: number): Promise<void> {
    await tx.run('UPDATE plan_node SET state = $1, changed_at = $2 WHERE id = $3', [state, now, id]);
  }

  async remove(tx: Sql, id: number): Promise<void> {
    await tx.run('DELETE FROM plan_node WHERE id = $1', [id]);
  }
}

export const planNodeStore = new PlanNodeStore();
