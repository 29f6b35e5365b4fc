import { describe, expect, it } from 'vitest';
import { isFactKind, readFactData } from './read-fact-data.js';

const follow = { staff: 'LinXia', createdAt: 1, tagIds: [] };
const read = (follows: readonly object[]) => ({ name: '小林', readAt: 1, follows });

describe('readFactData', () => {
  it('cuts a text that is too long, and keeps the rest', () => {
    const outcome = readFactData('contact_read', read([{ ...follow, remark: '备'.repeat(9_000) }, follow]));
    expect(outcome).toMatchObject({ ok: true, data: { follows: [{ remark: '备'.repeat(512) }, follow] } });
  });

  it('cuts between characters as readers see them', () => {
    const outcome = readFactData('joined_group', { chatId: 'wr1', name: `${'a'.repeat(127)}👨‍👩‍👧` });
    expect(outcome).toMatchObject({ ok: true, data: { name: 'a'.repeat(127) } });
  });

  it('cuts a list that is too long', () => {
    const mentions = Array.from({ length: 600 }, (_, index) => `wm${index}`);
    expect(readFactData('sent_message', { mentions })).toMatchObject({
      ok: true,
      data: { mentions: mentions.slice(0, 500) },
    });
  });

  it('removes empty ids, which earlier versions stored', () => {
    const mentions = ['', 'wmA', ' ', 'wmB'];
    expect(readFactData('sent_message', { mentions })).toMatchObject({ ok: true, data: { mentions: ['wmA', 'wmB'] } });
    const many = ['', ...Array.from({ length: 600 }, (_, index) => `wm${index}`)];
    expect(readFactData('sent_message', { mentions: many })).toMatchObject({ ok: true, data: { length: 0 } });
  });

  it('cuts and removes entries of one list in any order', () => {
    const long = 'x'.repeat(200);
    for (const mentions of [
      ['', long],
      [long, ''],
      ['wmA', ' ', long, '', 'wmB', long],
    ]) {
      const outcome = readFactData('sent_message', { mentions: [...mentions] });
      const kept = mentions
        .filter((one) => one.trim() !== '')
        .map((one) => one.slice(0, 128))
        .slice(0, 500);
      expect(outcome).toMatchObject({ ok: true, data: { mentions: kept } });
    }
  });

  it('does not accept inherited property names as kinds', () => {
    expect(['constructor', '__proto__', 'toString', 'visited'].filter(isFactKind)).toEqual(['visited']);
  });

  it.each([
    ['sent_message', { length: 'long' }, /^length: /],
    ['sent_message', { length: 2_000_000 }, /^length: /],
    ['order_paid', { orderId: 'x'.repeat(300), amountCents: -1 }, /^amountCents: |^orderId: /],
    ['order_paid', null, /expected object/],
  ] as const)('reports any other mistake in %s', (kind, value, problem) => {
    const outcome = readFactData(kind, value);
    expect(outcome.ok).toBe(false);
    expect(outcome).toMatchObject({ problem: expect.stringMatching(problem) as string });
  });
});
