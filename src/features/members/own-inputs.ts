import type { AsOf, Day } from '../../domain/day.js';
import type { MemberId } from '../../domain/ids.js';
import { fieldsOf, windowsOf, type OwnInputs, type OwnMetric } from '../../domain/metrics/own-metrics.js';
import type { Sql } from '../../platform/database/sql.js';
import { keyedCountStore } from './keyed-count.store.js';
import { memberFieldStore } from './member-field.store.js';

/** What the own metrics of these members are computed from: two statements, none without own metrics. */
export async function loadOwnInputs(
  sql: Sql,
  members: readonly MemberId[],
  own: readonly OwnMetric[],
  when: Day | AsOf,
): Promise<Map<MemberId, OwnInputs>> {
  const totals = await keyedCountStore.totals(sql, members, windowsOf(own), when);
  const fields = await memberFieldStore.of(sql, members, fieldsOf(own));
  const known = new Set([...totals.keys(), ...fields.keys()]);
  return new Map([...known].map((id) => [id, { totals: totals.get(id) ?? [], fields: fields.get(id) ?? new Map() }]));
}
