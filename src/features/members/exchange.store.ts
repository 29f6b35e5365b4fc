import { asOf, type AsOf, type Day } from '../../domain/day.js';
import type { MemberId } from '../../domain/ids.js';
import type { MetricRow } from '../../domain/metrics/index.js';
import { inNumbers, inTexts } from '../../platform/database/in-list.js';
import type { Sql } from '../../platform/database/sql.js';
import { storableJson } from '../../platform/database/storable.js';

/** A group message addressed to somebody: it mentions them, or answers a message of theirs. */
export interface Interaction {
  /** The author. */
  readonly member: MemberId;
  readonly kind: 'mention' | 'answer';
  /** The id of the person mentioned or of the message answered, as the channel calls it. */
  readonly ref: string;
  readonly day: Day;
}

/** Ids and message keys that a batch of facts brings, and that earlier interactions may refer to. */
export interface NewlyKnown {
  readonly ids: readonly string[];
  readonly messages: readonly string[];
}

interface PendingRow {
  readonly ref: string;
  readonly kind: Interaction['kind'];
  readonly member_id: MemberId;
  readonly day: number;
  readonly times: number;
}

/** Fact keys of messages carry a prefix of their channel; an answer names the message by its bare id. */
const prefixes = ['api:', 'chat:msg:'] as const;
const sum = (column: string, table: string) => `${column} = ${table}.${column} + excluded.${column}`;
const addExchange = `(member_id, other_id, day) DO UPDATE SET ${sum('mentions', 'exchange')}, ${sum('answers', 'exchange')}`;
const addPending = `(ref, kind, member_id, day) DO UPDATE SET ${sum('times', 'exchange_waiting')}`;

/** Windows of the figures, in days; the last is all time. */
const spans = [7, 30, 90, 1_000_000] as const;
const said = ['mentions', 'answers', 'mentioned_by', 'answered_by'] as const;

/** What two people said to each other in one window, as seen by one of them. */
type Said = Readonly<Record<(typeof said)[number], number>>;

/** Words were exchanged both ways: each mentioned the other, or one answered the other. */
const talked = (between: Said): boolean =>
  (between.mentions > 0 && between.mentioned_by > 0) || between.answers > 0 || between.answered_by > 0;

/**
 * Who talked to whom in the groups: one row for each pair, direction and day. Counts are added in the transaction that marks their
 * facts as applied. Facts come late and in any order, so what refers to an unknown person or message waits in
 * `exchange_waiting`.
 */
export class ExchangeStore {
  /**
   * Call it after the facts of the batch are marked as applied: answered messages are looked up among stored facts. Answers
   * the members whose figures changed: those who spoke, and those who were addressed.
   */
  async add(tx: Sql, interactions: readonly Interaction[], newlyKnown: NewlyKnown): Promise<ReadonlySet<MemberId>> {
    const touched = new Set<MemberId>();
    const pending = await this.takePending(tx, newlyKnown);
    const all = [...interactions.map((interaction) => ({ ...interaction, times: 1 })), ...pending];
    if (all.length === 0) return touched;
    const people = await resolveRefs(tx, all);
    const exchanges = new Map<string, Record<string, number>>();
    const waiting = new Map<string, PendingRow>();
    for (const { member, kind, ref, times, day } of all) {
      const other = people.get(`${kind}:${ref}`);
      if (other === member) continue;
      if (other === undefined) {
        const key = storableJson([kind, ref, member, day]);
        waiting.set(key, { ref, kind, member_id: member, day, times: (waiting.get(key)?.times ?? 0) + times });
        continue;
      }
      touched.add(member).add(other);
      const key = `${member}:${other}:${day}`;
      const row = exchanges.get(key) ?? { member_id: member, other_id: other, day, mentions: 0, answers: 0 };
      const column = kind === 'mention' ? 'mentions' : 'answers';
      exchanges.set(key, { ...row, [column]: row[column]! + times });
    }
    await tx.insert('exchange', [...exchanges.values()], addExchange);
    await tx.insert(
      'exchange_waiting',
      [...waiting.values()].map((row) => ({ ...row })),
      addPending,
    );
    return touched;
  }

  /** Deletes what these members said before it is counted again. Answers those whom they had addressed. */
  async deleteOf(tx: Sql, members: readonly MemberId[]): Promise<readonly MemberId[]> {
    if (members.length === 0) return [];
    const ids = storableJson(members);
    const addressed = await tx.all<{ id: MemberId }>(
      `SELECT DISTINCT other_id AS id FROM exchange WHERE member_id IN ${inNumbers(tx, 1)}`,
      [ids],
    );
    await tx.run(`DELETE FROM exchange WHERE member_id IN ${inNumbers(tx, 1)}`, [ids]);
    await tx.run(`DELETE FROM exchange_waiting WHERE member_id IN ${inNumbers(tx, 1)}`, [ids]);
    return addressed.map(({ id }) => id);
  }

  /** Everybody whom these members addressed, or who addressed them. */
  async othersOf(sql: Sql, members: readonly MemberId[]): Promise<readonly MemberId[]> {
    if (members.length === 0) return [];
    const rows = await sql.all<{ id: MemberId }>(
      `SELECT other_id AS id FROM exchange WHERE member_id IN ${inNumbers(sql, 1)}
       UNION SELECT member_id FROM exchange WHERE other_id IN ${inNumbers(sql, 1)}`,
      [storableJson(members)],
    );
    return rows.map(({ id }) => id);
  }

  /**
   * The figures about talk between people, as of `today`, and as `talk_changes_on` the next day on which one of them changes
   * without a fact; members who never exchanged anything are left out.
   */
  async figures(sql: Sql, members: readonly MemberId[], when: Day | AsOf): Promise<Map<MemberId, MetricRow>> {
    if (members.length === 0) return new Map();
    const { today, lastDay } = asOf(when);
    const within = (days: number, column: string): string =>
      `SUM(CASE WHEN day > ${today - days} THEN ${column} ELSE 0 END)`;
    const sums = spans.flatMap((days) => said.map((column) => `${within(days, column)} AS ${column}_${days}`));
    // The last part has one row for each member, with the other person 0: the days on which they were addressed.
    const rows = await sql.all<Record<string, number>>(
      `SELECT id, other, ${sums.join(', ')}, ${changesOn(today)} AS changes_on, 0 AS days FROM (
         SELECT member_id AS id, other_id AS other, day, mentions, answers, 0 AS mentioned_by, 0 AS answered_by
         FROM exchange WHERE member_id IN ${inNumbers(sql, 1)} AND day <= ${lastDay}
         UNION ALL SELECT other_id, member_id, day, 0, 0, mentions, answers
         FROM exchange WHERE other_id IN ${inNumbers(sql, 1)} AND day <= ${lastDay}) AS own GROUP BY id, other
       UNION ALL SELECT other_id, 0, ${sums.map(() => '0').join(', ')}, 0, COUNT(DISTINCT day)
       FROM exchange WHERE other_id IN ${inNumbers(sql, 1)} AND day <= ${lastDay} AND day > ${today - 30} GROUP BY other_id`,
      [storableJson(members)],
    );
    const figures = new Map<MemberId, Record<string, number>>();
    for (const row of rows) {
      const member = row['id'] as MemberId;
      const own = figures.get(member) ?? emptyTalk();
      figures.set(member, own);
      if (row['other'] === 0) own['mention_days_30d'] = row['days']!;
      else addPair(own, row);
    }
    return figures;
  }

  /** Deletes and returns the waiting interactions that refer to these ids or messages. */
  private async takePending(
    tx: Sql,
    { ids, messages }: NewlyKnown,
  ): Promise<(Interaction & { readonly times: number })[]> {
    const keys = messages.flatMap((key) => [
      key,
      ...prefixes.flatMap((prefix) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : [])),
    ]);
    const found: (Interaction & { times: number })[] = [];
    for (const [kind, refs] of [
      ['mention', ids],
      ['answer', keys],
    ] as const) {
      if (refs.length === 0) continue;
      const wanted = storableJson([...new Set(refs)]);
      const rows = await tx.all<PendingRow>(
        `SELECT ref, kind, member_id, day, times FROM exchange_waiting WHERE kind = '${kind}' AND ref IN ${inTexts(tx, 1)}`,
        [wanted],
      );
      if (rows.length === 0) continue;
      await tx.run(`DELETE FROM exchange_waiting WHERE kind = '${kind}' AND ref IN ${inTexts(tx, 1)}`, [wanted]);
      for (const row of rows)
        found.push({ member: row.member_id, kind, ref: row.ref, times: Number(row.times), day: Number(row.day) });
    }
    return found;
  }

  /** Gives the exchanges of member `from` to `to`. What the two said to each other is dropped: it was said to nobody else. */
  async merge(tx: Sql, from: MemberId, to: MemberId): Promise<void> {
    const columns = 'day, mentions, answers';
    await tx.run(`INSERT INTO exchange (member_id, other_id, ${columns}) SELECT ${to}, other_id, ${columns} FROM exchange
      WHERE member_id = ${from} AND other_id <> ${to} ON CONFLICT ${addExchange}`);
    await tx.run(`INSERT INTO exchange (member_id, other_id, ${columns}) SELECT member_id, ${to}, ${columns} FROM exchange
      WHERE other_id = ${from} AND member_id <> ${to} ON CONFLICT ${addExchange}`);
    await tx.run('DELETE FROM exchange WHERE member_id = $1 OR other_id = $1', [from]);
    await tx.run(`INSERT INTO exchange_waiting (ref, kind, member_id, day, times) SELECT ref, kind, ${to}, day, times FROM exchange_waiting
      WHERE member_id = ${from} ON CONFLICT ${addPending}`);
    await tx.run('DELETE FROM exchange_waiting WHERE member_id = $1', [from]);
  }

  /** With how many people the member has talked both ways: each mentioned the other, or one answered the other. */
  async countPartners(sql: Sql, member: MemberId): Promise<number> {
    const row = await sql.one<{ n: number }>(
      `SELECT COUNT(*) AS n FROM (
        SELECT mine.other_id AS id FROM exchange mine WHERE mine.member_id = $1
          AND (mine.answers > 0 OR EXISTS (SELECT 1 FROM exchange back WHERE back.member_id = mine.other_id AND back.other_id = $1))
        UNION SELECT theirs.member_id FROM exchange theirs WHERE theirs.other_id = $1 AND theirs.answers > 0) AS partner`,
      [member],
    );
    return Number(row?.n ?? 0);
  }
}

/** SQL for the next day on which one of the days leaves its window. */
const changesOn = (today: Day): string =>
  `MIN(CASE ${spans.map((days) => `WHEN day > ${today - days} THEN day + ${days}`).join(' ')} END)`;

const spanName = (days: number): string => (days > 90 ? 'total' : `${days}d`);

const emptyTalk = (): Record<string, number> => ({
  ...Object.fromEntries(
    spans.flatMap((days) => [
      [`replies_${spanName(days)}`, 0],
      [`talked_with_${spanName(days)}`, 0],
    ]),
  ),
  most_exchanged_7d: 0,
  mention_people_30d: 0,
  mention_days_30d: 0,
  talk_changes_on: Number.MAX_SAFE_INTEGER,
});

/** Adds what one other person and the member said to each other. */
function addPair(own: Record<string, number>, row: Readonly<Record<string, number>>): void {
  const add = (figure: string, n: number): void => {
    own[figure] = (own[figure] ?? 0) + n;
  };
  own['talk_changes_on'] = Math.min(own['talk_changes_on']!, row['changes_on']!);
  for (const days of spans) {
    const between = Object.fromEntries(said.map((column) => [column, row[`${column}_${days}`]!])) as unknown as Said;
    add(`replies_${spanName(days)}`, between.answered_by);
    add(`talked_with_${spanName(days)}`, talked(between) ? 1 : 0);
    if (days === 30) add('mention_people_30d', between.mentioned_by + between.answered_by > 0 ? 1 : 0);
    if (days === 7)
      own['most_exchanged_7d'] = Math.max(
        own['most_exchanged_7d'] ?? 0,
        said.reduce((sum, column) => sum + between[column], 0),
      );
  }
}

/** The fact keys under which the message `ref` may be stored. */
const possibleKeys = (ref: string): string[] => [ref, ...prefixes.map((prefix) => prefix + ref)];

/** The member whom each interaction is addressed to, by `kind:ref`. Unknown ones are left out. */
async function resolveRefs(
  tx: Sql,
  interactions: readonly Pick<Interaction, 'kind' | 'ref'>[],
): Promise<ReadonlyMap<string, MemberId>> {
  const found = new Map<string, MemberId>();
  const refsOf = (kind: Interaction['kind']): string[] => [
    ...new Set(interactions.flatMap((interaction) => (interaction.kind === kind ? [interaction.ref] : []))),
  ];
  const [mentioned, answered] = [refsOf('mention'), refsOf('answer')];
  if (mentioned.length > 0) {
    // If an id is stored with several kinds, the chat account's is meant, because the chat account reports the mentions.
    const rows = await tx.all<{ value: string; member_id: MemberId }>(
      `SELECT value, member_id FROM identity WHERE kind IN ('chat', 'external_userid', 'unionid') AND value IN ${inTexts(tx, 1)}
        ORDER BY CASE kind WHEN 'chat' THEN 2 WHEN 'external_userid' THEN 1 ELSE 0 END`,
      [storableJson(mentioned)],
    );
    for (const row of rows) found.set(`mention:${row.value}`, row.member_id);
  }
  if (answered.length > 0) {
    const rows = await tx.all<{ key: string; member_id: MemberId }>(
      `SELECT key, member_id FROM fact WHERE kind = 'sent_message' AND member_id IS NOT NULL AND key IN ${inTexts(tx, 1)}`,
      [storableJson(answered.flatMap(possibleKeys))],
    );
    const byKey = new Map(rows.map((row) => [row.key, row.member_id]));
    for (const ref of answered) {
      const key = possibleKeys(ref).find((candidate) => byKey.has(candidate));
      if (key !== undefined) found.set(`answer:${ref}`, byKey.get(key)!);
    }
  }
  return found;
}

export const exchangeStore = new ExchangeStore();
