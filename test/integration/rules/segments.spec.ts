import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import type { RuleDocument } from '../../../src/domain/rule-document.js';
import { RulesService, type Publication } from '../../../src/features/ruleset/rules.service.js';
import { seedRules } from '../../../src/features/ruleset/seed-rules.js';
import { eachDatabase } from '../../support/databases.js';
import { saveTemplate } from '../../support/save-template.js';
import { aFact, aProduct, MONDAY, type TestProduct } from '../../support/test-product.js';

const who = { externalUserId: 'wmA' };
const aSegment = (key: string, when: string, more = ''): string =>
  `  - key: ${key}\n    label: { zh: ${key} 群, en: ${key} }\n    when: "${when}"\n${more}`;
const segments = (...list: readonly string[]): string => `segments:\n${list.join('')}`;
const buyers = aSegment('buyers', 'orders_total >= 1');
const tag = (when: string): string => `groups:\n  - group: 试\n    tags:\n      - { name: 试, when: "${when}" }\n`;

async function aService(product: TestProduct) {
  await product.db.write((tx) => seedRules(tx, 'config', product.clock.now()));
  const service = new RulesService(product.db, product.rulesets, product.templates, { directory: 'config' });
  return async (document: RuleDocument, text: string, accept: NonNullable<Publication['accept']> = []) => {
    const baseVersion = (await service.read(document)).version;
    return service.publish({ edits: [{ document, text, baseVersion }], note: '', by: 'admin', now: MONDAY, accept });
  };
}

eachDatabase('segments', (open) => {
  it('stand in for their rule in tags and other segments, and the because names the segment', async () => {
    const db = await open();
    const product = await aProduct(db);
    const put = await aService(product);
    const text = segments(aSegment('big', "in_segment('buyers') && spend_total_cents >= 100"), buyers);
    expect(await put('segments', text)).toMatchObject({ kind: 'published' });
    expect(await put('tags', tag("in_segment('big')"))).toMatchObject({ kind: 'published' });
    await product.happens(aFact('order_paid', MONDAY, who, { orderId: 'a', amountCents: 500 }));
    expect(await db.read.all('SELECT name, want FROM member_tag')).toEqual([{ name: '试', want: 1 }]);
    const decided = await db.read.one<{ because: string }>("SELECT because FROM decision WHERE kind = 'tag'");
    expect(JSON.parse(decided!.because)).toMatchObject({
      text: "in_segment('big')",
      values: [
        { metric: 'segment', have: true, need: '有 big 群' },
        { metric: 'segment', have: true, need: '有 buyers 群' },
        { metric: 'orders_total', have: 1, need: '≥ 1' },
        { metric: 'spend_total_cents', have: 500, need: '≥ 100' },
      ],
    });
  });

  it('that name one another in a circle are refused, with the place', async () => {
    const put = await aService(await aProduct(await open()));
    const circle = segments(
      aSegment('a', "in_segment('b') || orders_total >= 1"),
      aSegment('b', "!in_segment('c')"),
      aSegment('c', "in_segment('a')"),
    );
    expect(await put('segments', circle)).toMatchObject({
      kind: 'refused',
      problems: [{ document: 'segments', line: 4, message: expect.stringContaining('a → b → c → a') as string }],
    });
    expect(await put('segments', segments(aSegment('a', "in_segment('a')")))).toMatchObject({ kind: 'refused' });
  });

  it('that are not there are refused with a suggestion, and so is a rule that grows too large by them', async () => {
    const put = await aService(await aProduct(await open()));
    await put('segments', segments(buyers));
    const refused = await put('tags', tag("in_segment('buyer')"));
    expect(refused).toMatchObject({
      problems: [{ document: 'tags', line: 4, message: expect.stringContaining('是不是想写 buyers？') as string }],
    });
    expect(await put('tags', tag('in_segment(tier)'))).toMatchObject({ kind: 'refused' });
    expect(await put('tags', tag("in_segment('buyers') == true"))).toMatchObject({ kind: 'refused' });
    const twice = (key: string, of: string) => aSegment(key, Array(7).fill(`in_segment('${of}')`).join(' && '));
    expect(
      await put('segments', segments(buyers, twice('b', 'buyers'), twice('c', 'b'), twice('d', 'c'))),
    ).toMatchObject({
      problems: [{ line: 13, message: expect.stringContaining('300') as string }],
    });
  });

  it('cannot be taken away while a rule or a template uses them: the place is named', async () => {
    const product = await aProduct(await open());
    const put = await aService(product);
    await put('segments', segments(buyers));
    await put('tags', tag("in_segment('buyers')"));
    expect(await put('segments', 'segments: []\n')).toMatchObject({ problems: [{ document: 'tags', line: 4 }] });
    await put('tags', await readFile('config/tags.yaml', 'utf8'));
    await saveTemplate(
      product,
      'k',
      "trigger: { on: reached, metric: orders_total, at: [1] }\nchannels: [chat_dm]\naudience: in_segment('buyers')",
    );
    expect(await put('segments', 'segments: []\n')).toMatchObject({ problems: [{ document: null, template: 'k' }] });
  });

  it('that claim to partition are proved: a gap or an overlap needs an explicit yes, once', async () => {
    const product = await aProduct(await open());
    const put = await aService(product);
    const parts = (none: string, some: string): string =>
      segments(
        aSegment('none', none, '    partition: orders\n'),
        aSegment('some', some, '    partition: orders\n'),
        aSegment('other', 'is_contact'),
      );
    const gap = parts('orders_total == 0', 'orders_total >= 2');
    expect(await put('segments', gap)).toMatchObject({
      kind: 'refused',
      problems: [{ document: 'segments', code: 'gap', line: 5, example: { orders_total: 1 } }],
    });
    expect(await put('segments', gap, ['overlaps'])).toMatchObject({ kind: 'refused' });
    expect(await put('segments', gap, ['gaps'])).toMatchObject({ kind: 'published' });
    // What was accepted is not asked again when something else changes.
    expect(await put('segments', gap.replace('is_contact', '!is_contact'))).toMatchObject({ kind: 'published' });
    const overlap = parts('orders_total <= 3', 'orders_total >= 2');
    expect(await put('segments', overlap)).toMatchObject({ problems: [{ code: 'overlap', line: 5 }] });
    expect(await put('segments', parts('orders_total == 0', 'orders_total >= 1'))).toMatchObject({ kind: 'published' });
  });
});
