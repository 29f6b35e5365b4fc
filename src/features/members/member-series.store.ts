import { z } from 'zod';
import type { MemberId } from '../../domain/ids.js';
import type { Day } from '../../domain/day.js';
import type { SeriesEnd, SeriesState } from '../../domain/series/series.js';
import { inNumbers } from '../../platform/database/in-list.js';
import { storedOr } from '../../platform/database/stored-json.js';
import type { Sql } from '../../platform/database/sql.js';
import { storableJson } from '../../platform/database/storable.js';

interface Columns {
  readonly member_id: number;
  readonly series: string;
  readonly entered_at: number;
  readonly version: number;
  readonly step: string | null;
  readonly step_at: number;
  readonly done: string;
  readonly tries: number;
  readonly sent_at: number | null;
  readonly due_at: number | null;
  readonly was_near: number;
  readonly ended_at: number | null;
  readonly ended: string | null;
  readonly rearmed: number;
}

/** How many members are at one step of one version of a series. */
export interface SeriesPlace {
  readonly series: string;
  readonly version: number;
  readonly step: string;
  readonly members: number;
}

const stateOf = (row: Columns): SeriesState => ({
  series: row.series,
  enteredAt: Number(row.entered_at),
  version: Number(row.version),
  step: row.step,
  stepAt: Number(row.step_at),
  done: storedOr(row.done, z.array(z.string()), []),
  tries: Number(row.tries),
  sentAt: row.sent_at === null ? null : Number(row.sent_at),
  dueAt: row.due_at === null ? null : Number(row.due_at),
  wasNear: Number(row.was_near) === 1,
  endedAt: row.ended_at === null ? null : Number(row.ended_at),
  ended: row.ended as SeriesEnd | null,
  isRearmed: Number(row.rearmed) === 1,
});

/** Where each member is in each series, and how their last time in it ended. */
export class MemberSeriesStore {
  async load(sql: Sql, members: readonly MemberId[]): Promise<Map<MemberId, SeriesState[]>> {
    const states = new Map<MemberId, SeriesState[]>();
    if (members.length === 0) return states;
    const rows = await sql.all<Columns>(
      `SELECT * FROM member_series WHERE member_id IN ${inNumbers(sql, 1)} ORDER BY member_id, entered_at, series`,
      [storableJson(members)],
    );
    for (const row of rows) {
      const id = Number(row.member_id) as MemberId;
      states.set(id, [...(states.get(id) ?? []), stateOf(row)]);
    }
    return states;
  }

  async save(tx: Sql, states: readonly { readonly member: MemberId; readonly state: SeriesState }[]): Promise<void> {
    await tx.insert(
      'member_series',
      states.map(({ member, state }) => ({
        ...{ member_id: member, series: state.series, entered_at: state.enteredAt, version: state.version },
        ...{ step: state.step, step_at: state.stepAt, done: storableJson(state.done), tries: state.tries },
        ...{ sent_at: state.sentAt, due_at: state.dueAt, was_near: state.wasNear ? 1 : 0 },
        ...{ ended_at: state.endedAt, ended: state.ended, rearmed: state.isRearmed ? 1 : 0 },
      })),
      `(member_id, series) DO UPDATE SET ${saved.map((column) => `${column} = excluded.${column}`).join(', ')}`,
    );
  }

  /** Members for whom a series has something to do by now, the longest due first. Not those whom a review is to evaluate anyway. */
  async due(sql: Sql, now: number, today: Day, limit: number): Promise<MemberId[]> {
    const rows = await sql.all<{ id: number }>(
      `SELECT s.member_id AS id FROM member_series s JOIN member m ON m.id = s.member_id
      WHERE s.due_at <= $1 AND m.due_day > $2 AND m.merged_into IS NULL
      GROUP BY s.member_id ORDER BY MIN(s.due_at), s.member_id LIMIT ${limit}`,
      [now, today],
    );
    return rows.map(({ id }) => Number(id) as MemberId);
  }

  /** What is due for this member is tried again later. */
  async postpone(tx: Sql, member: MemberId, until: number): Promise<void> {
    await tx.run(
      'UPDATE member_series SET due_at = $1 WHERE member_id = $2 AND due_at < $1',
      [until, member],
      [member],
    );
  }

  /** Those of these members for whom something is due all the same are looked at later: nothing may be due for ever. */
  async postponeStillDue(tx: Sql, members: readonly MemberId[], now: number, until: number): Promise<void> {
    await tx.run(
      `UPDATE member_series SET due_at = $1 WHERE due_at <= $2 AND member_id IN ${inNumbers(tx, 3)}`,
      [until, now, storableJson(members)],
      members,
    );
  }

  /** How many members are at each step, by version. */
  async places(sql: Sql): Promise<SeriesPlace[]> {
    const rows = await sql.all<SeriesPlace>(
      `SELECT series, version, step, COUNT(*) AS members FROM member_series WHERE step IS NOT NULL
      GROUP BY series, version, step ORDER BY series, version, step`,
    );
    return rows.map((row) => ({ ...row, version: Number(row.version), members: Number(row.members) }));
  }

  /** Members at this place go on at another step of another version. */
  async moveOn(
    tx: Sql,
    { series, version, step }: Omit<SeriesPlace, 'members'>,
    to: { readonly version: number; readonly step: string },
    now: number,
  ): Promise<void> {
    const isSameStep = to.step === step;
    await tx.run(
      `UPDATE member_series SET version = $1, step = $2, due_at = $3${isSameStep ? '' : ', step_at = $3, tries = 0'}
      WHERE series = $4 AND version = $5 AND step = $6`,
      [to.version, to.step, now, series, version, step],
    );
  }

  /** The series ends for the members at this place. */
  async end(tx: Sql, { series, version, step }: Omit<SeriesPlace, 'members'>, now: number): Promise<void> {
    await tx.run(
      `UPDATE member_series SET step = NULL, due_at = NULL, tries = 0, ended_at = $1, ended = 'edited'
      WHERE series = $2 AND version = $3 AND step = $4`,
      [now, series, version, step],
    );
  }

  /** Two records of one member become one. Where both were in a series, the entry that began earlier stays. */
  async merge(tx: Sql, from: MemberId, to: MemberId): Promise<void> {
    const both = `series IN (SELECT a.series FROM member_series a JOIN member_series b ON b.series = a.series
      WHERE a.member_id = $1 AND b.member_id = $2 AND a.entered_at `;
    await tx.run(`DELETE FROM member_series WHERE ${both}< b.entered_at) AND member_id = $2`, [from, to], [to]);
    await tx.run(`DELETE FROM member_series WHERE ${both}>= b.entered_at) AND member_id = $1`, [from, to], [from]);
    await tx.run('UPDATE member_series SET member_id = $1 WHERE member_id = $2', [to, from], [from, to]);
  }
}

const saved = [
  ...['entered_at', 'version', 'step', 'step_at', 'done', 'tries', 'sent_at', 'due_at', 'was_near'],
  ...['ended_at', 'ended', 'rearmed'],
];

export const memberSeriesStore = new MemberSeriesStore();
