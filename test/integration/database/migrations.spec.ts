import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataSource } from 'typeorm';
import { identityStore } from '../../../src/features/members/identity.store.js';
import { tierDirection } from '../../../src/insights/tier-direction.js';
import { Exchanges1763930000000 } from '../../../src/migrations/10-exchanges.js';
import { DecisionCodes1763943000000 } from '../../../src/migrations/23-decision-codes.js';
import { PartsOfNames1763959000000 } from '../../../src/migrations/39-parts-of-names.js';
import { migrations } from '../../../src/migrations/index.js';
import { Database } from '../../../src/platform/database/database.js';
import { dropPostgres, freshPostgres } from '../../support/databases.js';

describe('migrations', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'qunjie-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('keep what a closed SQLite file contains, and use WAL', async () => {
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

  it.skipIf(process.platform === 'win32')(
    'create files that only their owner can read, and correct the mode of files that others could read',
    async () => {
      const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
      const data = join(folder, 'private', 'data');
      const file = join(data, 'kept.sqlite');
      const before = process.umask(0o022);
      try {
        const first = await Database.open({ url: `sqlite:${file}`, migrations });
        await first.write((tx) => tx.run('DELETE FROM setting'));
        for (const suffix of ['', '-wal', '-shm'])
          expect([suffix, await modeOf(file + suffix)]).toEqual([suffix, '600']);
        expect(await modeOf(data)).toBe('700');
        for (const suffix of ['', '-wal', '-shm']) await chmod(file + suffix, 0o644);
        await chmod(data, 0o755);
        const second = await Database.open({ url: `sqlite:${file}`, migrations });
        for (const suffix of ['', '-wal', '-shm'])
          expect([suffix, await modeOf(file + suffix)]).toEqual([suffix, '600']);
        expect(await modeOf(data)).toBe('700');
        await second.close();
        await first.close();
        // The mode of a folder that contains other files stays as it is.
        await writeFile(join(data, 'notes.txt'), '');
        await chmod(data, 0o755);
        await (await Database.open({ url: `sqlite:${file}`, migrations })).close();
        expect([await modeOf(data), await modeOf(file)]).toEqual(['755', '600']);
      } finally {
        process.umask(before);
      }
    },
  );

  it('do not wait for the disk where a file need not outlive a power cut', async () => {
    const url = `sqlite:${join(folder, 'passing.sqlite')}`;
    const database = await Database.open({ url, migrations, survivesPowerCut: false });
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

  it.each(['sqlite', 'postgres'])('can be undone and run again, and keep what was written (%s)', async (dialect) => {
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
    expect(await again.read.all('SELECT member_id FROM exchange')).toEqual([]);
    await again.close();
    if (dialect === 'postgres') await dropPostgres(url);
  });

  it.each(['sqlite', 'postgres'])('let a stored member be found by a part of the name (%s)', async (dialect) => {
    const url = dialect === 'sqlite' ? `sqlite:${join(folder, 'names.sqlite')}` : await freshPostgres('template0');
    const before = migrations.slice(0, migrations.indexOf(PartsOfNames1763959000000));
    const old = await Database.open({ url, migrations: before });
    await old.write((tx) => tx.insert('member', [{ id: 1, name: '王小雨 Alice', created_at: 1 }]));
    await old.close();
    const database = await Database.open({ url, migrations });
    for (const [part, isFound] of [
      ['小雨', true],
      ['雨小', false],
      ['雨 ali', true],
      ['e', true],
    ] as const)
      expect([part, (await identityStore.byName(database.read, part, 9)).map(({ id }) => id)]).toEqual([
        part,
        isFound ? [1] : [],
      ]);
    await database.close();
    if (dialect === 'postgres') await dropPostgres(url);
  });

  it.each(['sqlite', 'postgres'])('fill exchanges and counts of ads from the stored facts (%s)', async (dialect) => {
    const url = dialect === 'sqlite' ? `sqlite:${join(folder, 'talk.sqlite')}` : await freshPostgres('template0');
    const upTo = migrations.indexOf(Exchanges1763930000000);
    const before = migrations.slice(0, upTo);
    const old = await Database.open({ url, migrations: before });
    const fact = (key: string, member: number, at: number, data: string) => ({
      key,
      kind: 'sent_message',
      at,
      ids: '{}',
      data,
      state: 1,
      member_id: member,
      received_at: 1,
    });
    const said = (data: object) => JSON.stringify({ chatId: 'R:1', length: 3, mentions: [], ...data });
    await old.write(async (tx) => {
      await tx.insert('identity', [
        { kind: 'chat', value: 'c-1', member_id: 1, source: 'test', linked_at: 1 },
        { kind: 'chat', value: "c'2", member_id: 2, source: 'test', linked_at: 1 },
      ]);
      await tx.insert('member_metrics', [{ member_id: 1 }, { member_id: 2 }]);
      await tx.insert('member_day', [
        { member_id: 1, day: 1, ads: 2 },
        { member_id: 1, day: 9, ads: 1 },
      ]);
      await tx.insert('fact', [
        fact("it's", 1, 10, said({ mentions: ["c'2", "c'2", 'c-1'] })),
        fact('b', 1, 20, said({ mentions: ["c'2", 'nobody yet'] })),
        fact('c', 2, 30, said({ replyTo: "it's" })),
        fact('api:k1', 1, 31, said({})),
        fact('d', 2, 32, said({ replyTo: 'k1' })),
        fact('private', 2, 40, JSON.stringify({ mentions: ['c-1'] })),
        fact('unreadable', 2, 50, '{"chatId":"R:1","mentions":["c-1'),
      ]);
    });
    await old.close();
    const now = await Database.open({ url, migrations: migrations.slice(0, upTo + 1) });
    expect(await now.read.all('SELECT * FROM exchange ORDER BY member_id')).toEqual([
      { member_id: 1, other_id: 2, mentions: 2, answers: 0, last_at: 20 },
      { member_id: 2, other_id: 1, mentions: 0, answers: 2, last_at: 32 },
    ]);
    expect(await now.read.all('SELECT ref, kind, member_id, times FROM exchange_waiting')).toEqual([
      { ref: 'nobody yet', kind: 'mention', member_id: 1, times: 1 },
    ]);
    expect(await now.read.all('SELECT member_id, ads_total FROM member_metrics ORDER BY member_id')).toEqual([
      { member_id: 1, ads_total: 3 },
      { member_id: 2, ads_total: 0 },
    ]);
    await now.close();
    if (dialect === 'postgres') await dropPostgres(url);
  });

  it.each(['sqlite', 'postgres'])(
    'give the decisions of before a code and the label of their tier (%s)',
    async (dialect) => {
      const url =
        dialect === 'sqlite' ? `sqlite:${join(folder, 'decisions.sqlite')}` : await freshPostgres('template0');
      const before = migrations.slice(0, migrations.indexOf(DecisionCodes1763943000000));
      const old = await Database.open({ url, migrations: before });
      const because = (rule: string, reasons?: readonly string[]) => JSON.stringify({ rule, values: [], reasons });
      const decisions = [
        ['tier', '层级定为普通', 'Tier placed in regular', because('tier:regular:enter')],
        ['tier', '层级升为铁杆（金）（原普通）', "Tier up to loyal's gold from regular", because('tier:loyal:enter')],
        ['tier', '层级降为普通（原铁杆（金））', "Tier down to regular from loyal's gold", because('tier:loyal:stay')],
        ['tier', '层级锁定为铁杆', 'Tier locked to loyal', null],
        [
          'tier',
          '不再满足会员，宽限后将降为普通',
          'No longer holds member; down to regular after the grace period',
          null,
        ],
        ['tier', '重新满足会员，不再降级', 'Holds member again; stays', null],
        ['tier', '别的话', 'Something else', null],
        ['move', '计划换到「会员群①」', 'To be moved to 「会员群①」', because('move:member')],
        ['move', '「会员」的群都满了', 'Every group of member is full', because('move:member', ['pool_full'])],
        ['stage', '进入「沉睡」期', 'Stage: asleep', because('stage:dozing')],
      ] as const;
      const rows = decisions.map(([kind, zh, en, why], index) => ({
        ...{ member_id: index, at: 1, kind, title: JSON.stringify({ zh, en }), because: why, ruleset: 1 },
      }));
      await old.write((tx) => tx.insert('decision', [...rows, { ...rows[0]!, member_id: 99, title: '{"zh":' }]));
      await old.close();
      const now = await Database.open({ url, migrations });
      const label = (zh: string, en: string) => JSON.stringify({ zh, en });
      expect(await now.read.all('SELECT member_id, code, about FROM decision ORDER BY id')).toEqual(
        [
          ['first', label('普通', 'regular')],
          ['up', label('铁杆（金）', "loyal's gold")],
          ['down', label('普通', 'regular')],
          ['locked', label('铁杆', 'loyal')],
          ['warned', label('会员', 'member')],
          ['recovered', label('会员', 'member')],
          [null, null],
          ['move_planned', null],
          ['pool_full', null],
          [null, null],
          [null, null],
        ].map(([code, about], index) => ({ member_id: index === 10 ? 99 : index, code, about })),
      );
      expect(await now.read.all(`SELECT member_id FROM decision WHERE ${tierDirection('up')}`)).toEqual([
        { member_id: 1 },
      ]);
      await now.close();
      if (dialect === 'postgres') await dropPostgres(url);
    },
  );

  it('refuse an address that is neither SQLite nor PostgreSQL', async () => {
    await expect(Database.open({ url: 'mysql://x', migrations })).rejects.toMatchObject({
      code: 'bad_database_url',
      where: { setting: 'DATABASE_URL' },
    });
  });
});
