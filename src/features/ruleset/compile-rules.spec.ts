import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRuleset } from './compile-rules.js';

async function edited(name: string, change: (text: string) => string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'qunjie-config-'));
  await cp('config', directory, { recursive: true });
  await writeFile(join(directory, name), change(await readFile(join(directory, name), 'utf8')));
  return directory;
}

describe('readRuleset', () => {
  it('compiles the files that the product ships with', async () => {
    const read = await readRuleset('config');
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    expect(read.value.rules.tiers.map((tier) => tier.key)).toEqual(['potential', 'regular', 'member', 'loyal']);
    expect(read.value.rules.tags.length).toBeGreaterThan(15);
  });

  it('reports a missing file beside the mistakes in the others', async () => {
    const directory = await edited('tags.yaml', () => 'groups:\n  - group: 层级\n    tags: [\n');
    await rm(join(directory, 'stages.yaml'));
    const read = await readRuleset(directory);
    expect(read.ok ? [] : read.problems).toEqual([
      {
        ...{ file: join(directory, 'stages.yaml'), line: 1, column: 1 },
        ...{ message: 'the file is missing', messageZh: '没有这个文件', messageEn: 'the file is missing' },
      },
      expect.objectContaining({ file: join(directory, 'tags.yaml') }),
    ]);
  });

  it('names the place of a typo in a rule', async () => {
    const directory = await edited('tiers.yaml', (text) => text.replace('orders_total >= 1', 'order_total >= 1'));
    const line =
      (await readFile('config/tiers.yaml', 'utf8'))
        .split('\n')
        .findIndex((text) => text.includes('orders_total >= 1')) + 1;
    const read = await readRuleset(directory);
    expect(read).toMatchObject({ ok: false, problems: [{ file: join(directory, 'tiers.yaml'), line, column: 12 }] });
    expect(read.ok ? '' : read.problems[0]!.message).toContain('orders_total');
  });

  it('reports every problem of every file at once', async () => {
    const directory = await edited('sending.yaml', (text) => text.replace("'21:30'", "'25:30'"));
    await writeFile(join(directory, 'tags.yaml'), 'groups:\n  - group: 层级\n    tags: [\n');
    const read = await readRuleset(directory);
    expect(read.ok ? [] : read.problems.map((problem) => problem.file.split('/').at(-1))).toEqual(
      expect.arrayContaining(['sending.yaml', 'tags.yaml']),
    );
  });

  it('names the place of a contact way whose name no database can store', async () => {
    const directory = await edited(
      'contact-ways.yaml',
      () => 'ways:\n  - key: expo\n    name: "a\\0b"\n    staff: [LinXia]\n',
    );
    expect(await readRuleset(directory)).toMatchObject({
      ok: false,
      problems: [{ file: join(directory, 'contact-ways.yaml'), line: 3, column: 11 }],
    });
  });

  it('takes a share of the entry figures for the rule by which a member stays', async () => {
    const stay = 'stay: (orders_90d >= 2 || kol_level >= 2) && days_since_last_seen <= 60';
    const read = await readRuleset(await edited('tiers.yaml', (text) => text.replace(stay, 'stay: 60%')));
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    expect(read.value.rules.tiers.at(-1)?.stay?.text).toBe(
      '((orders_90d >= 2 && spend_90d_cents >= spend_90d_top_fifth_cents) || kol_level >= 2) && days_since_last_seen <= 30',
    );
    const none = await edited('tiers.yaml', (text) => text.replace(stay, 'stay: 0%'));
    expect(await readRuleset(none)).toMatchObject({ ok: false });
  });

  it('reads the floor of a tier, and refuses one that would keep itself', async () => {
    const withFloor = (floor: string) =>
      edited('tiers.yaml', (text) =>
        text.replace('enter: orders_total >= 1', `floor: ${floor}\n    enter: orders_total >= 1`),
      );
    const read = await readRuleset(await withFloor("{ tags: [VIP], groups: ['VIP*'] }"));
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    expect(read.value.rules.tiers[2]?.floor).toEqual({ tags: ['VIP'], groups: ['VIP*'] });
    for (const [floor, message] of [
      ['{ tags: [会员] }', 'the rule of the tag 会员 reads the tier'],
      ["{ groups: ['会员*'] }", 'belong to tier member'],
      ["{ groups: ['*'] }", 'belong to tier potential'],
      ['{}', 'name at least one tag or one group'],
    ] as const)
      expect(await readRuleset(await withFloor(floor))).toMatchObject({
        ok: false,
        problems: [{ message: expect.stringContaining(message) as string }],
      });
  });

  it('reads how a tag is kept', async () => {
    const read = await readRuleset(
      await edited('tags.yaml', (text) =>
        text.replace('checkins_30d >= 10, keep: 40%, min_days: 30', 'checkins_30d >= 10'),
      ),
    );
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    const tag = (name: string) => read.value.rules.tags.find((each) => each.name === name);
    expect(tag('爱打卡')).toMatchObject({ minDays: 0 });
    expect(tag('爱打卡')?.keep).toBeUndefined();
    expect(tag('话多')).toMatchObject({ minDays: 30, keep: { text: 'messages_30d >= 30' } });
    expect(tag('意见领袖')?.keep?.text).toBe('kol_level >= 2');
    const wrong = await edited('tags.yaml', (text) => text.replace('keep: kol_level >= 2', 'keep: kol_lvl >= 2'));
    expect(await readRuleset(wrong)).toMatchObject({ ok: false, problems: [{ line: expect.any(Number) as number }] });
  });

  it('keeps the meaning of a stages.yaml that defines no layers', async () => {
    const directory = await edited('stages.yaml', (text) => text.slice(0, text.indexOf('# Beside tier and stage')));
    const [old, shipped] = [await readRuleset(directory), await readRuleset('config')];
    if (!old.ok || !shipped.ok) throw new Error('does not compile');
    const comparable = ({ rules: { layers, product, kol } }: typeof old.value) => ({
      rfm: layers.rfm,
      argo: layers.argo.map(({ key, when }) => [key, when.text]),
      score: layers.keyMembers.score.text,
      share: layers.keyMembers.share,
      product,
      kol,
    });
    expect(comparable(old.value)).toEqual(comparable(shipped.value));
  });

  it.each([
    ['recency: { at_most: [30] }', 'recency: { at_most: [30, 90] }', 'write 2 bounds, as many as for recency'],
    ['recency: { at_most: [30] }', 'recency: { metric: tier, at_most: [30] }', 'tier is not a metric with a number'],
    ['recency: { at_most: [30] }', 'recency: { metric: rfm_r, at_most: [30] }', 'rfm_r is not a metric with a number'],
    ['money: { at_least: [50000] }', 'money: { at_least: [5, 1, 0] }', 'three levels at most'],
    [
      'form: orders\n',
      'form: orders\n  segments: [{ key: top, label: { zh: 顶, en: top }, r: 2 }]\n',
      'no segment has R 1, F 1, M 1',
    ],
    [
      'form: orders\n',
      'form: orders\n  segments: [{ key: a, label: { zh: 甲, en: a } }, { key: b, label: { zh: 乙, en: b }, r: 2 }]\n',
      'the segments before it take all its scores',
    ],
    ['when: is_contact || groups_count >= 1', "when: tier == 'loyal'", 'tier is decided after this'],
    ['when: is_contact || groups_count >= 1', 'when: "\'VIP\' in tags"', 'tags are decided after this'],
    ['key: open', 'key: growth', 'there is a stage growth already'],
    ['score: active_days_30d * 5', 'score: active_day_30d * 5', 'active_day_30d'],
    ['score: active_days_30d * 5 + messages_30d', 'score: is_key', 'is_key'],
    ['effort: { new: 10', 'effort: { new: 11', 'must be 100 together'],
    ['phase: introduction', 'phase: start', 'introduction'],
  ])('names the place of a mistake in a layer: %s → %s', async (from, to, message) => {
    const directory = await edited('stages.yaml', (text) => text.replace(from, to));
    expect(await readFile(join(directory, 'stages.yaml'), 'utf8')).toContain(to);
    const read = await readRuleset(directory);
    expect(read).toMatchObject({
      ok: false,
      problems: expect.arrayContaining([
        expect.objectContaining({
          file: join(directory, 'stages.yaml'),
          line: expect.any(Number) as number,
          message: expect.stringContaining(message) as string,
        }),
      ]) as unknown[],
    });
  });

  it('lets rules name the configured segments and stages, and no others', async () => {
    const tags = (when: string) => () =>
      `groups:\n  - group: 价值\n    tags:\n      - { name: 重点, when: "${when}" }\n`;
    expect(
      await readRuleset(await edited('tags.yaml', tags("rfm == 'important_value' && argo != 'open' && is_key"))),
    ).toMatchObject({ ok: true });
    expect(await readRuleset(await edited('tags.yaml', tags("rfm == 'champions'")))).toMatchObject({ ok: false });
    const own = await edited('stages.yaml', (text) =>
      text.replace(
        'form: orders\n',
        'form: orders\n  segments: [{ key: champions, label: { zh: 冠军, en: champions }, r: 2 }, { key: rest, label: { zh: 其余, en: rest } }]\n',
      ),
    );
    await writeFile(join(own, 'tags.yaml'), tags("rfm == 'champions'")());
    expect(await readRuleset(own)).toMatchObject({ ok: true });
  });

  it('refuses a tier above the lowest that has no enter rule', async () => {
    const directory = await edited('tiers.yaml', (text) => text.replace('    enter: orders_total >= 1\n', ''));
    expect(await readRuleset(directory)).toMatchObject({
      ok: false,
      problems: [{ message: expect.stringContaining('needs an enter rule') as string }],
    });
  });

  it.each([
    [
      'a tag group that exists already',
      {
        file: 'tags.yaml',
        text: 'groups:\n  - group: 甲\n    tags:\n      - name: 一\n        when: is_contact\n  - group: 甲\n    tags:\n      - name: 二\n        when: is_contact\n',
        line: 6,
        column: 12,
      },
    ],
    [
      'a tag that exists already',
      {
        file: 'tags.yaml',
        text: 'groups:\n  - group: 甲\n    tags:\n      - name: 一\n        when: is_contact\n      - name: 一\n        when: is_contact\n',
        line: 6,
        column: 15,
      },
    ],
    [
      'a contact way that exists already',
      {
        file: 'contact-ways.yaml',
        text: 'ways:\n  - key: expo\n    name: 甲\n    staff: [LinXia]\n  - key: expo\n    name: 乙\n    staff: [LinXia]\n',
        line: 5,
        column: 10,
      },
    ],
    [
      'a tag of a contact way that belongs to another group',
      {
        file: 'contact-ways.yaml',
        text: 'ways:\n  - key: expo\n    name: 甲\n    staff: [LinXia]\n    tags: [展会, 新人]\n',
        line: 5,
        column: 16,
      },
    ],
    [
      'an unknown tier among those with member codes',
      { file: 'contact-ways.yaml', text: 'vip:\n  tiers: [loyal, royal]\n', line: 2, column: 18 },
    ],
  ])('names the place of %s', async (_what, { file, text, line, column }) => {
    const directory = await edited(file, () => text);
    expect(await readRuleset(directory)).toMatchObject({
      ok: false,
      problems: [{ file: join(directory, file), line, column }],
    });
  });

  it('names the welcome template of a contact way and its place', async () => {
    const directory = await edited(
      'contact-ways.yaml',
      () => 'ways:\n  - key: expo\n    name: 甲\n    staff: [LinXia]\n    welcome: welcome-expo\n',
    );
    expect(await readRuleset(directory)).toMatchObject({
      ok: true,
      value: {
        templateReferences: [{ key: 'welcome-expo', file: join(directory, 'contact-ways.yaml'), line: 5, column: 14 }],
      },
    });
  });
});
