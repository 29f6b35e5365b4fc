import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MetricValue } from '../../metrics/index.js';
import { compileRule, vocabularyOf, type CompiledRule } from '../index.js';
import type { MadeUpMember, Mece } from './answer.js';
import { checkMece } from './mece.js';

const vocabulary = vocabularyOf(
  ['potential', 'regular', 'member', 'loyal'].map((key) => ({ key, label: { zh: key } })),
);

/** What a calculation that yields often answers. */
function finished<T>(steps: Generator<undefined, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

function compiled(text: string): CompiledRule {
  const compilation = compileRule(text, vocabulary);
  if (!compilation.ok) throw new Error(`${text}: ${JSON.stringify(compilation.problems)}`);
  return compilation.rule;
}

const check = (rules: Readonly<Record<string, string>>, isOrdered = false): Mece =>
  finished(
    checkMece(
      Object.entries(rules).map(([key, text]) => ({ key, rule: compiled(text) })),
      vocabulary,
      isOrdered,
    ),
  );

interface MeceCase {
  readonly name: string;
  readonly rules: Readonly<Record<string, string>>;
  readonly isOrdered?: boolean;
  /** One condition for each region that no rule covers. */
  readonly gaps?: readonly string[];
  readonly overlaps?: readonly string[];
  readonly never?: readonly string[];
  readonly unreachable?: readonly string[];
}

const meceCases = JSON.parse(readFileSync('test/fixtures/rules/mece.json', 'utf8')) as readonly MeceCase[];

const isIn = (member: MadeUpMember, where: string): boolean =>
  compiled(where).holds(member.values, new Set(member.tags));

describe('checkMece', () => {
  it.each(meceCases)(
    '$name',
    ({ rules, isOrdered = false, gaps = [], overlaps = [], never = [], unreachable = [] }) => {
      const answer = check(rules, isOrdered);
      expect(answer.gaps.map(({ example }) => gaps.findIndex((where) => isIn(example, where))).sort()).toEqual([
        ...gaps.keys(),
      ]);
      expect(answer.overlaps.map(({ keys }) => keys.join(' & '))).toEqual(overlaps);
      for (const { keys, example } of answer.overlaps)
        for (const key of keys) expect(isIn(example, rules[key]!), key).toBe(true);
      expect(answer.never).toEqual(never);
      expect(answer.unreachable).toEqual(unreachable);
    },
  );

  it('names every metric that a rule reads in an example, and the tags that are held', () => {
    const { gaps } = check({
      a: "is_contact && 'VIP' in tags && orders_total > 2",
      b: "!('VIP' in tags) && region == '上海'",
      c: "'VIP' in tags && !is_contact || 'VIP' in tags && orders_total <= 2",
    });
    for (const {
      example: { values },
    } of gaps)
      expect(Object.keys(values)).toEqual(['is_contact', 'orders_total', 'region']);
    expect(gaps.map(({ example }) => example.tags)).toEqual(gaps.map(() => []));
  });

  it('says of a rule that calculates that it was searched, and of others that the answer is exact', () => {
    expect(check({ a: 'orders_90d * 2 >= 6' }).isExact).toBe(false);
    expect(check({ a: 'orders_90d >= 3' }).isExact).toBe(true);
  });

  it('finds the texts that contain one word but not the other', () => {
    const { gaps, overlaps } = check({
      east: "source.contains('华东')",
      live: "source.startsWith('直播')",
      none: "source == null || !source.contains('华东') && !source.startsWith('直播') && source != '展会'",
    });
    expect(gaps.map(({ example }) => example.values)).toEqual([{ source: '展会' }]);
    expect(overlaps.map(({ keys }) => keys)).toEqual([['east', 'live']]);
  });

  it('knows that a count of the whole corp may be 0, as without a chat account', () => {
    const { gaps } = check({ heard: 'corp_messages_30d > 0' });
    expect(gaps.map(({ example }) => example.values)).toEqual(
      expect.arrayContaining([{ corp_messages_30d: 0 }, { corp_messages_30d: null }]),
    );
  });

  it('searches where a text is part of a calculation, and where two texts are compared', () => {
    const calculated = check({
      east: "(region == '上海' ? 2 : 1) + orders_total >= 3",
      rest: 'orders_total >= 1',
    });
    expect(calculated.isExact).toBe(false);
    expect(calculated.gaps).toHaveLength(1);
    expect(calculated.overlaps.map(({ keys }) => keys)).toEqual([['east', 'rest']]);
    const compared = check({ same: 'region == source', other: 'region != source' });
    expect(compared.never).toEqual([]);
    expect(compared.gaps[0]?.example.values).toMatchObject({ region: null });
  });

  it('makes up nobody who was active on more days than the window has', () => {
    const { gaps, isExact } = check({ few: 'active_days_30d * 2 <= 60' });
    expect({ gaps, isExact }).toEqual({ gaps: [], isExact: false });
  });

  it('gives an answer for fifty rules over seven metrics', () => {
    const metrics = [
      'orders_30d',
      'messages_7d',
      'checkins_30d',
      'views_30d',
      'clicks_30d',
      'invites_total',
      'ads_30d',
    ];
    const rules = Object.fromEntries(
      Array.from({ length: 50 }, (_, index) => [
        `r${index}`,
        metrics
          .map((metric, place) => `${metric} ${index % (place + 2) === 0 ? '>=' : '<'} ${(index * 7 + place) % 40}`)
          .join(' && '),
      ]),
    );
    const answer = check(rules);
    expect(answer.gaps.length).toBeGreaterThan(0);
  });

  it('is not misled by thirty rules over the same metrics', () => {
    const rules = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [
        `r${index}`,
        index === 29 ? 'messages_30d >= 290' : `messages_30d >= ${index * 10} && messages_30d < ${(index + 1) * 10}`,
      ]),
    );
    expect(check(rules)).toEqual({ gaps: [], overlaps: [], unreachable: [], never: [], isExact: true });
  });
});

/** Small numbers, so that every member can be tried. Two different ones lie above every bound. */
const NUMBERS = [0, 1, 2, 3, 4, 5];
const members: MadeUpMember[] = NUMBERS.flatMap((orders_30d) =>
  NUMBERS.filter((most) => most >= orders_30d).flatMap((orders_90d) =>
    [null, ...NUMBERS].flatMap((days_since_last_order) =>
      [true, false].flatMap((is_contact) =>
        [[], ['VIP']].map((tags) => ({
          values: { orders_30d, orders_90d, days_since_last_order, is_contact } as Record<string, MetricValue>,
          tags,
        })),
      ),
    ),
  ),
);

const test = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('orders_30d', 'orders_90d', 'days_since_last_order'),
      fc.constantFrom('==', '!=', '<', '<=', '>', '>='),
      fc.integer({ min: 0, max: 3 }),
    )
    .map(([metric, op, bound]) => `${metric} ${op} ${bound}`),
  fc.constantFrom('is_contact', "'VIP' in tags", 'days_since_last_order == null', 'orders_30d == orders_90d', 'true'),
);
const { rule } = fc.letrec<{ rule: string }>((tie) => ({
  rule: fc.oneof(
    { maxDepth: 3 },
    test,
    tie('rule').map((part) => `!(${part})`),
    fc.tuple(tie('rule'), fc.constantFrom('&&', '||'), tie('rule')).map(([a, op, b]) => `(${a}) ${op} (${b})`),
    fc.tuple(tie('rule'), tie('rule'), tie('rule')).map(([when, then, other]) => `(${when}) ? (${then}) : (${other})`),
  ),
}));

/** The regions of these members, joined by single steps. */
function regionsOf(uncovered: readonly MadeUpMember[], reads: readonly string[]): number {
  const left = new Set(uncovered);
  const isStep = (a: MadeUpMember, b: MadeUpMember): boolean => {
    let steps = a.tags.length === b.tags.length ? 0 : 1;
    for (const metric of reads) {
      const [x, y] = [a.values[metric]!, b.values[metric]!];
      if (x === y) continue;
      if (x === null || y === null || (typeof x === 'number' && Math.abs(x - Number(y)) > 1)) return false;
      steps += 1;
    }
    return steps <= 1;
  };
  let regions = 0;
  for (const first of uncovered) {
    if (!left.delete(first)) continue;
    regions += 1;
    const queue = [first];
    for (let at = queue.pop(); at; at = queue.pop())
      for (const other of left)
        if (isStep(at, other)) {
          left.delete(other);
          queue.push(other);
        }
  }
  return regions;
}

describe('checkMece, compared with trying every member', () => {
  const known = ['orders_30d', 'orders_90d', 'days_since_last_order', 'is_contact'];

  it('finds every region of the gaps, every overlap, and what holds for nobody', () => {
    fc.assert(
      fc.property(fc.array(rule, { minLength: 1, maxLength: 4 }), fc.boolean(), (texts, isOrdered) => {
        const rules = texts.map((text, index) => ({ key: `r${index}`, rule: compiled(text) }));
        const everything = {
          key: 'reads',
          rule: compiled(
            `orders_30d < 0 && days_since_last_order < 0 && is_contact && orders_90d < 0 && 'VIP' in tags`,
          ),
        };
        const answer = finished(checkMece([...rules, everything], vocabulary, isOrdered));
        expect(answer.isExact).toBe(true);
        const held = members.map(({ values, tags }) =>
          rules.filter((each) => each.rule.holds(values, new Set(tags))).map(({ key }) => key),
        );
        const uncovered = members.filter((_, index) => held[index]!.length === 0);
        expect(answer.gaps.length > 0).toBe(uncovered.length > 0);
        // Equality of two figures joins what single steps do not, and is one region here.
        if (!texts.join().includes('orders_30d == orders_90d'))
          expect(answer.gaps).toHaveLength(regionsOf(uncovered, known));
        // Every member that no rule covers lies in exactly one region.
        for (const member of uncovered) expect(answer.gaps.filter(({ includes }) => includes(member))).toHaveLength(1);
        const pairs = new Set(
          held.flatMap((keys) => keys.flatMap((a, index) => keys.slice(index + 1).map((b) => `${a} ${b}`))),
        );
        expect(answer.overlaps.map(({ keys }) => keys.join(' ')).sort()).toEqual(isOrdered ? [] : [...pairs].sort());
        const never = rules.filter(({ key }) => !held.some((keys) => keys.includes(key))).map(({ key }) => key);
        expect(answer.never).toEqual([...never, 'reads']);
        const leading = new Set(held.map(([first]) => first));
        const unreachable = rules.filter(({ key }) => !leading.has(key) && !never.includes(key)).map(({ key }) => key);
        expect(answer.unreachable).toEqual(isOrdered ? unreachable : []);
      }),
      { numRuns: 300 },
    );
  });
});
