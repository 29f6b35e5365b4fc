import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds the exchanges between members and the total number of ads; both are filled from stored facts. */
export class Exchanges1763930000000 implements MigrationInterface {
  name = 'Exchanges1763930000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
    await fillFromFacts(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE member_metrics DROP COLUMN ads_total');
    await runner.query('DROP TABLE exchange_waiting');
    await runner.query('DROP TABLE exchange');
  }
}

const statements = [
  // One row for each direction: how often a member mentioned or answered another one in a group, and when last.
  `CREATE TABLE exchange (member_id BIGINT NOT NULL, other_id BIGINT NOT NULL, mentions BIGINT NOT NULL DEFAULT 0, answers BIGINT NOT NULL DEFAULT 0,
    last_at BIGINT NOT NULL, PRIMARY KEY (member_id, other_id))`,
  `CREATE INDEX exchange_with ON exchange (other_id)`,
  // Mentions of a member, or answers to a message, that is not known yet: facts arrive late and in any order.
  `CREATE TABLE exchange_waiting (ref TEXT NOT NULL, kind TEXT NOT NULL, member_id BIGINT NOT NULL, times BIGINT NOT NULL, last_at BIGINT NOT NULL,
    PRIMARY KEY (ref, kind, member_id))`,
  `CREATE INDEX exchange_waiting_of ON exchange_waiting (member_id)`,
  `ALTER TABLE member_metrics ADD COLUMN ads_total BIGINT NOT NULL DEFAULT 0`,
  `UPDATE member_metrics SET ads_total = COALESCE((SELECT SUM(ads) FROM member_day WHERE member_day.member_id = member_metrics.member_id), 0)`,
];

const FACTS_AT_ONCE = 2_000;

interface FactRow {
  readonly id: number | string;
  readonly member_id: number | string;
  readonly at: number | string;
  readonly data: string;
}

interface Said {
  readonly ref: string;
  readonly kind: 'mention' | 'answer';
  readonly member: number;
  times: number;
  at: number;
}

async function fillFromFacts(runner: QueryRunner): Promise<void> {
  const said = new Map<string, Said>();
  let after = 0;
  for (;;) {
    const rows = (await runner.query(
      `SELECT id, member_id, at, data FROM fact WHERE id > ${after} AND kind = 'sent_message' AND state = 1 AND member_id IS NOT NULL
        AND (data LIKE '%"mentions":["%' OR data LIKE '%"replyTo"%') ORDER BY id LIMIT ${FACTS_AT_ONCE}`,
    )) as FactRow[];
    const last = rows.at(-1);
    if (!last) break;
    after = Number(last.id);
    for (const row of rows) collect(row, said);
  }
  const all = [...said.values()];
  for (let from = 0; from < all.length; from += FACTS_AT_ONCE)
    await write(runner, all.slice(from, from + FACTS_AT_ONCE));
}

function collect(row: FactRow, said: Map<string, Said>): void {
  for (const { ref, kind } of refsIn(row.data)) {
    const key = JSON.stringify([ref, kind, row.member_id]);
    const known = said.get(key);
    if (known) {
      known.times += 1;
      known.at = Math.max(known.at, Number(row.at));
    } else said.set(key, { ref, kind, member: Number(row.member_id), times: 1, at: Number(row.at) });
  }
}

/** The references in a group message; none if the row is unreadable. */
function refsIn(text: string): { ref: string; kind: Said['kind'] }[] {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return [];
  }
  if (typeof data !== 'object' || data === null || !Object.hasOwn(data, 'chatId')) return [];
  const { mentions, replyTo } = data as { mentions?: unknown; replyTo?: unknown };
  const texts = Array.isArray(mentions) ? mentions.filter((one): one is string => typeof one === 'string') : [];
  return [
    ...[...new Set(texts)].map((ref) => ({ ref, kind: 'mention' as const })),
    ...(typeof replyTo === 'string' ? [{ ref: replyTo, kind: 'answer' as const }] : []),
  ];
}

async function write(runner: QueryRunner, said: readonly Said[]): Promise<void> {
  const people = await peopleOf(runner, said);
  for (const { ref, kind, member, times, at } of said) {
    const other = people.get(`${kind}:${ref}`);
    if (other === member) continue;
    if (other === undefined)
      await runner.query(
        `INSERT INTO exchange_waiting (ref, kind, member_id, times, last_at) VALUES (${quoted(ref)}, '${kind}', ${member}, ${times}, ${at})`,
      );
    else
      await runner.query(
        `INSERT INTO exchange (member_id, other_id, mentions, answers, last_at) VALUES (${member}, ${other}, ${kind === 'mention' ? times : 0}, ${kind === 'answer' ? times : 0}, ${at})
        ON CONFLICT (member_id, other_id) DO UPDATE SET mentions = exchange.mentions + excluded.mentions, answers = exchange.answers + excluded.answers,
          last_at = CASE WHEN excluded.last_at > exchange.last_at THEN excluded.last_at ELSE exchange.last_at END`,
      );
  }
}

/** A fact's key has the prefix of its source; an answer names the message by its id without prefix. */
const keysOfMessage = (ref: string): string[] => [ref, `api:${ref}`, `chat:msg:${ref}`];

async function peopleOf(runner: QueryRunner, said: readonly Said[]): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  const among = (refs: readonly string[]): string =>
    refs.length === 0 ? `(NULL)` : `(${refs.map(quoted).join(', ')})`;
  const refsOf = (kind: Said['kind']): string[] => [
    ...new Set(said.filter((one) => one.kind === kind).map((one) => one.ref)),
  ];
  const mentioned = (await runner.query(
    `SELECT kind, value, member_id FROM identity WHERE value IN ${among(refsOf('mention'))} AND kind IN ('chat', 'external_userid', 'unionid')
      ORDER BY CASE kind WHEN 'chat' THEN 2 WHEN 'external_userid' THEN 1 ELSE 0 END`,
  )) as { value: string; member_id: number | string }[];
  for (const row of mentioned) found.set(`mention:${row.value}`, Number(row.member_id));
  const answered = refsOf('answer');
  const messages = (await runner.query(
    `SELECT key, member_id FROM fact WHERE kind = 'sent_message' AND member_id IS NOT NULL
      AND key IN ${among(answered.flatMap(keysOfMessage))}`,
  )) as { key: string; member_id: number | string }[];
  const byKey = new Map(messages.map((row) => [row.key, Number(row.member_id)]));
  for (const ref of answered) {
    const key = keysOfMessage(ref).find((one) => byKey.has(one));
    if (key !== undefined) found.set(`answer:${ref}`, byKey.get(key)!);
  }
  return found;
}

/** An SQL literal of foreign text, without NUL, which PostgreSQL cannot store. */
const quoted = (text: string): string => `'${text.replaceAll('\0', '').replaceAll("'", "''")}'`;
