import type { Sql } from '../../src/platform/database/sql.js';
import type { SandboxRecord } from '../../src/sandbox/sandbox.js';

const HOUR_MS = 3_600_000;
/** Proactive messages are days apart (`min_gap_days`); a duplicate comes within hours. */
const SOONEST_REPEAT_MS = 60 * HOUR_MS;

/**
 * Messages that people really received twice: within a short time, or more often than the outbox has messages. Answers to
 * questions do not count.
 */
export async function repeatedMessages(
  record: SandboxRecord,
  sql: Sql,
): Promise<readonly (readonly [string, number[]])[]> {
  const replies = new Set(
    (await sql.all<{ text: string }>(`SELECT answer AS text FROM command_request WHERE answer IS NOT NULL`)).map(
      (row) => row.text,
    ),
  );
  // To a question in a group, the group gets only the notice that the answer was sent privately.
  for (const { action } of await sql.all<{ action: string }>(
    `SELECT action FROM outbox WHERE key LIKE 'reply:%:announced'`,
  ))
    replies.add((JSON.parse(action) as { text: string }).text);
  const received = new Map<string, number[]>();
  for (const message of record.received) {
    // A picture is sent before its text; only the text is compared.
    if (message.text === '' && message.attachments.length > 0) continue;
    if ([...replies].some((reply) => message.text.includes(reply))) continue;
    const key = `${message.to} ${message.text}`;
    received.set(key, [...(received.get(key) ?? []), message.at]);
  }
  const memberOf = new Map(
    (await sql.all<{ value: string; member_id: number }>('SELECT value, member_id FROM identity')).map((row) => [
      row.value,
      row.member_id,
    ]),
  );
  const onRecord = await sql.all<{ member_id: number; action: string }>(
    `SELECT member_id, action FROM outbox WHERE member_id IS NOT NULL AND state <> 'planned'`,
  );
  const rowsOf = (key: string): number => {
    const [to, text] = [key.slice(0, key.indexOf(' ')), key.slice(key.indexOf(' ') + 1)];
    const firstLine = JSON.stringify(text.split('\n', 1)[0]).slice(1, -1);
    const member = memberOf.get(to);
    return onRecord.filter((row) => row.member_id === member && row.action.includes(firstLine)).length;
  };
  return [...received].filter(
    ([key, times]) =>
      times.some((at, index) => index > 0 && at - times[index - 1]! < SOONEST_REPEAT_MS) ||
      (times.length > 1 && memberOf.has(key.slice(0, key.indexOf(' '))) && times.length > rowsOf(key)),
  );
}

/** Every contact's tags in the product and in WeCom. A tag whose name exists in two groups is named with its group. */
export async function tagsOfContacts(
  record: SandboxRecord,
  sql: Sql,
): Promise<
  readonly { readonly contact: string; readonly ours: readonly string[]; readonly theirs: readonly string[] }[]
> {
  const ours = new Map<string, Set<string>>();
  for (const row of await sql.all<{ external_userid: string; name: string }>(
    `SELECT i.value AS external_userid, t.name FROM member_tag t JOIN identity i ON i.member_id = t.member_id AND i.kind = 'external_userid' WHERE t.want = 1`,
  )) {
    ours.set(row.external_userid, (ours.get(row.external_userid) ?? new Set()).add(row.name));
  }
  const names = new Set([...ours.values()].flatMap((own) => [...own]));
  const contacts = await sql.all<{ external_userid: string }>(
    `SELECT mb.external_userid FROM member mb JOIN member_metrics mm ON mm.member_id = mb.id WHERE mm.is_contact = 1 AND mb.external_userid IS NOT NULL`,
  );
  return contacts.map(({ external_userid: contact }) => ({
    contact,
    ours: [...(ours.get(contact) ?? [])].sort(),
    theirs: [
      ...new Set(
        record.pairs
          .filter((pair) => pair.externalUserId === contact && pair.bond === 'mutual')
          .flatMap((pair) =>
            pair.tags.map(({ group, name }) => (names.has(`${group}/${name}`) ? `${group}/${name}` : name)),
          ),
      ),
    ].sort(),
  }));
}
