import { Client } from 'pg';
import type { TestProject } from 'vitest/node';
import { Database } from '../../src/platform/database/database.js';
import { migrations } from '../../src/migrations/index.js';
import { addEmptyAll } from './empty-all.js';
import { startPostgres } from './postgres-server.js';

declare module 'vitest' {
  export interface ProvidedContext {
    postgresUrl: string;
  }
}

/** One server for the whole run. The databases of the tests are copies of a migrated one. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres();
  const client = new Client({ connectionString: `${server.url}/postgres` });
  await client.connect();
  await client.query('CREATE DATABASE migrated');
  await client.end();
  await (await Database.open({ url: `${server.url}/migrated`, migrations })).close();
  const migrated = new Client({ connectionString: `${server.url}/migrated` });
  await migrated.connect();
  await addEmptyAll(migrated);
  await migrated.end();
  project.provide('postgresUrl', server.url);
  return () => server.stop();
}
