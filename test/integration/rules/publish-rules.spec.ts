import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { RulesService } from '../../../src/features/ruleset/rules.service.js';
import { seedRules } from '../../../src/features/ruleset/seed-rules.js';
import { ruleDocumentStore } from '../../../src/features/ruleset/rule-document.store.js';
import type { Database } from '../../../src/platform/database/database.js';
import { eachDatabase } from '../../support/databases.js';
import { saveTemplate } from '../../support/save-template.js';
import { aFact, aProduct, type TestProduct } from '../../support/test-product.js';

const lu = { externalUserId: 'wm-lu' };
const fileText = (document: string): Promise<string> => readFile(`config/${document}.yaml`, 'utf8');
const memberFromTwo = async (): Promise<string> =>
  (await fileText('tiers')).replace('enter: orders_total >= 1', 'enter: orders_total >= 2');

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

/** A copy of the shipped rules that a test may edit. */
async function aConfigFolder() {
  const path = await mkdtemp(join(tmpdir(), 'rules-'));
  folders.push(path);
  await cp('config', path, { recursive: true });
  return {
    path,
    edit: async (file: string, change: (text: string) => string) =>
      writeFile(join(path, file), change(await readFile(join(path, file), 'utf8'))),
  };
}

async function aRulesService(product: TestProduct) {
  await product.db.write((tx) => seedRules(tx, 'config', product.clock.now()));
  return new RulesService(product.db, product.rulesets, product.templates, { directory: 'config' });
}

const everybodyIsMember = async (): Promise<string> =>
  (await fileText('tiers')).replace('enter: orders_total >= 1', 'enter: orders_total >= 0');

const tierOf = async (product: TestProduct): Promise<string | undefined> =>
  (await product.db.read.one<{ tier: string }>('SELECT tier FROM member_metrics'))?.tier;

const publish = async (service: RulesService, product: TestProduct, text: string, baseVersion = 1) =>
  service.publish({
    edits: [{ document: 'tiers', text, baseVersion }],
    note: '两单才算会员',
    by: 'admin',
    now: product.clock.now(),
  });

eachDatabase('publishing rules', (open) => {
  it('puts a new text into force without a restart, for decisions about everybody', async () => {
    const product = await aProduct(await open());
    const service = await aRulesService(product);
    await product.happens(aFact('contact_added', product.clock.now(), lu));
    expect(await tierOf(product)).toBe('regular');
    const before = product.rulesets.version;
    expect(await publish(service, product, await everybodyIsMember())).toEqual({
      kind: 'published',
      ruleset: before + 1,
      documents: [{ document: 'tiers', version: 2 }],
    });
    await product.workLoop.drain();
    expect(await tierOf(product)).toBe('member');
    const decided = await product.db.read.one<{ ruleset: number }>('SELECT MAX(ruleset) AS ruleset FROM decision');
    expect(decided?.ruleset).toBe(before + 1);
  });

  it('evaluates under the new rules even a batch whose context was loaded under the old ones', async () => {
    const product = await aProduct(await open());
    const service = await aRulesService(product);
    await product.inbox.receive([{ kind: 'fact', fact: aFact('contact_added', product.clock.now(), lu) }]);
    const text = await everybodyIsMember();
    const [applied] = await Promise.all([product.engine.advance(), publish(service, product, text)]);
    expect(applied).toBe(1);
    await product.workLoop.drain();
    expect(await tierOf(product)).toBe('member');
  });

  it('compiles the templates anew for the names that the new rules bring', async () => {
    const product = await aProduct(await open());
    const service = await aRulesService(product);
    const other = (await fileText('tiers')).replace(
      '  - key: loyal',
      "  - key: friend\n    label: { zh: 老友, en: friend }\n    color: '#123456'\n    enter: orders_total >= 2\n\n  - key: loyal",
    );
    const of = (tier: string) =>
      `---\nkey: to-friends\nname: 老友\nkind: milestone\ntrigger: { tier: ${tier} }\n---\n你好\n`;
    const problemsBefore = product.templates.check(of('friend'));
    expect(problemsBefore.ok).toBe(false);
    expect((await publish(service, product, other)).kind).toBe('published');
    expect(JSON.stringify(product.templates.check(of('friend')))).not.toContain('friend');
  });

  it('keeps the history with who, when and why, and the audit names the version', async () => {
    const product = await aProduct(await open());
    const service = await aRulesService(product);
    await publish(service, product, await memberFromTwo());
    const { text, version, versions, differsFromFile } = await service.read('tiers');
    expect({ version, differsFromFile }).toEqual({ version: 2, differsFromFile: true });
    expect(text).toContain('orders_total >= 2');
    expect(versions).toEqual([
      { version: 2, savedAt: product.clock.now(), savedBy: 'admin', note: '两单才算会员' },
      { version: 1, savedAt: product.clock.now(), savedBy: 'files', note: '' },
    ]);
    const audit = await product.db.read.one<{ who: string; detail: string }>(
      `SELECT who, detail FROM audit WHERE what = 'rules_published'`,
    );
    expect(audit?.who).toBe('admin');
    expect(JSON.parse(audit!.detail)).toEqual({ document: 'tiers', version: 2, note: '两单才算会员' });
  });

  it('refuses a text with mistakes with their places, and stays with the rules in force', async () => {
    const product = await aProduct(await open());
    const service = await aRulesService(product);
    const before = product.rulesets.version;
    const text = (await fileText('tiers')).replace('enter: orders_total >= 1', 'enter: order_total >= 1');
    const line = text.split('\n').findIndex((each) => each.includes('order_total >= 1')) + 1;
    expect(await publish(service, product, text)).toMatchObject({
      kind: 'refused',
      problems: [{ document: 'tiers', line, column: 12 }],
    });
    expect(product.rulesets.version).toBe(before);
    expect((await service.read('tiers')).version).toBe(1);
  });

  it('refuses a tier that disappears while tags and templates name it', async () => {
    const product = await aProduct(await open());
    const service = await aRulesService(product);
    const text = (await fileText('tiers')).replace('key: loyal', 'key: devoted');
    const refusal = await publish(service, product, text);
    expect(refusal.kind).toBe('refused');
    expect(refusal.kind === 'refused' && refusal.problems.map(({ document }) => document)).toContain('tags');
  });

  it('refuses rules under which a template that is switched on would no longer compile, and names it', async () => {
    const product = await aProduct(await open());
    const service = await aRulesService(product);
    const [tiers, tags] = [await fileText('tiers'), await fileText('tags')];
    await saveTemplate(
      product,
      'for-loyal',
      "enabled: true\ntrigger: {on: reached, metric: orders_total, at: [9]}\naudience: tier == 'loyal'\nchannels: [chat_dm]",
    );
    const refusal = await service.publish({
      edits: [
        { document: 'tiers', text: tiers.replace('key: loyal', 'key: devoted'), baseVersion: 1 },
        { document: 'tags', text: tags.replaceAll("'loyal'", "'devoted'"), baseVersion: 1 },
      ],
      ...{ note: '', by: 'admin', now: product.clock.now() },
    });
    expect(refusal.kind).toBe('refused');
    expect(refusal.kind === 'refused' && refusal.problems).toMatchObject([{ document: null, template: 'for-loyal' }]);
  });

  it('loses none of two documents that are published at the same moment, and never joins texts that do not fit', async () => {
    const product = await aProduct(await open());
    const service = await aRulesService(product);
    const by = { note: '', by: 'admin', now: product.clock.now() };
    const [tiers, tags, stages] = [await fileText('tiers'), await fileText('tags'), await fileText('stages')];
    const edit = (document: 'tiers' | 'tags' | 'stages', text: string) =>
      service.publish({ edits: [{ document, text, baseVersion: 1 }], ...by });
    const both = await Promise.all([
      edit('tiers', tiers.replace('orders_total >= 1', 'orders_total >= 2')),
      edit('stages', stages.replace('new_days: 30', 'new_days: 20')),
    ]);
    expect(both.map(({ kind }) => kind)).toEqual(['published', 'published']);
    expect(product.rulesets.compiled.texts.tiers).toContain('orders_total >= 2');
    expect(product.rulesets.rules.stages.newDays).toBe(20);

    const known = tags.replace("tier == 'loyal'", "tier == 'member'");
    const gone = [
      service.publish({ edits: [{ document: 'tags', text: known, baseVersion: 1 }], ...by }),
      service.publish({
        edits: [{ document: 'tiers', text: tiers.replace('key: loyal', 'key: devoted'), baseVersion: 2 }],
        ...by,
      }),
      service.publish({ edits: [{ document: 'tags', text: tags, baseVersion: 2 }], ...by }),
    ];
    expect((await Promise.all(gone)).map(({ kind }) => kind)).toEqual(['published', 'published', 'refused']);
  });

  it('lets the second of two editors know that the first has published', async () => {
    const product = await aProduct(await open());
    const service = await aRulesService(product);
    await publish(service, product, await memberFromTwo());
    expect(await publish(service, product, await fileText('tiers'))).toEqual({
      kind: 'conflict',
      document: 'tiers',
      version: 2,
    });
  });

  it('makes no version of a text that is in force already, and deletes its draft', async () => {
    const product = await aProduct(await open());
    const service = await aRulesService(product);
    const text = await fileText('tiers');
    await service.saveDraft({ document: 'tiers', text, baseVersion: 1 }, 'admin', product.clock.now());
    expect(await publish(service, product, text)).toEqual({ kind: 'unchanged' });
    expect(await service.read('tiers')).toMatchObject({ version: 1, draft: null });
  });

  it('keeps a draft with mistakes out of force', async () => {
    const product = await aProduct(await open());
    const service = await aRulesService(product);
    await service.saveDraft({ document: 'tags', text: 'groups: [', baseVersion: 1 }, 'admin', product.clock.now());
    expect(await service.read('tags')).toMatchObject({ draftText: 'groups: [', version: 1 });
    expect(product.rulesets.rules.tags.length).toBeGreaterThan(15);
  });
});

eachDatabase('seeding rules', (open) => {
  const seed = (db: Database, directory: string, now: number) => db.write((tx) => seedRules(tx, directory, now));

  it('makes a version of a changed file, and leaves alone what the console has edited', async () => {
    const product = await aProduct(await open());
    const folder = await aConfigFolder();
    await seed(product.db, folder.path, 1);
    await folder.edit('stages.yaml', (text) => text.replace('new_days: 30', 'new_days: 20'));
    await seed(product.db, folder.path, 2);
    expect((await ruleDocumentStore.current(product.db.read)).get('stages')).toMatchObject({ version: 2, savedAt: 2 });

    const service = new RulesService(product.db, product.rulesets, product.templates, { directory: folder.path });
    await publish(service, product, await memberFromTwo());
    await folder.edit('tiers.yaml', (text) => text.replace('orders_total >= 1', 'orders_total >= 9'));
    const seeded = await seed(product.db, folder.path, 3);
    expect(seeded).toMatchObject({ ok: true, skipped: ['tiers'] });
    expect(seeded.ok && seeded.rules.texts.tiers).toContain('orders_total >= 2');
  });

  it('stores nothing when a file has a mistake', async () => {
    const product = await aProduct(await open());
    const folder = await aConfigFolder();
    await folder.edit('tags.yaml', () => 'groups: [');
    expect(await seed(product.db, folder.path, 1)).toMatchObject({ ok: false });
    expect((await ruleDocumentStore.current(product.db.read)).size).toBe(0);
  });

  it('starts although the file of a document that the console has edited is broken', async () => {
    const product = await aProduct(await open());
    const service = await aRulesService(product);
    await publish(service, product, await memberFromTwo());
    const folder = await aConfigFolder();
    await folder.edit('tiers.yaml', () => 'tiers: [');
    expect(await seed(product.db, folder.path, 5)).toMatchObject({ ok: true });
  });
});
