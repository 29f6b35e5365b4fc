import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PushedClock } from '../../../src/platform/clock.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, MONDAY, withKey } from '../../support/test-product.js';
import { FakeChannel } from '../../support/fake-channel.js';

const DAY = 86_400_000;
const person = { externalUserId: 'wmProp', phone: '13800138001' };
const triggers = {
  first: '{on: reached, metric: orders_total, at: [1]}',
  up: '{on: tier_up, to: [member]}',
  dozes: '{on: stage, enters: dozing}',
  still: '{on: silent, days: 30}',
  near: '{on: one_step, to: member}',
} as const;
type Key = keyof typeof triggers;
const keys = Object.keys(triggers) as Key[];

type Step =
  | { readonly do: 'order' | 'refund' | 'visit' | 'restart' }
  | { readonly do: 'wait'; readonly hours: number }
  | { readonly do: 'switch'; readonly key: Key; readonly on: boolean }
  | { readonly do: 'save'; readonly key: Key; readonly once: 'ever' | 'per_occasion' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('order', 'refund', 'visit').map((what) => ({ do: what })) },
  { weight: 5, arbitrary: fc.constantFrom(1, 3, 14, 24, 72, 744).map((hours) => ({ do: 'wait' as const, hours })) },
  { weight: 1, arbitrary: fc.constant({ do: 'restart' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('switch' as const), key: fc.constantFrom(...keys), on: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('save' as const),
      key: fc.constantFrom(...keys),
      once: fc.constantFrom('ever' as const, 'per_occasion' as const),
    }),
  },
);

eachDatabase('whatever happens while messages wait', (open) => {
  it('no message is sent without its reason, and no occasion is answered twice', async () => {
    const sentKinds = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 24 }), async (steps) => {
        const channel = new FakeChannel([...new FakeChannel().abilities, 'sms']);
        let product = await aProduct(await open(), { channel, clock: new PushedClock(MONDAY) });
        const isOn = new Map<string, boolean>();
        const versions = new Map<Key, number>();
        const save = async (key: Key, once: string): Promise<void> => {
          const version = versions.get(key) ?? 0;
          const text = `---\nkey: ${key}\nname: n\nkind: care\ntrigger: ${triggers[key]}\nchannels: [sms]\nsms: {template: '1', params: []}\ntiming: slot\nwindow_hours: 72\nonce: ${once}\ncaps: {counts: false}\n---\n${key} v${version + 1}\n`;
          const saved = await product.templates.save({
            key,
            text,
            note: '',
            baseVersion: version,
            by: 'test',
            now: product.clock.now(),
          });
          expect(saved.kind).toBe('saved');
          versions.set(key, version + 1);
        };
        for (const { key } of await product.templates.list()) await product.templates.setEnabled(key, false, MONDAY);
        for (const key of keys) {
          await save(key, 'per_occasion');
          isOn.set(key, true);
        }
        /** How often each occasion has really occurred: no message may be sent more often. */
        const begun: Record<Key, number> = { first: 0, up: 0, dozes: 0, still: 0, near: 0 };
        const standing = (await state())!;
        let [orders, lastSeenAt, seen] = [0, MONDAY, 0];
        let before = standing;
        async function state() {
          const row = await product.db.read.one<{ tier: string; stage: string; orders_total: number }>(
            'SELECT tier, stage, orders_total FROM member_metrics',
          );
          return row ?? { tier: 'potential', stage: 'new', orders_total: 0 };
        }
        async function judge(): Promise<void> {
          const now = await state();
          if (before.orders_total < 1 && now.orders_total >= 1) begun.first += 1;
          if (before.tier !== 'member' && now.tier === 'member') begun.up += 1;
          if (before.stage !== 'dozing' && now.stage === 'dozing') begun.dozes += 1;
          if (before.tier !== 'regular' && now.tier === 'regular') begun.near += 1;
          before = now;
          const silentDays =
            Math.floor((product.clock.now() + DAY / 3) / DAY) - Math.floor((lastSeenAt + DAY / 3) / DAY);
          const sent = channel.ofKind('sms').map(({ text }) => text);
          for (const text of sent.slice(seen)) {
            const [key, version] = text.split(' v') as [Key, string];
            sentKinds.add(key);
            expect(isOn.get(key)).toBe(true);
            expect(Number(version)).toBe(versions.get(key));
            if (key === 'first') expect(now.orders_total).toBeGreaterThanOrEqual(1);
            if (key === 'up') expect(now.tier).toBe('member');
            if (key === 'dozes') expect(now.stage).toBe('dozing');
            if (key === 'near') expect([now.tier, now.orders_total]).toEqual(['regular', 0]);
            if (key === 'still') expect(silentDays).toBeGreaterThanOrEqual(30);
          }
          seen = sent.length;
          for (const key of ['first', 'up', 'dozes', 'near'] as const)
            expect(sent.filter((text) => text.startsWith(`${key} `)).length).toBeLessThanOrEqual(begun[key]);
        }
        await product.happens(aFact('contact_added', MONDAY, person));
        await judge();
        let paid: string[] = [];
        for (const [index, next] of steps.entries()) {
          const now = product.clock.now();
          switch (next.do) {
            case 'order':
              orders += 1;
              paid.push(`o${orders}`);
              lastSeenAt = now;
              await product.happens(aFact('order_paid', now, person, { orderId: `o${orders}`, amountCents: 5_000 }));
              break;
            case 'refund': {
              const [orderId, ...rest] = paid;
              paid = rest;
              if (orderId)
                await product.happens(
                  aFact('order_refunded', now, person, { orderId, amountCents: 5_000, full: true }),
                );
              break;
            }
            case 'visit':
              lastSeenAt = now;
              await product.happens(withKey(`visit-${index}`, aFact('visited', now, person, {})));
              break;
            case 'restart':
              product = await product.rebuilt();
              break;
            case 'wait':
              await product.later(next.hours);
              break;
            case 'switch':
              await product.templates.setEnabled(next.key, next.on, now);
              isOn.set(next.key, next.on);
              break;
            case 'save':
              await save(next.key, next.once);
              break;
          }
          await judge();
        }
      }),
      { numRuns: 12, interruptAfterTimeLimit: 60_000, markInterruptAsFailure: false },
    );
    // Several kinds were sent, so the checks above had something to check.
    expect(sentKinds.size).toBeGreaterThanOrEqual(3);
  });
});
