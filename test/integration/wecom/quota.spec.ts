import { afterEach, expect, it } from 'vitest';
import { aTaggingProduct, everybody, type TaggingProduct } from './a-tagging-product.js';

const limit = { perMinute: 60, perHour: 240 };
let product: TaggingProduct | undefined;
afterEach(() => product?.close());

// The quick sister of test/bench/quota.bench.mjs, with a small part of WeCom's figures on both sides.
it('uses nine tenths of the legal rate in bulk tagging, and is never refused for it', { timeout: 90_000 }, async () => {
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
