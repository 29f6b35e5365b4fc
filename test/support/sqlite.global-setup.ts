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

/** Creates a migrated database file, which each test copies. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'qunjie-migrated-'));
  const file = join(folder, 'database.sqlite');
  await (await Database.open({ url: `sqlite:${file}`, migrations })).close();
  project.provide('migratedSqlite', file);
  return () => rm(folder, { recursive: true, force: true });
}
