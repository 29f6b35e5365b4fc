import { expect, it } from 'vitest';
import type { Action } from '../../../src/domain/action.js';
import { RetryLater } from '../../../src/platform/errors.js';
import { eachDatabase } from '../../support/databases.js';
import { anOutbox, aRemark, aWelcome } from './an-outbox.js';

const tagging = (customer: number): Action => ({
  kind: 'mark_tags',
  staff: 'LinXia',
  externalUserId: `wm${customer}`,
  add: ['et1'],
  remove: [],
});
const MANY = 1_000;
const MINUTE = 60_000;

eachDatabase('many tag actions that wait for one quota', (open) => {
  async function aFullQuota() {
    const outbox = await anOutbox(await open());
    await outbox.enqueue(
      ...Array.from({ length: MANY }, (_, at) => ({ key: `t${at}`, action: tagging(at), priority: 10 })),
    );
    for (let time = 0; time < MANY; time++)
      outbox.channel.failNext(
        'mark_tags',
        new RetryLater('wecom_quota_full', MINUTE, { countsAsAttempt: false, throttlesKind: true }),
      );
    return outbox;
  }

  it('are not tried one by one against a quota that is used up', async () => {
    const outbox = await aFullQuota();
    await outbox.deliver();
    const rows = await outbox.rows();
    expect(rows.filter((row) => row.reason === null).length).toBeGreaterThan(MANY - 100);
    expect(rows.every((row) => row.state === 'planned' && row.attempts === 0)).toBe(true);
  });

  it('delay no other kind, even one that is planned later', async () => {
    const outbox = await aFullQuota();
    await outbox.deliver();
    await outbox.enqueue({ key: 'w', action: aWelcome, priority: 50 }, { key: 'r', action: aRemark, priority: 50 });
    await outbox.deliver();
    expect(outbox.channel.performed.map(({ key }) => key).sort()).toEqual(['r', 'w']);
  });

  it('are all sent once when the quota has room again', async () => {
    const outbox = await aFullQuota();
    await outbox.deliver();
    outbox.channel.forgive('mark_tags');
    await outbox.later(MINUTE);
    await outbox.later(MINUTE);
    expect(new Set(outbox.channel.performed.map(({ key }) => key)).size).toBe(MANY);
    expect(outbox.channel.performed.length).toBe(MANY);
  });
});
