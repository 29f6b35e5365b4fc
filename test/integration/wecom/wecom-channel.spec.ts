import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createWecomChannel } from '../../../src/channels/wecom/create-wecom-channel.js';
import type { WecomChannel } from '../../../src/channels/wecom/wecom.channel.js';
import { factData } from '../../../src/domain/fact.js';
import type { Action } from '../../../src/domain/action.js';
import { PushedClock } from '../../../src/platform/clock.js';
import type { Received } from '../../../src/channels/channel.js';
import { aCorp, silent } from './a-corp.js';
import { FakeWecom, inTurn, recorded, refused } from './fake-wecom.js';

const wecom = new FakeWecom();
const now = 1_795_219_600_000;
const anRan = 'wmZk3p9QBAAAW9Zu9GtgKApHUlXB5Dox';
const refusedOne = 'wmZk3p9QBAAAtPemBFwf1UNy2QKR8qOu';
const msgid = 'msgZk3p9QBAAAhqtDTqw2rC8H7FCm8g8s';
const ok = { errcode: 0, errmsg: 'ok' };
const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

let clock: PushedClock;
let channel: WecomChannel;
let pictures: Server;
let pictureUrl: string;
let pictureReads = 0;

const send = (action: Action, key = 'k1') => channel.send(action, key);
const textOf = (text: string) => ({ text, attachments: [] });
const massSend = (over: Partial<Extract<Action, { kind: 'mass_send' }>> = {}) =>
  ({
    kind: 'mass_send',
    sender: 'LinXia',
    externalUserIds: [anRan],
    message: textOf('周五福利预告'),
    ...over,
  }) as const;

describe('the WeCom channel', () => {
  beforeAll(async () => {
    await wecom.open();
    pictures = createServer((request, response) => {
      pictureReads += 1;
      if (request.url === '/never.png') return;
      response.statusCode = request.url === '/gone.png' ? 404 : request.url === '/broken.png' ? 503 : 200;
      response.end(request.url === '/page.png' ? '<html>' : png);
    });
    await new Promise<void>((opened) => pictures.listen(0, '127.0.0.1', opened));
    pictureUrl = `http://127.0.0.1:${(pictures.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    pictures.closeAllConnections();
    await new Promise((closed) => pictures.close(closed));
    await wecom.close();
  });
  beforeEach(() => {
    clock = new PushedClock(now);
    channel = createWecomChannel(aCorp({ apiBase: wecom.url }), { clock, logger: silent }).channel;
    pictureReads = 0;
  });

  it('reads a contact into a fact with all its relations and ids', async () => {
    wecom.says({ 'externalcontact/get': recorded('api_externalcontact_get') });
    const done = await send({ kind: 'read_contact', externalUserId: anRan });
    expect(done.facts).toEqual([
      {
        kind: 'contact_read',
        key: expect.stringMatching(new RegExp(`^read:${anRan}:${now}:`)) as string,
        at: now,
        member: { externalUserId: anRan, unionid: 'oeiH3l3CHEVTYffpUzq9xfRbLNM4' },
        data: {
          name: '安然',
          gender: 2,
          readAt: now,
          follows: [
            {
              staff: 'LinXia',
              remark: '安女士-展会',
              createdAt: 1_795_219_201_000,
              state: 'expo-2026-a',
              addWay: 1,
              tagIds: ['etZk3p9QBAAAJyHIPw8cUM0L2lqWEb4I'],
            },
            { staff: 'ZhaoMin', remark: '安', createdAt: 1_795_132_800_000, addWay: 201, tagIds: [] },
          ],
        },
      },
    ]);
  });

  it('reads every page of a contact’s relations', async () => {
    const page = recorded('api_externalcontact_get');
    const others = {
      ...page,
      follow_user: [
        { userid: 'ChenYu', createtime: 1 },
        { userid: 'GuBei', createtime: 2 },
      ],
    };
    wecom.says({ 'externalcontact/get': inTurn({ ...page, next_cursor: 'more' }, others) });
    const done = await send({ kind: 'read_contact', externalUserId: anRan });
    expect(done.facts).toMatchObject([{ data: { follows: { length: 4 } } }]);
    expect(wecom.asked.at(-1)?.query.get('cursor')).toBe('more');
  });

  it('reports a contact that does not exist any more without relations', async () => {
    wecom.says({ 'externalcontact/get': recorded('api_error_84061') });
    expect((await send({ kind: 'read_contact', externalUserId: anRan })).facts).toMatchObject([
      { data: { name: '', follows: [] } },
    ]);
  });

  it('sets a remark of at most 20 characters, counting an emoji as one', async () => {
    wecom.says({ 'externalcontact/remark': ok });
    await send({ kind: 'set_remark', staff: 'LinXia', externalUserId: anRan, remark: '🌟'.repeat(25) });
    expect(wecom.bodiesOf('externalcontact/remark')).toEqual([
      { userid: 'LinXia', external_userid: anRan, remark: '🌟'.repeat(20) },
    ]);
  });

  it('sends both lists of tags, and makes no call without a change', async () => {
    wecom.says({ 'externalcontact/mark_tag': ok });
    await send({ kind: 'mark_tags', staff: 'LinXia', externalUserId: anRan, add: ['et1'], remove: [] });
    await send({ kind: 'mark_tags', staff: 'LinXia', externalUserId: anRan, add: [], remove: [] });
    expect(wecom.bodiesOf('externalcontact/mark_tag')).toEqual([
      { userid: 'LinXia', external_userid: anRan, add_tag: ['et1'], remove_tag: [] },
    ]);
  });

  it('gives up on tags of a pair that has ended', async () => {
    wecom.says({ 'externalcontact/mark_tag': recorded('api_error_84061') });
    await expect(
      send({ kind: 'mark_tags', staff: 'LinXia', externalUserId: anRan, add: ['et1'], remove: [] }),
    ).rejects.toMatchObject({ name: 'GiveUp', code: 'not_a_contact' });
  });

  it('welcomes with text, link and picture, and uploads a picture once', async () => {
    wecom.says({ 'externalcontact/send_welcome_msg': ok, 'media/upload': recorded('api_media_upload') });
    const message = {
      text: '欢迎',
      attachments: [
        { kind: 'image', url: `${pictureUrl}/qr.png`, title: '群' },
        { kind: 'link', title: '长'.repeat(60), url: 'https://shop.example.invalid/w', description: '限本群' },
      ],
    } as const;
    await send({ kind: 'send_welcome', welcomeCode: 'code1', message });
    await send({ kind: 'send_welcome', welcomeCode: 'code2', message });
    expect(wecom.bodiesOf('externalcontact/send_welcome_msg')[1]).toEqual({
      welcome_code: 'code2',
      text: { content: '欢迎' },
      attachments: [
        { msgtype: 'image', image: { media_id: recorded('api_media_upload')['media_id'] } },
        { msgtype: 'link', link: { title: '长'.repeat(42), url: 'https://shop.example.invalid/w', desc: '限本群' } },
      ],
    });
    expect([pictureReads, wecom.bodiesOf('media/upload').length]).toEqual([1, 1]);
    expect(wecom.asked.find((one) => one.endpoint === 'media/upload')?.raw).toMatch(
      /name="media"; filename="picture.png"/,
    );
  });

  it('uploads a picture again when its media_id is too old or unknown to WeCom', async () => {
    wecom.says({
      'externalcontact/send_welcome_msg': inTurn(ok, refused(40007), ok),
      'media/upload': recorded('api_media_upload'),
    });
    const welcome = {
      kind: 'send_welcome',
      welcomeCode: 'c',
      message: { text: '', attachments: [{ kind: 'image', url: `${pictureUrl}/qr.png`, title: '群' }] },
    } as const;
    await send(welcome);
    await send(welcome);
    expect(pictureReads).toBe(2);
    clock.pushTo(now + 72 * 3_600_000);
    await send(welcome);
    expect(pictureReads).toBe(3);
  });

  it('uploads it again once for concurrent callers', async () => {
    let isLost = true;
    const fresh = { ...recorded('api_media_upload'), media_id: 'fresh' };
    wecom.says({
      'externalcontact/send_welcome_msg': ({ body }) =>
        JSON.stringify(body).includes('"fresh"') ? ok : refused(40007),
      'media/upload': () => {
        const first = isLost;
        isLost = false;
        return first ? recorded('api_media_upload') : fresh;
      },
    });
    const welcome = (welcomeCode: string) =>
      ({
        kind: 'send_welcome',
        welcomeCode,
        message: { text: '', attachments: [{ kind: 'image', url: `${pictureUrl}/qr.png`, title: '群' }] },
      }) as const;
    await Promise.all(['a', 'b', 'c', 'd'].map((code) => send(welcome(code))));
    expect(wecom.bodiesOf('media/upload')).toHaveLength(2);
  });

  const withPicture = (name: string, text = '你好') =>
    ({ text, attachments: [{ kind: 'image', url: `${pictureUrl}/${name}`, title: '会员群' }] }) as const;

  it.each([
    ['is not there', 'gone.png', 'picture_not_found', false],
    ['is none', 'page.png', 'not_a_picture', false],
    ['cannot be had now', 'broken.png', 'picture_unreachable', true],
    ['does not come', 'never.png', 'picture_slow', true],
  ])('sends the text without a picture that %s, and reports why', async (_what, name, code, isLinked) => {
    const pictureWaits = { welcomeMs: 200, massSendMs: 200 };
    ({ channel } = createWecomChannel(aCorp({ apiBase: wecom.url }), {
      clock,
      logger: silent,
      pictureWaits,
    }));
    wecom.says({
      'externalcontact/send_welcome_msg': ok,
      'externalcontact/add_msg_template': recorded('api_add_msg_template'),
    });
    const message = withPicture(name);
    await expect(send({ kind: 'send_welcome', welcomeCode: 'c', message })).resolves.toEqual({ without: code });
    await expect(send(massSend({ message }))).resolves.toMatchObject({ ref: msgid, without: code });
    const link = { msgtype: 'link', link: { title: '会员群', url: `${pictureUrl}/${name}` } };
    for (const endpoint of ['externalcontact/send_welcome_msg', 'externalcontact/add_msg_template'])
      expect(wecom.bodiesOf(endpoint)).toEqual([
        expect.objectContaining({ text: { content: '你好' }, ...(isLinked ? { attachments: [link] } : {}) }),
      ]);
    if (!isLinked) expect(JSON.stringify(wecom.asked)).not.toContain('attachments');
  });

  it('sends the text without a picture that WeCom refuses or cannot store', async () => {
    wecom.says({
      'externalcontact/send_welcome_msg': ({ body }) =>
        JSON.stringify(body).includes('media_id') ? refused(40007) : ok,
      'media/upload': recorded('api_media_upload'),
    });
    await expect(send({ kind: 'send_welcome', welcomeCode: 'c', message: withPicture('qr.png') })).resolves.toEqual({
      without: 'media_expired',
    });
    wecom.says({ 'externalcontact/send_welcome_msg': ok, 'media/upload': refused(40009) });
    const stored = await send({ kind: 'send_welcome', welcomeCode: 'd', message: withPicture('other.png') });
    expect(stored.without).toMatch(/./);
    expect(wecom.bodiesOf('externalcontact/send_welcome_msg').at(-1)).toMatchObject({ text: { content: '你好' } });
  });

  it('gives up on a missing picture without a text', async () => {
    wecom.says({});
    await expect(
      send({ kind: 'send_welcome', welcomeCode: 'c', message: withPicture('gone.png', '') }),
    ).rejects.toMatchObject({ name: 'GiveUp', code: 'picture_not_found' });
  });

  it('does not retry a welcome with an expired code', async () => {
    wecom.says({ 'externalcontact/send_welcome_msg': recorded('api_send_welcome_41050') });
    await expect(send({ kind: 'send_welcome', welcomeCode: 'c', message: textOf('欢迎') })).rejects.toMatchObject({
      name: 'GiveUp',
      code: 'welcome_code_expired',
    });
  });

  it('creates a mass send task and returns the receivers that WeCom refused', async () => {
    wecom.says({ 'externalcontact/add_msg_template': recorded('api_add_msg_template') });
    await expect(send(massSend())).resolves.toEqual({ ref: msgid, result: { failed: [refusedOne] } });
    expect(wecom.bodiesOf('externalcontact/add_msg_template')).toEqual([
      {
        chat_type: 'single',
        sender: 'LinXia',
        external_userid: [anRan],
        allow_select: false,
        text: { content: '周五福利预告' },
      },
    ]);
  });

  it('gives up on a mass send that would reach nobody', async () => {
    wecom.says({ 'externalcontact/add_msg_template': recorded('api_add_msg_template_41048') });
    await expect(send(massSend())).rejects.toMatchObject({ name: 'GiveUp', code: 'nobody_to_send_to' });
  });

  it('reads the progress of a mass send, over all pages', async () => {
    clock.pushTo(now + 3_600_000);
    const page = recorded('api_get_groupmsg_send_result');
    const unsent = { errcode: 0, send_list: [{ external_userid: 'wm4', userid: 'LinXia', status: 0 }] };
    wecom.says({
      'externalcontact/get_groupmsg_task': recorded('api_get_groupmsg_task'),
      'externalcontact/get_groupmsg_send_result': inTurn({ ...page, next_cursor: 'c2' }, unsent),
    });
    const { result } = await send({ kind: 'read_mass_send', externalRef: msgid, sender: 'LinXia' });
    expect(result).toEqual({
      sent: [{ id: anRan, at: 1_795_220_100_000 }],
      failed: [
        { id: 'wmZk3p9QBAAAdNzV18HSGEENrgWnUnEJ', status: 2 },
        { id: 'woZk3p9QBAAA1bhzE9RRCHHB9o6UvMou', status: 3 },
      ],
      unsent: ['wm4'],
      untapped: false,
      finished: false,
    });
  });

  it('reports a mass send as finished when its sender has confirmed and no receiver is left', async () => {
    wecom.says({
      'externalcontact/get_groupmsg_task': recorded('api_get_groupmsg_task'),
      'externalcontact/get_groupmsg_send_result': recorded('api_get_groupmsg_send_result'),
    });
    const finished = async (sender: string) =>
      (await send({ kind: 'read_mass_send', externalRef: msgid, sender })).result?.['finished'];
    expect([await finished('LinXia'), await finished('ZhaoMin')]).toEqual([true, false]);
  });

  it('retries the read of a mass send that is still being dispatched', async () => {
    wecom.says({
      'externalcontact/get_groupmsg_task': refused(41063),
      'externalcontact/get_groupmsg_send_result': refused(41063),
    });
    await expect(send({ kind: 'read_mass_send', externalRef: msgid, sender: 'LinXia' })).rejects.toMatchObject({
      name: 'RetryLater',
      code: 'mass_send_dispatching',
    });
  });

  describe('after a mass send whose answer was lost', () => {
    const results = (...ids: string[]) => ({
      errcode: 0,
      send_list: ids.map((id) => ({ external_userid: id, userid: 'LinXia', status: 0 })),
    });
    const found = (receivers: object) => ({
      'externalcontact/get_groupmsg_list_v2': recorded('api_get_groupmsg_list_v2'),
      'externalcontact/get_groupmsg_task': recorded('api_get_groupmsg_task'),
      'externalcontact/get_groupmsg_send_result': receivers,
    });
    beforeEach(() => clock.pushTo(now + 60_000));

    it('finds it by text, sender and receivers', async () => {
      wecom.says(found(results(anRan)));
      await expect(channel.findOutcome(massSend(), now)).resolves.toEqual({
        outcome: 'done',
        done: { ref: msgid, result: { failed: [] } },
        alike: [],
      });
      expect(wecom.bodiesOf('externalcontact/get_groupmsg_list_v2')).toMatchObject([
        { chat_type: 'single', filter_type: 0, start_time: now / 1_000 - 120, end_time: now / 1_000 + 180 },
      ]);
    });

    it('finds it although WeCom refused some of its receivers', async () => {
      wecom.says(found(results(anRan, 'wm3')));
      await expect(
        channel.findOutcome(massSend({ externalUserIds: [anRan, refusedOne, 'wm3'] }), now),
      ).resolves.toMatchObject({ outcome: 'done' });
    });

    it.each([
      ['another text', massSend({ message: textOf('别的') }), results(anRan)],
      ['another sender', massSend({ sender: 'ChenYu' }), results(anRan)],
      ['other receivers', massSend(), results(refusedOne)],
      ['more receivers', massSend(), results(anRan, refusedOne)],
    ])('does not accept one with %s', async (_what, action, receivers) => {
      wecom.says(found(receivers));
      await expect(channel.findOutcome(action, now)).resolves.toEqual({ outcome: 'not_done' });
    });

    it.each([
      ['few of the receivers', massSend({ externalUserIds: [anRan, 'wm2', 'wm3'] }), results(anRan)],
      ['no receivers', massSend(), results()],
    ])('is unsure about a confirmed one that lists %s yet', async (_what, action, receivers) => {
      wecom.says(found(receivers));
      await expect(channel.findOutcome(action, now)).resolves.toEqual({ outcome: 'unknown' });
    });

    it('waits some hours after the confirmation for receivers; without any then, nobody received it', async () => {
      wecom.says(found(results()));
      clock.pushTo(now + 5 * 3_600_000);
      await expect(channel.findOutcome(massSend(), now)).resolves.toEqual({ outcome: 'unknown' });
      clock.pushTo(now + 7 * 3_600_000);
      await expect(channel.findOutcome(massSend(), now)).resolves.toEqual({ outcome: 'not_done' });
    });

    it('is unsure about one that lists few of the receivers, however old the confirmation is', async () => {
      wecom.says(found(results(anRan)));
      clock.pushTo(now + 7 * 3_600_000);
      const action = massSend({ externalUserIds: [anRan, 'wm2', 'wm3'] });
      await expect(channel.findOutcome(action, now)).resolves.toEqual({ outcome: 'unknown' });
    });

    it('ignores a task that is known to belong to another mass send', async () => {
      wecom.says(found(results()));
      const belongsToOther = (ref: string) => Promise.resolve(ref === msgid);
      await expect(channel.findOutcome(massSend(), now, belongsToOther)).resolves.toEqual({ outcome: 'not_done' });
      expect(wecom.bodiesOf('externalcontact/get_groupmsg_task')).toEqual([]);
    });

    it('does not accept an unconfirmed one that lists few of the receivers', async () => {
      const untapped = { errcode: 0, task_list: [{ userid: 'LinXia', status: 0 }] };
      wecom.says({ ...found(results(anRan)), 'externalcontact/get_groupmsg_task': untapped });
      const action = massSend({ externalUserIds: [anRan, 'wm2', 'wm3'] });
      await expect(channel.findOutcome(action, now)).resolves.toEqual({ outcome: 'not_done' });
    });

    it('finds it although WeCom writes its sender in lower case', async () => {
      const lower = { errcode: 0, task_list: [{ userid: 'linxia', status: 0 }] };
      wecom.says({ ...found(results(anRan)), 'externalcontact/get_groupmsg_task': lower });
      await expect(channel.findOutcome(massSend(), now)).resolves.toMatchObject({ outcome: 'done' });
      const { result } = await send({ kind: 'read_mass_send', externalRef: msgid, sender: 'LinXia' });
      expect(result).toMatchObject({ untapped: true });
    });

    it('searches since the first attempt, because any attempt may have succeeded', async () => {
      wecom.says(found(results(anRan)));
      clock.pushTo(now + 3 * 3_600_000);
      await channel.findOutcome(massSend(), now);
      expect(wecom.bodiesOf('externalcontact/get_groupmsg_list_v2')).toMatchObject([
        { start_time: now / 1_000 - 120, end_time: now / 1_000 + 3 * 3_600 + 120 },
      ]);
    });
  });

  it('reuses the existing tags of a group and creates the missing ones', async () => {
    wecom.says({
      'externalcontact/get_corp_tag_list': recorded('api_get_corp_tag_list'),
      'externalcontact/add_corp_tag': recorded('api_add_corp_tag'),
    });
    const { result } = await send({ kind: 'ensure_tags', group: '来源', names: ['官网', '展会', '官网'] });
    expect(result).toEqual({
      groupId: 'etZk3p9QBAAAwuFpfnVUpHYt0kz5aSwy',
      tags: [
        { name: '官网', id: 'etZk3p9QBAAAKPiAbE4dlm9a6Y1Tlcww' },
        { name: '展会', id: 'etZk3p9QBAAAh1ZAKKC5aq7GkUxLeEaz' },
      ],
    });
    expect(wecom.bodiesOf('externalcontact/add_corp_tag')).toEqual([
      { group_id: 'etZk3p9QBAAAwuFpfnVUpHYt0kz5aSwy', tag: [{ name: '官网' }] },
    ]);
  });

  it('creates a new group by name', async () => {
    wecom.says({
      'externalcontact/get_corp_tag_list': { errcode: 0, tag_group: [] },
      'externalcontact/add_corp_tag': recorded('api_add_corp_tag'),
    });
    await send({ kind: 'ensure_tags', group: '来源', names: ['官网'] });
    expect(wecom.bodiesOf('externalcontact/add_corp_tag')).toEqual([{ group_name: '来源', tag: [{ name: '官网' }] }]);
  });

  it('reuses a tag that somebody created meanwhile', async () => {
    const before = { errcode: 0, tag_group: [] };
    wecom.says({
      'externalcontact/get_corp_tag_list': inTurn(before, recorded('api_get_corp_tag_list')),
      'externalcontact/add_corp_tag': recorded('api_add_corp_tag_dup'),
    });
    await expect(send({ kind: 'ensure_tags', group: '来源', names: ['展会'] })).resolves.toEqual({
      result: {
        groupId: 'etZk3p9QBAAAwuFpfnVUpHYt0kz5aSwy',
        tags: [{ name: '展会', id: 'etZk3p9QBAAAh1ZAKKC5aq7GkUxLeEaz' }],
      },
    });
  });

  it('refuses a tag name that WeCom would refuse', async () => {
    wecom.says({});
    await expect(send({ kind: 'ensure_tags', group: '来源', names: ['长'.repeat(31)] })).rejects.toMatchObject({
      name: 'GiveUp',
      code: 'bad_tag_name',
    });
  });

  it('creates many tags in calls of fifty, in order, in the group of the first call', async () => {
    const names = Array.from({ length: 120 }, (_, index) => `标签${index}`);
    wecom.says({
      'externalcontact/get_corp_tag_list': { errcode: 0, tag_group: [] },
      'externalcontact/add_corp_tag': ({ body }) => ({
        errcode: 0,
        tag_group: {
          group_id: 'etGroup',
          group_name: '来源',
          tag: (body as { tag: { name: string }[] }).tag.map(({ name }) => ({ id: `et-${name}`, name })),
        },
      }),
    });
    const { result } = await send({
      kind: 'ensure_tags',
      group: '来源',
      names,
      orders: names.map((_, at) => 1_000 - at),
    });
    expect(result).toMatchObject({ groupId: 'etGroup', tags: names.map((name) => ({ name, id: `et-${name}` })) });
    const calls = wecom.bodiesOf('externalcontact/add_corp_tag') as { tag: unknown[] }[];
    expect(calls.map(({ tag }) => tag.length)).toEqual([50, 50, 20]);
    expect(calls[0]!.tag.slice(0, 2)).toEqual([
      { name: '标签0', order: 1_000 },
      { name: '标签1', order: 999 },
    ]);
    expect(calls).toMatchObject([{ group_name: '来源' }, { group_id: 'etGroup' }, { group_id: 'etGroup' }]);
  });

  it('finds a renamed group by its id, and does not create another', async () => {
    wecom.says({
      'externalcontact/get_corp_tag_list': recorded('api_get_corp_tag_list'),
      'externalcontact/add_corp_tag': recorded('api_add_corp_tag'),
    });
    await send({ kind: 'ensure_tags', group: '从哪来', groupId: 'etZk3p9QBAAAwuFpfnVUpHYt0kz5aSwy', names: ['官网'] });
    expect(wecom.bodiesOf('externalcontact/add_corp_tag')).toEqual([
      { group_id: 'etZk3p9QBAAAwuFpfnVUpHYt0kz5aSwy', tag: [{ name: '官网' }] },
    ]);
  });

  it('does not create tags beyond the limit of the corp', async () => {
    const tags = (from: number) =>
      Array.from({ length: 5_000 }, (_, index) => ({ id: `et${from + index}`, name: `${from + index}` }));
    wecom.says({
      'externalcontact/get_corp_tag_list': {
        errcode: 0,
        tag_group: [
          { group_id: 'etA', group_name: '甲', tag: tags(0) },
          { group_id: 'etB', group_name: '乙', tag: tags(5_000) },
        ],
      },
    });
    await expect(send({ kind: 'ensure_tags', group: '甲', names: ['新的'] })).rejects.toMatchObject({
      name: 'GiveUp',
      code: 'tag_library_full',
    });
    await expect(send({ kind: 'ensure_tags', group: '甲', names: ['7'] })).resolves.toMatchObject({
      result: { tags: [{ id: 'et7' }] },
    });
    expect(wecom.bodiesOf('externalcontact/add_corp_tag')).toEqual([]);
  });

  it('reads the tag library', async () => {
    wecom.says({ 'externalcontact/get_corp_tag_list': recorded('api_get_corp_tag_list') });
    expect((await send({ kind: 'read_tags' })).result).toMatchObject({
      groups: [{ name: '客户等级', tags: [{ name: 'VIP' }, { name: '普通' }] }, { name: '来源' }],
    });
  });

  it('reads a group with all its members', async () => {
    wecom.says({ 'externalcontact/groupchat/get': recorded('api_groupchat_get') });
    const { facts } = await send({ kind: 'read_group', chatId: 'wrZk3p9QBAAANZqBRgyJ5S4GAtuNctgK' });
    expect(facts).toMatchObject([
      {
        kind: 'group_read',
        at: now,
        data: {
          name: '年卡福利群01',
          owner: 'LinXia',
          version: '88ac23186c1e339376465202fb3e54bd',
          dismissed: false,
          people: [
            { staff: 'LinXia', name: '林夏', scene: 1, joinedAt: 1_795_219_300_000 },
            { externalUserId: anRan, unionid: 'o2Dgan3PRi3TMHPoqyPNXN3Cjkoc', scene: 3, state: 'grp-expo' },
            { externalUserId: 'woZk3p9QBAAA1bhzE9RRCHHB9o6UvMou', name: '周同行' },
          ],
        },
      },
    ]);
  });

  it.each([40050, 49008])('reports a dismissed group for %i', async (errcode) => {
    wecom.says({ 'externalcontact/groupchat/get': refused(errcode) });
    expect((await send({ kind: 'read_group', chatId: 'wr1' })).facts).toMatchObject([
      { data: { chatId: 'wr1', dismissed: true, people: [] } },
    ]);
  });

  it('creates a join way and reads its QR code in a second call', async () => {
    wecom.says({
      'externalcontact/groupchat/add_join_way': recorded('api_add_join_way'),
      'externalcontact/groupchat/get_join_way': recorded('api_get_join_way'),
    });
    const done = await send({ kind: 'ensure_join_way', chatId: 'wr1', state: 'mv12', remark: '换群' });
    expect(done).toMatchObject({
      ref: '888fc491b64635913dfe0a4919a875a6',
      result: { configId: '888fc491b64635913dfe0a4919a875a6', qrCode: expect.stringContaining('wwpic') as string },
    });
    expect(wecom.bodiesOf('externalcontact/groupchat/add_join_way')).toEqual([
      { scene: 2, remark: '换群', auto_create_room: 0, chat_id_list: ['wr1'], state: 'mv12' },
    ]);
  });

  it('refuses a state that WeCom would cut', async () => {
    wecom.says({});
    await expect(
      send({ kind: 'ensure_join_way', chatId: 'wr1', state: 'x'.repeat(31), remark: '' }),
    ).rejects.toMatchObject({ code: 'join_way_state_too_long' });
  });

  it('sends staff the same text for a repeat and another text for another answer', async () => {
    wecom.says({ 'message/send': { ...recorded('api_message_send_partial'), unlicenseduser: 'zhaomin' } });
    const notify = { kind: 'notify_staff', staff: ['LinXia', 'WangQiang'], text: '帮助' } as const;
    expect(await send(notify, 'a')).toMatchObject({
      ref: 'QdzDTHda4VBI8N9qnpGgfcH47LBJvZITl60E04IGo2MmxmMIZzwaeJc5bU8uMX7B',
      result: { unreached: ['wangqiang', 'zhaomin'] },
    });
    await send(notify, 'a');
    await send(notify, 'b');
    const [first, repeat, other] = wecom.bodiesOf('message/send');
    expect(first).toMatchObject({
      touser: 'LinXia|WangQiang',
      msgtype: 'text',
      agentid: 1000002,
      enable_duplicate_check: 1,
      duplicate_check_interval: 14_400,
    });
    expect(repeat).toEqual(first);
    expect(other).not.toEqual(first);
    expect(String((first?.['text'] as { content: string }).content).replace(/[\u200b-\u200d\u2060]/g, '')).toBe('帮助');
  });

  it('sends staff no text with a link in a member name, by any way', async () => {
    wecom.says({ 'message/send': ok, 'message/update_template_card': ok });
    const hostile = '<a href="http://evil.example/x">点我领奖</a>';
    const staff = ['LinXia'];
    const card = {
      kind: 'staff_card',
      task: 1,
      taskId: 'qunjie-1-a',
      staff,
      buttons: [{ key: 'done', label: '已完成' }],
    } as const;
    await send({ kind: 'notify_staff', staff, text: `「${hostile}」的决定` }, 'a');
    await send({ ...card, title: `待办 ${hostile}`, text: `请将「${hostile}」移出` }, 'b');
    await send({ kind: 'close_card', staff, responseCode: 'code', mark: `已处理 · ${hostile}` }, 'c');
    const bodies = (): unknown[] =>
      ['message/send', 'message/update_template_card'].flatMap((endpoint) => wecom.bodiesOf(endpoint));
    const sent = bodies();
    // An app that may not send cards sends words.
    wecom.says({ 'message/send': inTurn(refused(43012), ok) });
    await send({ ...card, taskId: 'qunjie-1-b', title: 't', text: `请将「${hostile}」移出` }, 'd');
    const all = JSON.stringify([...sent, ...bodies()]);
    expect(all.match(/点我领奖/g)).toHaveLength(7);
    expect(all).not.toMatch(/<|:\/\//);
  });

  it('links a card and its text replacement to the page of the console', async () => {
    const link = 'https://bot.example.com/members/7';
    const card = {
      kind: 'staff_card',
      task: 1,
      taskId: 'qunjie-1-a',
      staff: ['LinXia'],
      title: '待办：成员回复',
      text: '「小鹿」发来消息，请回复 TA。\nhttps://evil.example',
      link,
      buttons: [{ key: 'done', label: '已完成' }],
    } as const;
    wecom.says({ 'message/send': inTurn(ok, refused(43012), ok) });
    await send(card, 'a');
    await send({ ...card, taskId: 'qunjie-1-b' }, 'b');
    const [asCard, , inWords] = wecom.bodiesOf('message/send');
    expect(asCard).toMatchObject({ template_card: { card_action: { type: 1, url: link } } });
    const words = (inWords?.['text'] as { content: string }).content;
    expect(words).toContain(`\n${link}\n处理后回复`);
    expect(words).not.toContain('https://evil.example');
  });

  it('sends staff the picture of a text, or its URL when it is not available', async () => {
    wecom.says({ 'message/send': ok, 'media/upload': { ...ok, media_id: 'media-1' } });
    const notice = { kind: 'notify_staff', staff: ['LinXia'], text: '「小鹿」的专属码' } as const;
    await send({ ...notice, picture: `${pictureUrl}/code.png` }, 'a');
    await send({ ...notice, picture: `${pictureUrl}/gone.png` }, 'b');
    const [words, picture, instead] = wecom.bodiesOf('message/send');
    expect(JSON.stringify(words)).not.toContain(pictureUrl);
    expect(picture).toMatchObject({ msgtype: 'image', image: { media_id: 'media-1' } });
    expect(JSON.stringify(instead)).toContain(`${pictureUrl}/gone.png`);
  });

  it('sends a long text to staff in parts that WeCom does not cut', async () => {
    wecom.says({ 'message/send': ok });
    const lines = Array.from({ length: 100 }, (_, n) => `第 ${n} 位成员今天换到了下一个群`);
    await send({ kind: 'notify_staff', staff: ['LinXia'], text: lines.join('\n') });
    const parts = wecom.bodiesOf('message/send').map((body) => (body['text'] as { content: string }).content);
    expect(parts.every((part) => Buffer.byteLength(part) <= 2_048)).toBe(true);
    expect(parts.map((part) => part.replace(/[\u200b-\u200d\u2060]/g, '')).join('\n')).toBe(lines.join('\n'));
  });

  it('sends staff the same picture with each answer, without the duplicate check', async () => {
    wecom.says({ 'media/upload': { errcode: 0, media_id: 'media-1' }, 'message/send': { errcode: 0 } });
    const notice = {
      kind: 'notify_staff',
      staff: ['LinXia'],
      text: '专属码',
      picture: `${pictureUrl}/code.png`,
    } as const;
    await send(notice, 'a');
    await send(notice, 'b');
    const sent = wecom.bodiesOf('message/send').filter((body) => body['msgtype'] === 'image');
    expect(sent.map((body) => body['enable_duplicate_check'])).toEqual([undefined, undefined]);
  });

  it('uploads a lost picture for staff again, and sends its URL when it is not available any more', async () => {
    const notice = {
      kind: 'notify_staff',
      staff: ['LinXia'],
      text: '专属码',
      picture: `${pictureUrl}/code.png`,
    } as const;
    const lost = inTurn({ errcode: 0 }, refused(40007), { errcode: 0 });
    const uploads = inTurn({ errcode: 0, media_id: 'stale' }, { errcode: 0, media_id: 'fresh' });
    wecom.says({ 'media/upload': uploads, 'message/send': lost });
    await send(notice, 'a');
    expect(wecom.bodiesOf('message/send').map((body) => body['image'] ?? 'words')).toEqual([
      'words',
      { media_id: 'stale' },
      { media_id: 'fresh' },
    ]);
    wecom.says({ 'media/upload': refused(40004), 'message/send': lost });
    await send(notice, 'b');
    const last = wecom.bodiesOf('message/send').at(-1)?.['text'] as { content: string };
    expect(last.content).toContain(`${pictureUrl}/code.png`);
  });

  it('may repeat everything except a mass send, and refuses actions of other channels', async () => {
    const once = (afterMs: number) =>
      [...channel.abilities].filter((kind) => !channel.isRepeatable(kind, afterMs)).sort();
    expect(once(4 * 3_600_000 - 1)).toEqual(['mass_send']);
    expect(once(4 * 3_600_000)).toEqual(['mass_send', 'notify_staff', 'staff_card']);
    expect(channel.isRepeatable('group_say', 0)).toBe(false);
    await expect(send({ kind: 'group_say', chatId: 'c', text: 't' })).rejects.toMatchObject({
      code: 'not_a_wecom_action',
    });
  });

  describe('reading the corp', () => {
    const pages = () => {
      const page = recorded('api_batch_get_by_user');
      const [row] = page['external_contact_list'] as { follow_info: object }[];
      const second = {
        errcode: 0,
        external_contact_list: [{ ...row, follow_info: { userid: 'ZhaoMin', createtime: 1_795_132_800, tag_id: [] } }],
        next_cursor: '',
      };
      return {
        'externalcontact/get_corp_tag_list': recorded('api_get_corp_tag_list'),
        'externalcontact/get_follow_user_list': recorded('api_get_follow_user_list'),
        'externalcontact/batch/get_by_user': inTurn(
          page,
          { errcode: 0, external_contact_list: [], next_cursor: 'c3' },
          second,
        ),
        'externalcontact/groupchat/list': inTurn(recorded('api_groupchat_list'), { errcode: 0, group_chat_list: [] }),
        'externalcontact/groupchat/get': inTurn(recorded('api_groupchat_get'), recorded('api_groupchat_get_unknown')),
      };
    };

    async function start(): Promise<Received[]> {
      const reported: Received[] = [];
      let isThrough: () => void;
      const through = new Promise<void>((resolve) => (isThrough = resolve));
      const logger = { ...silent, info: () => isThrough() };
      channel = createWecomChannel(aCorp({ apiBase: wecom.url }), { clock, logger }).channel;
      await channel.start((received) => {
        reported.push(...received);
        return Promise.resolve({ accepted: received.length, duplicates: 0 });
      });
      await through;
      await channel.stop();
      return reported;
    }

    it('reports the tags, every contact once with the relations of all pages, and every group', async () => {
      wecom.says(pages());
      const received = await start();
      expect(received.map((one) => one.kind === 'fact' && one.fact)).toMatchObject([
        { kind: 'tag_library_read', data: { groups: [{ name: '客户等级' }, { name: '来源' }] } },
        {
          kind: 'contact_read',
          key: expect.stringMatching(`^compare:${now}:${anRan}:`) as string,
          data: { follows: [{ staff: 'LinXia' }, { staff: 'ZhaoMin' }] },
        },
        {
          kind: 'group_read',
          key: expect.stringMatching(`^compare:${now}:wrZk`) as string,
          data: { ownerState: 0 },
        },
      ]);
      for (const one of received)
        if (one.kind === 'fact') expect(factData[one.fact.kind].safeParse(one.fact.data).success).toBe(true);
    });

    it('restarts the chunk after an expired cursor, and reports staff whose customers it could not read', async () => {
      const page = recorded('api_batch_get_by_user');
      const last = { ...page, next_cursor: '', fail_info: { unlicensed_userid_list: ['ZhaoMin'] } };
      wecom.says({ ...pages(), 'externalcontact/batch/get_by_user': inTurn(page, refused(50100), last) });
      const received = await start();
      const [read] = received.flatMap((one) =>
        one.kind === 'fact' && one.fact.kind === 'contact_read' ? [one.fact] : [],
      );
      expect(read?.data).toMatchObject({ of: ['LinXia'], follows: [{ staff: 'LinXia' }] });
      expect(channel.health()).toMatchObject({ ok: false, detail: expect.stringContaining('ZhaoMin') as string });
      expect(wecom.bodiesOf('externalcontact/batch/get_by_user').map((body) => body['cursor'])).toEqual([
        '',
        page['next_cursor'],
        '',
      ]);
    });

    it('ends no relation of staff that may not be read', async () => {
      wecom.says({ ...pages(), 'externalcontact/batch/get_by_user': refused(701008) });
      const received = await start();
      expect(received.filter((one) => one.kind === 'fact' && one.fact.kind === 'contact_read')).toEqual([]);
    });

    it('lists groups by owner when the corp is too large', async () => {
      const list = recorded('api_groupchat_list');
      wecom.says({
        ...pages(),
        'externalcontact/groupchat/list': inTurn(refused(81017), { ...list, next_cursor: '' }),
      });
      await start();
      expect(wecom.bodiesOf('externalcontact/groupchat/list')[1]).toMatchObject({
        owner_filter: { userid_list: ['LinXia', 'ZhaoMin'] },
      });
    });

    it('reports in its health that the corp could not be read', async () => {
      wecom.says({ 'externalcontact/get_corp_tag_list': refused(48002) });
      let noted: () => void;
      const warned = new Promise<void>((resolve) => (noted = resolve));
      channel = createWecomChannel(aCorp({ apiBase: wecom.url }), {
        clock,
        logger: { ...silent, warn: () => noted() },
      }).channel;
      await channel.start(() => Promise.resolve({ accepted: 0, duplicates: 0 }));
      await warned;
      expect(channel.health()).toMatchObject({
        ok: false,
        detail: expect.stringContaining('可调用接口的应用') as string,
      });
      await channel.stop();
    });
  });

  it('knows the calls of every action', () => {
    for (const kind of channel.abilities)
      expect([kind, channel.forecast({ [kind]: 20_000 }).calls]).not.toEqual([kind, 0]);
  });

  it('reports its calls, halts and waits', async () => {
    wecom.says({ 'externalcontact/mark_tag': refused(48002), 'externalcontact/remark': recorded('api_error_45009') });
    const marking = { kind: 'mark_tags', staff: 'LinXia', externalUserId: anRan, add: ['et1'], remove: [] } as const;
    await expect(send(marking)).rejects.toMatchObject({ code: 'wecom_halted' });
    await expect(send({ kind: 'set_remark', staff: 'LinXia', externalUserId: anRan, remark: 'r' })).rejects.toThrow();
    expect(channel.connection()).toMatchObject({
      halted: [{ endpoint: 'externalcontact/mark_tag', errcode: 48002, code: 'app_may_not_call', since: now }],
      waiting: [{ endpoint: 'externalcontact/remark', calls: 1, until: now + 60_000, why: 'blocked' }],
      usage: [
        { endpoint: 'gettoken', total: 1, refused: 0 },
        { endpoint: 'externalcontact/mark_tag', total: 1, refused: 1, lastMinute: 1, perMinute: 10_000 },
        { endpoint: 'externalcontact/remark', answers: { 45009: 1 } },
      ],
      callbacks: { lastAt: null, taken: 0, refused: 0, stale: 0, unknown: 0 },
      comparing: null,
    });
  });
});
