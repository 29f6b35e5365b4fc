import { expect, it } from 'vitest';
import { broadcastStore } from '../../../src/features/broadcasts/broadcast.store.js';
import { startBroadcast } from '../../../src/features/broadcasts/control-broadcast.js';
import { eachDatabase } from '../../support/databases.js';
import { saveTemplate } from '../../support/save-template.js';
import { aListeningProduct } from './a-listening-product.js';

const KEY = 'spring-news';
const HOUR = 3_600_000;

eachDatabase('the command 群发', (open) => {
  async function aProductWithBroadcast(aheadMs: number) {
    const product = await aListeningProduct(await open());
    await product.contact('c1', '小鹿');
    await product.contact('c2', '小满');
    await saveTemplate(product, KEY, 'trigger: {on: broadcast}\naudience: is_contact\nchannels: [chat_dm]');
    await product.templates.setEnabled(KEY, true, product.clock.now());
    const [now, context] = [product.clock.now(), await product.engine.context()];
    const { id } = await product.db.write((tx) =>
      startBroadcast(
        { tx, context, now },
        { template: KEY, seen: { people: 2 }, by: 'admin', startsAt: now + aheadMs },
      ),
    );
    return { product, id };
  }

  it('says how far each is, and stops, resumes and cancels one by its number', async () => {
    const { product, id } = await aProductWithBroadcast(2 * HOUR);
    expect(await product.operator('群发')).toMatch(/1\. 「试」定在 \d{4}-\d\d-\d\d \d\d:\d\d：2 人里发出 0/u);
    expect(await product.operator(`群发 暂停 ${id}`)).toContain('已暂停第 1 次群发');
    expect(await product.operator('群发')).toContain('「试」已暂停');
    await product.later(3);
    expect((await broadcastStore.byId(product.db.read, id))!.plannedTo).toBe(0);
    expect(await product.operator(`群发 继续 #${id}`)).toContain('接着发');
    await product.later(1);
    expect(await product.operator('群发')).toContain('2 人里发出 ');
    expect(await product.operator(`群发 取消${id}`)).toContain('已取消第 1 次群发');
    expect(await product.operator('群发')).toContain('「试」已取消');
    expect(await product.operator(`群发 继续 ${id}`)).toBe('这次群发已经取消了。');
  });

  it('says what to write for anything else, and what is refused in words', async () => {
    const { product } = await aProductWithBroadcast(2 * HOUR);
    for (const said of ['群发 暂停', '群发 12', '群发 发 1', '群发 暂停 一'])
      expect(await product.operator(said), said).toContain('群发 暂停 12');
    expect(await product.operator('群发 取消 99')).toContain('没有这次群发');
    await saveTemplate(product, KEY, 'trigger: {on: broadcast}\naudience: is_contact\nchannels: [chat_dm]', '新的文字');
    await product.later(3);
    expect(await product.operator('群发')).toContain('等人在控制台再看一遍');
    expect(await product.operator('群发 继续 1')).toContain('文字在看过以后改了');
    expect(await product.operator('群发', { staff: 'Somebody' })).not.toContain('「试」');
  });
});
