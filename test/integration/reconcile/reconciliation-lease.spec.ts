import { expect, it } from 'vitest';
import { ReconciliationRuns } from '../../../src/features/reconcile/run.store.js';
import { createWecomChannel } from '../../../src/channels/wecom/create-wecom-channel.js';
import { emptyCorpState } from '../../../src/channels/wecom/reconcile/empty-corp-state.js';
import type { WecomChannel } from '../../../src/channels/wecom/wecom.channel.js';
import type { Receive } from '../../../src/channels/channel.js';
import type { RunLog } from '../../../src/channels/reconciliation.js';
import type { Fact } from '../../../src/domain/fact.js';
import { migrations } from '../../../src/migrations/index.js';
import { PushedClock } from '../../../src/platform/clock.js';
import { Database } from '../../../src/platform/database/database.js';
import { startSandbox } from '../../../src/sandbox/sandbox.js';
import { dropPostgres, eachDatabase, freshPostgres } from '../../support/databases.js';
import { aCorp, silent } from '../wecom/a-corp.js';

const NOW = Date.parse('2026-03-02T10:00:00+08:00');
const MINUTE = 60_000;
const counts = { contacts: 1, groups: 0 };
const drift = { kind: 'tag', subject: 'wm1', ours: '', theirs: '爱打卡' } as const;
const at = (after: string) => ({ phase: 'contacts', after }) as const;

eachDatabase('ReconciliationRuns', (open, dialect) => {
  const leasedElsewhere = { code: 'compared_elsewhere' };

  it('continues the run of the same process, and begins a new one when that is finished', async () => {
    const runs: RunLog = new ReconciliationRuns(await open());
    const first = await runs.begin('started', NOW);
    expect(await runs.begin('nightly', NOW)).toMatchObject({ id: first.id, why: 'first' });
    await runs.finish(first.id, '', NOW + 5);
    expect([await runs.hasFinishedSince(NOW + 5), await runs.hasFinishedSince(NOW + 6)]).toEqual([true, false]);
    expect((await runs.begin('nightly', NOW + 6)).id).not.toBe(first.id);
  });

  it.runIf(dialect === 'sqlite')(
    'lets the next process continue at once on SQLite, which has one process only',
    async () => {
      const db = await open();
      const { id } = await new ReconciliationRuns(db).begin('started', NOW);
      expect((await new ReconciliationRuns(db).begin('started', NOW)).id).toBe(id);
    },
  );

  it.runIf(dialect === 'postgres')(
    'keeps other processes away while the lease is renewed, and hands the run over where it stands',
    async () => {
      const db = await open();
      const [one, other] = [new ReconciliationRuns(db), new ReconciliationRuns(db)];
      const begun = await Promise.allSettled([one.begin('nightly', NOW), other.begin('nightly', NOW)]);
      expect(begun.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      const [holder, waiting] = begun[0].status === 'fulfilled' ? [one, other] : [other, one];
      const { id } = await holder.begin('nightly', NOW);
      await expect(waiting.begin('nightly', NOW + MINUTE)).rejects.toMatchObject({
        ...leasedElsewhere,
        retryAfterMs: MINUTE,
      });
      await holder.renewLease(id, NOW + MINUTE);
      await holder.saveProgress(id, at('LinXia'), counts);
      await expect(waiting.begin('nightly', NOW + 2 * MINUTE)).rejects.toMatchObject(leasedElsewhere);
      // The holder was killed: nobody renews the lease.
      expect(await waiting.begin('nightly', NOW + 3 * MINUTE)).toMatchObject({
        id,
        position: at('LinXia'),
        contacts: 1,
      });
      // If it was only paused, it has lost the run.
      await expect(holder.saveProgress(id, at('ZhaoMin'), counts)).rejects.toMatchObject(leasedElsewhere);
      await expect(holder.finish(id, '', NOW)).rejects.toMatchObject(leasedElsewhere);
      await expect(holder.recordDrift(id, [drift], NOW)).rejects.toMatchObject(leasedElsewhere);
      expect(await db.read.all('SELECT id FROM corp_drift')).toEqual([]);
      await waiting.recordDrift(id, [drift], NOW + 3 * MINUTE);
      await waiting.recordDrift(id, [drift], NOW + 3 * MINUTE);
      expect(await db.read.all('SELECT drift FROM corp_run')).toEqual([{ drift: 1 }]);
      await holder.recordFailure(id, 'too late', true, NOW);
      await holder.renewLease(id, NOW + 60 * MINUTE);
      await holder.releaseLease(id);
      await expect(holder.begin('nightly', NOW + 3 * MINUTE)).rejects.toMatchObject(leasedElsewhere);
      await waiting.releaseLease(id);
      expect(await holder.begin('nightly', NOW + 3 * MINUTE)).toMatchObject({ id, position: at('LinXia') });
    },
  );

  it.runIf(dialect === 'postgres')('does not wait for a lease that a fast clock has set far ahead', async () => {
    const db = await open();
    const { id } = await new ReconciliationRuns(db).begin('started', NOW + 60 * MINUTE);
    expect(await new ReconciliationRuns(db).begin('started', NOW)).toMatchObject({ id });
  });
});

it('reconciliation is done by one of two products on one PostgreSQL, and by the other when that one ends', async () => {
  const url = await freshPostgres();
  const databases = await Promise.all([1, 2].map(() => Database.open({ url, migrations })));
  const settings = aCorp();
  const corp = await startSandbox({ ...settings, agentId: String(settings.agentId), startAt: NOW, people: 0 });
  const clock = new PushedClock(NOW);
  const open = (db: Database): WecomChannel =>
    createWecomChannel(
      { ...settings, apiBase: corp.url },
      { clock, logger: silent, corpState: emptyCorpState, runLog: new ReconciliationRuns(db) },
    ).channel;
  const [one, other, next] = [open(databases[0]!), open(databases[1]!), open(databases[1]!)];
  const facts: Fact[] = [];
  try {
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    // The first product is stuck in the middle of its run.
    await new Promise<void>((stuck) => {
      const receive: Receive = () => {
        stuck();
        return ended.then(() => Promise.reject(new Error('ended')));
      };
      void one.start(receive);
    });
    const receiveFacts: Receive = (received) => {
      for (const item of received) if (item.kind === 'fact') facts.push(item.fact);
      return Promise.resolve({ accepted: received.length, duplicates: 0 });
    };
    await other.start(receiveFacts);
    await expect.poll(() => other.connection().comparing?.at.en).toBe('Another process is comparing');
    expect(facts).toEqual([]);
    expect(other.health()).toEqual({ ok: true, detail: '' });
    await other.stop();

    end();
    await one.stop();
    await next.start(receiveFacts);
    const runs = () => databases[0]!.read.all('SELECT why, state FROM corp_run');
    await expect.poll(runs).toEqual([{ why: 'first', state: 'done' }]);
    expect(facts.length).toBeGreaterThan(0);
  } finally {
    for (const channel of [other, one, next]) await channel.stop();
    await corp.close();
    for (const db of databases) await db.close();
    await dropPostgres(url);
  }
});
