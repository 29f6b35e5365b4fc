import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The rules are documents with versions of their own, so that the console can edit them; and drafts, which are not in force. */
export class RuleDocuments1763945000000 implements MigrationInterface {
  name = 'RuleDocuments1763945000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'CREATE TABLE rule_document_version (document TEXT NOT NULL, version BIGINT NOT NULL, text TEXT NOT NULL, saved_at BIGINT NOT NULL, saved_by TEXT NOT NULL, note TEXT NOT NULL, PRIMARY KEY (document, version))',
    );
    await runner.query(
      'CREATE TABLE rule_document_draft (document TEXT PRIMARY KEY, text TEXT NOT NULL, base_version BIGINT NOT NULL, saved_at BIGINT NOT NULL, saved_by TEXT NOT NULL)',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS rule_document_draft');
    await runner.query('DROP TABLE IF EXISTS rule_document_version');
  }
}
