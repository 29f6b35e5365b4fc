import type { MemberId } from '../../domain/ids.js';
import { inTexts } from '../../platform/database/in-list.js';
import type { Sql } from '../../platform/database/sql.js';
import { storableJson } from '../../platform/database/storable.js';

/** A group message addressed to somebody: it mentions them, or answers a message of theirs. */
export interface Interaction {
  /** The author. */
  readonly member: MemberId;
  readonly kind: 'mention' | 'answer';
  /** The id of the person mentioned or of the message answered, as the channel calls it. */
  readonly ref: string;
  /** Epoch ms. */
  readonly at: number;
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
  readonly times: number;
  readonly last_at: number;
}

/** Fact keys of messages carry a prefix of their channel; an answer names the message by its bare id. */
const prefixes = ['api:', 'chat:msg:'] as const;
const sum = (column: string, table: string) => `${column} = ${table}.${column} + excluded.${column}`;
const latest = (table: string) =>
  `last_at = CASE WHEN excluded.last_at > ${table}.last_at THEN excluded.last_at ELSE ${table}.last_at END`;
const addExchange = `(member_id, other_id) DO UPDATE SET ${sum('mentions', 'exchange')}, ${sum('answers', 'exchange')}, ${latest('exchange')}`;
const addPending = `(ref, kind, member_id) DO UPDATE SET ${sum('times', 'exchange_waiting')}, ${latest('exchange_waiting')}`;

/**
 * Who talked to whom in the groups: one row for each pair and direction. Counts are added in the transaction that marks their
 * facts as applied. Facts come late and in any order, so what refers to an unknown person or message waits in
 * `exchange_waiting`.
 */
export class ExchangeStore {
  /** Call it after the facts of the batch are marked as applied: answered messages are looked up among stored facts. */
  async add(tx: Sql, interactions: readonly Interaction[], newlyKnown: NewlyKnown): Promise<void> {
    const pending = await this.takePending(tx, newlyKnown);
    const all = [...interactions.map((interaction) => ({ ...interaction, times: 1 })), ...pending];
    if (all.length === 0) return;
    const people = await resolveRefs(tx, all);
    const exchanges = new Map<string, Record<string, number>>();
    const waiting = new Map<string, PendingRow>();
    for (const { member, kind, ref, times, at } of all) {
      const other = people.get(`${kind}:${ref}`);
      if (other === member) continue;
      if (other === undefined) {
        const key = storableJson([kind, ref, member]);
        const known = waiting.get(key);
        waiting.set(key, {
          ref,
          kind,
          member_id: member,
          times: (known?.times ?? 0) + times,
          last_at: Math.max(known?.last_at ?? 0, at),
        });
        continue;
      }
      const key = `${member}:${other}`;
      const row = exchanges.get(key) ?? { member_id: member, other_id: other, mentions: 0, answers: 0, last_at: 0 };
      const column = kind === 'mention' ? 'mentions' : 'answers';
      exchanges.set(key, { ...row, [column]: row[column]! + times, last_at: Math.max(row['last_at']!, at) });
    }
    await tx.insert('exchange', [...exchanges.values()], addExchange);
    await tx.insert(
      'exchange_waiting',
      [...waiting.values()].map((row) => ({ ...row })),
      addPending,
    );
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
        `SELECT ref, kind, member_id, times, last_at FROM exchange_waiting WHERE kind = '${kind}' AND ref IN ${inTexts(tx, 1)}`,
        [wanted],
      );
      if (rows.length === 0) continue;
      await tx.run(`DELETE FROM exchange_waiting WHERE kind = '${kind}' AND ref IN ${inTexts(tx, 1)}`, [wanted]);
      for (const row of rows)
        found.push({ member: row.member_id, kind, ref: row.ref, times: Number(row.times), at: Number(row.last_at) });
    }
    return found;
  }

  /** Gives the exchanges of member `from` to `to`. What the two said to each other is dropped: it was said to nobody else. */
  async merge(tx: Sql, from: MemberId, to: MemberId): Promise<void> {
    const columns = 'mentions, answers, last_at';
    await tx.run(`INSERT INTO exchange (member_id, other_id, ${columns}) SELECT ${to}, other_id, ${columns} FROM exchange
      WHERE member_id = ${from} AND other_id <> ${to} ON CONFLICT ${addExchange}`);
    await tx.run(`INSERT INTO exchange (member_id, other_id, ${columns}) SELECT member_id, ${to}, ${columns} FROM exchange
      WHERE other_id = ${from} AND member_id <> ${to} ON CONFLICT ${addExchange}`);
    await tx.run('DELETE FROM exchange WHERE member_id = $1 OR other_id = $1', [from]);
    await tx.run(`INSERT INTO exchange_waiting (ref, kind, member_id, times, last_at) SELECT ref, kind, ${to}, times, last_at FROM exchange_waiting
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
