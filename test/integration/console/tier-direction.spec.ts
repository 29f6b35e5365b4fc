import { expect, it } from 'vitest';
import { decisionsOf } from '../../../src/domain/decision-record.js';
import type { Evaluation } from '../../../src/domain/evaluate.js';
import { asMemberId, type MemberId } from '../../../src/domain/ids.js';
import type { TierVerdict } from '../../../src/domain/tiers/tier-policy.js';
import { decisionStore } from '../../../src/features/audit/decision.store.js';
import { entersStage, tierDirection } from '../../../src/insights/tier-direction.js';
import type { Database } from '../../../src/platform/database/database.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, MONDAY, rulesOfTheFiles, xiaolu } from '../../support/test-product.js';

const entered = (direction: 'first' | 'up' | 'down' | 'locked', from: string | null, to: string): TierVerdict => ({
  kind: 'entered',
  direction,
  from,
  to,
});

/** Every verdict about a tier, by the member it is about. */
const verdicts: readonly TierVerdict[] = [
  { kind: 'kept' },
  entered('first', null, 'regular'),
  entered('up', 'regular', 'member'),
  entered('down', 'member', 'regular'),
  entered('locked', 'regular', 'loyal'),
  { kind: 'warned', to: 'regular', until: MONDAY },
  { kind: 'recovered' },
];

const membersWith = async (db: Database, condition: string): Promise<MemberId[]> =>
  (await db.read.all<{ member_id: MemberId }>(`SELECT member_id FROM decision WHERE ${condition} ORDER BY id`)).map(
    (row) => row.member_id,
  );

eachDatabase('the stored decisions', (open) => {
  it('are found as promotions and demotions by the codes that the domain gives them', async () => {
    const db = await open();
    const { rules } = await rulesOfTheFiles();
    const ruleset = { ...rules, version: 1 };
    const decisions = verdicts.flatMap((verdict, index) => {
      const tier = { verdict, because: { rule: 'tier:member:enter', values: [] } };
      const decision = { tier, stage: null, tags: [] };
      return decisionsOf(
        {
          id: asMemberId(index),
          stored: { tier: 'member' },
          decision,
          series: { events: [] },
        } as unknown as Evaluation,
        ruleset,
      );
    });
    await db.write((tx) => decisionStore.append(tx, decisions, ruleset.version, MONDAY));
    expect(await membersWith(db, tierDirection('up'))).toEqual([2]);
    expect(await membersWith(db, tierDirection('down'))).toEqual([3]);
    expect(await membersWith(db, `kind = 'tier'`)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('are found by the stage that the member entered', async () => {
    const product = await aProduct(await open());
    await product.happens(aFact('contact_added', MONDAY, xiaolu));
    expect(await membersWith(product.db, entersStage('new'))).toHaveLength(1);
    expect(await membersWith(product.db, entersStage('dozing'))).toEqual([]);
    expect(await membersWith(product.db, `kind = 'stage'`)).toHaveLength(1);
  });
});
