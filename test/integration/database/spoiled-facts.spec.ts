import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrations } from '../../../src/migrations/index.js';
import { StorableRows1763925000000 } from '../../../src/migrations/5-storable-rows.js';
import { Database } from '../../../src/platform/database/database.js';
import { dropPostgres, freshPostgres } from '../../support/databases.js';

/** Rows as a former version wrote them: it replaced what looked like an escape in the finished JSON. */
const spoil = (value: unknown): string =>
  JSON.stringify(value).replaceAll(/\\u0000|\\ud[89a-f][0-9a-f]{2}/gi, '\ufffd');

const before = migrations.slice(0, migrations.indexOf(StorableRows1763925000000));

describe.each(['sqlite', 'postgres'])('facts that a former version spoiled (%s)', (dialect) => {
  let folder: string;
  let url: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'qunjie-'));
    url = dialect === 'sqlite' ? `sqlite:${join(folder, 'spoiled.sqlite')}` : await freshPostgres('template0');
  });
  afterAll(async () => {
    if (dialect === 'postgres') await dropPostgres(url);
    await rm(folder, { recursive: true, force: true });
  });

  it('are repaired and applied again, in batches; other rows stay as they are', async () => {
    const old = await Database.open({ url, migrations: before });
    const clean = JSON.stringify({ phone: '1' });
    const row = (id: number, state: number, texts: { ids?: string; data: string; problem?: string }) => ({
      id,
      key: `f${id}`,
      kind: 'custom',
      at: 1,
      received_at: 7,
      state,
      ids: clean,
      problem: null,
      ...texts,
    });
    const names = ['\\u0000', 'a\\ud83d\\ude0a"', '\\\\u0000\\', 'C:\\dir\\u0000'];
    const spoiled = names.map((name, index) =>
      row(index + 1, index % 2 === 0 ? 0 : 2, { data: spoil({ name }), problem: 'x' }),
    );
    const many = Array.from({ length: 1_100 }, (_, index) =>
      row(100 + index, 0, { ids: spoil({ phone: '\\u0000' }), data: spoil({ name: 'n' }) }),
    );
    await old.write((tx) =>
      tx.insert('fact', [
        ...spoiled,
        ...many,
        row(10, 2, { data: '{"name":"fine"}', problem: 'no such kind' }),
        row(11, 2, { data: '{"name":', problem: 'cut off' }),
        row(12, 0, { data: JSON.stringify({ name: '\\\ufffd' }) }),
        row(13, 0, { data: `{"name":"\\\ufffd"` }),
        row(14, 1, { data: JSON.stringify({ name: 'applied' }) }),
      ]),
    );
    await old.write((tx) =>
      tx.insert('command_request', [
        { key: 'c', at: 1, sender: '{}', reply_to: '{}', text: '', received_at: 8, state: 2 },
      ]),
    );
    await old.close();

    const repaired = await Database.open({ url, migrations });
    const rows = await repaired.read.all<{
      id: number;
      state: number;
      data: string;
      ids: string;
      problem: string | null;
    }>('SELECT id, state, ids, data, problem FROM fact WHERE id < 100 ORDER BY id');
    expect(rows.slice(0, 4).map(({ state, data, problem }) => [state, JSON.parse(data) as unknown, problem])).toEqual([
      [0, { name: '\\\ufffd' }, null],
      [0, { name: 'a\\\ufffd\\\ufffd"' }, null],
      [0, { name: '\\\\\ufffd\\' }, null],
      [0, { name: 'C:\\dir\\\ufffd' }, null],
    ]);
    expect(rows.slice(4).map(({ id, state, data }) => [id, state, data])).toEqual([
      [10, 2, '{"name":"fine"}'],
      [11, 2, '{"name":'],
      [12, 0, JSON.stringify({ name: '\\\ufffd' })],
      [13, 0, `{"name":"\\\ufffd"`],
      [14, 1, '{"name":"applied"}'],
    ]);
    const rest = await repaired.read.all<{ ids: string }>('SELECT DISTINCT ids FROM fact WHERE id >= 100');
    expect(rest.map(({ ids }) => JSON.parse(ids) as unknown)).toEqual([{ phone: '\\\ufffd' }]);
    expect(
      await repaired.read.all('SELECT source, row_id, problem, at FROM set_aside ORDER BY source, row_id'),
    ).toEqual([
      { source: 'command', row_id: 1, problem: '', at: 8 },
      { source: 'fact', row_id: 10, problem: 'no such kind', at: 7 },
      { source: 'fact', row_id: 11, problem: 'cut off', at: 7 },
    ]);
    await repaired.close();
  });
});
