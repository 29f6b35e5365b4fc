import { mkdir, mkdtemp, rename, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { migrations } from '../../../src/migrations/index.js';
import { Database } from '../../../src/platform/database/database.js';

it('answers long queries again after their connection could not be opened once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'qunjie-reads-'));
  const file = join(folder, 'product.sqlite');
  const db = await Database.open({ url: `sqlite:${file}`, migrations });
  const ask = () =>
    db.readStoppable(new AbortController().signal, (sql) => sql.one('SELECT COUNT(*) AS n FROM member'));

  // A folder in place of the file cannot be opened, just as a file cannot be opened when no descriptor is free.
  await rename(file, `${file}.aside`);
  await mkdir(file);
  await expect(ask()).rejects.toMatchObject({ name: 'RetryLater', code: 'database_unavailable' });
  await expect(ask()).rejects.toMatchObject({ name: 'RetryLater' });
  await rmdir(file);
  await rename(`${file}.aside`, file);

  expect(await ask()).toEqual({ n: 0 });
  await db.close();
  await rm(folder, { recursive: true });
});

it('closes although that connection could never be opened', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'qunjie-reads-'));
  const file = join(folder, 'product.sqlite');
  const db = await Database.open({ url: `sqlite:${file}`, migrations });
  await rename(file, `${file}.aside`);
  await mkdir(file);
  const asked = db
    .readStoppable(new AbortController().signal, (sql) => sql.one('SELECT 1 AS one'))
    .catch(() => 'refused');
  await db.close();
  expect(await asked).toBe('refused');
  await rm(folder, { recursive: true });
});
