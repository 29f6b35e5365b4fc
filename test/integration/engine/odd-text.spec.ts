import { expect, it } from 'vitest';
import type { Fact } from '../../../src/domain/fact.js';
import { interpretCallback } from '../../../src/channels/wecom/callback/interpret-callback.js';
import { aConsole } from '../../support/console-app.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, groupRead, MONDAY, type TestProduct, withKey } from '../../support/test-product.js';

/** Names that a stranger may give themselves, a group or a product. The last two only look like escapes. */
const odd: readonly [name: string, text: string, stored: string][] = [
  ['a raw NUL', 'a\u0000b', 'a\ufffdb'],
  ['half a character', 'a\ud83db', 'a\ufffdb'],
  ['the six characters of an escaped NUL', '\\u0000', '\\u0000'],
  ['the six characters of half an emoji', '\\ud83d', '\\ud83d'],
];

/** Every place in which a text can come in, as facts that contain it. */
const places: readonly [place: string, facts: (text: string) => readonly Fact[]][] = [
  ['the name of a contact', (text) => [contactRead('wmOdd', text)]],
  ['the remark and state of a contact', (text) => [contactRead('wmOdd', 'x', { remark: text, state: text })]],
  ['the name of a group', (text) => [groupRead('wrOdd', text, ['wmOther'], MONDAY)]],
  [
    'a name in a group',
    (text) => [aFact('joined_group', MONDAY, { chatContactId: 'c1' }, { chatId: 'R:1', name: text })],
  ],
  ['the id of a speaker', (text) => [aFact('sent_message', MONDAY, { chatContactId: text }, { chatId: text })]],
  [
    'the id of a mentioned member',
    (text) => [aFact('sent_message', MONDAY, { chatContactId: 'c1' }, { mentions: [text] })],
  ],
  [
    'the id of some content',
    (text) => [aFact('content_viewed', MONDAY, { phone: '13800138000' }, { contentId: text })],
  ],
  ['a key', (text) => [withKey(`key ${text}`, aFact('visited', MONDAY, { unionid: 'u1' }, {}))]],
  ['the name of a field', (text) => [aFact('checked_in', MONDAY, { unionid: 'u1' }, { [text]: text })]],
  ['a value of one’s own', (text) => [aFact('custom', MONDAY, { unionid: 'u1' }, { name: text, value: text })]],
  ['an event of an unknown kind', (text) => [aFact('unrecognized', MONDAY, {}, { event: text, body: text })]],
];

const contactRead = (externalUserId: string, name: string, more: { remark?: string; state?: string } = {}): Fact =>
  aFact(
    'contact_read',
    MONDAY,
    { externalUserId },
    {
      name,
      gender: 0,
      readAt: MONDAY,
      follows: [{ staff: 'LinXia', createdAt: MONDAY, tagIds: [], ...more }],
    },
  );

async function isDecided({ db }: TestProduct, externalUserId: string): Promise<boolean> {
  const row = await db.read.one<{ tier: string | null }>(
    `SELECT mm.tier FROM identity i JOIN member_metrics mm ON mm.member_id = i.member_id WHERE i.kind = 'external_userid' AND i.value = $1`,
    [externalUserId],
  );
  return row !== undefined && row.tier !== null;
}

const setAside = ({ db }: TestProduct) => db.read.all('SELECT source, row_id, problem FROM set_aside');

eachDatabase('an odd text', (open) => {
  it.each(places)('as %s does not stop the next fact', async (_place, facts) => {
    const product = await aProduct(await open());
    for (const [index, [, text]] of odd.entries()) {
      await product.happens(...facts(text), aFact('contact_added', MONDAY, { externalUserId: `wmNext${index}` }));
      expect(await isDecided(product, `wmNext${index}`)).toBe(true);
    }
    expect(await setAside(product)).toEqual([]);
    expect(await product.db.read.all('SELECT id FROM fact WHERE state <> 1')).toEqual([]);
  });

  it.each(odd)(
    'is stored with only the characters replaced that no database stores: %s',
    async (_name, text, stored) => {
      const product = await aProduct(await open());
      await product.happens(contactRead('wmOdd', text));
      expect(await product.db.read.one(`SELECT name FROM member WHERE external_userid = 'wmOdd'`)).toEqual({
        name: stored,
      });
    },
  );

  it.each(odd)('in a message to the bot is answered, and so is the next message: %s', async (_name, text) => {
    const product = await aProduct(await open());
    const said = (key: string, words: string) => ({
      kind: 'command' as const,
      command: {
        key,
        at: MONDAY,
        from: { kind: 'staff' as const, staff: 'LinXia' },
        replyTo: { kind: 'app' as const },
        text: words,
      },
    });
    await product.inbox.receive([said(`1 ${text}`, `查 ${text}`), said('2', '帮助')]);
    await product.workLoop.drain();
    const answers = await product.db.read.all<{ answer: string | null }>(
      'SELECT answer FROM command_request ORDER BY id',
    );
    expect(answers.map(({ answer }) => answer !== null)).toEqual([true, true]);
  });

  it('in a JSON callback of an unknown kind is stored word for word', async () => {
    const product = await aProduct(await open());
    const body = JSON.stringify({ Event: 'brand_new', CreateTime: MONDAY / 1_000, Name: 'NAME' }).replace(
      'NAME',
      '\\ud83d\\ude00 \\u0000',
    );
    await product.inbox.receive(interpretCallback(body, { agentId: 1, receivedAt: MONDAY }));
    await product.happens(aFact('contact_added', MONDAY, { externalUserId: 'wmNext' }));
    expect(await isDecided(product, 'wmNext')).toBe(true);
    const kept = await product.db.read.one<{ data: string }>(`SELECT data FROM fact WHERE kind = 'unrecognized'`);
    expect(JSON.parse(kept?.data ?? '')).toMatchObject({ body });
  });

  it.each(odd)(
    'posted by a client is accepted or rejected by its index, and the other facts are applied: %s',
    async (_n, text, stored) => {
      const product = await aProduct(await open());
      const app = await aConsole(product);
      const at = '2026-03-02T08:00:00+08:00';
      const posted = (key: string, data: object) => ({
        key,
        kind: 'custom',
        at,
        member: { phone: '13800138000' },
        data,
      });
      const { body } = await app.asProgram('POST', '/api/v1/facts', {
        facts: [
          posted('1', { name: text, value: text }),
          posted(`2 ${text}`, { name: 'x' }),
          posted('3', { name: 'y' }),
        ],
      });
      const isKept = text === stored;
      expect(body).toMatchObject({ accepted: isKept ? 3 : 1, rejected: isKept ? [] : [{ index: 0 }, { index: 1 }] });
      await product.happens(aFact('contact_added', MONDAY, { externalUserId: 'wmNext' }));
      expect(await isDecided(product, 'wmNext')).toBe(true);
      await app.close();
    },
  );
});
