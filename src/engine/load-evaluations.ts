import type { Context } from '../domain/context.js';
import { dayOf } from '../domain/day.js';
import { evaluate, type Evaluation } from '../domain/evaluate.js';
import type { MemberId } from '../domain/ids.js';
import { memberStore } from '../features/members/member.store.js';
import type { Sql } from '../platform/database/sql.js';
import { mapInTimeSlices } from '../platform/time-slices.js';
import { inputOf, loadInputs } from './evaluate-members.js';

/** Evaluates members as of now without storing anything, for previews, dry runs, the console and replies. */
export async function loadEvaluations(
  sql: Sql,
  members: readonly MemberId[],
  context: Context,
  now: number,
): Promise<Evaluation[]> {
  const stored = await memberStore.load(sql, members);
  const inputs = await loadInputs(sql, stored, context, dayOf(now, context.timeZone));
  return mapInTimeSlices(stored, ([id, member]) => evaluate(member, inputOf(inputs, id), context, now));
}

/** The same evaluations, by member. A member who is not stored has no entry. */
export async function loadEvaluationsById(
  sql: Sql,
  members: readonly MemberId[],
  context: Context,
  now: number,
): Promise<ReadonlyMap<MemberId, Evaluation>> {
  const evaluations = await loadEvaluations(sql, members, context, now);
  return new Map(evaluations.map((evaluation) => [evaluation.id, evaluation]));
}
