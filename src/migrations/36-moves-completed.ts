import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who undid a move and why, which move undoes another, and how many members were in the right group on each day. */
export class MovesCompleted1763956000000 implements MigrationInterface {
  name = 'MovesCompleted1763956000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const [name, type] of columns) await runner.query(`ALTER TABLE move ADD COLUMN ${name} ${type}`);
    await runner.query('CREATE INDEX move_undoes ON move (undoes) WHERE undoes IS NOT NULL');
    await runner.query(
      'CREATE TABLE placement_day (day BIGINT NOT NULL, tier TEXT NOT NULL, place TEXT NOT NULL, members BIGINT NOT NULL, PRIMARY KEY (day, tier, place))',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS placement_day');
    await runner.query('DROP INDEX IF EXISTS move_undoes');
    for (const [name] of columns.toReversed()) await runner.query(`ALTER TABLE move DROP COLUMN ${name}`);
  }
}

const columns = [
  // The move that this one takes back.
  ['undoes', 'BIGINT'],
  ['undone_at', 'BIGINT'],
  ['undone_by', 'TEXT'],
  ['undo_reason', 'TEXT'],
] as const;
