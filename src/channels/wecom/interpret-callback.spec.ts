import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { factData } from '../../domain/fact.js';
import type { Received } from '../channel.js';
import { interpretCallback } from './interpret-callback.js';

const folder = new URL('../../../test/fixtures/wecom/', import.meta.url);
const fixture = (name: string) => readFileSync(new URL(`${name}.xml`, folder), 'utf8');
const context = { agentId: 1000002, receivedAt: 1_795_300_000_000 };
const told = (plaintext: string) => interpretCallback(plaintext, context);
const bare = (received: readonly Received[]) =>
  received.map((one) =>
    one.kind === 'fact'
      ? { kind: one.fact.kind, at: one.fact.at / 1_000, member: one.fact.member, data: one.fact.data }
      : one.command,
  );

const anRan = 'wmZk3p9QBAAAW9Zu9GtgKApHUlXB5Dox';
const second = 'wmZk3p9QBAAAtPemBFwf1UNy2QKR8qOu';
const half = 'wmZk3p9QBAAAdNzV18HSGEENrgWnUnEJ';
const chatId = 'wrZk3p9QBAAANZqBRgyJ5S4GAtuNctgK';
const version = '88ac23186c1e339376465202fb3e54bd';
const lastVersion = '3ec126a18600dd612443cae5a8b24cea';
const unknown = (event: string, at: number) => ({
  kind: 'unrecognized',
  at,
  member: {},
  data: { event, body: expect.stringContaining('<xml>') as string },
});
const tagChanged = (id: string, change: string, at: number) => ({
  kind: 'tag_library_changed',
  at,
  member: {},
  data: { id, change },
});
const groupChanged = (detail: string, at: number) => ({
  kind: 'group_changed',
  at,
  member: {},
  data: { chatId, detail },
});

const expected: Readonly<Record<string, readonly unknown[]>> = {
  cb_contact_add: [
    {
      kind: 'contact_added',
      at: 1795219201,
      member: { externalUserId: anRan },
      data: {
        staff: 'LinXia',
        state: 'expo-2026-a',
        welcomeCode: 'jl5nj3wmFN9zAq2NDOlw4iC5rBED0mCM1h9ZeAqAy1i',
        mutual: true,
      },
    },
  ],
  cb_contact_add_half: [
    {
      kind: 'contact_added',
      at: 1795219209,
      member: { externalUserId: half },
      data: {
        staff: 'LinXia',
        state: 'web-banner',
        welcomeCode: '1WAX3MVJUgA0pNMMubdZqQgSpVR86VMfWbCHZ4m64Ln',
        mutual: false,
      },
    },
  ],
  cb_contact_edit: [
    { kind: 'contact_changed', at: 1795219260, member: { externalUserId: anRan }, data: { staff: 'LinXia' } },
  ],
  cb_contact_del_by_member: [
    {
      kind: 'contact_lost',
      at: 1795219800,
      member: { externalUserId: second },
      data: { staff: 'LinXia', by: 'staff' },
    },
  ],
  cb_contact_del_follow_user: [
    {
      kind: 'contact_lost',
      at: 1795219900,
      member: { externalUserId: anRan },
      data: { staff: 'LinXia', by: 'member' },
    },
  ],
  cb_contact_transfer_fail: [unknown('change_external_contact.transfer_fail', 1795305600)],
  cb_chat_create: [groupChanged('create', 1795219300)],
  cb_chat_dismiss: [groupChanged('dismiss', 1795229199)],
  cb_chat_update_change_owner: [groupChanged('change_owner', 1795219510)],
  cb_chat_update_add_member: [
    { kind: 'joined_group', at: 1795219400, member: { externalUserId: anRan }, data: { chatId, scene: 3 } },
    { kind: 'joined_group', at: 1795219400, member: { externalUserId: second }, data: { chatId, scene: 3 } },
    { kind: 'group_changed', at: 1795219400, member: {}, data: { chatId, detail: 'add_member', version, lastVersion } },
  ],
  cb_tag_create: [tagChanged('etZk3p9QBAAAJyHIPw8cUM0L2lqWEb4I', 'create', 1795219220)],
  cb_tag_update: [tagChanged('etZk3p9QBAAAJyHIPw8cUM0L2lqWEb4I', 'update', 1795219221)],
  cb_tag_delete: [tagChanged('etZk3p9QBAAAKPiAbE4dlm9a6Y1Tlcww', 'delete', 1795219222)],
  cb_tag_group_delete: [tagChanged('etZk3p9QBAAAsYct0YkiXCowhcczRfhr', 'delete', 1795219260)],
  cb_tag_shuffle: [tagChanged('etZk3p9QBAAAsYct0YkiXCowhcczRfhr', 'shuffle', 1795219223)],
  cb_app_click: [unknown('click', 1795219208)],
  cb_app_enter_agent: [unknown('enter_agent', 1795219207)],
  cb_app_image: [unknown('message.image', 1795219206)],
  cb_app_subscribe: [unknown('subscribe', 1795219207)],
  cb_app_template_card_event: [unknown('template_card_event', 1795219208)],
  cb_app_view: [unknown('view', 1795219208)],
};

describe('interpretCallback', () => {
  it('has an expectation for every recorded callback', () => {
    const recorded = readdirSync(folder)
      .filter((name) => name.startsWith('cb_'))
      .map((name) => name.replace('.xml', ''));
    expect(Object.keys(expected).sort()).toEqual(recorded.sort());
  });

  it.each(Object.entries(expected))('tells what %s says', (name, facts) => {
    expect(bare(told(fixture(name)))).toEqual(facts);
  });

  it('tells the same whether CDATA and line breaks are there or not, and whatever the order', () => {
    const plain = fixture('cb_contact_edit').replaceAll(/<!\[CDATA\[|\]\]>|\n\s*/g, '');
    const turned = `<xml>${[...plain.replace(/^<xml>|<\/xml>$/g, '').matchAll(/<(\w+)>.*?<\/\1>/g)]
      .map((match) => match[0])
      .reverse()
      .join('')}</xml>`;
    expect(bare(told(plain))).toEqual(expected['cb_contact_edit']);
    expect(bare(told(turned))).toEqual(expected['cb_contact_edit']);
  });

  it('reads the JSON variant as it reads XML', () => {
    const json =
      '{"event":"change_external_contact","changetype":"edit_external_contact","createtime":1795219260,"userid":"LinXia","externaluserid":"' +
      anRan +
      '"}';
    expect(bare(told(json))).toEqual(expected['cb_contact_edit']);
  });

  it('reads a member list of one, an empty one, and a missing one', () => {
    const event = fixture('cb_chat_update_add_member');
    const withList = (list: string) =>
      told(event.replace(/<MemChangeList>[\s\S]*<\/MemChangeList>/, list)).map(
        (one) => one.kind === 'fact' && one.fact.kind,
      );
    expect(withList(`<MemChangeList><Item><![CDATA[${anRan}]]></Item></MemChangeList>`)).toEqual([
      'joined_group',
      'group_changed',
    ]);
    expect(withList('<MemChangeList></MemChangeList>')).toEqual(['group_changed']);
    expect(withList('')).toEqual(['group_changed']);
  });

  it('passes over staff in a member list, even one whose userid begins like a customer’s', () => {
    const event = fixture('cb_chat_update_add_member').replace(second, 'wmLinXia').replace(anRan, '00123');
    expect(bare(told(event)).map((one) => 'kind' in one && one.kind)).toEqual(['group_changed']);
  });

  it.each([
    ['1', true],
    ['0', false],
    ['', false],
  ])('tells with QuitScene "%s" whether a member was removed', (scene, removed) => {
    const event = fixture('cb_chat_update_add_member')
      .replace('add_member', 'del_member')
      .replace('<JoinScene>3</JoinScene>', `<QuitScene>${scene}</QuitScene>`);
    expect(bare(told(event))[0]).toEqual({
      kind: 'left_group',
      at: 1795219400,
      member: { externalUserId: anRan },
      data: { chatId, removed },
    });
  });

  it('has a contact that was handed to a colleague read again instead of calling it lost', () => {
    const event = fixture('cb_contact_del_by_member').replace(
      '<UserID>',
      '<Source><![CDATA[DELETE_BY_TRANSFER]]></Source><UserID>',
    );
    expect(bare(told(event))).toMatchObject([{ kind: 'contact_changed', data: { staff: 'LinXia' } }]);
  });

  it('turns the words of staff into a command whose number keeps all its digits', () => {
    const words =
      '<xml><ToUserName>ww7</ToUserName><FromUserName>00123</FromUserName><CreateTime>1795219206</CreateTime><MsgType>text</MsgType><Content><![CDATA[查 <小鹿> &amp; 3]]></Content><MsgId>4561255354251345929</MsgId><AgentID>218</AgentID></xml>';
    expect(told(words)).toEqual([
      {
        kind: 'command',
        command: {
          key: 'wecom:msg:1000002:4561255354251345929',
          at: 1_795_219_206_000,
          from: { kind: 'staff', staff: '00123' },
          replyTo: { kind: 'app' },
          text: '查 <小鹿> &amp; 3',
        },
      },
    ]);
  });

  it('gives a repeat the same keys and another customer of the same second other ones', () => {
    const keys = (plaintext: string) =>
      told(plaintext).map((one) => (one.kind === 'fact' ? one.fact.key : one.command.key));
    const event = fixture('cb_contact_add');
    expect(keys(event)).toEqual(keys(event));
    expect(keys(event)[0]).toMatch(/^wecom:[\w-]{43}:0$/);
    expect(keys(event.replace(anRan, second))).not.toEqual(keys(event));
    expect(new Set(keys(fixture('cb_chat_update_add_member'))).size).toBe(3);
  });

  it('keeps what is no XML, or declares a DTD, as it came', () => {
    const bomb = `<!DOCTYPE xml [<!ENTITY a "b">]>${fixture('cb_contact_add')}`;
    expect(bare(told(bomb))).toEqual([
      { kind: 'unrecognized', at: 1_795_300_000, member: {}, data: { event: 'unparseable', body: bomb } },
    ]);
    expect(bare(told('1616140317555161061'))).toMatchObject([{ kind: 'unrecognized' }]);
  });

  it('never throws, and every fact it tells fits its kind', () => {
    const names = [
      'Event',
      'ChangeType',
      'UserID',
      'ExternalUserID',
      'ChatId',
      'MemChangeList',
      'CreateTime',
      'MsgType',
      'Content',
      'Id',
      'State',
      'UpdateDetail',
      '__proto__',
      'constructor',
    ];
    const values = fc.oneof(
      fc.constantFrom(
        'change_external_contact',
        'change_external_chat',
        'change_external_tag',
        'add_external_contact',
        'update',
        'add_member',
        'text',
        anRan,
        '<Item>x</Item>',
        '99999999999999999999',
      ),
      fc.string({ maxLength: 300 }),
    );
    const document = fc
      .array(fc.tuple(fc.constantFrom(...names), values))
      .map((fields) => `<xml>${fields.map(([name, value]) => `<${name}>${value}</${name}>`).join('')}</xml>`);
    fc.assert(
      fc.property(fc.oneof(document, fc.string(), fc.json()), (plaintext) => {
        for (const one of told(plaintext)) {
          if (one.kind === 'fact') expect(factData[one.fact.kind].safeParse(one.fact.data).error).toBeUndefined();
        }
      }),
      { numRuns: 500 },
    );
  });
});
