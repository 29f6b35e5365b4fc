import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { defaultVocabulary } from '../../../src/domain/rules/index.js';
import type { Database } from '../../../src/platform/database/database.js';
import { SAVED_FROM_FILES, TemplatesService } from '../../../src/features/templates/templates.service.js';
import { eachDatabase } from '../../support/databases.js';

const seeds = new URL('../../../templates', import.meta.url).pathname;
const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

async function aFolder(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'templates-'));
  folders.push(folder);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

const aText = (key: string, body = '你好，{{ name }}', settings = ''): string =>
  `---\nkey: ${key}\nname: 问候\nkind: care\ntrigger: {on: stage, enters: returned}\nchannels: [chat_dm]\n${settings}---\n${body}\n`;

async function seeded(db: Database, files: Readonly<Record<string, string>>): Promise<TemplatesService> {
  const service = new TemplatesService(db);
  await service.seedFromFiles(await aFolder(files), 1_000);
  return service;
}

eachDatabase('templates', (open) => {
  it('come from the files as version 1 and are active, highest priority first', async () => {
    const service = new TemplatesService(await open());
    const seeding = await service.seedFromFiles(seeds, 1_000);
    expect(seeding).toMatchObject({ changed: [], skipped: [], problems: [] });
    expect(seeding.added).toHaveLength(43);
    const campaigns = await service.active();
    expect(campaigns.map(({ key, version }) => `${key}@${version}`).slice(0, 3)).toEqual([
      'service-greeting@1',
      'welcome@1',
      'level-reached@1',
    ]);
    // `still-there`, `orders-again` and `key-member` begin switched off.
    expect(campaigns).toHaveLength(40);
    expect((await service.list()).find(({ key }) => key === 'silent-30')).toMatchObject({
      kind: 'reactivation',
      enabled: true,
      version: 1,
      savedAt: 1_000,
      savedBy: SAVED_FROM_FILES,
      trigger: { zh: '30 天没有出现' },
      audience: 'is_contact',
      channels: ['chat_dm', 'kf', 'mass_send'],
      problems: [],
    });
    expect(await service.seedFromFiles(seeds, 2_000)).toEqual({
      added: [],
      changed: [],
      skipped: [],
      gone: [],
      restored: [],
      problems: [],
    });
  });

  it('follow their file until somebody edits them in the console', async () => {
    const service = await seeded(await open(), { 'care/one.md': aText('one'), 'care/two.md': aText('two') });
    expect(
      await service.save({
        key: 'two',
        text: aText('two', '晚安'),
        note: '晚上发',
        baseVersion: 1,
        by: 'admin',
        now: 2_000,
      }),
    ).toEqual({
      kind: 'saved',
      version: 2,
    });
    const changed = await aFolder({ 'care/one.md': aText('one', '早'), 'care/two.md': aText('two', '早') });
    expect(await service.seedFromFiles(changed, 3_000)).toEqual({
      added: [],
      changed: ['one'],
      skipped: ['two'],
      gone: [],
      restored: [],
      problems: [],
    });
    expect(await service.read('one')).toMatchObject({ version: 2, text: aText('one', '早') });
    expect((await service.read('two'))?.versions).toEqual([
      { version: 2, savedAt: 2_000, savedBy: 'admin', note: '晚上发', approvedBy: null },
      { version: 1, savedAt: 1_000, savedBy: SAVED_FROM_FILES, note: '', approvedBy: null },
    ]);
    expect(await service.version('two', 1)).toMatchObject({ text: aText('two') });
    expect(await service.version('two', 9)).toBeNull();
  });

  it('are switched off when their file is gone, and get their former switch when it is back', async () => {
    const [one, two, off] = [aText('one'), aText('two'), aText('off')];
    const service = await seeded(await open(), { 'care/one.md': one, 'care/two.md': two, 'care/off.md': off });
    await service.setEnabled('off', false, 1_500);
    await service.save({ key: 'two', text: aText('two', '晚安'), note: '', baseVersion: 1, by: 'admin', now: 2_000 });
    const otherFile = await aFolder({ 'care/other.md': aText('other') });
    expect(await service.seedFromFiles(otherFile, 3_000)).toMatchObject({ gone: ['off', 'one'], restored: [] });
    expect((await service.active()).map(({ key }) => key)).toEqual(['other', 'two']);
    expect(await service.inactiveReason('one')).toBe('template_gone');
    expect((await service.list()).find(({ key }) => key === 'one')).toMatchObject({
      enabled: false,
      fileGoneAt: 3_000,
    });
    expect(await service.seedFromFiles(otherFile, 4_000)).toMatchObject({ gone: [], restored: [] });

    const allFiles = await aFolder({
      'care/one.md': aText('one', '早'),
      'care/off.md': off,
      'care/other.md': aText('other'),
    });
    expect(await service.seedFromFiles(allFiles, 5_000)).toMatchObject({
      changed: ['one'],
      gone: [],
      restored: ['off', 'one'],
    });
    expect((await service.active()).map(({ key, version }) => `${key}@${version}`)).toEqual([
      'one@2',
      'other@1',
      'two@2',
    ]);
    expect((await service.list()).find(({ key }) => key === 'one')).toMatchObject({ enabled: true, fileGoneAt: null });
  });

  it('keep the switch that somebody set while their file was gone', async () => {
    const service = await seeded(await open(), { 'care/one.md': aText('one'), 'care/two.md': aText('two') });
    const otherFile = await aFolder({ 'care/other.md': aText('other') });
    await service.seedFromFiles(otherFile, 2_000);
    await service.setEnabled('one', true, 2_500);
    await service.seedFromFiles(otherFile, 3_000);
    expect((await service.active()).map(({ key }) => key)).toEqual(['one', 'other']);
    await service.setEnabled('two', false, 3_500);
    await service.seedFromFiles(await aFolder({ 'care/one.md': aText('one'), 'care/two.md': aText('two') }), 4_000);
    expect((await service.active()).map(({ key }) => key)).toEqual(['one']);
  });

  it('take the switch of a text that changed it while the file was gone', async () => {
    const service = await seeded(await open(), {
      'care/file.md': aText('file'),
      'care/edit.md': aText('edit'),
      'care/words.md': aText('words'),
    });
    const otherFile = await aFolder({ 'care/other.md': aText('other') });
    await service.seedFromFiles(otherFile, 2_000);
    await service.save({
      key: 'edit',
      text: aText('edit', undefined, 'enabled: false\n'),
      note: '',
      baseVersion: 1,
      by: 'admin',
      now: 2_500,
    });
    await service.save({
      key: 'words',
      text: aText('words', '晚安'),
      note: '',
      baseVersion: 1,
      by: 'admin',
      now: 2_500,
    });
    const filesBack = await aFolder({
      'care/file.md': aText('file', undefined, 'enabled: false\n'),
      'care/edit.md': aText('edit'),
      'care/words.md': aText('words'),
      'care/other.md': aText('other'),
    });
    expect(await service.seedFromFiles(filesBack, 3_000)).toMatchObject({ restored: ['edit', 'file', 'words'] });
    const switches = Object.fromEntries((await service.list()).map(({ key, enabled }) => [key, enabled]));
    expect(switches).toEqual({ file: false, edit: false, words: true, other: true });
  });

  it('are switched on by an edit while the file is gone, and stay on when the file is back', async () => {
    const off = aText('one', undefined, 'enabled: false\n');
    const service = await seeded(await open(), { 'care/one.md': off });
    const otherFile = await aFolder({ 'care/other.md': aText('other') });
    await service.seedFromFiles(otherFile, 2_000);
    await service.save({ key: 'one', text: aText('one'), note: '', baseVersion: 1, by: 'admin', now: 2_500 });
    expect((await service.active()).map(({ key }) => key)).toEqual(['one', 'other']);
    await service.seedFromFiles(await aFolder({ 'care/one.md': off, 'care/other.md': aText('other') }), 3_000);
    expect((await service.active()).map(({ key }) => key)).toEqual(['one', 'other']);
  });

  it('stay switched on when the whole folder is empty, and the folder is reported until it has files again', async () => {
    const files = { 'care/one.md': aText('one'), 'care/two.md': aText('two') };
    const service = await seeded(await open(), files);
    expect(service.folderProblem).toBeNull();
    const seeding = await service.seedFromFiles(await aFolder({}), 2_000);
    expect(seeding).toMatchObject({ gone: [], problems: [{ code: 'empty_folder' }] });
    expect(await service.active()).toHaveLength(2);
    expect(service.folderProblem).toMatchObject({ code: 'empty_folder' });
    await service.seedFromFiles(await aFolder(files), 3_000);
    expect(service.folderProblem).toBeNull();
    expect(await service.active()).toHaveLength(2);
  });

  it('stay as they are when the folder cannot be read, and the folder is reported until it can be read', async () => {
    const files = { 'care/one.md': aText('one') };
    const service = await seeded(await open(), files);
    const folder = await aFolder(files);
    expect(await service.seedFromFiles(join(folder, 'nowhere'), 2_000)).toMatchObject({
      gone: [],
      problems: [{ code: 'unreadable' }],
    });
    expect(await service.active()).toHaveLength(1);
    expect(service.folderProblem).toMatchObject({ code: 'unreadable', file: 'nowhere' });
    await service.seedFromFiles(folder, 3_000);
    expect(service.folderProblem).toBeNull();
  });

  it('may come from the console alone: an empty folder is then no problem', async () => {
    const service = new TemplatesService(await open());
    await service.save({ key: 'one', text: aText('one'), note: '', baseVersion: 0, by: 'admin', now: 1_000 });
    expect((await service.seedFromFiles(await aFolder({}), 2_000)).problems).toEqual([]);
    expect(service.folderProblem).toBeNull();
  });

  it('do not count as gone while their file has a mistake, has another path or cannot be read', async () => {
    const service = await seeded(await open(), { 'care/one.md': aText('one'), 'care/two.md': aText('two') });
    const misplaced = await aFolder({ 'care/one.md': aText('one', '{{ nmae }}'), 'level/two.md': aText('two') });
    expect(await service.seedFromFiles(misplaced, 2_000)).toMatchObject({ gone: [] });
    expect(await service.seedFromFiles(join(misplaced, 'nowhere'), 3_000)).toMatchObject({ gone: [] });
    expect(await service.active()).toHaveLength(2);
  });

  it('report a file with a mistake and store the others', async () => {
    const service = new TemplatesService(await open());
    const folder = await aFolder({
      'README.md': '# 说明',
      'care/bad.md': aText('bad', '{{ nmae }}'),
      'care/good.md': aText('good'),
      'level/misplaced.md': aText('misplaced'),
      'care/empty.md': '',
    });
    const seeding = await service.seedFromFiles(folder, 1_000);
    expect(seeding.added).toEqual(['good']);
    expect(seeding.problems.map(({ file, line, column, code }) => `${file}:${line}:${column} ${code}`)).toEqual([
      'care/bad.md:8:4 unknown_variable',
      'care/empty.md:1:1 no_front_matter',
      'level/misplaced.md:2:1 other_path',
    ]);
    expect((await service.seedFromFiles(join(folder, 'nowhere'), 1_000)).problems).toMatchObject([
      { file: 'nowhere', code: 'unreadable' },
    ]);
  });

  it('keep the current version when their file gets a mistake', async () => {
    const service = await seeded(await open(), { 'care/one.md': aText('one') });
    await service.seedFromFiles(await aFolder({ 'care/one.md': aText('one', '{{ nmae }}') }), 2_000);
    expect((await service.active()).map(({ key, version }) => [key, version])).toEqual([['one', 1]]);
  });

  it('are refused with line and column of every mistake, and nothing is stored', async () => {
    const service = await seeded(await open(), { 'care/one.md': aText('one') });
    expect(
      await service.save({
        key: 'one',
        text: aText('one', '{{ nmae }}{% if %}'),
        note: '',
        baseVersion: 1,
        by: 'admin',
        now: 2_000,
      }),
    ).toMatchObject({
      kind: 'refused',
      problems: [
        { line: 8, column: 4 },
        { line: 8, column: 11 },
        { line: 8, column: 17 },
      ],
    });
    expect(
      await service.save({ key: 'one', text: aText('uno'), note: '', baseVersion: 1, by: 'admin', now: 2_000 }),
    ).toMatchObject({
      kind: 'refused',
      problems: [{ code: 'other_key', line: 2 }],
    });
    expect((await service.read('one'))?.version).toBe(1);
  });

  it('accept one of two edits at once, and answer a conflict to the other', async () => {
    const service = await seeded(await open(), { 'care/one.md': aText('one') });
    const savings = await Promise.all(
      ['甲', '乙'].map((body) =>
        service.save({ key: 'one', text: aText('one', body), note: '', baseVersion: 1, by: body, now: 2_000 }),
      ),
    );
    expect(savings).toEqual([
      { kind: 'saved', version: 2 },
      { kind: 'conflict', version: 2 },
    ]);
    expect((await service.read('one'))?.text).toBe(aText('one', '甲'));
    expect(
      await service.save({ key: 'two', text: aText('two'), note: '', baseVersion: 3, by: 'admin', now: 2_000 }),
    ).toEqual({ kind: 'conflict', version: 0 });
    expect(
      await service.save({ key: 'two', text: aText('two'), note: '', baseVersion: 0, by: 'admin', now: 2_000 }),
    ).toEqual({ kind: 'saved', version: 1 });
    expect(
      await service.save({ key: 'two', text: aText('two'), note: '', baseVersion: 0, by: 'admin', now: 2_000 }),
    ).toEqual({ kind: 'conflict', version: 1 });
  });

  it('make no version for an unchanged text', async () => {
    const service = await seeded(await open(), { 'care/one.md': aText('one') });
    expect(
      await service.save({ key: 'one', text: aText('one'), note: '', baseVersion: 1, by: 'admin', now: 2_000 }),
    ).toEqual({ kind: 'saved', version: 1 });
    expect((await service.read('one'))?.versions).toHaveLength(1);
  });

  it('are switched on and off by the switch or by an edit of the text', async () => {
    const service = await seeded(await open(), { 'care/one.md': aText('one') });
    expect(await service.setEnabled('one', false, 2_000)).toBe(true);
    expect(await service.setEnabled('none', false, 2_000)).toBe(false);
    expect(await service.active()).toEqual([]);
    await service.save({ key: 'one', text: aText('one', '早'), note: '', baseVersion: 1, by: 'admin', now: 3_000 });
    expect(await service.active(), 'an edit of the words leaves the switch alone').toEqual([]);
    await service.setEnabled('one', true, 4_000);
    expect(await service.active()).toMatchObject([{ key: 'one', version: 2 }]);
    await service.save({
      key: 'one',
      text: aText('one', '早', 'enabled: false\n'),
      note: '',
      baseVersion: 2,
      by: 'admin',
      now: 5_000,
    });
    expect(await service.active()).toEqual([]);
    expect((await service.list())[0]).toMatchObject({ enabled: false, version: 3 });
  });

  it('are compiled once per version', async () => {
    const service = await seeded(await open(), { 'care/one.md': aText('one') });
    const [first] = await service.active();
    expect((await service.active())[0]).toBe(first);
    await service.save({ key: 'one', text: aText('one', '早'), note: '', baseVersion: 1, by: 'admin', now: 2_000 });
    expect((await service.active())[0]).toMatchObject({ version: 2 });
  });

  it('are inactive and listed with their problems when they no longer compile', async () => {
    const db = await open();
    await seeded(db, { 'care/one.md': aText('one', '早', 'audience: kol_level >= 3\n'), 'care/two.md': aText('two') });
    // A product that no longer has this metric.
    const metrics = new Map([...defaultVocabulary.metrics].filter(([name]) => name !== 'kol_level'));
    const service = new TemplatesService(db, { vocabulary: { ...defaultVocabulary, metrics } });
    expect((await service.active()).map(({ key }) => key)).toEqual(['two']);
    expect((await service.list()).filter(({ enabled, problems }) => enabled && problems.length > 0)).toMatchObject([
      { key: 'one', trigger: null, problems: [{ line: 7, column: 11, code: 'unknown_metric' }] },
    ]);
    expect((await service.read('one'))?.problems).toHaveLength(1);
  });
});
