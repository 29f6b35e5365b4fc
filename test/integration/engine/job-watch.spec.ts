import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { setAsideStore } from '../../../src/set-aside/set-aside.store.js';
import { outboxStore } from '../../../src/outbox/outbox.store.js';
import { setPaused } from '../../../src/outbox/pause.js';
import { PushedClock } from '../../../src/platform/clock.js';
import { createLogger } from '../../../src/platform/logger/logger.js';
import { JobMonitor } from '../../../src/platform/job-monitor.js';
import { JobWatch, jobLimits } from '../../../src/app/job-watch.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, MONDAY, xiaolu, type TestProduct, withKey } from '../../support/test-product.js';
import { anActionKey, aPriority } from '../../support/an-action-key.js';

const MINUTE = 60_000;

function watched(product: TestProduct, more: { throttled?: readonly 'mark_tags'[]; runsByItself?: boolean } = {}) {
  const machine = new PushedClock(5_000_000);
  const logger = createLogger({ level: 'silent' });
  const jobs = new JobMonitor(jobLimits, logger, machine);
  const watch = new JobWatch({
    db: product.db,
    jobs,
    clock: product.clock,
    logger,
    throttledKinds: () => more.throttled ?? [],
    massSends: true,
    runsByItself: more.runsByItself ?? true,
  });
  /** Time passes; every job runs each minute and finds nothing to do. */
  const idle = async (minutes: number): Promise<void> => {
    for (let n = 0; n < minutes; n += 1) {
      machine.pushTo(machine.now() + MINUTE);
      for (const { name } of jobs.all()) await jobs.run(name, () => Promise.resolve(0));
      await watch.stalled();
    }
  };
  const names = async () => (await watch.stalled()).map(({ job, why }) => `${job}: ${why}`);
  return { machine, jobs, watch, idle, names };
}

const note = (key: string, more: object = {}) => ({
  key: anActionKey(key),
  action: { kind: 'notify_staff' as const, staff: ['LinXia'], text: key },
  notBefore: MONDAY,
  ...more,
});

eachDatabase('the job watch', (open) => {
  it('reports nothing for a product that has nothing to do, by day and by night', async () => {
    const { idle, names, watch } = watched(await aProduct(await open()));
    await idle(24 * 60);
    expect(await names()).toEqual([]);
    expect(await watch.readiness.check()).toEqual({ ok: true, detail: '' });
  });

  it('reports facts as stalled, with since and why, when the oldest waits and none is applied, until they are', async () => {
    const product = await aProduct(await open());
    const { idle, names, watch } = watched(product);
    await product.inbox.receive([{ kind: 'fact', fact: aFact('visited', MONDAY, xiaolu) }]);
    await watch.stalled();
    await idle(1);
    expect(await names()).toEqual([]);
    await idle(2);
    expect(await names()).toEqual(['facts: no_progress']);
    const { ok, detail } = await watch.readiness.check();
    expect(ok).toBe(false);
    expect(detail).toMatch(/^facts stands since 1970-01-01T01:2\d:\d\d\.000Z: no_progress$/);
    await product.workLoop.drain();
    await idle(1);
    expect(await names()).toEqual([]);
  });

  it('does not report an old queue that gets shorter, as after an outage', async () => {
    const product = await aProduct(await open());
    const { idle, names } = watched(product);
    await product.inbox.receive(
      ['1', '2', '3', '4', '5', '6'].map((key) => ({
        kind: 'fact',
        fact: withKey(key, aFact('visited', MONDAY, xiaolu, {})),
      })),
    );
    product.clock.pushTo(MONDAY + 24 * 60 * MINUTE);
    for (let id = 1; id <= 6; id += 1) {
      await idle(1);
      await product.db.write((tx) => tx.run('UPDATE fact SET state = 1 WHERE id = $1', [id]));
      expect(await names()).toEqual([]);
    }
  });

  it('reports deliveries and welcomes as stalled when due rows are not sent', async () => {
    const product = await aProduct(await open());
    const { idle, names } = watched(product);
    await product.db.write((tx) => outboxStore.enqueue(tx, [note('a'), note('b', { priority: aPriority(0) })], MONDAY));
    await idle(4);
    expect(await names()).toEqual(['deliveries: no_progress', 'welcomes: no_progress']);
  });

  it('does not count rows that are paused, put off or throttled', async () => {
    const product = await aProduct(await open());
    const { idle, names } = watched(product, { throttled: ['mark_tags'] });
    await product.db.write((tx) => setPaused(tx, true, MONDAY));
    const tags = { kind: 'mark_tags' as const, staff: 'LinXia', externalUserId: 'wm1', add: ['x'], remove: [] };
    await product.db.write((tx) =>
      outboxStore.enqueue(
        tx,
        [
          note('paused', { proactive: true }),
          note('later', { notBefore: MONDAY + MINUTE }),
          note('throttled', { action: tags }),
        ],
        MONDAY,
      ),
    );
    await idle(30);
    expect(await names()).toEqual([]);
    await product.db.write((tx) => setPaused(tx, false, MONDAY));
    await idle(5);
    expect(await names()).toEqual(['deliveries: no_progress']);
  });

  it('reports only failures while a test or a demo pushes the clock', async () => {
    const product = await aProduct(await open());
    const { machine, names, jobs } = watched(product, { runsByItself: false });
    await product.inbox.receive([{ kind: 'fact', fact: aFact('visited', MONDAY, xiaolu) }]);
    await names();
    machine.pushTo(machine.now() + 100 * 3_600_000);
    expect(await names()).toEqual([]);
    const fail = () => jobs.run('facts', () => Promise.reject(new TypeError('x'))).catch(() => undefined);
    await fail();
    machine.pushTo(machine.now() + MINUTE);
    await fail();
    expect(await names()).toEqual(['facts: TypeError']);
  });

  it('exposes to Prometheus the age of waiting work, the last successful runs, stalled jobs and rows set aside', async () => {
    const product = await aProduct(await open());
    const { watch, idle } = watched(product);
    const registry = new Registry();
    watch.expose(registry);
    await product.inbox.receive([{ kind: 'fact', fact: aFact('visited', MONDAY, xiaolu) }]);
    await product.db.write((tx) => setAsideStore.add(tx, [{ source: 'fact', row: 7, problem: 'x' }], MONDAY));
    product.clock.pushTo(MONDAY + 90_000);
    await watch.stalled();
    await idle(3);
    const text = await registry.metrics();
    expect(text).toContain('qunjie_oldest_waiting_seconds{queue="facts"} 90\n');
    expect(text).toContain('qunjie_oldest_waiting_seconds{queue="deliveries"} 0\n');
    expect(text).toContain('qunjie_wheel_last_turn_seconds{wheel="review"} 0\n');
    expect(text).toMatch(/qunjie_wheel_standing_seconds\{wheel="facts"\} 1[2-9]\d\n/);
    expect(text).toContain('qunjie_wheel_standing_seconds{wheel="comparisons"} 0\n');
    expect(text).toContain('qunjie_set_aside{source="fact"} 1\n');
  });
});

eachDatabase('a job that fails', (open) => {
  it('does not stop the others: commands are answered and members reviewed although no fact can be applied', async () => {
    const product = await aProduct(await open());
    await product.happens(aFact('contact_added', MONDAY, xiaolu));
    product.engine.advance = () => Promise.reject(new TypeError('no fact can be applied'));
    await product.inbox.receive([
      {
        kind: 'command',
        command: {
          key: 'c',
          at: MONDAY,
          from: { kind: 'staff', staff: 'LinXia' },
          replyTo: { kind: 'app' },
          text: '帮助',
        },
      },
    ]);
    product.clock.pushTo(MONDAY + 24 * 60 * MINUTE);
    await expect(product.workLoop.drain()).rejects.toThrow('no fact can be applied');
    expect(await product.db.read.all('SELECT state FROM command_request')).toEqual([{ state: 1 }]);
    const late = await product.db.read.all(
      `SELECT id FROM member WHERE reviewed_day < ${Math.floor((MONDAY + 32 * 3_600_000) / 86_400_000)}`,
    );
    expect(late).toEqual([]);
    expect(product.workLoop.jobs.all().find(({ name }) => name === 'facts')?.failing?.code).toBe('TypeError');
    expect(product.workLoop.jobs.all().find(({ name }) => name === 'review')?.failing).toBeNull();
  });
});
