import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ReconciliationRuns } from '../../../src/features/reconcile/run.store.js';
import type { Action } from '../../../src/domain/action.js';
import { createWecomChannel } from '../../../src/channels/wecom/create-wecom-channel.js';
import type { WecomChannel } from '../../../src/channels/wecom/wecom.channel.js';
import { StoredCorpState } from '../../../src/features/reconcile/corp-state.js';
import { listReconciliations } from '../../../src/insights/reconciliations.js';
import { tagStore } from '../../../src/features/tags/tag.store.js';
import { PushedClock } from '../../../src/platform/clock.js';
import type { Database } from '../../../src/platform/database/database.js';
import { eachDatabase } from '../../support/databases.js';
import { aProduct, MONDAY } from '../../support/test-product.js';
import { FakeChannel } from '../../support/fake-channel.js';
import { aCorp, silent } from './a-corp.js';
import { FakeWecom, type Answering } from './fake-wecom.js';

const MINUTE = 60_000;
const wecom = new FakeWecom();
beforeAll(() => wecom.open());
afterAll(() => wecom.close());

const secondsAgo = (seconds: number): number => Math.floor(MONDAY / 1_000) - seconds;
const wm = (name: string): string => `wm${name.padEnd(30, '0')}`;
const profile = (id: string) => ({ external_userid: id, name: `客${id.slice(2, 5)}`, gender: 1 });
const follow = (userid = 'LinXia', over: object = {}) => ({ userid, createtime: secondsAgo(86_400), ...over });
const row = (id: string, over: object = {}) => ({ external_contact: profile(id), follow_info: follow('LinXia', over) });
const person = (id: string, over: object = {}) => ({ userid: id, type: 2, join_time: secondsAgo(3_600), ...over });

interface Corp {
  readonly pages: unknown;
  readonly contact: (id: string) => object;
  readonly groups: unknown;
  readonly members: unknown;
  readonly tags: unknown;
  readonly staff: unknown;
}

const [a, b, c] = [wm('AAA'), wm('BBB'), wm('CCC')] as const;
const tag = (id: string, over: object = {}) => ({ id, name: `标签${id}`, order: 1, ...over });
const whole: Corp = {
  pages: [row(a), row(b), row(c)],
  contact: (id) => ({ external_contact: profile(id), follow_user: [follow()] }),
  groups: [{ chat_id: 'wrONE', status: 0 }],
  members: [person(a), person(b), person(c)],
  tags: [{ group_id: 'etG', group_name: '别的', tag: [tag('et1'), tag('et2')] }],
  staff: ['LinXia'],
};

const says = (corp: Corp): void =>
  wecom.says({
    'externalcontact/get_follow_user_list': { errcode: 0, follow_user: corp.staff },
    'externalcontact/batch/get_by_user': { errcode: 0, external_contact_list: corp.pages },
    'externalcontact/get': ({ query }) => ({ errcode: 0, ...corp.contact(query.get('external_userid') ?? '') }),
    'externalcontact/get_corp_tag_list': { errcode: 0, tag_group: corp.tags },
    'externalcontact/groupchat/list': { errcode: 0, group_chat_list: corp.groups },
    'externalcontact/groupchat/get': ({ body }) => ({
      errcode: 0,
      group_chat: { chat_id: body['chat_id'], name: '普通①群', owner: 'LinXia', member_list: corp.members },
    }),
  });

interface Compared {
  /** Compares once more, a minute later. */
  again(corp: Corp): Promise<string>;
  readonly note: string;
}

/** Compares an empty product with a corp, and answers what its run said. */
async function compared(db: Database, corp: Corp, then: (done: Compared) => Promise<void>): Promise<void> {
  const clock = new PushedClock(MONDAY);
  const product = await aProduct(db, { channel: new FakeChannel([]), clock });
  says(corp);
  const corpState = new StoredCorpState(db, () => product.engine);
  let through: () => void = () => undefined;
  const isThrough = new Promise<void>((resolve) => (through = resolve));
  const { channel } = createWecomChannel(aCorp({ apiBase: wecom.url }), {
    clock,
    logger: { ...silent, info: through },
    corpState,
    runLog: new ReconciliationRuns(db),
  });
  const noteOfLast = async (): Promise<string> => {
    await corpState.waitUntilApplied();
    return (await listReconciliations(db.read, { limit: 1 })).items[0]?.problem ?? '';
  };
  try {
    await channel.start(product.inbox.receive);
    await isThrough;
    await then({
      note: await noteOfLast(),
      async again(next) {
        clock.pushTo(clock.now() + MINUTE);
        says(next);
        await channel.reconcile('asked');
        return noteOfLast();
      },
    });
  } finally {
    await channel.stop();
  }
}

const known = async (db: Database): Promise<readonly string[]> =>
  (
    await db.read.all<{ external_userid: string }>(
      'SELECT external_userid FROM follow WHERE ended = 0 ORDER BY external_userid',
    )
  ).map((one) => one.external_userid);
const present = async (db: Database): Promise<number> =>
  Number((await db.read.one<{ n: number }>('SELECT COUNT(*) AS n FROM group_person WHERE present = 1'))?.n);
const tagsOf = async (db: Database): Promise<readonly string[]> =>
  (await tagStore.library(db.read)).map((one) => one.tag_id).sort();

eachDatabase('an odd row in what WeCom answers', (openDatabase) => {
  it.each<[string, object, readonly string[]]>([
    ['a contact without createtime', { createtime: undefined }, [a, b, c]],
    ['a contact whose createtime is a list', { createtime: [1] }, [a, b, c]],
    ['a contact whose createtime is of 1970', { createtime: 0 }, [a, b, c]],
    ['a contact whose remark is an object', { remark: { text: 'x' } }, [a, b, c]],
    ['a contact whose state is a number', { state: 12 }, [a, b, c]],
    ['a contact whose tags are one text', { tag_id: 'et1' }, [a, b, c]],
    ['a contact whose tags are null', { tag_id: null }, [a, b, c]],
    ['a contact whose tags lie in a list in a list', { tag_id: [['et1'], ['et2']] }, [a, b, c]],
  ])('%s is read, with all other rows', async (_what, over, ids) => {
    const db = await openDatabase();
    await compared(db, { ...whole, pages: [row(a), row(b, over), row(c)] }, async () => {
      expect(await known(db)).toEqual(ids);
      const joined = await db.read.all<{ joined_at: number | null }>('SELECT joined_at FROM member');
      for (const { joined_at: at } of joined) expect(at === null || at > MONDAY - 7 * 86_400_000).toBe(true);
      expect(await present(db)).toBe(3);
    });
  });

  it.each<[string, unknown]>([
    ['is null', null],
    ['is a text', 'a contact'],
    ['has no profile', { follow_info: follow() }],
    ['has no staff', { external_contact: profile(b), follow_info: { createtime: 1 } }],
    ['has an object for its id', { external_contact: { external_userid: {} }, follow_info: follow() }],
  ])('a row of contacts that %s is skipped and reported, and the others are read', async (_what, odd) => {
    const db = await openDatabase();
    await compared(db, { ...whole, pages: [row(a), odd, row(c)], members: [] }, async ({ note }) => {
      expect(await known(db)).toEqual([a, c]);
      if (odd !== null) expect(note).toContain('externalcontact/batch/get_by_user row 2');
    });
  });

  it.each<[string, unknown]>([
    ['a tag whose order is text', { group_id: 'etH', group_name: '老', tag: [tag('et3', { order: '1' })] }],
    ['a tag without an id', { group_id: 'etH', group_name: '老', tag: [{ name: '无' }, tag('et3')] }],
    ['a tag whose order is null', { group_id: 'etH', group_name: '老', tag: [tag('et3', { order: null })] }],
    ['tags in a list in a list', { group_id: 'etH', group_name: '老', tag: [[tag('et3')]] }],
    ['a deleted that is a number', { group_id: 'etH', group_name: '老', deleted: 0, tag: [tag('et3')] }],
  ])('%s in the library does not stop the run', async (_what, group) => {
    const db = await openDatabase();
    await compared(db, { ...whole, tags: [...(whole.tags as unknown[]), group] }, async () => {
      expect(await tagsOf(db)).toEqual(['et1', 'et2', 'et3']);
      expect(await known(db)).toEqual([a, b, c]);
      expect(await present(db)).toBe(3);
    });
  });

  it.each<[string, Partial<Corp>]>([
    [
      'a contact',
      { pages: [row(a), { external_contact: {} }, row(c)], contact: (id) => (id === b ? {} : whole.contact(id)) },
    ],
    ['all contacts', { pages: [{}, {}, {}], contact: () => ({ external_contact: 3, follow_user: [{}] }) }],
    ['the list of contacts', { pages: 7, contact: () => ({ follow_user: null }) }],
    [
      'a relation of a contact',
      {
        pages: [row(a), row(c)],
        contact: (id) => ({ external_contact: profile(id), follow_user: [{ userid: null }] }),
      },
    ],
    ['a member of a group', { members: [person(a), { userid: {}, type: 2 }, person(c)] }],
    ['all members of a group', { members: null }],
    ['a group', { groups: [{ chat_id: 12.5 }] }],
    ['the list of groups', { groups: null }],
    ['a tag', { tags: [{ group_id: 'etG', group_name: '别的', tag: [tag('et1'), { id: {} }] }] }],
    ['a group of tags', { tags: [{ group_id: 'etG', tag: [tag('et1')] }] }],
    ['the library', { tags: null }],
    ['a member of staff', { staff: ['LinXia', null, { userid: 'ZhaoMin' }] }],
  ])('nothing is lost when %s cannot be read', async (_what, odd) => {
    const db = await openDatabase();
    await compared(db, whole, async ({ again, note }) => {
      expect(note).toBe('');
      const before = [await known(db), await present(db), await tagsOf(db)];
      expect(before).toEqual([[a, b, c], 3, ['et1', 'et2']]);
      const said = await again({ ...whole, ...odd });
      expect([await known(db), await present(db), await tagsOf(db)]).toEqual(before);
      expect(said).toContain('读不懂');
      // The note ends when everything can be read again, and then missing contacts are lost.
      expect(await again({ ...whole, pages: [row(a), row(c)], contact: gone(b), members: [person(a)] })).toBe('');
      expect([await known(db), await present(db)]).toEqual([[a, c], 1]);
    });
  });
});

const gone =
  (who: string): Corp['contact'] =>
  (id) =>
    id === who ? { errcode: 84061 } : whole.contact(id);

describe('an invalid cursor', () => {
  let channel: WecomChannel;
  const warned: object[] = [];
  beforeEach(() => {
    warned.length = 0;
    const logger = { ...silent, warn: (fields: object) => void warned.push(fields) };
    channel = createWecomChannel(aCorp({ apiBase: wecom.url }), { clock: new PushedClock(MONDAY), logger }).channel;
  });

  const turning =
    (answer: object, cursors: readonly unknown[]): Answering =>
    (_asked, time) => ({ errcode: 0, ...answer, next_cursor: cursors[time % cursors.length] });

  it.each<[string, readonly unknown[], number]>([
    ['stands still', ['SAME'], 2],
    ['goes in a circle', ['A', 'B', 'C'], 4],
    ['is an object', [{ next: 1 }], 1],
    ['is a list', [['A', 'B']], 1],
    ['is a number that stands still', [7], 2],
  ])('ends the read of a contact when it %s, and no relation is lost', async (_how, cursors, calls) => {
    wecom.says({ 'externalcontact/get': turning(whole.contact(a), cursors) });
    const done = await channel.send({ kind: 'read_contact', externalUserId: a }, 'k');
    expect(wecom.bodiesOf('externalcontact/get')).toHaveLength(calls);
    expect(done.facts).toMatchObject([{ data: { of: ['LinXia'], follows: [{ staff: 'LinXia' }] } }]);
    expect(warned.length).toBeGreaterThan(0);
  });

  it('ends the read of a mass send, which stays unfinished', async () => {
    wecom.says({
      'externalcontact/get_groupmsg_task': turning({ task_list: [{ userid: 'LinXia', status: 2 }] }, ['T']),
      'externalcontact/get_groupmsg_send_result': turning({ send_list: [{ external_userid: a, status: 1 }] }, [
        'A',
        'B',
      ]),
    });
    const done = await channel.send({ kind: 'read_mass_send', externalRef: 'msg1', sender: 'LinXia' }, 'k');
    expect(wecom.bodiesOf('externalcontact/get_groupmsg_send_result')).toHaveLength(3);
    expect(done.result).toMatchObject({ finished: false });
  });
});

describe('a successful call with an odd answer', () => {
  let channel: WecomChannel;
  beforeEach(() => {
    const deps = { clock: new PushedClock(MONDAY), logger: silent };
    channel = createWecomChannel(aCorp({ apiBase: wecom.url }), deps).channel;
  });

  const odd: readonly object[] = [
    { invaliduser: [] },
    { invaliduser: null, unlicenseduser: 7 },
    { invaliduser: {}, msgid: 12 },
    { fail_list: 'wm1', next_cursor: [] },
    { errmsg: null, tag_group: [] },
    { errmsg: { text: 'ok' }, data: [[{}]] },
    { errcode: '0', invaliduser: [['a']] },
    { errcode: null },
  ];
  const message = { text: '你好', attachments: [] };
  const card = {
    kind: 'staff_card',
    staff: ['LinXia'],
    task: 7,
    taskId: 't7',
    title: '题',
    text: '文',
    buttons: [{ key: 'done', label: '完成' }],
  } as const;
  const acts: readonly (readonly [string, Action, Record<string, unknown>])[] = [
    ['externalcontact/send_welcome_msg', { kind: 'send_welcome', welcomeCode: 'c', message } as Action, {}],
    [
      'externalcontact/mark_tag',
      { kind: 'mark_tags', staff: 'LinXia', externalUserId: a, add: ['et1'], remove: [] },
      {},
    ],
    ['externalcontact/remark', { kind: 'set_remark', staff: 'LinXia', externalUserId: a, remark: '安' }, {}],
    ['externalcontact/remind_groupmsg_send', { kind: 'remind_mass_send', externalRef: 'm1' }, {}],
    ['externalcontact/cancel_groupmsg_send', { kind: 'cancel_mass_send', externalRef: 'm1' } as Action, {}],
    ['externalcontact/del_contact_way', { kind: 'retire_contact_way', configId: 'w1' } as Action, {}],
    ['message/send', { kind: 'notify_staff', staff: ['LinXia'], text: '早' }, {}],
    ['message/send', card as Action, {}],
    [
      'message/update_template_card',
      { kind: 'close_card', staff: ['LinXia'], responseCode: 'r', mark: '好' } as Action,
      {},
    ],
    [
      'externalcontact/add_msg_template',
      { kind: 'mass_send', sender: 'LinXia', externalUserIds: [a], message } as Action,
      { msgid: 'm1' },
    ],
  ];

  it.each(acts)('%s is done', async (endpoint, action, needed) => {
    for (const shape of odd) {
      // Reminders are counted.
      channel = createWecomChannel(aCorp({ apiBase: wecom.url }), {
        clock: new PushedClock(MONDAY),
        logger: silent,
      }).channel;
      wecom.says({ [endpoint]: { errcode: 0, ...shape, ...needed } });
      await expect(channel.send(action, `k${JSON.stringify(shape)}`)).resolves.toBeDefined();
      expect(wecom.bodiesOf(endpoint)).toHaveLength(1);
    }
  });

  it.each<[string, object]>([
    ['a number', { config_id: 1_234, qr_code: 'https://q' }],
    ['a list of one', { config_id: ['w1'], qr_code: ['https://q'] }],
    ['deeper than documented', { contact_way: { config_id: 'w1', qr_code: 'https://q' } }],
    ['without the code', { config_id: 'w1', qr_code: 5.5 }],
  ])('a contact way with an id as %s is accepted', async (_how, answer) => {
    wecom.says({
      'externalcontact/add_contact_way': { errcode: 0, ...answer },
      'externalcontact/get_contact_way': {
        errcode: 0,
        contact_way: { qr_code: 'https://q', user: null, skip_verify: 1 },
      },
    });
    const way = {
      kind: 'ensure_contact_way',
      way: 1,
      version: 1,
      staff: ['LinXia'],
      state: 's',
      remark: 'r',
      skipVerify: true,
    } as const;
    expect((await channel.send(way, 'k')).result).toMatchObject({ qrCode: 'https://q' });
  });

  it.each<[string, object]>([
    ['a number', { config_id: 12 }],
    ['a list of one', { config_id: ['j1'] }],
    ['deeper than documented', { join_way: { config_id: 'j1' } }],
  ])('a join way with an id as %s is accepted', async (_how, answer) => {
    wecom.says({
      'externalcontact/groupchat/add_join_way': { errcode: 0, ...answer },
      'externalcontact/groupchat/get_join_way': {
        errcode: 0,
        join_way: { qr_code: ['https://q'], chat_id_list: null },
      },
    });
    const way = { kind: 'ensure_join_way', chatId: 'wr1', state: 's', remark: 'r' } as Action;
    expect((await channel.send(way, 'k')).result).toMatchObject({ qrCode: 'https://q' });
  });

  it.each<[string, object]>([
    ['cannot be read', { errcode: 0, contact_way: 'odd', join_way: 'odd' }],
    ['holds no code', { errcode: 0, contact_way: { qr_code: {} }, join_way: { qr_code: {} } }],
    ['is refused', { errcode: -1 }],
  ])('a new contact way is reported with its id, although the answer about its code %s', async (_how, answer) => {
    wecom.says({
      'externalcontact/add_contact_way': { errcode: 0, config_id: 'w1' },
      'externalcontact/get_contact_way': answer,
      'externalcontact/groupchat/add_join_way': { errcode: 0, config_id: 'j1' },
      'externalcontact/groupchat/get_join_way': answer,
    });
    const state = { state: 's', remark: 'r' };
    const contact = { kind: 'ensure_contact_way', way: 1, version: 1, staff: ['LinXia'], skipVerify: true } as const;
    expect((await channel.send({ ...contact, ...state }, 'k')).result).toEqual({ configId: 'w1' });
    const join = { kind: 'ensure_join_way', chatId: 'wr1', ...state } as const;
    expect((await channel.send(join, 'k')).result).toEqual({ configId: 'j1' });
  });

  it('created tags that the answer omits are found in the library', async () => {
    let made = false;
    wecom.says({
      'externalcontact/get_corp_tag_list': () => ({
        errcode: 0,
        tag_group: made ? [{ group_id: 'etG', group_name: '等级', tag: [{ id: 'et9', name: '金卡' }] }] : [],
      }),
      'externalcontact/add_corp_tag': () => ((made = true), { errcode: 0, tag_group: [] }),
    });
    const done = await channel.send({ kind: 'ensure_tags', group: '等级', names: ['金卡'] }, 'k');
    expect(done.result).toEqual({ groupId: 'etG', tags: [{ name: '金卡', id: 'et9' }] });
    expect(wecom.bodiesOf('externalcontact/add_corp_tag')).toHaveLength(1);
  });

  it('a mass send without msgid is searched, and never reported as not done', async () => {
    const action = { kind: 'mass_send', sender: 'LinXia', externalUserIds: [a], message } as const;
    const list = (tasks: unknown): Record<string, Answering> => ({
      'externalcontact/add_msg_template': { errcode: 0, msgid: {} },
      'externalcontact/get_groupmsg_list_v2': { errcode: 0, group_msg_list: tasks },
      'externalcontact/get_groupmsg_task': { errcode: 0, task_list: [{ userid: 'LinXia', status: 0 }] },
      'externalcontact/get_groupmsg_send_result': { errcode: 0, send_list: [{ external_userid: a, status: 0 }] },
    });
    wecom.says(list([]));
    await expect(channel.send(action, 'k')).rejects.toMatchObject({ name: 'RetryLater', code: 'mass_send_without_id' });
    expect(await channel.findOutcome(action, MONDAY)).toEqual({ outcome: 'unknown' });
    wecom.says(list([{ msgid: 'm7', create_time: 'soon', text: { content: '你好' } }]));
    expect(await channel.findOutcome(action, MONDAY)).toMatchObject({ outcome: 'done', done: { ref: 'm7' } });
  });

  it.each<[string, object]>([
    ['whose row has no id', { group_msg_list: [{ msgid: {} }] }],
    ['that is not there', {}],
    ['whose words are a text', { group_msg_list: [{ msgid: 'm7', text: '你好' }] }],
    ['whose words are an object', { group_msg_list: [{ msgid: 'm7', text: { content: { zh: '你好' } } }] }],
    ['whose task has no list of senders', { group_msg_list: [{ msgid: 'm7', text: { content: '你好' } }] }],
  ])('a list of mass sends %s does not prove that there was none', async (_how, answer) => {
    wecom.says({
      'externalcontact/get_groupmsg_list_v2': { errcode: 0, ...answer },
      'externalcontact/get_groupmsg_task': { errcode: 0 },
    });
    const action = { kind: 'mass_send', sender: 'LinXia', externalUserIds: [a], message } as const;
    expect(await channel.findOutcome(action, MONDAY)).toEqual({ outcome: 'unknown' });
  });

  it.each<[unknown, readonly string[]]>([
    ['zhaomin|chenyu', ['zhaomin', 'chenyu']],
    [
      ['zhaomin', 'chenyu'],
      ['zhaomin', 'chenyu'],
    ],
    [[['zhaomin']], ['zhaomin']],
  ])('a card reports the people it did not reach, listed as %j', async (invaliduser, unreached) => {
    wecom.says({ 'message/send': { errcode: 0, msgid: 'm', response_code: 'r', invaliduser } });
    expect((await channel.send(card as Action, 'k')).result).toEqual({ responseCode: 'r', unreached });
  });

  it('a card for more people than one call can name is sent to the rest as text, once each', async () => {
    const staff = Array.from({ length: 1_003 }, (_, n) => `s${n}`);
    wecom.says({ 'message/send': { errcode: 0, msgid: 'm', response_code: 'r' } });
    await channel.send({ ...card, staff } as Action, 'k');
    const sent = wecom
      .bodiesOf('message/send')
      .map((body) => [body['msgtype'], String(body['touser']).split('|').length]);
    expect(sent).toEqual([
      ['template_card', 1_000],
      ['text', 3],
    ]);
    wecom.says({ 'message/update_template_card': { errcode: 0 } });
    await channel.send({ kind: 'close_card', staff, responseCode: 'r', mark: '好' } as Action, 'k');
    expect(wecom.bodiesOf('message/update_template_card')).toMatchObject([{ atall: 1 }]);
  });

  it('a token without a lifetime is used', async () => {
    wecom.says({
      gettoken: { errcode: 0, access_token: 't', expires_in: null },
      'externalcontact/remark': { errcode: 0 },
    });
    const remark = { kind: 'set_remark', staff: 'LinXia', externalUserId: a, remark: '安' } as const;
    await expect(channel.send(remark, 'k')).resolves.toEqual({});
  });

  it.each<[string, object]>([
    ['is not there', {}],
    ['is an object', { access_token: { value: 't' } }],
    ['is empty', { access_token: '' }],
  ])('a token that %s is an outage: every call is retried, and an admin is notified', async (_how, answer) => {
    wecom.says({ gettoken: { errcode: 0, expires_in: 7_200, ...answer }, 'externalcontact/remark': { errcode: 0 } });
    const remark = { kind: 'set_remark', staff: 'LinXia', externalUserId: a, remark: '安' } as const;
    await expect(channel.send(remark, 'k')).rejects.toMatchObject({ name: 'RetryLater', code: 'wecom_no_token' });
    const read = { kind: 'read_mass_send', externalRef: 'msg1', sender: 'LinXia' } as const;
    await expect(channel.send(read, 'k')).rejects.toMatchObject({ name: 'RetryLater', code: 'wecom_no_token' });
    expect(channel.health().detail).toContain('凭证');
    const checks = await channel.checkUp();
    expect(checks.filter(({ found }) => found.zh.includes('凭证'))).toMatchObject([{ ok: false }]);
    wecom.says({ 'externalcontact/remark': { errcode: 0 } });
    await expect(channel.send(remark, 'k')).resolves.toEqual({});
    expect(channel.health().detail).toBe('');
  });

  it.each<[string, Action, string, object]>([
    ['a group', { kind: 'read_group', chatId: 'wr1' }, 'externalcontact/groupchat/get', { group_chat: 'odd' }],
    ['a contact', { kind: 'read_contact', externalUserId: a }, 'externalcontact/get', { external_contact: 3 }],
  ])('%s that cannot be read is retried later', async (_what, action, endpoint, answer) => {
    wecom.says({ [endpoint]: { errcode: 0, ...answer } });
    await expect(channel.send(action, 'k')).rejects.toMatchObject({
      name: 'RetryLater',
      code: 'wecom_answer_unreadable',
    });
  });

  it('days of the statistics that cannot be read are skipped', async () => {
    const data = {
      new_chat_cnt: 0,
      chat_total: '3',
      chat_has_msg: 1,
      new_member_cnt: 1,
      member_total: 9,
      member_has_msg: 2,
      msg_total: 8,
    };
    const day = secondsAgo(86_400);
    wecom.says({
      'externalcontact/groupchat/statistic_group_by_day': {
        errcode: 0,
        items: [
          { stat_time: day, data },
          { stat_time: 0, data },
          { stat_time: day * 1_000, data },
          { stat_time: day },
          null,
        ],
      },
    });
    const stats = { kind: 'read_group_stats', owner: 'LinXia', fromMs: day * 1_000, toMs: MONDAY } as const;
    expect((await channel.send(stats, 'k')).result).toMatchObject({
      days: [
        { at: day * 1_000, chatsTotal: 3 },
        { at: day * 1_000, chatsTotal: 3 },
      ],
    });
  });
});
