import { expect, it } from 'vitest';
import type { SeriesChoice } from '../../../src/domain/series/edit-series.js';
import { compileRules } from '../../../src/features/ruleset/compile-rules.js';
import { ruleDocumentStore } from '../../../src/features/ruleset/rule-document.store.js';
import { RulesService } from '../../../src/features/ruleset/rules.service.js';
import { memberSeriesStore } from '../../../src/features/members/member-series.store.js';
import type { Database } from '../../../src/platform/database/database.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, rulesOfTheFiles, type TestProduct } from '../../support/test-product.js';

const lu = { externalUserId: 'wm-lu' };
const step = (key: string, rest: string): string => `      - { key: ${key}, ${rest} }\n`;
const series = (steps: readonly string[], exit = 'orders_total >= 1'): string =>
  `series:\n  - key: care\n    name: { zh: 关怀, en: care }\n    enter: is_contact\n    exit: ${exit}\n    steps:\n${steps.join('')}`;

const guide = step('guide', 'day: 1, send: newcomer-guide');
const ask = step('ask', 'day: 5, send: newcomer-ask');
const tagged = step('tagged', 'day: 2, tag: { add: 关怀中, group: 关怀 }');
const bye = step('bye', 'day: 9, send: newcomer-two-weeks');

/** A product whose rules have this text of the series, stored as version 1 of their documents. */
async function aProductWith(db: Database, text: string): Promise<TestProduct & { readonly rules: RulesService }> {
  const { texts } = await rulesOfTheFiles();
  const all = { ...texts, series: text };
  const read = compileRules(all);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  await db.write(async (tx) => {
    for (const [document, own] of Object.entries(all))
      await ruleDocumentStore.append(tx, document as 'series', {
        ...{ version: 1, text: own, savedAt: 0, savedBy: 'files', note: '' },
      });
  });
  const product = await aProduct(db, { rules: read.value });
  return { ...product, rules: new RulesService(db, product.rulesets, product.templates, { directory: 'config' }) };
}

const publish = (product: TestProduct & { readonly rules: RulesService }, text: string, choice?: SeriesChoice) =>
  product.rules.publish({
    edits: [{ document: 'series', text, baseVersion: product.rulesets.rules.series.version }],
    ...{ note: '', by: 'admin', now: product.clock.now() },
    ...(choice ? { series: { care: choice } } : {}),
  });

const plannedFor = async ({ db }: TestProduct): Promise<string[]> =>
  (
    await db.read.all<{ campaign: string }>(`SELECT campaign FROM outbox WHERE campaign LIKE 'newcomer%' ORDER BY id`)
  ).map(({ campaign }) => campaign);

/** Lets the days pass one after the other, to the evening of that day of March. */
async function until({ later }: TestProduct, day: number): Promise<void> {
  for (let each = 5; each <= day; each++) await later(`2026-03-${String(each).padStart(2, '0')}T23:00`);
}

const stateOf = async ({ db }: TestProduct) =>
  db.read.one<{ step: string | null; version: number; ended: string | null }>(
    'SELECT step, version, ended FROM member_series',
  );

eachDatabase('an edit of a series with members in it', (open) => {
  const begun = async () => {
    const product = await aProductWith(await open(), series([guide, ask, bye]));
    await product.happens(aFact('contact_added', product.clock.now(), lu));
    await product.later('2026-03-04T23:00');
    expect(await stateOf(product)).toMatchObject({ step: 'ask', version: 1 });
    return product;
  };

  it('is refused until somebody says what happens to them, with their numbers', async () => {
    const product = await begun();
    const answer = await publish(product, series([guide, bye]));
    expect(answer).toMatchObject({
      kind: 'undecided',
      series: [
        { key: 'care', isRemoved: false, members: 1, places: [{ step: 'ask', version: 1, members: 1, to: 'bye' }] },
      ],
    });
    expect(product.rulesets.rules.series.version).toBe(1);
    expect((await product.rules.read('series')).version).toBe(1);
  });

  it('asks nothing when only names and who enters change', async () => {
    const product = await begun();
    const text = series([guide, ask, bye])
      .replace('zh: 关怀,', 'zh: 照顾,')
      .replace('enter: is_contact', 'enter: is_contact && messages_total >= 1');
    expect((await publish(product, text)).kind).toBe('published');
    await until(product, 12);
    expect(await plannedFor(product)).toEqual(['newcomer-guide', 'newcomer-ask', 'newcomer-two-weeks']);
  });

  it('keep: they finish the version that they began, also after a restart', async () => {
    const product = await begun();
    expect((await publish(product, series([guide]), 'keep')).kind).toBe('published');
    await product.workLoop.drain();
    expect(await stateOf(product)).toMatchObject({ step: 'ask', version: 1 });
    const current = await product.rules.compile({});
    const after = await (current.ok
      ? aProduct(product.db, { rules: current.rules, clock: product.clock, channel: product.channel })
      : begun());
    await until(after, 12);
    expect(await plannedFor(after)).toEqual(['newcomer-guide', 'newcomer-ask', 'newcomer-two-weeks']);
    expect(await stateOf(after)).toMatchObject({ step: null, version: 1, ended: 'done' });
  });

  it('move_on: they go on in the new version at the same step, or at the next that remains', async () => {
    const product = await begun();
    expect((await publish(product, series([guide, tagged, bye]), 'move_on')).kind).toBe('published');
    await product.workLoop.drain();
    expect(await stateOf(product)).toMatchObject({ step: 'bye', version: 2 });
    await until(product, 12);
    expect(await plannedFor(product)).toEqual(['newcomer-guide', 'newcomer-two-weeks']);
  });

  it('end: they leave, and a queued message does not go', async () => {
    const product = await begun();
    await product.later('2026-03-07T09:00');
    expect(await plannedFor(product)).toEqual(['newcomer-guide', 'newcomer-ask']);
    expect((await publish(product, series([guide, ask]), 'end')).kind).toBe('published');
    await product.later('2026-03-08T23:00');
    expect(await stateOf(product)).toMatchObject({ step: null, ended: 'edited' });
    const row = await product.db.read.one(`SELECT state, reason FROM outbox WHERE campaign = 'newcomer-ask'`);
    expect(row).toEqual({ state: 'cancelled', reason: 'series_left' });
  });

  it('a version that members still finish keeps other rules from breaking it', async () => {
    const product = await begun();
    await publish(product, series([guide], 'in_segment("new_without_a_word")'), 'move_on');
    await product.later(24 * 3);
    const { texts } = product.rulesets.compiled;
    const without = texts.segments.replace('key: new_without_a_word', 'key: other_name');
    const answer = await product.rules.publish({
      edits: [{ document: 'segments', text: without, baseVersion: 1 }],
      ...{ note: '', by: 'admin', now: product.clock.now() },
    });
    expect(answer.kind).toBe('refused');
  });
});

eachDatabase('a step of a series', (open) => {
  it('puts a tag on, once, which the rules of tags leave alone', async () => {
    const product = await aProductWith(await open(), series([tagged, bye]));
    await product.happens(aFact('contact_added', product.clock.now(), lu));
    await product.later('2026-03-06T09:00');
    const tags = () => product.db.read.all(`SELECT want FROM member_tag WHERE name = '关怀中'`);
    expect(await tags()).toEqual([{ want: 1 }]);
    await product.later('2026-03-08T09:00');
    expect(await tags()).toEqual([{ want: 1 }]);
  });

  it('is done once, although the product dies and starts between any two of them', async () => {
    let product: TestProduct = await aProductWith(await open(), series([guide, ask, bye]));
    await product.happens(aFact('contact_added', product.clock.now(), lu));
    for (let day = 3; day <= 14; day++) {
      product.clock.pushTo(Date.parse(`2026-03-${String(day).padStart(2, '0')}T12:00:00+08:00`));
      await product.engine.review();
      product = await product.rebuilt();
      await product.engine.sweepSeries();
      product = await product.rebuilt();
      await product.workLoop.drain();
    }
    expect(await plannedFor(product)).toEqual(['newcomer-guide', 'newcomer-ask', 'newcomer-two-weeks']);
  });

  it('comes at the time of the day that it names', async () => {
    const timed = step('timed', "day: 1, at: '15:30', tag: { add: 关怀中, group: 关怀 }");
    const product = await aProductWith(await open(), series([timed]));
    await product.happens(aFact('contact_added', product.clock.now(), lu));
    const tags = () => product.db.read.all(`SELECT name FROM member_tag WHERE name = '关怀中'`);
    await product.later('2026-03-03T15:29');
    expect(await tags()).toEqual([]);
    await product.later('2026-03-03T15:31');
    expect(await tags()).toEqual([{ name: '关怀中' }]);
  });

  it('is refused where it names a template of another occasion, none, or a tag that rules decide', async () => {
    const product = await aProductWith(await open(), series([guide]));
    for (const broken of [
      step('odd', 'send: one-week'),
      step('odd', 'send: no-such-text'),
      step('odd', 'tag: { add: 会员, group: 关怀 }'),
      step('odd', 'send: newcomer-guide, tag: { add: 甲, group: 乙 }'),
      step('odd', 'wait: messages_total >= 1'),
      guide,
    ])
      expect((await publish(product, series([guide, broken]))).kind, broken).toBe('refused');
  });
});

eachDatabase('two records of one member in one series', (open) => {
  it('become one: the entry that began earlier stays', async () => {
    const product = await aProductWith(
      await open(),
      series([guide, ask, bye], 'orders_total >= 9').replace(
        'enter: is_contact',
        'enter: is_contact || orders_total >= 1',
      ),
    );
    await product.happens(aFact('contact_added', product.clock.now(), lu));
    await product.later('2026-03-04T09:00');
    const order = { orderId: 'o-1', amountCents: 100 };
    await product.happens(aFact('order_paid', product.clock.now(), { phone: '13800138001' }, order));
    expect((await memberSeriesStore.places(product.db.read)).reduce((sum, { members }) => sum + members, 0)).toBe(2);
    await product.happens(aFact('profile_updated', product.clock.now(), { ...lu, phone: '13800138001' }, {}));
    expect(await product.db.read.all('SELECT entered_at, step FROM member_series')).toMatchObject([{ step: 'ask' }]);
    await until(product, 14);
    expect(await plannedFor(product)).toEqual(['newcomer-guide', 'newcomer-ask', 'newcomer-two-weeks']);
  });
});
