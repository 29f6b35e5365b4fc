import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { MemberIds } from '../../../src/domain/fact.js';
import { identitiesOf, identityStore } from '../../../src/features/members/identity.store.js';
import type { Database } from '../../../src/platform/database/database.js';
import { eachDatabase } from '../../support/databases.js';

const resolve = (db: Database, asked: readonly MemberIds[]) =>
  db.write((tx) => identityStore.resolve(tx, asked, 'test', 1));
const identitiesIn = (db: Database) =>
  db.read.all<{ kind: string; value: string; member_id: number }>('SELECT kind, value, member_id FROM identity');

/** The reference: joins facts that share an id until nothing changes. The class of each fact, in order. */
function naiveClasses(batches: readonly (readonly MemberIds[])[]): number[] {
  const named = batches.flat().map((ids) => identitiesOf(ids).map(({ kind, value }) => `${kind}:${value}`));
  const classes = named.map((_, index) => index);
  for (let changed = true; changed;) {
    changed = false;
    for (const [i, ids] of named.entries())
      for (const [j, others] of named.entries())
        if (classes[i]! < classes[j]! && ids.some((id) => others.includes(id))) {
          classes[j] = classes[i]!;
          changed = true;
        }
  }
  return classes;
}

const few = (letter: string) =>
  fc.option(fc.constantFrom(`${letter}1`, `${letter}2`, `${letter}3`), { nil: undefined });
const someIds = fc.record({ externalUserId: few('wm'), unionid: few('u'), chatContactId: few('c'), phone: few('p') });
const someBatches = fc.array(fc.array(someIds, { maxLength: 8 }), { minLength: 1, maxLength: 3 });

eachDatabase('the members of a batch of ids', (open, dialect) => {
  it('creates one member for two unknown ids that a later fact of the same batch links', async () => {
    const db = await open();
    const { members, merged, created } = await resolve(db, [
      { phone: '1' },
      { externalUserId: 'wmA' },
      { phone: '1', externalUserId: 'wmA' },
    ]);
    expect(new Set(members).size).toBe(1);
    expect(created).toEqual([members[0]]);
    expect(merged.size).toBe(0);
    expect(await db.read.all('SELECT id FROM member')).toHaveLength(1);
  });

  it('gives a known member all unknown ids that a fact names together with theirs', async () => {
    const db = await open();
    const [known] = (await resolve(db, [{ unionid: 'u1' }])).members;
    const { members, created } = await resolve(db, [
      { phone: '1' },
      { externalUserId: 'wmA' },
      { unionid: 'u1', externalUserId: 'wmA', phone: '1' },
    ]);
    expect(members).toEqual([known, known, known]);
    expect(created).toEqual([]);
  });

  it('reports a merge into the oldest member, also of members that no single fact names together', async () => {
    const db = await open();
    const [a, b, c] = (
      await resolve(db, [{ externalUserId: 'a', phone: '1' }, { externalUserId: 'b' }, { unionid: 'c' }])
    ).members;
    const { members, merged } = await resolve(db, [
      { unionid: 'c', externalUserId: 'b' },
      { unionid: 'c', phone: '1' },
    ]);
    expect(members).toEqual([a, a]);
    expect(merged).toEqual(
      new Map([
        [b, a],
        [c, a],
      ]),
    );
  });

  it('splits any batches into the same people as the reference, and links every id to its member', async () => {
    const db = await open();
    await fc.assert(
      fc.asyncProperty(someBatches, async (batches) => {
        const resolved: (number | null)[] = [];
        for (const batch of batches) {
          const { members, merged } = await resolve(db, batch);
          resolved.push(...members);
          // Merging members does this for the ids that the batch does not name.
          await db.write(async (tx) => {
            for (const [from, to] of merged)
              await tx.run('UPDATE identity SET member_id = $1 WHERE member_id = $2', [to, from]);
          });
          resolved.forEach((member, index) => (resolved[index] = (member && merged.get(member as never)) ?? member));
        }
        const classes = naiveClasses(batches);
        const all = batches.flat();
        const links = await identitiesIn(db);
        for (const [i, ids] of all.entries()) {
          const identities = identitiesOf(ids);
          if (identities.length === 0) {
            expect(resolved[i]).toBeNull();
            continue;
          }
          for (const j of all.keys())
            if (resolved[j] !== null) expect(resolved[i] === resolved[j]).toBe(classes[i] === classes[j]);
          for (const { kind, value } of identities)
            expect(links.find((link) => link.kind === kind && link.value === value)?.member_id).toBe(resolved[i]);
        }
        await db.write(async (tx) => {
          await tx.run('DELETE FROM identity');
          await tx.run('DELETE FROM member');
        });
      }),
      { numRuns: dialect === 'sqlite' ? 200 : 50 },
    );
  });

  it('finds a part of a name in any case, the most recently seen first and the never seen last', async () => {
    const db = await open();
    await db.write((tx) =>
      tx.insert('member', [
        { name: 'Amy never', created_at: 1, last_seen_at: null },
        { name: 'amy then', created_at: 1, last_seen_at: 1_000 },
        { name: 'AMY now', created_at: 1, last_seen_at: 2_000 },
        { name: 'Bob', created_at: 1, last_seen_at: 3_000 },
      ]),
    );
    const named = async (text: string) => (await identityStore.byName(db.read, text, 5)).map(({ name }) => name);
    expect(await named('aMy')).toEqual(['AMY now', 'amy then', 'Amy never']);
    expect(await named('Amy never')).toEqual(['Amy never']);
    expect(await named('b\\o')).toEqual([]);
  });

  it('takes every character literally; lists whole names first, then beginnings, then the rest', async () => {
    const db = await open();
    const names = ['kk888', 'kk_888🌸', '100%', '1000', 'a\\b', 'ab', 'xkk_8', 'KK_888'];
    await db.write((tx) =>
      tx.insert(
        'member',
        names.map((name) => ({ name, created_at: 1 })),
      ),
    );
    const named = async (text: string) => (await identityStore.byName(db.read, text, 9)).map(({ name }) => name);
    expect(await named('kk_888')).toEqual(['KK_888', 'kk_888🌸']);
    expect(await named('kk_8')).toEqual(['KK_888', 'kk_888🌸', 'xkk_8']);
    expect(await named('%')).toEqual(['100%']);
    expect(await named('\\')).toEqual(['a\\b']);
    expect(await named('_')).toEqual(['KK_888', 'xkk_8', 'kk_888🌸']);
  });
});
