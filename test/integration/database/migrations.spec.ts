import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataSource } from 'typeorm';
import { migrations } from '../../../src/migrations/index.js';
import { Database } from '../../../src/platform/database/database.js';
import { dropPostgres, freshPostgres } from '../../support/databases.js';

describe('migrations', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'qunjie-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('keep what a closed SQLite file holds, and use WAL', async () => {
    const url = `sqlite:${join(folder, 'new', 'kept.sqlite')}`;
    const first = await Database.open({ url, migrations });
    await first.write((tx) => tx.insert('setting', [{ name: 'a', value: '', changed_at: 0 }]));
    await first.close();

    const second = await Database.open({ url, migrations });
    expect(await second.read.all('SELECT name FROM setting')).toEqual([{ name: 'a' }]);
    expect(await second.read.one('PRAGMA journal_mode')).toEqual({ journal_mode: 'wal' });
    const written = await second.write((tx) => tx.all('SELECT * FROM pragma_synchronous, pragma_foreign_keys'));
    expect(written).toEqual([{ synchronous: 2, foreign_keys: 1 }]);
    await second.close();
  });

  it('wait for no disk in a file that need not outlive a power cut', async () => {
    const url = `sqlite:${join(folder, 'passing.sqlite')}`;
    const database = await Database.open({ url, migrations, outlivesPowerCut: false });
    expect(await database.write((tx) => tx.one('PRAGMA synchronous'))).toEqual({ synchronous: 0 });
    await database.close();
  });

  it('let two processes start at once on one PostgreSQL', async () => {
    const url = await freshPostgres('template0');
    const both = await Promise.all([Database.open({ url, migrations }), Database.open({ url, migrations })]);
    await Promise.all(both.map((database) => database.write((tx) => tx.run('DELETE FROM setting'))));
    for (const database of both) await database.close();
    await dropPostgres(url);
  });

  it.each(['sqlite', 'postgres'])('go back one and come again, with what was written (%s)', async (dialect) => {
    const url = dialect === 'sqlite' ? `sqlite:${join(folder, 'again.sqlite')}` : await freshPostgres('template0');
    const first = await Database.open({ url, migrations });
    await first.write((tx) => tx.insert('follow', [{ external_userid: 'wm1', staff: 'A', since: 1, changed_at: 1 }]));
    await first.close();
    const source = new DataSource(
      dialect === 'sqlite'
        ? { type: 'sqlite', database: join(folder, 'again.sqlite'), migrations: [...migrations] }
        : { type: 'postgres', url, migrations: [...migrations] },
    );
    await source.initialize();
    await source.undoLastMigration();
    await source.destroy();
    const again = await Database.open({ url, migrations });
    expect(await again.read.all('SELECT external_userid, staff FROM follow')).toEqual([
      { external_userid: 'wm1', staff: 'A' },
    ]);
    expect(await again.read.all('SELECT id FROM contact_way')).toEqual([]);
    await again.close();
    if (dialect === 'postgres') await dropPostgres(url);
  });

  it('refuse an address that is neither SQLite nor PostgreSQL', async () => {
    await expect(Database.open({ url: 'mysql://x', migrations })).rejects.toMatchObject({
      code: 'bad_database_url',
      where: { setting: 'DATABASE_URL' },
    });
  });
});
