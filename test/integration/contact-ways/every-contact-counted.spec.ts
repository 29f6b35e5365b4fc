import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openChannelWay, openMemberWay, retireWay } from '../../../src/features/contact-ways/contact-way-requests.js';
import { vipKey } from '../../../src/domain/ways/contact-way.js';
import type { MemberId } from '../../../src/domain/ids.js';
import { listChannels } from '../../../src/insights/channels.js';
import { eachDatabase } from '../../support/databases.js';
import { FakeChannel } from '../../support/fake-channel.js';
import { aFact, aProduct, MONDAY, type TestProduct } from '../../support/test-product.js';

const channels = (product: TestProduct) =>
  listChannels(product.db.read, { now: product.clock.now(), timeZone: 'Asia/Shanghai' });

const countedContacts = async (product: TestProduct): Promise<number> =>
  (await channels(product)).reduce((sum, { added }) => sum + (added ?? 0), 0);

/** Contacts by source: a contact who came by two sources counts for each. */
async function contactsWithSource(product: TestProduct): Promise<number> {
  const rows = await product.db.read.all(
    `SELECT DISTINCT external_userid, state FROM follow WHERE state IS NOT NULL AND state <> ''`,
  );
  return rows.length;
}

const sources = ['shop', 'sms', 'member-0', 'member-1', 'by-hand', 'other-app', 'qj-join', 'SHOP', ''] as const;
const acts = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant('come' as const),
        contacts: fc.array(
          fc.record({
            who: fc.nat(9),
            by: fc.constantFrom(...sources),
            staff: fc.constantFrom('LinXia', 'ZhaoMin'),
          }),
          { minLength: 1, maxLength: 8 },
        ),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('open' as const), way: fc.constantFrom('shop', 'sms') }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('open_member' as const), member: fc.constantFrom(0, 1) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('retire' as const),
        way: fc.constantFrom('shop', 'sms', 'member-0', 'member-1'),
      }),
    },
  ),
  { minLength: 4, maxLength: 12 },
);
type Act = typeof acts extends fc.Arbitrary<readonly (infer T)[]> ? T : never;

/**
 * One run of the property. All runs share a database, because emptying it takes longer than a run; so each run has people
 * and sources of its own.
 */
class Played {
  private constructor(
    private readonly product: TestProduct,
    private readonly run: number,
    private readonly members: readonly MemberId[],
  ) {}

  static async begin(product: TestProduct, run: number): Promise<Played> {
    const people = [0, 1].map((who) => `r${run}-wm${who}`);
    await product.happens(
      ...people.map((externalUserId) => aFact('contact_added', MONDAY, { externalUserId }, { staff: 'LinXia' })),
    );
    const rows = await product.db.read.all<{ member_id: MemberId }>(
      'SELECT member_id FROM identity WHERE value IN ($1, $2) ORDER BY value',
      people,
    );
    expect(rows).toHaveLength(2);
    return new Played(
      product,
      run,
      rows.map(({ member_id: id }) => id),
    );
  }

  async play(act: Act): Promise<void> {
    const { product } = this;
    const run = { context: await product.engine.context(), now: product.clock.now() };
    switch (act.do) {
      case 'come':
        return product.happens(
          ...act.contacts.map(({ who, by, staff }) =>
            aFact(
              'contact_added',
              MONDAY,
              { externalUserId: `r${this.run}-wm${who}` },
              { staff, state: this.sourceOf(by) },
            ),
          ),
        );
      case 'open': {
        const key = this.sourceOf(act.way);
        if ((await this.idOf(key)) !== undefined) return;
        const kind = act.way === 'sms' ? ('link' as const) : ('channel' as const);
        await product.db.write((tx) =>
          openChannelWay({ tx, ...run }, { kind, key, name: key, staff: ['LinXia'], tags: [], skipVerify: true }),
        );
        return;
      }
      case 'open_member':
        await product.db.write((tx) => openMemberWay({ tx, ...run }, this.members[act.member]!));
        return;
      case 'retire': {
        const id = await this.idOf(this.sourceOf(act.way));
        if (id !== undefined) await product.db.write((tx) => retireWay({ tx, ...run }, id));
      }
    }
  }

  private sourceOf(name: (typeof sources)[number]): string {
    if (name === 'member-0' || name === 'member-1') return vipKey(this.members[name === 'member-0' ? 0 : 1]!);
    return name === '' ? '' : `${name}-${this.run}`;
  }

  private async idOf(key: string): Promise<number | undefined> {
    return (await this.product.db.read.one<{ id: number }>('SELECT id FROM contact_way WHERE key = $1', [key]))?.id;
  }
}

eachDatabase('the list of channels', (open) => {
  it('counts every contact with a source in exactly one row, whatever was made and retired', async () => {
    const product = await aProduct(await open(), {
      channel: new FakeChannel([...new FakeChannel().abilities, 'ensure_acquisition_link', 'retire_acquisition_link']),
    });
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(acts, async (all) => {
        const before = (await countedContacts(product)) - (await contactsWithSource(product));
        const played = await Played.begin(product, (runs += 1));
        for (const act of all) await played.play(act);
        // The difference of this run, so that a fault is not also found in the runs after it.
        expect((await countedContacts(product)) - (await contactsWithSource(product)) - before).toBe(0);
        const names = (await channels(product)).map(({ kind, source }) => `${kind} ${source}`);
        expect(new Set(names).size).toBe(names.length);
      }),
      { numRuns: 40 },
    );
    const rows = await channels(product);
    expect([...new Set(rows.map(({ kind }) => kind))]).toEqual(
      expect.arrayContaining(['code', 'link', 'members', 'source']),
    );
    expect(rows.some(({ retired }) => retired)).toBe(true);
  });

  it('sums up the sources beyond the largest 200 in one row', async () => {
    const product = await aProduct(await open());
    const came = (person: number, state: string) =>
      aFact('contact_added', MONDAY, { externalUserId: `wm${person}` }, { staff: 'LinXia', state });
    await product.happens(...Array.from({ length: 230 }, (_, index) => came(index, `source-${index}`)));
    await product.happens(came(500, 'source-229'));
    const rows = await channels(product);
    expect(rows).toHaveLength(201);
    expect(rows[0]).toMatchObject({ kind: 'source', source: 'source-229', added: 2 });
    expect(rows.at(-1)).toMatchObject({ kind: 'others', sums: 30, added: 30 });
    expect(rows.reduce((total, { added }) => total + (added ?? 0), 0)).toBe(231);
  });
});
