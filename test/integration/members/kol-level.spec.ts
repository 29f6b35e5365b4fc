import { expect, it } from 'vitest';
import { DAY_MS } from '../../../src/domain/day.js';
import type { Fact, MemberIds } from '../../../src/domain/fact.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, MONDAY } from '../../support/test-product.js';

const lu: MemberIds = { externalUserId: 'wmLu' };
const says = (day: number, times: number, data: { chatId?: string | undefined; looksLikeAd?: boolean } = {}): Fact[] =>
  Array.from({ length: times }, (_, nth) => aFact('sent_message', MONDAY - day * DAY_MS - nth * 1_000, lu, data));
const mentioned = Array.from({ length: 3 }, (_, nth) =>
  aFact('was_mentioned', MONDAY - nth * 1_000, lu, { chatId: 'wrTalk' }),
);
/** The messages in which these people mentioned the member. */
const mentionedBy = (...people: string[]): Fact[] =>
  people.map((who, nth) =>
    aFact('sent_message', MONDAY - nth * 1_000, { externalUserId: who }, { chatId: 'wrTalk', mentions: ['wmLu'] }),
  );
const levelOfLu = `SELECT kol_level FROM member_metrics m JOIN member mb ON mb.id = m.member_id WHERE mb.external_userid = 'wmLu'`;
const eachDay = (make: (day: number) => Fact[]): Fact[] => Array.from({ length: 9 }, (_, day) => make(day)).flat();

eachDatabase('the KOL level', (open) => {
  it.each([
    ['direct messages', eachDay((day) => says(day, 1, { chatId: undefined })), 0],
    ['visits', eachDay((day) => [aFact('visited', MONDAY - day * DAY_MS, lu)]), 0],
    ['days with nothing but ads', eachDay((day) => (day === 0 ? [] : says(day, 1, { looksLikeAd: true }))), 0],
    ['group messages', eachDay((day) => says(day, 1)), 2],
  ] as const)('after one busy day depends on what the member did on other days: %s', async (_what, more, level) => {
    const product = await aProduct(await open());
    await product.happens(...says(0, 40), ...mentioned, ...mentionedBy('wmA', 'wmB'), ...more);
    expect(await product.db.read.one(levelOfLu)).toEqual({ kol_level: level });
  });

  it('is not raised by one friend alone', async () => {
    const product = await aProduct(await open());
    const talk = eachDay((day) => says(day, 9));
    await product.happens(...talk, ...mentioned, ...mentionedBy('wmA', 'wmA', 'wmA'));
    expect(await product.db.read.one(levelOfLu)).toEqual({ kol_level: 1 });
    await product.happens(...mentionedBy('wmB'));
    expect(await product.db.read.one(levelOfLu)).toEqual({ kol_level: 2 });
  });
});
