import { expect, it, vi } from 'vitest';
import { freshSqlite } from '../support/databases.js';
import { aFact, aProduct, MONDAY, xiaolu } from '../support/test-product.js';

// Adds the line that a new trigger needs in the list.
vi.mock('../../src/domain/triggers/index.js', async (importOriginal) => {
  const list = await importOriginal<typeof import('../../src/domain/triggers/index.js')>();
  const { manyCheckins } = await import('./many-checkins.trigger.js');
  (list.triggers as unknown as unknown[]).push(manyCheckins);
  return list;
});

const aTemplate = (trigger: string): string =>
  `---\nkey: checkins\nname: 打卡\nkind: milestone\ntrigger: ${trigger}\naudience: is_contact\nchannels: [mass_send]\ncaps: { counts: false }\n---\n打卡 {{ reached }} 次了，真棒。\n`;

it('sends a template as soon as it is in the list, and brings its own hint, label and reason', async () => {
  const db = await freshSqlite();
  try {
    const { clock, templates, happens, channel } = await aProduct(db);
    const wrong = await templates.save({
      key: 'checkins',
      text: aTemplate('{on: many_checkins, at: often}'),
      note: '',
      baseVersion: 0,
      by: 'test',
      now: MONDAY,
    });
    expect(wrong).toMatchObject({
      kind: 'refused',
      problems: [{ hint: { zh: '例如 trigger: {on: many_checkins, at: 2}' } }],
    });
    const saved = await templates.save({
      key: 'checkins',
      text: aTemplate('{on: many_checkins, at: 2}'),
      note: '',
      baseVersion: 0,
      by: 'test',
      now: MONDAY,
    });
    expect(saved).toEqual({ kind: 'saved', version: 1 });
    expect((await templates.list()).find(({ key }) => key === 'checkins')?.trigger).toEqual({
      zh: '打卡满 2 次',
      en: '2 check-ins',
    });

    await happens(aFact('contact_added', MONDAY, xiaolu), aFact('checked_in', MONDAY, xiaolu));
    expect(channel.ofKind('mass_send').map(({ message }) => message.text)).not.toContain('打卡 2 次了，真棒。');
    clock.pushTo(MONDAY + 1_000);
    await happens(aFact('checked_in', clock.now(), xiaolu));
    expect(channel.ofKind('mass_send').map(({ message }) => message.text)).toContain('打卡 2 次了，真棒。');
    const [row] = await db.read.all<{ ground: string; because: string }>(
      `SELECT ground, because FROM outbox WHERE campaign = 'checkins'`,
    );
    expect(JSON.parse(row!.ground)).toEqual({ on: 'many_checkins', at: 2 });
    expect(row!.because).toContain('checkins_total');
    const { reasonLabel } = await import('../../src/insights/words/reason-words.js');
    expect(reasonLabel('checkins_taken_back').zh).toBe('打卡被撤回');
  } finally {
    await db.close();
  }
});
