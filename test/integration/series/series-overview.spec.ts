import { expect, it } from 'vitest';
import { seriesResponses } from '../../../src/console/api/series-requests.js';
import { compileRules } from '../../../src/features/ruleset/compile-rules.js';
import { aConsole } from '../../support/console-app.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, rulesOfTheFiles } from '../../support/test-product.js';

const text = `series:
  - key: care
    name: { zh: 关怀, en: care }
    enter: is_contact
    exit: orders_total >= 1
    steps:
      - { key: guide, day: 1, send: newcomer-guide }
      - { key: tagged, day: 2, tag: { add: 关怀中, group: 关怀 } }
      - { key: ask, day: 9, at: '10:30', only_if: messages_total == 0, send: newcomer-ask }
`;

eachDatabase('the course of a series', (open) => {
  it('counts who entered, who is at which step, who came how far, and how they left', async () => {
    const { texts } = await rulesOfTheFiles();
    const rules = compileRules({ ...texts, series: text });
    if (!rules.ok) throw new Error(JSON.stringify(rules.problems));
    const product = await aProduct(await open(), { rules: rules.value, sending: { globalHoldoutPercent: 0 } });
    const app = await aConsole(product, { sharesRules: true });
    const people = ['wm-1', 'wm-2', 'wm-3'].map((externalUserId) => ({ externalUserId }));
    for (const [day, who] of people.entries()) {
      await product.later(`2026-03-0${3 + day}T09:00`);
      await product.happens(aFact('contact_added', product.clock.now(), who));
    }
    await product.happens(aFact('order_paid', product.clock.now(), people[2]!, { orderId: 'o-1', amountCents: 100 }));
    for (const day of ['05', '06', '07']) await product.later(`2026-03-${day}T23:00`);
    const [care] = seriesResponses.list.parse((await app.asProgram('GET', '/api/v1/series')).body).items;
    expect(care).toMatchObject({
      ...{ key: 'care', enabled: true, entered: 3, inside: 2, elsewhere: [] },
      enter: { zh: '是好友' },
      ended: [{ end: 'exit', members: 1 }],
      steps: [
        { key: 'guide', when: { zh: '进入后第 1 天' }, onlyIf: null, template: 'newcomer-guide', passed: 2 },
        { key: 'tagged', words: { zh: '打上标签「关怀中」' }, template: null, passed: 2 },
        {
          key: 'ask',
          when: { zh: '进入后第 9 天 10:30' },
          onlyIf: { zh: expect.stringMatching(/./u) },
          here: 2,
          passed: 0,
        },
      ],
    });
    const here = seriesResponses.members.parse(
      (await app.asProgram('GET', '/api/v1/series/care/steps/ask/members')).body,
    );
    expect(here.items).toHaveLength(2);
    expect(here.items[0]!.dueAt).toBeGreaterThan(product.clock.now());
    const of = async (id: number) =>
      seriesResponses.ofMember.parse((await app.asProgram('GET', `/api/v1/members/${id}/series`)).body).items;
    expect(await of(here.items[0]!.id)).toMatchObject([{ key: 'care', step: { zh: expect.stringContaining('发「') } }]);
    expect(await of(3)).toMatchObject([{ step: null, ended: { zh: '满足离开条件' } }]);
    expect((await app.asProgram('GET', '/api/v1/members/999/series')).status).toBe(404);
  });
});
