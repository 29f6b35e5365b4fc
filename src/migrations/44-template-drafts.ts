import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Texts that wait for a second person, and who approved a version. */
export class TemplateDrafts1763964000000 implements MigrationInterface {
  name = 'TemplateDrafts1763964000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE template_draft (key TEXT PRIMARY KEY, text TEXT NOT NULL, base_version BIGINT NOT NULL, note TEXT NOT NULL,
        saved_at BIGINT NOT NULL, saved_by TEXT NOT NULL, task_id BIGINT NOT NULL)`,
    );
    await runner.query('CREATE UNIQUE INDEX template_draft_of_task ON template_draft (task_id)');
    await runner.query('ALTER TABLE template_version ADD COLUMN approved_by TEXT');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE template_version DROP COLUMN approved_by');
    await runner.query('DROP TABLE template_draft');
  }
}
