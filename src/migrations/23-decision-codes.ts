import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Gives the decisions about tiers and moves a code, the earlier ones too. Drops the pictures of answers, which nobody reads. */
export class DecisionCodes1763943000000 implements MigrationInterface {
  name = 'DecisionCodes1763943000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const column of ['code', 'about']) await runner.query(`ALTER TABLE decision ADD COLUMN ${column} TEXT`);
    const titles = (await runner.query(`SELECT DISTINCT title FROM decision WHERE kind = 'tier'`)) as {
      title: string;
    }[];
    for (const { title } of titles) {
      const change = changeIn(title);
      if (change === null) continue;
      const [code, about] = [literal(change.code), literal(JSON.stringify(change.about))];
      await runner.query(
        `UPDATE decision SET code = ${code}, about = ${about} WHERE kind = 'tier' AND title = ${literal(title)}`,
      );
    }
    // The reason of a refusal is a code already; a planned move has none.
    const refusals = ['pool_full', 'no_pool', 'too_many_tries'].map(
      (code) => `WHEN because LIKE '%"reasons":["${code}"%' THEN '${code}'`,
    );
    await runner.query(
      `UPDATE decision SET code = CASE ${refusals.join(' ')} ELSE 'move_planned' END WHERE kind = 'move' AND because LIKE '{"rule":"move:%'`,
    );
    await runner.query('ALTER TABLE command_request DROP COLUMN picture');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE command_request ADD COLUMN picture TEXT');
    for (const column of ['about', 'code']) await runner.query(`ALTER TABLE decision DROP COLUMN ${column}`);
  }
}

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** The titles that were written until now, each with the label of the tier that the member was in afterwards. */
const tierTitles: readonly (readonly [code: string, zh: RegExp, en: RegExp])[] = [
  ['first', /^层级定为(.*?)(?:（原.*）)?$/su, /^Tier placed in (.*?)(?: from .*)?$/su],
  ['up', /^层级升为(.*?)(?:（原.*）)?$/su, /^Tier up to (.*?)(?: from .*)?$/su],
  ['down', /^层级降为(.*?)(?:（原.*）)?$/su, /^Tier down to (.*?)(?: from .*)?$/su],
  ['locked', /^层级锁定为(.*?)(?:（原.*）)?$/su, /^Tier locked to (.*?)(?: from .*)?$/su],
  ['warned', /^不再满足(.*)，宽限后将降为.*$/su, /^No longer holds (.*); down to .* after the grace period$/su],
  ['recovered', /^重新满足(.*)，不再降级$/su, /^Holds (.*) again; stays$/su],
];

function changeIn(
  title: string,
): { readonly code: string; readonly about: { readonly zh: string; readonly en: string } } | null {
  let said: unknown;
  try {
    said = JSON.parse(title);
  } catch {
    // A row that cannot be read stays as it is; lists show it as unreadable.
    return null;
  }
  const { zh, en } = (said ?? {}) as { readonly zh?: unknown; readonly en?: unknown };
  for (const [code, inZh, inEn] of tierTitles) {
    const [foundZh, foundEn] = [inZh.exec(String(zh))?.[1], inEn.exec(String(en))?.[1]];
    if (foundZh !== undefined && foundEn !== undefined) return { code, about: { zh: foundZh, en: foundEn } };
  }
  return null;
}
