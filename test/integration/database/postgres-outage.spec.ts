import { Client } from 'pg';
import { expect, inject, it } from 'vitest';
import { migrations } from '../../../src/migrations/index.js';
import { Database } from '../../../src/platform/database/database.js';
import { RetryLater } from '../../../src/platform/errors.js';
import { dropPostgres, freshPostgres } from '../../support/databases.js';

it('throws RetryLater when PostgreSQL cuts the connection, and writes again afterwards', async () => {
  const url = await freshPostgres();
  const database = await Database.open({ url, migrations });
  const admin = new Client({ connectionString: `${inject('postgresUrl')}/postgres` });
  await admin.connect();

  const cut = database.write(async (tx) => {
    const mine = await tx.one<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await admin.query('SELECT pg_terminate_backend($1, 5000)', [mine?.pid]);
    await tx.run('DELETE FROM setting');
  });
  await expect(cut).rejects.toBeInstanceOf(RetryLater);
  expect(await database.write((tx) => tx.insert('setting', [{ name: 'a', value: '', changed_at: 0 }]))).toBe(1);

  await admin.end();
  await database.close();
  await dropPostgres(url);
});
