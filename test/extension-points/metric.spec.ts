import { expect, it, vi } from 'vitest';
import { dayOf } from '../../src/domain/day.js';
import { compileRule, type CompiledRule } from '../../src/domain/rules/index.js';
import { waysTo, nextStepWords } from '../../src/domain/tiers/next-step.js';
import { freshSqlite } from '../support/databases.js';
import { aFact, aProduct, MONDAY, xiaolu } from '../support/test-product.js';

// Adds the definition that a new metric needs in the list of its family. Beside it, a new metric needs one migration for its column.
vi.mock('../../src/domain/metrics/activity.metrics.js', async (importOriginal) => {
  const family = await importOriginal<typeof import('../../src/domain/metrics/activity.metrics.js')>();
  const checkins = family.activityMetrics.find(({ name }) => name === 'checkins_30d')!;
  (family.activityMetrics as (typeof checkins)[]).push({
    ...checkins,
    name: 'checkins_14d',
    label: { zh: '近14天打卡', en: 'check-ins, 14 days' },
    read: { column: 'checkins_14d' },
    sum: { of: 'checkins', days: 14 },
    nextStep: { ...checkins.nextStep!, within: '近 14 天' },
  });
  return family;
});

function ruleOf(text: string): CompiledRule {
  const compiled = compileRule(text);
  if (!compiled.ok) throw new Error(`no rule: ${text}`);
  return compiled.rule;
}

const FORTNIGHT_MS = 14 * 86_400_000;

const aTemplate = (channel: string, text: string): string =>
  `---\nkey: keen\nname: 常打卡\nkind: care\ntrigger: { on: reached, metric: messages_total, at: [1] }\naudience: checkins_14d >= 2\nchannels: [${channel}]\ncaps: { counts: false }\n---\n${text}\n`;

it('is summed, found by rules, suggested as a next step and checked in templates as soon as it is in the list', async () => {
  const db = await freshSqlite();
  try {
    await db.write((tx) => tx.run('ALTER TABLE member_metrics ADD COLUMN checkins_14d BIGINT NOT NULL DEFAULT 0'));
    const { templates, happens, channel } = await aProduct(db);
    const saved = await templates.save({
      key: 'keen',
      text: aTemplate('mass_send', '常来打卡，谢谢你。'),
      note: '',
      baseVersion: 0,
      by: 'test',
      now: MONDAY,
    });
    expect(saved).toEqual({ kind: 'saved', version: 1 });

    const late = { externalUserId: 'wmLate' };
    await happens(
      ...[xiaolu, late].flatMap((who) => [
        aFact('contact_added', MONDAY - FORTNIGHT_MS, who),
        aFact('checked_in', MONDAY, who),
      ]),
      aFact('checked_in', MONDAY - 60_000, xiaolu),
      aFact('checked_in', MONDAY - FORTNIGHT_MS, late),
    );
    await happens(aFact('sent_message', MONDAY, xiaolu), aFact('sent_message', MONDAY, late));
    expect(await db.read.all('SELECT checkins_14d, checkins_30d FROM member_metrics ORDER BY member_id')).toEqual([
      { checkins_14d: 2, checkins_30d: 2 },
      { checkins_14d: 1, checkins_30d: 2 },
    ]);
    const thanked = channel.ofKind('mass_send').filter(({ message }) => message.text === '常来打卡，谢谢你。');
    expect(thanked.map(({ externalUserIds }) => externalUserIds)).toEqual([['wmXiaolu']]);

    const found = ruleOf('checkins_14d >= 2').toSql('sqlite', {
      today: dayOf(MONDAY, 'Asia/Shanghai'),
      corp: {},
      alias: 'm',
      firstPlaceholder: 1,
    });
    const rows = await db.read.all(`SELECT member_id FROM member_metrics m WHERE ${found.sql}`, found.params);
    expect(rows).toHaveLength(1);
    const standing = { values: { checkins_14d: 2 }, tags: new Set<string>(), kol: [] };
    expect(nextStepWords(waysTo(ruleOf('checkins_14d >= 3'), standing), '会员')).toBe('近 14 天再打卡 1 次，就是会员');

    // It is one member's own figure: a text for many must not contain it, and a text to the group may.
    const many = await templates.save({
      key: 'keen',
      text: aTemplate('mass_send', '{{ checkins_14d }} 次'),
      note: '',
      baseVersion: 1,
      by: 'test',
      now: MONDAY,
    });
    expect(many.kind).toBe('refused');
    const group = await templates.save({
      key: 'keen',
      text: aTemplate('group_mention', '{{ checkins_14d }} 次'),
      note: '',
      baseVersion: 1,
      by: 'test',
      now: MONDAY,
    });
    expect(group.kind).toBe('saved');
  } finally {
    await db.close();
  }
});
