import type { MigrationInterface, QueryRunner } from 'typeorm';

const AT_ONCE = 500;

/**
 * Unreadable rows are listed in a table of their own. This also repairs and applies again the facts that a former version
 * damaged: in finished JSON it replaced everything that looked like an escape, even after an escaped backslash. That left
 * `\` and U+FFFD, which is not JSON.
 */
export class StorableRows1763925000000 implements MigrationInterface {
  name = 'StorableRows1763925000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE set_aside (source TEXT NOT NULL, row_id BIGINT NOT NULL, problem TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (source, row_id))`,
    );
    await healFacts(runner);
    await runner.query(
      `INSERT INTO set_aside (source, row_id, problem, at) SELECT 'fact', id, COALESCE(problem, ''), received_at FROM fact WHERE state = 2`,
    );
    await runner.query(
      `INSERT INTO set_aside (source, row_id, problem, at) SELECT 'command', id, '', received_at FROM command_request WHERE state = 2`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS set_aside');
  }
}

interface Spoiled {
  readonly id: number | string;
  readonly ids: string;
  readonly data: string;
}

async function healFacts(runner: QueryRunner): Promise<void> {
  const isPostgres = runner.connection.options.type === 'postgres';
  const [sign, holds] = isPostgres ? ['chr(92) || chr(65533)', 'strpos'] : ['char(92) || char(65533)', 'instr'];
  for (let after = 0; ;) {
    const rows = (await runner.query(
      `SELECT id, ids, data FROM fact WHERE state <> 1 AND id > ${after}
       AND (${holds}(ids, ${sign}) > 0 OR ${holds}(data, ${sign}) > 0) ORDER BY id LIMIT ${AT_ONCE}`,
    )) as Spoiled[];
    for (const { id, ids, data } of rows) {
      if (isJson(ids) && isJson(data)) continue;
      const [idsHealed, dataHealed] = [unspoiled(ids), unspoiled(data)];
      if (!isJson(idsHealed) || !isJson(dataHealed)) continue;
      const [first, second, third] = isPostgres ? ['$1', '$2', '$3'] : ['?', '?', '?'];
      await runner.query(
        `UPDATE fact SET ids = ${first}, data = ${second}, state = 0, problem = NULL WHERE id = ${third}`,
        [idsHealed, dataHealed, Number(id)],
      );
    }
    if (rows.length < AT_ONCE) return;
    after = Number(rows.at(-1)!.id);
  }
}

/** A backslash before U+FFFD was the second of an escaped pair: the text contained a backslash there. */
const unspoiled = (json: string): string =>
  json.replaceAll(/\\([\s\S])/g, (pair, escaped: string) => (escaped === '\ufffd' ? `\\\\${escaped}` : pair));

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
