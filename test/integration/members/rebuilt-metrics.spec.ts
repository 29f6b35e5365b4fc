import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DAY_MS } from '../../../src/domain/day.js';
import type { Fact, FactKind, MemberIds } from '../../../src/domain/fact.js';
import type { Database } from '../../../src/platform/database/database.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, MONDAY, withKey, type TestProduct } from '../../support/test-product.js';
import { naiveRecount } from './naive-recount.js';

const zone = 'Asia/Shanghai';
const HOUR = 3_600_000;
/** The people of one history; each has three ids, and records of one person are merged when a fact names two of them. */
const PEOPLE = 3;
const idKinds = ['externalUserId', 'phone', 'chatContactId'] as const;
const HISTORIES = 30;

const kinds = [
  'visited',
  'checked_in',
  'checked_in',
  'content_viewed',
  'sent_message',
  'sent_message',
  'sent_message',
  'was_mentioned',
  'link_clicked',
  'wrote_to_service',
  'entered_service',
  'order_paid',
  'order_paid',
  'order_refunded',
  'invited',
  'joined_group',
  'left_group',
  'profile_updated',
  'contact_added',
] as const satisfies readonly FactKind[];

const aHappening = fc.record({
  kind: fc.constantFrom(...kinds),
  who: fc.nat({ max: PEOPLE - 1 }),
  by: fc.nat({ max: 2 }),
  daysAgo: fc.oneof(fc.nat({ max: 8 }), fc.nat({ max: 130 })),
  // Mostly the same hour: a usual one needs three days.
  hour: fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.nat({ max: 8 }) }),
  order: fc.nat({ max: 2 }),
  cents: fc.integer({ min: 1, max: 400 }),
  full: fc.boolean(),
  category: fc.constantFrom('茶', '杯子', undefined),
  isPrivate: fc.boolean(),
  length: fc.constantFrom(0, 2, 3, 4, 30),
  looksLikeAd: fc.boolean(),
  to: fc.array(fc.record({ who: fc.nat({ max: PEOPLE - 1 }), by: fc.constantFrom(0, 2) }), { maxLength: 2 }),
  answers: fc.option(fc.nat({ max: 19 }), { nil: undefined }),
  month: fc.integer({ min: 1, max: 12 }),
});
/** `parts`: in which of four requests a fact is reported. `again`: it is reported once more in the last. */
const aHistory = fc.record({
  facts: fc.array(fc.record({ happened: aHappening, part: fc.nat({ max: 3 }), again: fc.boolean() }), {
    minLength: 1,
    maxLength: 20,
  }),
  links: fc.array(
    fc.record({ who: fc.nat({ max: PEOPLE - 1 }), by: fc.constantFrom(1, 2), part: fc.nat({ max: 3 }) }),
    {
      maxLength: 2,
    },
  ),
});
type Happening = (typeof aHappening)['generate'] extends (...args: never) => { value: infer V } ? V : never;
type History = (typeof aHistory)['generate'] extends (...args: never) => { value: infer V } ? V : never;

interface Reported {
  readonly fact: Fact;
  readonly who: number;
  readonly part: number;
  readonly again: boolean;
}

let made = 0;

/** The facts of a history, about people whom no other history names. */
function factsOf({ facts, links }: History): { readonly reported: Reported[]; readonly people: readonly MemberIds[] } {
  const name = `h${++made}`;
  const people = Array.from({ length: PEOPLE }, (_, who) => ({
    externalUserId: `wm-${name}-${who}`,
    phone: `+86139${String(made * 10 + who).padStart(8, '0')}`,
    chatContactId: `c-${name}-${who}`,
  }));
  const idOf = (who: number, by: number): MemberIds => {
    const kind = idKinds[by]!;
    return { [kind]: people[who]![kind] };
  };
  const textOf = (who: number, by: number): string => people[who]![idKinds[by]!];
  // Different moments: what happened at the same moment takes effect in the order of arrival.
  const reported = facts.map(({ happened, part, again }, index): Reported => {
    const at = MONDAY - happened.daysAgo * DAY_MS - happened.hour * HOUR - index * 1_000;
    const member = idOf(happened.who, happened.by);
    const fact = aFact(happened.kind, at, member, dataOf(happened, { name, textOf }));
    return { fact: withKey(`api:${name}-${index}`, fact), who: happened.who, part, again };
  });
  const linking = links.map(({ who, by, part }, index): Reported => ({
    fact: aFact('profile_updated', MONDAY - 400 * DAY_MS - index, { ...idOf(who, 0), ...idOf(who, by) }, {}),
    who,
    part,
    again: false,
  }));
  return { reported: [...reported, ...linking], people };
}

function dataOf(
  { kind, order, cents, full, category, isPrivate, length, looksLikeAd, to, answers, month, who }: Happening,
  { name, textOf }: { readonly name: string; readonly textOf: (who: number, by: number) => string },
): Record<string, unknown> {
  const words = {
    ...(isPrivate ? { chatId: undefined } : { chatId: 'wrTalk' }),
    length,
    looksLikeAd,
    mentions: to.map((person) => textOf(person.who, person.by)),
    ...(answers === undefined ? {} : { replyTo: `${name}-${answers}` }),
  };
  const data: Partial<Record<FactKind, Record<string, unknown>>> = {
    content_viewed: { contentId: 'c', ...(category === undefined ? {} : { category }) },
    sent_message: words,
    was_mentioned: isPrivate ? {} : { chatId: 'wrTalk' },
    link_clicked: { code: 'x' },
    wrote_to_service: { account: 'kf', type: 'text', length: 2 },
    entered_service: { account: 'kf' },
    order_paid: { orderId: `o${order}`, amountCents: cents + order, ...(category === undefined ? {} : { category }) },
    order_refunded: { orderId: `o${order}`, amountCents: cents, full },
    invited: { invitee: textOf((who + 1) % PEOPLE, order) },
    joined_group: { chatId: `wr-${order}` },
    left_group: { chatId: `wr-${order}`, removed: false },
    profile_updated: { birthday: `1990-${String(month).padStart(2, '0')}-17`, gender: 1 + (month % 2) },
    contact_added: { staff: 'LinXia', mutual: true },
  };
  return data[kind] ?? {};
}

async function report(product: TestProduct, facts: readonly Fact[]): Promise<void> {
  await product.inbox.receive(facts.map((fact) => ({ kind: 'fact', fact })));
  while ((await product.engine.advance()) > 0);
}

const rowsAfter = (db: Database, member: number) =>
  db.read.all<Record<string, unknown>>('SELECT * FROM member_metrics WHERE member_id > $1 ORDER BY member_id', [
    member,
  ]);
const lastMember = async (db: Database): Promise<number> =>
  Number((await db.read.one<{ id: number | null }>('SELECT MAX(id) AS id FROM member'))?.id ?? 0);

/** The facts of each member of the database, by the member to whom their ids belong in the end. */
async function factsByMember(db: Database, reported: readonly Reported[]): Promise<Map<number, Fact[]>> {
  const owners = new Map(
    (await db.read.all<{ value: string; member_id: number }>('SELECT value, member_id FROM identity')).map((row) => [
      row.value,
      row.member_id,
    ]),
  );
  const own = new Map<number, Fact[]>();
  for (const { fact } of reported) {
    const member = owners.get(Object.values(fact.member)[0] as string)!;
    own.set(member, [...(own.get(member) ?? []), fact]);
  }
  return own;
}

eachDatabase('the metrics of members', (open) => {
  it(
    'are those of their facts counted from the beginning, in any order, repeated, late, and over a merge',
    { timeout: 120_000 },
    async () => {
      const product = await aProduct(await open());
      let withUsualHour = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(aHistory, { minLength: HISTORIES, maxLength: HISTORIES }), async (histories) => {
          const known = await lastMember(product.db);
          const reported = histories.flatMap((history) => factsOf(history).reported);
          for (const part of [0, 1, 2, 3])
            await report(
              product,
              reported.filter((one) => one.part === part || (part === 3 && one.again)).map(({ fact }) => fact),
            );
          const stored = await rowsAfter(product.db, known);
          await product.db.write((tx) =>
            tx.insert('setting', [{ name: 'recount_after', value: String(known), changed_at: 0 }]),
          );
          await product.engine.recount();
          expect(await rowsAfter(product.db, known)).toEqual(stored);

          const rows = new Map(stored.map((row) => [row['member_id'], row]));
          for (const [member, facts] of await factsByMember(product.db, reported)) {
            const counted = naiveRecount(facts, product.clock.now(), zone);
            const row = rows.get(member);
            if (row?.['usual_active_hour'] !== null) withUsualHour += 1;
            expect(Object.fromEntries(Object.keys(counted).map((figure) => [figure, row?.[figure]]))).toEqual(counted);
          }
        }),
        { numRuns: 10 },
      );
      expect(withUsualHour).toBeGreaterThan(0);
    },
  );
});
