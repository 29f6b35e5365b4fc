import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Fact } from '../../../src/domain/fact.js';
import { asMemberId } from '../../../src/domain/ids.js';
import type { MetricValue } from '../../../src/domain/metrics/index.js';
import { compileRule } from '../../../src/domain/rules/index.js';
import { loadEvaluations } from '../../../src/engine/load-evaluations.js';
import { RulesService } from '../../../src/features/ruleset/rules.service.js';
import { seedRules } from '../../../src/features/ruleset/seed-rules.js';
import { ownDayColumn } from '../../../src/domain/metrics/own-metrics.js';
import { timeMarksOf } from '../../../src/domain/time-marks.js';
import { readMetrics, type MetricRow } from '../../../src/domain/metrics/index.js';
import { dayOf } from '../../../src/domain/day.js';
import type { Database } from '../../../src/platform/database/database.js';
import { eachDatabase, freshSqlite } from '../../support/databases.js';
import { saveTemplate } from '../../support/save-template.js';
import { aFact, aProduct, MONDAY, rulesWith, withKey, type TestProduct } from '../../support/test-product.js';

const DAY = 24 * 3_600_000;
const who = { externalUserId: 'wmA' };
const TEXT = `metrics:
  - { name: lessons_30d, label: { zh: 近30天课程, en: 'lessons, 30 days' }, take: count, of: custom.lesson_done, window: 30d }
  - { name: lesson_hours, label: { zh: 累计课时, en: hours of lessons }, take: sum, of: custom.lesson_done }
  - { name: lesson_days_7d, label: { zh: 近7天上课天数, en: 'days with a lesson, 7 days' }, take: days, of: custom.lesson_done, window: 7d }
  - { name: days_since_lesson, label: { zh: 距上次上课, en: days since the last lesson }, take: last, of: custom.lesson_done, window: all }
  - { name: days_since_other, label: { zh: 距上次别的课, en: days since another lesson }, take: last, of: custom.other_done }
  - { name: tea_orders, label: { zh: 茶叶订单, en: orders of tea }, take: count, of: category.orders.茶 }
  - { name: tea_spend, label: { zh: 茶叶消费, en: spend on tea }, take: sum, of: category.orders.茶, window: 90d }
  - { name: tea_views, label: { zh: 看茶叶, en: views of tea }, take: days, of: category.views.茶, window: 30d }
  - { name: city, label: { zh: 城市, en: city }, take: last, of: profile.city }
  - { name: age, label: { zh: 年龄, en: age }, take: last, of: profile.age, type: number }
`;
const names = [...TEXT.matchAll(/name: (\w+)/g)].map(([, name]) => name!);

async function aService(product: TestProduct): Promise<RulesService> {
  await product.db.write((tx) => seedRules(tx, 'config', product.clock.now()));
  return new RulesService(product.db, product.rulesets, product.templates, { directory: 'config' });
}

const put = (service: RulesService, document: 'metrics' | 'tags', text: string, baseVersion = 1) =>
  service.publish({ edits: [{ document, text, baseVersion }], note: '', by: 'admin', now: MONDAY });

/** The values that decisions use, those that SQL finds members by, and whether both agree. */
async function valuesOf(product: TestProduct, db: Database, member = 1): Promise<Record<string, MetricValue>> {
  const context = await product.engine.context();
  const now = product.clock.now();
  const [evaluation] = await loadEvaluations(db.read, [asMemberId(member)], context, now);
  const row = await db.read.one<MetricRow>('SELECT * FROM member_metrics WHERE member_id = $1', [member]);
  const stored = readMetrics(row!, dayOf(now, context.timeZone), context.corp, context.vocabulary.own);
  const of = (values: Readonly<Record<string, MetricValue>>) =>
    Object.fromEntries(names.map((name) => [name, values[name] ?? null]));
  expect(of(stored)).toEqual(of(evaluation!.decision.values));
  return of(stored);
}

const lesson = (daysAgo: number, value?: number): Fact =>
  aFact('custom', MONDAY - daysAgo * DAY, who, { name: 'lesson_done', ...(value === undefined ? {} : { value }) });

eachDatabase("an admin's own metrics", (open) => {
  it('are computed from custom facts, categories and profile fields, in the batch of the fact', async () => {
    const db = await open();
    const product = await aProduct(db);
    expect(await put(await aService(product), 'metrics', TEXT)).toMatchObject({ kind: 'published' });
    await product.happens(
      ...[lesson(40, 1.5), lesson(3, 2), lesson(2, 0.4), lesson(2)],
      aFact('order_paid', MONDAY - 100 * DAY, who, { orderId: 'a', amountCents: 300, category: '茶' }),
      aFact('order_paid', MONDAY - DAY, who, { orderId: 'b', amountCents: 200, category: '茶' }),
      aFact('content_viewed', MONDAY - DAY, who, { contentId: 'c', category: '茶' }),
      aFact('profile_updated', MONDAY - DAY, who, { city: ' 深圳 ', age: '31' } as never),
      aFact('profile_updated', MONDAY - 2 * DAY, who, { city: '广州', age: 12, pets: ['cat'] } as never),
    );
    expect(await valuesOf(product, db)).toEqual({
      lessons_30d: 3,
      lesson_hours: 3,
      lesson_days_7d: 2,
      days_since_lesson: 2,
      days_since_other: null,
      tea_orders: 2,
      tea_spend: 200,
      tea_views: 1,
      city: '深圳',
      age: 31,
    });
  });

  it('of a member without anything are 0 for counts and unknown for the last', async () => {
    const db = await open();
    const product = await aProduct(db);
    await put(await aService(product), 'metrics', TEXT);
    await product.happens(aFact('visited', MONDAY, who));
    expect(Object.values(await valuesOf(product, db))).toEqual([0, 0, 0, null, null, 0, 0, 0, null, null]);
  });

  it('are unknown in SQL until the member is evaluated after the metrics were published, and again when one changes', async () => {
    const db = await open();
    const product = await aProduct(db);
    const service = await aService(product);
    await product.happens(lesson(1), lesson(2));
    const found = async (text: string): Promise<number> => {
      const { vocabulary, corp, timeZone } = await product.engine.context();
      const compilation = compileRule(text, vocabulary);
      if (!compilation.ok) throw new Error(JSON.stringify(compilation.problems));
      const { sql, params } = compilation.rule.toSql(db.read.dialect, { today: dayOf(MONDAY, timeZone), corp });
      const row = await db.read.one<{ n: number }>(`SELECT COUNT(*) AS n FROM member_metrics m WHERE ${sql}`, params);
      return Number(row!.n);
    };
    await put(service, 'metrics', TEXT);
    expect(await found('lessons_30d >= 0')).toBe(0);
    await product.workLoop.drain();
    expect(await found('lessons_30d == 2')).toBe(1);
    await put(service, 'metrics', TEXT.replace('window: 30d', 'window: 1d'), 2);
    expect(await found('lessons_30d >= 0')).toBe(0);
    await product.workLoop.drain();
    expect(await found('lessons_30d == 0')).toBe(1);
  });

  it('give tags and texts, and the because names them as they were called', async () => {
    const db = await open();
    const product = await aProduct(db);
    const service = await aService(product);
    await put(service, 'metrics', TEXT);
    await put(
      service,
      'tags',
      'groups:\n  - group: 学习\n    tags: [{ name: 勤学, when: "lessons_30d >= 2 && city == \'深圳\'" }]\n',
    );
    await product.happens(aFact('profile_updated', MONDAY, who, { city: '深圳' } as never), lesson(1), lesson(2));
    expect(await db.read.all('SELECT name, want FROM member_tag')).toEqual([{ name: '勤学', want: 1 }]);
    const decided = await db.read.one<{ because: string }>("SELECT because FROM decision WHERE kind = 'tag'");
    expect(JSON.parse(decided!.because)).toMatchObject({
      values: [
        { metric: 'lessons_30d', label: { zh: '近30天课程' }, unit: 'times', have: 2, need: '≥ 2' },
        { metric: 'city', label: { zh: '城市' }, have: '深圳' },
      ],
    });
    const template = (text: string) =>
      `---\nkey: k\nname: 课程\nkind: milestone\ntrigger: { on: reached, metric: orders_total, at: [1] }\naudience: lessons_30d >= 1\nchannels: [chat_dm]\n---\n${text}\n`;
    expect(product.templates.check(template('你上了 {{ lessons_30d }} 节课。'))).toMatchObject({ ok: true });
    expect(product.templates.check(template('你上了 {{ lesson_30d }} 节课。'))).toMatchObject({
      problems: [{ code: 'unknown_variable', hint: { en: 'did you mean lessons_30d?' } }],
    });
  });

  it('make their days due where only an axis of RFM or the score of key members reads them', async () => {
    const { rules, vocabulary } = await rulesWith({
      metrics: { 'metrics: []': TEXT },
      stages: {
        'recency: { at_most: [30] }': 'recency: { metric: days_since_lesson, at_most: [10] }',
        'score: active_days_30d * 5': 'score: days_since_other + active_days_30d * 5',
      },
    });
    const marks = timeMarksOf({ ruleset: { ...rules, version: 1, campaigns: [] }, vocabulary });
    const columnOf = (name: string): string => {
      const { read } = vocabulary.metrics.get(name)!;
      return 'ownDay' in read ? ownDayColumn(read.ownDay) : '';
    };
    expect(marks.ages.get(columnOf('days_since_lesson'))).toEqual([10, 11]);
    expect([...marks.everyDay]).toContain(columnOf('days_since_other'));
  });

  it('cannot be taken away while a rule or a template uses them: the place is named', async () => {
    const product = await aProduct(await open());
    const service = await aService(product);
    await put(service, 'metrics', TEXT);
    await put(service, 'tags', 'groups:\n  - group: 学习\n    tags:\n      - { name: 勤学, when: lessons_30d >= 2 }\n');
    expect(await put(service, 'metrics', 'metrics: []\n', 2)).toMatchObject({
      kind: 'refused',
      problems: [{ document: 'tags', line: 4, column: 27 }],
    });
    await put(service, 'tags', 'groups: []\n', 2);
    const settings = 'trigger: { on: reached, metric: orders_total, at: [1] }\nchannels: [chat_dm]';
    await saveTemplate(product, 'k', settings, '上了 {{ lessons_30d }} 节。');
    expect(await put(service, 'metrics', 'metrics: []\n', 2)).toMatchObject({
      kind: 'refused',
      problems: [{ document: null, template: 'k' }],
    });
  });

  it('of two records of one person are those of the one who is kept', async () => {
    const db = await open();
    const product = await aProduct(db);
    await put(await aService(product), 'metrics', TEXT);
    const other = { phone: '+8613800138000' };
    await product.happens(lesson(1), aFact('profile_updated', MONDAY - DAY, who, { city: '深圳', age: 30 } as never));
    await product.happens(
      { ...lesson(2), member: other },
      aFact('profile_updated', MONDAY - 2 * DAY, other, { city: '广州' } as never),
      aFact('profile_updated', MONDAY, other, { age: 31 } as never),
    );
    await product.happens(aFact('profile_updated', MONDAY, { ...who, ...other }, {}));
    expect(await valuesOf(product, db)).toMatchObject({ lessons_30d: 2, city: '深圳', age: 31 });
    expect(await db.read.all('SELECT DISTINCT member_id FROM member_field')).toEqual([{ member_id: 1 }]);
  });
});

const some = fc.oneof(
  fc.record({ daysAgo: fc.nat(60), value: fc.option(fc.integer({ min: -3, max: 9 }), { nil: undefined }) }),
  fc.record({ daysAgo: fc.nat(60), city: fc.constantFrom('深圳', '广州', null, 7, true) }),
  fc.record({ daysAgo: fc.nat(200), order: fc.constantFrom('o1', 'o2'), back: fc.boolean() }),
);

it('own metrics are the same whichever way the facts came, and when everything is counted anew', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(some, { minLength: 1, maxLength: 15 }).chain((list) => {
        const facts = list.map((each, index): Fact => {
          // No two facts have the same time, because of two contradicting ones the later counts.
          const at = MONDAY - each.daysAgo * DAY - index * 2_000;
          const fact =
            'city' in each
              ? aFact('profile_updated', at, who, { city: each.city } as never)
              : 'order' in each
                ? aFact(each.back ? 'order_refunded' : 'order_paid', at, who, {
                    ...{ orderId: each.order, amountCents: 100 },
                    ...(each.back ? {} : { category: '茶' }),
                  } as never)
                : aFact('custom', at, who, {
                    name: 'lesson_done',
                    ...(each.value === undefined ? {} : { value: each.value }),
                  });
          return withKey(`k${index}`, fact);
        });
        return fc.record({
          facts: fc.constant(facts),
          early: fc.subarray(facts, { minLength: 1 }),
          late: fc.shuffledSubarray(facts, { minLength: facts.length }),
        });
      }),
      async ({ facts, early, late }) => {
        const shown = [];
        for (const batches of [[facts], [early, late, early]]) {
          const db = await freshSqlite();
          const product = await aProduct(db);
          await put(await aService(product), 'metrics', TEXT);
          for (const batch of batches) await product.happens(...batch);
          shown.push(await valuesOf(product, db));
          await db.write((tx) => tx.insert('setting', [{ name: 'recount_after', value: '0', changed_at: 0 }]));
          await product.engine.recount();
          shown.push(await valuesOf(product, db));
          await db.close();
        }
        for (const each of shown.slice(1)) expect(each).toEqual(shown[0]);
      },
    ),
    { numRuns: 20 },
  );
}, 60_000);
