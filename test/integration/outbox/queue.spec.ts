import { expect, it } from 'vitest';
import { eachDatabase } from '../../support/databases.js';
import { leaseStore } from '../../../src/outbox/lease.store.js';
import { recording } from '../../support/recorded-statements.js';
import { anOutbox, aRemark } from './an-outbox.js';

eachDatabase('a long queue', (open, dialect) => {
  it.skipIf(dialect !== 'sqlite').each(['mass_send', 'all'] as const)(
    'is not sorted for each batch that is read from it (%s)',
    async (which) => {
      const db = await open();
      for (const all of [false, true]) {
        const pause = { all, channels: [], broadcasts: [] };
        const plan = await db.write(async (tx) => {
          const statements: string[] = [];
          await leaseStore.due(recording(tx, statements), { which, pause, limit: 64 }, 1);
          return tx.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${statements[0]}`, [1]);
        });
        expect(plan.map(({ detail }) => detail)).toEqual([
          `SCAN outbox USING INDEX ${which === 'all' ? 'outbox_due' : 'outbox_due_mass_send'}`,
        ]);
      }
    },
  );

  it.skipIf(dialect !== 'sqlite')('finds out from an index whether anything is due', async () => {
    const outbox = await anOutbox(await open());
    await outbox.enqueue({ key: 'k', action: aRemark });
    const planOf = (kind: string) =>
      outbox.db.read.all<{ detail: string }>(
        `EXPLAIN QUERY PLAN SELECT id FROM outbox WHERE state = 'planned' AND not_before <= $1 AND kind ${kind} 'mass_send' LIMIT 1`,
        [1],
      );
    expect((await planOf('<>'))[0]!.detail).toContain('outbox_next (not_before<?)');
    expect((await planOf('='))[0]!.detail).toContain('outbox_next_mass_send (not_before<?)');
  });
});
