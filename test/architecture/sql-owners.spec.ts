import { resolve } from 'node:path';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { beforeAll, describe, expect, it } from 'vitest';

/** The rules of the project, without those that need the types of a file that does not exist. */
function aLinter(): ESLint {
  return new ESLint({
    cwd: resolve(import.meta.dirname, '../..'),
    overrideConfig: [{ files: ['**/*.ts'], ...(tseslint.configs.disableTypeChecked as object) }],
  });
}

describe('SQL outside the store of its table', () => {
  let linter: ESLint;
  beforeAll(() => {
    linter = aLinter();
  });
  const complaints = async (path: string, statement: string): Promise<string[]> => {
    const text = `export async function madeUp({ sql, tx, db, text }) {\n  ${statement};\n}\n`;
    const [result] = await linter.lintText(text, { filePath: path });
    expect(result!.messages.filter(({ fatal }) => fatal)).toEqual([]);
    return result!.messages.flatMap(({ ruleId, message }) => (ruleId === 'no-restricted-syntax' ? [message] : []));
  };
  const reads = "await sql.all('SELECT id FROM member')";

  it.each([
    ['await sql.all(text)'],
    ['await sql.one(text)'],
    ['await tx.run(text)'],
    ["await tx.insert('member', [])"],
    ["await tx.insertReturning('member', [], undefined, 'id')"],
    ['await db.read.one(text)'],
    ['await this.db.read.all(text)'],
    ['await this.sql.run(text)'],
    ["await other.query('SELECT id FROM member')"],
    ["const made = 'DELETE FROM member'"],
    ['const made = `UPDATE member SET name = ${text}`'],
    ['const made = `\n  INSERT INTO member (name) VALUES (1)`'],
  ])('is refused: %s', async (statement) => {
    expect((await complaints('src/engine/made-up.ts', statement)).length).toBe(1);
  });

  it.each([
    'src/app/made-up.ts',
    'src/channels/wecom/made-up.ts',
    'src/commands/made-up.command.ts',
    'src/console/api/made-up.controller.ts',
    'src/demo/made-up.ts',
    'src/domain/made-up.ts',
    'src/engine/made-up.ts',
    'src/features/members/made-up.ts',
    'src/inbox/made-up.ts',
    'src/outbox/made-up.worker.ts',
    'src/platform/made-up.ts',
    'src/main.ts',
  ])('is refused in %s', async (path) => {
    expect((await complaints(path, reads)).length).toBe(2);
  });

  it.each([
    'src/features/members/made-up.store.ts',
    'src/engine/made-up.spec.ts',
    'src/insights/made-up.ts',
    'src/migrations/made-up.ts',
    'src/platform/database/made-up.ts',
    'test/integration/made-up.spec.ts',
  ])('is allowed in %s', async (path) => {
    expect(await complaints(path, reads)).toEqual([]);
  });

  it.each(['await Promise.all([text])', 'tx.commit()', "const said = 'Select what you like'"])(
    'is not seen in %s',
    async (statement) => {
      expect(await complaints('src/engine/made-up.ts', statement)).toEqual([]);
    },
  );

  it('leaves domain its own rules', async () => {
    expect(await complaints('src/domain/made-up.ts', 'return Date.now()')).toEqual(['now is an argument here']);
  });
});
