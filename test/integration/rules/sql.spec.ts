import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DAY_MS } from '../../../src/domain/day.js';
import { readMetrics } from '../../../src/domain/metrics/index.js';
import { compileRule } from '../../../src/domain/rules/index.js';
import { MemberSets } from '../../../src/insights/member-sets.js';
import { listMembers } from '../../../src/insights/members.js';
import { eachDatabase } from '../../support/databases.js';
import { print } from './reference-interpreter.js';
import { OWN, someCorp, someMember, someRule, TAGS, TODAY, vocabulary } from './random-rules.js';

/** What the databases return for a condition. It must never be NULL. */
const truthValues = new Map<unknown, boolean>([
  [1, true],
  [true, true],
  [0, false],
  [false, false],
]);
const members = fc
  .sample(someMember, { numRuns: 200, seed: 11 })
  .map((member, index) => ({ ...member, id: index + 1 }));

eachDatabase('a rule as SQL', (open, dialect) => {
  it('finds exactly the members for whom the closure holds', { timeout: 120_000 }, async () => {
    const database = await open();
    await database.write(async (tx) => {
      await tx.insert(
        'member_metrics',
        members.map(({ id, row }) => ({ member_id: id, ...row })),
      );
      // A tag that is not wanted is being removed and does not count.
      await tx.insert(
        'member_tag',
        members.flatMap(({ id, tags }) =>
          TAGS.map((name) => ({
            member_id: id,
            name,
            grp: '',
            origin: 'rule',
            want: tags.includes(name) ? 1 : 0,
            since: 0,
          })),
        ),
      );
    });

    let compared = 0;
    await fc.assert(
      fc.asyncProperty(someRule, someCorp, async (rule, corp) => {
        const compilation = compileRule(print(rule), vocabulary);
        fc.pre(compilation.ok);
        if (!compilation.ok) return;
        const { sql, params } = compilation.rule.toSql(dialect, { today: TODAY, corp, firstPlaceholder: 2 });
        const rows = await database.read.all<{ id: number; holds: unknown }>(
          `WITH chunk AS (SELECT CAST($1 AS bigint) AS after) SELECT m.member_id AS id, (${sql}) AS holds
           FROM chunk, member_metrics m WHERE m.member_id > chunk.after ORDER BY m.member_id`,
          [0, ...params],
        );
        const expected = members.map(({ id, row, tags }) => ({
          id,
          holds: compilation.rule.holds(readMetrics(row, TODAY, corp, OWN), new Set(tags)),
        }));
        expect(rows.map(({ id, holds }) => ({ id, holds: truthValues.get(holds) }))).toEqual(expected);
        compared += 1;
      }),
      { numRuns: 400 },
    );
    expect(compared).toBe(400);
  });

  it('filters the list of members to exactly those for whom the closure holds', { timeout: 120_000 }, async () => {
    const database = await open();
    await database.write(async (tx) => {
      await tx.insert(
        'member',
        members.map(({ id }) => ({ id, name: `m${id}`, created_at: 0 })),
      );
      await tx.insert(
        'member_metrics',
        members.map(({ id, row }) => ({ member_id: id, ...row })),
      );
    });
    const on = { vocabulary, timeZone: 'UTC', now: TODAY * DAY_MS, sets: new MemberSets(database.changes) };
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(someRule, async (rule) => {
        const where = print(rule);
        const compilation = compileRule(where, vocabulary);
        fc.pre(compilation.ok);
        if (!compilation.ok) return;
        const page = await listMembers(database.read, { where, sort: 'id', limit: members.length }, on);
        const expected = members.filter(({ row }) =>
          compilation.rule.holds(readMetrics(row, TODAY, {}, OWN), new Set()),
        );
        expect(page.items.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
        compared += 1;
      }),
      { numRuns: 100 },
    );
    expect(compared).toBe(100);
  });
});
