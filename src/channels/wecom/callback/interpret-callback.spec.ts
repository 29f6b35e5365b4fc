import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { factData } from '../../../domain/fact.js';
import type { Received } from '../../channel.js';
import { interpretCallback } from './interpret-callback.js';

const folder = new URL('../../../../test/fixtures/wecom/', import.meta.url);
const fixture = (name: string) => readFileSync(new URL(`${name}.xml`, folder), 'utf8');
const context = { agentId: 1000002, receivedAt: 1_795_310_000_000 };
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
const said = (text: string, at: number, replyTo: object = { kind: 'app' }) => ({
  key: expect.stringMatching(/^wecom:/) as string,
  at: at * 1_000,
  from: { kind: 'staff', staff: 'LinXia' },
  replyTo,
  text,
});
/** An event with these fields, of a corp and a moment of its own. */
const event = (fields: Readonly<Record<string, string | undefined>>) =>
  `<xml><ToUserName><![CDATA[ww7c1f0e2a9b3d4586]]></ToUserName><FromUserName><![CDATA[sys]]></FromUserName><CreateTime>1795219200</CreateTime><MsgType><![CDATA[event]]></MsgType>${Object.entries(
    fields,
  )
    .map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>`)
    .join('')}</xml>`;
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
  data: { chatId, detail, complete: false },
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
  cb_contact_transfer_fail: [
    {
      kind: 'transfer_failed',
      at: 1795305600,
      member: { externalUserId: anRan },
      data: { staff: 'ZhaoMin', reason: 'customer_refused' },
    },
  ],
  cb_chat_create: [groupChanged('create', 1795219300)],
  cb_chat_dismiss: [groupChanged('dismiss', 1795229199)],
  cb_chat_update_change_owner: [groupChanged('change_owner', 1795219510)],
  cb_chat_update_add_member: [
    { kind: 'joined_group', at: 1795219400, member: { externalUserId: anRan }, data: { chatId, scene: 3 } },
    { kind: 'joined_group', at: 1795219400, member: { externalUserId: second }, data: { chatId, scene: 3 } },
    {
      kind: 'group_changed',
      at: 1795219400,
      member: {},
      data: { chatId, detail: 'add_member', version, lastVersion, complete: true },
    },
  ],
  cb_tag_create: [tagChanged('etZk3p9QBAAAJyHIPw8cUM0L2lqWEb4I', 'create', 1795219220)],
  cb_tag_update: [tagChanged('etZk3p9QBAAAJyHIPw8cUM0L2lqWEb4I', 'update', 1795219221)],
  cb_tag_delete: [tagChanged('etZk3p9QBAAAKPiAbE4dlm9a6Y1Tlcww', 'delete', 1795219222)],
  cb_tag_group_delete: [tagChanged('etZk3p9QBAAAsYct0YkiXCowhcczRfhr', 'delete', 1795219260)],
  cb_tag_shuffle: [tagChanged('etZk3p9QBAAAsYct0YkiXCowhcczRfhr', 'shuffle', 1795219223)],
  cb_app_click: [said('MENU_TODAY', 1795219208)],
  cb_app_enter_agent: [],
  cb_app_image: [said('[图片]', 1795219206)],
  cb_app_subscribe: [],
  cb_app_template_card_event: [
    said('btn_done pull-1795219200', 1795219208, {
      kind: 'card',
      taskId: 'pull-1795219200',
      responseCode: 'ImSgCJYOyXtZ65klxBuutHUdOBl3KWX0DFPbmLjr',
      cardType: 'button_interaction',
      selected: [{ question: 'reason', options: ['pulled'] }],
    }),
  ],
  cb_app_view: [],
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

  it.each([
    ['one of two', '<MemChangeCnt>2</MemChangeCnt>', [anRan]],
    ['a member of staff among them', '<MemChangeCnt>2</MemChangeCnt>', [anRan, 'ZhaoMin']],
    ['nobody', '<MemChangeCnt>2</MemChangeCnt>', []],
    ['nobody, and no count', '', []],
  ] as const)('has a group read again when its list names %s', (_what, count, items) => {
    const told = interpretCallback(
      fixture('cb_chat_update_add_member')
        .replace('<MemChangeCnt>2</MemChangeCnt>', count)
        .replace(
          /<MemChangeList>[\s\S]*<\/MemChangeList>/,
          `<MemChangeList>${items.map((item) => `<Item>${item}</Item>`).join('')}</MemChangeList>`,
        ),
      context,
    );
    expect(bare(told).at(-1)).toMatchObject({ kind: 'group_changed', data: { complete: false } });
    expect(told).toHaveLength(1 + items.filter((item) => item === anRan).length);
  });

  it('tells of a notice that came as add_member with JoinScene 1 that the group is to be read', () => {
    const noisy = fixture('cb_chat_update_add_member')
      .replace('<JoinScene>3</JoinScene>', '<JoinScene>1</JoinScene>')
      .replace(/<MemChangeCnt>[\s\S]*<\/MemChangeList>/, '<MemChangeCnt>0</MemChangeCnt>');
    expect(bare(told(noisy))).toEqual([
      {
        kind: 'group_changed',
        at: 1795219400,
        member: {},
        data: { chatId, detail: 'add_member', version, lastVersion, complete: false },
      },
    ]);
  });

  const change = (name: string, more: Readonly<Record<string, string>> = {}) =>
    bare(
      told(event({ Event: 'change_external_chat', ChatId: chatId, ChangeType: 'update', UpdateDetail: name, ...more })),
    );

  it.each(['change_owner', 'change_name', 'change_notice'])(
    'has a group read after %s, whatever came with it',
    (name) => {
      const noise = { JoinScene: '0', MemChangeCnt: '2', LastMemVer: lastVersion, CurMemVer: version };
      expect(change(name, noise)).toEqual([
        {
          kind: 'group_changed',
          at: 1795219200,
          member: {},
          data: { chatId, detail: name, version, lastVersion, complete: false },
        },
      ]);
    },
  );

  const staffChange = (fields: Readonly<Record<string, string>>) =>
    bare(told(event({ Event: 'change_contact', ...fields })));

  it('tells who of the staff came, left, or is called otherwise', () => {
    const tells = (data: object) => [{ kind: 'staff_changed', at: 1795219200, member: {}, data }];
    expect(staffChange({ ChangeType: 'create_user', UserID: '00123' })).toEqual(
      tells({ staff: '00123', change: 'joined' }),
    );
    expect(staffChange({ ChangeType: 'delete_user', UserID: 'LinXia' })).toEqual(
      tells({ staff: 'LinXia', change: 'left' }),
    );
    expect(staffChange({ ChangeType: 'update_user', UserID: 'LinXia', NewUserID: 'LinXia2' })).toEqual(
      tells({ staff: 'LinXia', change: 'renamed', to: 'LinXia2' }),
    );
    expect(staffChange({ ChangeType: 'update_user', UserID: 'LinXia', Department: '1' })).toEqual([]);
  });

  it.each(['create_party', 'update_party', 'delete_party', 'update_tag'])('passes over %s', (name) => {
    expect(staffChange({ ChangeType: name, Id: '2' })).toEqual([]);
  });

  it.each([
    ['close_inactive_agent', 'close_inactive_agent', false],
    ['inactive_alert', 'inactive_alert', false],
    ['low_active_alert', 'low_active_alert', false],
    ['reopen_inactive_agent', 'inactive', true],
  ])('makes an alarm of %s', (name, alarm, over) => {
    expect(bare(told(event({ Event: name })))).toEqual([
      { kind: 'app_alarm', at: 1795219200, member: {}, data: { alarm, over } },
    ]);
  });

  it.each([
    ['balance_low', 1],
    ['balance_exhausted', 1],
    ['link_unavailable', 1],
    ['quota_expire_soon', 1],
    ['open_profile', 0],
    ['friend_request', 0],
    ['customer_start_chat', 0],
    ['message_from_customer', 0],
    ['del_follow_user', 0],
    ['delete_link', 0],
  ])('makes of the acquisition link’s %s %i alarm', (name, alarms) => {
    expect(bare(told(event({ Event: 'customer_acquisition', ChangeType: name, LinkId: 'cawcde' })))).toHaveLength(
      alarms,
    );
  });

  it('ends the alarms about the balance when there are uses of acquisition links again', () => {
    expect(bare(told(event({ Event: 'customer_acquisition', ChangeType: 'balance_increased' })))).toEqual([
      { kind: 'app_alarm', at: 1795219200, member: {}, data: { alarm: 'acquisition_balance', over: true } },
    ]);
  });

  it.each([
    { Event: 'change_external_contact', ChangeType: 'msg_audit_approved', UserID: 'LinXia', ExternalUserID: anRan },
    { Event: 'unsubscribe', EventKey: '' },
    { Event: 'LOCATION', Latitude: '31.2' },
    { Event: 'view_miniprogram', EventKey: 'pages/index' },
  ])('knows $Event and has nothing to tell of it', (fields) => {
    expect(told(event({ ...fields }))).toEqual([]);
  });

  it.each([
    [
      { Event: 'change_external_contact', ChangeType: 'a_new_change', ExternalUserID: anRan },
      'change_external_contact.a_new_change',
    ],
    [{ Event: 'change_contact', ChangeType: 'a_new_change', UserID: 'x' }, 'change_contact.a_new_change'],
    [{ Event: 'customer_acquisition', ChangeType: 'a_new_change' }, 'customer_acquisition.a_new_change'],
    [{ Event: 'a_new_event' }, 'a_new_event'],
    [{ Event: 'template_card_event', EventKey: 'x' }, 'template_card_event'],
  ])('keeps %j as what it does not know', (fields, name) => {
    expect(bare(told(event({ ...fields })))).toEqual([unknown(name, 1795219200)]);
  });

  it.each([
    ['voice', '[语音]'],
    ['video', '[视频]'],
    ['location', '[位置]'],
    ['link', '[链接]'],
  ])('hands on that a %s came', (kind, text) => {
    const message = fixture('cb_app_image').replace('[image]', `[${kind}]`);
    expect(bare(told(message))).toEqual([said(text, 1795219206)]);
  });

  it('turns a half contact that was added back into a whole one', () => {
    const back = fixture('cb_contact_add_half').replace('add_half_external_contact', 'add_external_contact');
    expect(bare(told(back))).toMatchObject([
      { kind: 'contact_added', member: { externalUserId: half }, data: { mutual: true } },
    ]);
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
          key: 'wecom:msg:1000002:00123:4561255354251345929',
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
      { kind: 'unrecognized', at: 1_795_310_000, member: {}, data: { event: 'unparseable', body: bomb } },
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
      'JoinScene',
      'QuitScene',
      'MemChangeCnt',
      'CurMemVer',
      'NewUserID',
      'WelcomeCode',
      'FailReason',
      'Source',
      'EventKey',
      'TaskId',
      'ResponseCode',
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
        'x'.repeat(300),
        '多'.repeat(300),
        'constructor',
        'hasOwnProperty',
        '__proto__',
        'toString',
      ),
      fc.string({ maxLength: 300 }),
    );
    // The head of a real one, or it would be no event at all; the fields behind it are as they come.
    const heads = readdirSync(folder)
      .filter((name) => name.startsWith('cb_') && name.endsWith('.xml'))
      .map((name) => fixture(name.slice(0, -'.xml'.length)))
      .map((text) => (text.match(/<(MsgType|Event|ChangeType|FromUserName)>.*?<\/\1>/gsu) ?? []).join(''));
    const document = fc.tuple(fc.constantFrom('', ...heads), fc.array(fc.tuple(fc.constantFrom(...names), values))).map(
      ([head, fields]) =>
        `<xml>${head}${fields
          .filter(([name]) => !head.includes(`<${name}>`))
          .map(([name, value]) => `<${name}>${value}</${name}>`)
          .join('')}</xml>`,
    );
    const kinds = new Set<string>();
    fc.assert(
      fc.property(fc.oneof({ weight: 8, arbitrary: document }, fc.string(), fc.json()), (plaintext) => {
        for (const one of told(plaintext)) {
          kinds.add(one.kind === 'fact' ? one.fact.kind : one.kind);
          const { at } = one.kind === 'fact' ? one.fact : one.command;
          expect(at).toBeLessThanOrEqual(context.receivedAt);
          if (one.kind === 'command') expect(one.command.text).toEqual(expect.any(String));
          else expect(factData[one.fact.kind].safeParse(one.fact.data).error).toBeUndefined();
        }
      }),
      { numRuns: 3_000 },
    );
    // A property of what nobody recognizes would hold of anything.
    expect([...kinds]).toEqual(
      expect.arrayContaining(['command', 'contact_added', 'contact_changed', 'group_changed', 'tag_library_changed']),
    );
  });

  it.each(['constructor', 'hasOwnProperty', '__proto__', 'toString', 'valueOf'])(
    'knows no message and no event called %s',
    (name) => {
      const of = (fields: string) => told(`<xml><FromUserName>LinXia</FromUserName>${fields}</xml>`);
      expect(of(`<MsgType>${name}</MsgType>`)).toMatchObject([{ kind: 'fact', fact: { kind: 'unrecognized' } }]);
      expect(of(`<MsgType>event</MsgType><Event>${name}</Event><ChangeType>${name}</ChangeType>`)).toMatchObject([
        { kind: 'fact', fact: { kind: 'unrecognized', data: { event: `${name}.${name}` } } },
      ]);
    },
  );
});
