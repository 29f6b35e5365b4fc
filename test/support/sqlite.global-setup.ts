import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { Database } from '../../src/platform/database/database.js';
import { migrations } from '../../src/migrations/index.js';

declare module 'vitest' {
  export interface ProvidedContext {
    migratedSqlite: string;
  }
}

/** A file in which the migrations have run, for each test to copy. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'qunjie-migrated-'));
  const file = join(folder, 'database.sqlite');
  await (await Database.open({ url: `sqlite:${file}`, migrations })).close();
  project.provide('migratedSqlite', file);
  return () => rm(folder, { recursive: true, force: true });
}
