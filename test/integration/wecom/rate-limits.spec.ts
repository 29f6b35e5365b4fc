import { afterEach, expect, it } from 'vitest';
import { aTaggingProduct, everybody, type TaggingProduct } from '../tags/a-tagging-product.js';

const limit = { perMinute: 60, perHour: 240 };
let product: TaggingProduct | undefined;
afterEach(() => product?.close());

// A short version of test/bench/quota.bench.mjs, with small limits on both sides.
it('uses 90 percent of the allowed rate in bulk tagging, and is never refused', { timeout: 90_000 }, async () => {
  product = await aTaggingProduct({ contacts: 40, tags: everybody, limit });
  const { corp, push, calls } = product;
  for (let step = 0; step < 300 && calls('mark_tag') < 40; step++) await push(5_000);
  await push(2 * 3_600_000);
  const before = calls('mark_tag');
  const pace = [...Array.from({ length: 32 }, () => 15_000), ...Array.from({ length: 10 }, () => 5 * 60_000)];
  for (const ms of pace) {
    if (corp.record().tags.some((tag) => tag.name === '全员')) await corp.act({ do: 'delete_tag', tag: '全员' });
    await push(ms);
  }
  expect((calls('mark_tag') - before) / limit.perHour).toBeGreaterThanOrEqual(0.9);
  const refused = Object.keys(corp.record().calls).filter((path) => / (45009|45033|45035)$/.test(path));
  expect(refused).toEqual([]);
});

it('continues its counts after a restart in the middle of a window', { timeout: 90_000 }, async () => {
  product = await aTaggingProduct({ contacts: 40, tags: everybody, limit: { perMinute: 1_000, perHour: 60 } });
  const { corp, push, calls, restart } = product;
  for (let step = 0; step < 300 && calls('mark_tag') < 40; step++) await push(5_000);
  const deleteTag = () => corp.act({ do: 'delete_tag', tag: '全员' });
  await deleteTag();
  await restart();
  for (let step = 0; step < 20; step++) await push(5_000);
  expect(calls('mark_tag')).toBeGreaterThan(50);
  await restart();
  for (let step = 0; step < 20; step++) await push(60_000);
  expect(calls('mark_tag')).toBeLessThanOrEqual(60);
  const waiting = product.channels.flatMap((channel) => channel.connection?.().waiting ?? []);
  // A read may wait at the same time.
  expect(waiting).toContainEqual(expect.objectContaining({ endpoint: 'externalcontact/mark_tag', why: 'hour' }));
  for (let step = 0; step < 14; step++) await push(5 * 60_000);
  expect(calls('mark_tag')).toBe(80);
  const refused = Object.keys(corp.record().calls).filter((path) => / (45009|45033|45035)$/.test(path));
  expect(refused).toEqual([]);
});
