import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { defaultVocabulary } from '../../../src/domain/rules/index.js';
import type { Database } from '../../../src/platform/database/database.js';
import { FILES, TemplatesService } from '../../../src/features/templates/templates.service.js';
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
  it('come from the files as version 1 and are in force, the most important first', async () => {
    const service = new TemplatesService(await open());
    const seeding = await service.seedFromFiles(seeds, 1_000);
    expect(seeding).toMatchObject({ changed: [], left: [], problems: [] });
    expect(seeding.added).toHaveLength(16);
    const campaigns = await service.active();
    expect(campaigns.map(({ key, version }) => `${key}@${version}`).slice(0, 3)).toEqual([
      'welcome@1',
      'level-reached@1',
      'move-invitation@1',
    ]);
    expect(campaigns).toHaveLength(16);
    expect((await service.list()).find(({ key }) => key === 'silent-30')).toMatchObject({
      kind: 'reactivation',
      enabled: true,
      version: 1,
      savedAt: 1_000,
      savedBy: FILES,
      trigger: { zh: '30 天没有出现' },
      audience: 'is_contact',
      channels: ['chat_dm', 'mass_send'],
      problems: [],
    });
    expect(await service.seedFromFiles(seeds, 2_000)).toEqual({
      added: [],
      changed: [],
      left: [],
      gone: [],
      back: [],
      problems: [],
    });
  });

  it('follow their file until somebody edits them', async () => {
    const service = await seeded(await open(), { 'care/one.md': aText('one'), 'care/two.md': aText('two') });
    expect(await service.save('two', aText('two', '晚安'), '晚上发', 1, 'admin', 2_000)).toEqual({
      kind: 'saved',
      version: 2,
    });
    const changed = await aFolder({ 'care/one.md': aText('one', '早'), 'care/two.md': aText('two', '早') });
    expect(await service.seedFromFiles(changed, 3_000)).toEqual({
      added: [],
      changed: ['one'],
      left: ['two'],
      gone: [],
      back: [],
      problems: [],
    });
    expect(await service.read('one')).toMatchObject({ version: 2, text: aText('one', '早') });
    expect((await service.read('two'))?.versions).toEqual([
      { version: 2, savedAt: 2_000, savedBy: 'admin', note: '晚上发' },
      { version: 1, savedAt: 1_000, savedBy: FILES, note: '' },
    ]);
    expect(await service.version('two', 1)).toMatchObject({ text: aText('two') });
    expect(await service.version('two', 9)).toBeNull();
  });

  it('are switched off when their file is gone, and as they were when it is back', async () => {
    const [one, two, off] = [aText('one'), aText('two'), aText('off')];
    const service = await seeded(await open(), { 'care/one.md': one, 'care/two.md': two, 'care/off.md': off });
    await service.setEnabled('off', false, 1_500);
    await service.save('two', aText('two', '晚安'), '', 1, 'admin', 2_000);
    const none = await aFolder({ 'care/other.md': aText('other') });
    expect(await service.seedFromFiles(none, 3_000)).toMatchObject({ gone: ['off', 'one'], back: [] });
    expect((await service.active()).map(({ key }) => key)).toEqual(['other', 'two']);
    expect(await service.whyNot('one')).toBe('template_gone');
    expect((await service.list()).find(({ key }) => key === 'one')).toMatchObject({
      enabled: false,
      fileGoneAt: 3_000,
    });
    expect(await service.seedFromFiles(none, 4_000)).toMatchObject({ gone: [], back: [] });
    const folder = await aFolder({});
    expect(await service.exportToFiles(folder)).toEqual(['care/other.md', 'care/two.md']);

    const there = await aFolder({
      'care/one.md': aText('one', '早'),
      'care/off.md': off,
      'care/other.md': aText('other'),
    });
    expect(await service.seedFromFiles(there, 5_000)).toMatchObject({
      changed: ['one'],
      gone: [],
      back: ['off', 'one'],
    });
    expect((await service.active()).map(({ key, version }) => `${key}@${version}`)).toEqual([
      'one@2',
      'other@1',
      'two@2',
    ]);
    expect((await service.list()).find(({ key }) => key === 'one')).toMatchObject({ enabled: true, fileGoneAt: null });
  });

  it('stay as somebody switched them while their file was gone', async () => {
    const service = await seeded(await open(), { 'care/one.md': aText('one'), 'care/two.md': aText('two') });
    const none = await aFolder({ 'care/other.md': aText('other') });
    await service.seedFromFiles(none, 2_000);
    await service.setEnabled('one', true, 2_500);
    await service.seedFromFiles(none, 3_000);
    expect((await service.active()).map(({ key }) => key)).toEqual(['one', 'other']);
    await service.setEnabled('two', false, 3_500);
    await service.seedFromFiles(await aFolder({ 'care/one.md': aText('one'), 'care/two.md': aText('two') }), 4_000);
    expect((await service.active()).map(({ key }) => key)).toEqual(['one']);
  });

  it('are switched as the text says when it changed its switch while the file was gone', async () => {
    const service = await seeded(await open(), {
      'care/file.md': aText('file'),
      'care/edit.md': aText('edit'),
      'care/words.md': aText('words'),
    });
    const none = await aFolder({ 'care/other.md': aText('other') });
    await service.seedFromFiles(none, 2_000);
    await service.save('edit', aText('edit', undefined, 'enabled: false\n'), '', 1, 'admin', 2_500);
    await service.save('words', aText('words', '晚安'), '', 1, 'admin', 2_500);
    const back = await aFolder({
      'care/file.md': aText('file', undefined, 'enabled: false\n'),
      'care/edit.md': aText('edit'),
      'care/words.md': aText('words'),
      'care/other.md': aText('other'),
    });
    expect(await service.seedFromFiles(back, 3_000)).toMatchObject({ back: ['edit', 'file', 'words'] });
    const switches = Object.fromEntries((await service.list()).map(({ key, enabled }) => [key, enabled]));
    expect(switches).toEqual({ file: false, edit: false, words: true, other: true });
  });

  it('are switched on by an edit that says so while the file is gone, and stay on', async () => {
    const off = aText('one', undefined, 'enabled: false\n');
    const service = await seeded(await open(), { 'care/one.md': off });
    const none = await aFolder({ 'care/other.md': aText('other') });
    await service.seedFromFiles(none, 2_000);
    await service.save('one', aText('one'), '', 1, 'admin', 2_500);
    expect((await service.active()).map(({ key }) => key)).toEqual(['one', 'other']);
    await service.seedFromFiles(await aFolder({ 'care/one.md': off, 'care/other.md': aText('other') }), 3_000);
    expect((await service.active()).map(({ key }) => key)).toEqual(['one', 'other']);
  });

  it('stay switched on when the whole folder is empty, and the folder is told of until it is back', async () => {
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

  it('stay as they are when the folder cannot be read, and the folder is told of until it is back', async () => {
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

  it('may come from the console alone: an empty folder is then no news', async () => {
    const service = new TemplatesService(await open());
    await service.save('one', aText('one'), '', 0, 'admin', 1_000);
    expect((await service.seedFromFiles(await aFolder({}), 2_000)).problems).toEqual([]);
    expect(service.folderProblem).toBeNull();
  });

  it('are not taken for gone while their file has a mistake, lies elsewhere or cannot be read', async () => {
    const service = await seeded(await open(), { 'care/one.md': aText('one'), 'care/two.md': aText('two') });
    const astray = await aFolder({ 'care/one.md': aText('one', '{{ nmae }}'), 'level/two.md': aText('two') });
    expect(await service.seedFromFiles(astray, 2_000)).toMatchObject({ gone: [] });
    expect(await service.seedFromFiles(join(astray, 'nowhere'), 3_000)).toMatchObject({ gone: [] });
    expect(await service.active()).toHaveLength(2);
  });

  it('tell what is wrong with a file and take in the others', async () => {
    const service = new TemplatesService(await open());
    const folder = await aFolder({
      'README.md': '# 说明',
      'care/bad.md': aText('bad', '{{ nmae }}'),
      'care/good.md': aText('good'),
      'level/astray.md': aText('astray'),
      'care/empty.md': '',
    });
    const seeding = await service.seedFromFiles(folder, 1_000);
    expect(seeding.added).toEqual(['good']);
    expect(seeding.problems.map(({ file, line, column, code }) => `${file}:${line}:${column} ${code}`)).toEqual([
      'care/bad.md:8:4 unknown_variable',
      'care/empty.md:1:1 no_front_matter',
      'level/astray.md:2:1 other_path',
    ]);
    expect((await service.seedFromFiles(join(folder, 'nowhere'), 1_000)).problems).toMatchObject([
      { file: 'nowhere', code: 'unreadable' },
    ]);
  });

  it('keep the version in force when its file went bad', async () => {
    const service = await seeded(await open(), { 'care/one.md': aText('one') });
    await service.seedFromFiles(await aFolder({ 'care/one.md': aText('one', '{{ nmae }}') }), 2_000);
    expect((await service.active()).map(({ key, version }) => [key, version])).toEqual([['one', 1]]);
  });

  it('are refused with the place of every mistake, and nothing is stored', async () => {
    const service = await seeded(await open(), { 'care/one.md': aText('one') });
    expect(await service.save('one', aText('one', '{{ nmae }}{% if %}'), '', 1, 'admin', 2_000)).toMatchObject({
      kind: 'refused',
      problems: [
        { line: 8, column: 4 },
        { line: 8, column: 11 },
        { line: 8, column: 17 },
      ],
    });
    expect(await service.save('one', aText('uno'), '', 1, 'admin', 2_000)).toMatchObject({
      kind: 'refused',
      problems: [{ code: 'other_key', line: 2 }],
    });
    expect((await service.read('one'))?.version).toBe(1);
  });

  it('let one of two editors win and tell the other', async () => {
    const service = await seeded(await open(), { 'care/one.md': aText('one') });
    const savings = await Promise.all(
      ['甲', '乙'].map((body) => service.save('one', aText('one', body), '', 1, body, 2_000)),
    );
    expect(savings).toEqual([
      { kind: 'saved', version: 2 },
      { kind: 'conflict', version: 2 },
    ]);
    expect((await service.read('one'))?.text).toBe(aText('one', '甲'));
    expect(await service.save('two', aText('two'), '', 3, 'admin', 2_000)).toEqual({ kind: 'conflict', version: 0 });
    expect(await service.save('two', aText('two'), '', 0, 'admin', 2_000)).toEqual({ kind: 'saved', version: 1 });
    expect(await service.save('two', aText('two'), '', 0, 'admin', 2_000)).toEqual({ kind: 'conflict', version: 1 });
  });

  it('make no version of an unchanged text', async () => {
    const service = await seeded(await open(), { 'care/one.md': aText('one') });
    expect(await service.save('one', aText('one'), '', 1, 'admin', 2_000)).toEqual({ kind: 'saved', version: 1 });
    expect((await service.read('one'))?.versions).toHaveLength(1);
  });

  it('are switched on and off, by the switch or by an edit of the text', async () => {
    const service = await seeded(await open(), { 'care/one.md': aText('one') });
    expect(await service.setEnabled('one', false, 2_000)).toBe(true);
    expect(await service.setEnabled('none', false, 2_000)).toBe(false);
    expect(await service.active()).toEqual([]);
    await service.save('one', aText('one', '早'), '', 1, 'admin', 3_000);
    expect(await service.active(), 'an edit of the words leaves the switch alone').toEqual([]);
    await service.setEnabled('one', true, 4_000);
    expect(await service.active()).toMatchObject([{ key: 'one', version: 2 }]);
    await service.save('one', aText('one', '早', 'enabled: false\n'), '', 2, 'admin', 5_000);
    expect(await service.active()).toEqual([]);
    expect((await service.list())[0]).toMatchObject({ enabled: false, version: 3 });
  });

  it('are compiled once for a version', async () => {
    const service = await seeded(await open(), { 'care/one.md': aText('one') });
    const [first] = await service.active();
    expect((await service.active())[0]).toBe(first);
    await service.save('one', aText('one', '早'), '', 1, 'admin', 2_000);
    expect((await service.active())[0]).toMatchObject({ version: 2 });
  });

  it('stop with an alarm when they no longer compile', async () => {
    const db = await open();
    await seeded(db, { 'care/one.md': aText('one', '早', 'audience: kol_level >= 3\n'), 'care/two.md': aText('two') });
    // The product of today knows no such metric any more.
    const metrics = new Map([...defaultVocabulary.metrics].filter(([name]) => name !== 'kol_level'));
    const service = new TemplatesService(db, { ...defaultVocabulary, metrics });
    expect((await service.active()).map(({ key }) => key)).toEqual(['two']);
    expect(await service.alarms()).toMatchObject([
      { key: 'one', trigger: null, problems: [{ line: 7, column: 11, code: 'unknown_metric' }] },
    ]);
    expect((await service.read('one'))?.problems).toHaveLength(1);
  });

  it('are written back as files that read the same', async () => {
    const db = await open();
    const service = await seeded(db, { 'care/one.md': aText('one'), 'care/two.md': aText('two') });
    await service.save('one', aText('one', '晚安'), '', 1, 'admin', 2_000);
    await service.setEnabled('two', false, 2_000);
    const folder = await aFolder({ 'care/one.md': aText('one') });
    expect(await service.exportToFiles(folder)).toEqual(['care/one.md', 'care/two.md']);
    expect(await readFile(join(folder, 'care/one.md'), 'utf8')).toBe(aText('one', '晚安'));
    expect(await readFile(join(folder, 'care/two.md'), 'utf8')).toBe(aText('two', undefined, 'enabled: false\n'));
    expect(await service.exportToFiles(folder)).toEqual([]);
    expect(await service.seedFromFiles(folder, 3_000)).toEqual({
      added: [],
      changed: ['two'],
      left: [],
      gone: [],
      back: [],
      problems: [],
    });
    expect((await service.active()).map(({ key }) => key)).toEqual(['one']);
  });
});
