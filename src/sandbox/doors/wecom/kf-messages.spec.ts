import { afterEach, describe, expect, test } from 'vitest';
import { aService, events, HOUR } from '../../testing/a-service.js';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function aCorp(options: Parameters<typeof aService>[0] = {}) {
  const service = await aService(options);
  open.push(service.sandbox);
  const { kf, pull, wait, act, upload } = service;
  const failures = async () => {
    await wait(1_000);
    return events(await pull())
      .filter(({ event_type }) => event_type === 'msg_send_fail')
      .map(({ fail_msgid, fail_type }) => [fail_msgid, fail_type]);
  };
  const enter = async (more: object = {}) => {
    await act({ do: 'open_assistant', who: '小鹿', ...more });
    return events(await pull()).at(-1)!;
  };
  const welcome = (code: unknown, content = '欢迎') =>
    kf('send_msg_on_event', { code, msgtype: 'text', text: { content } });
  const picture = async () => (await upload('media/upload?type=image', Buffer.from('a picture'))).media_id;
  return { ...service, failures, enter, welcome, picture };
}

describe('a message', () => {
  test('arrives, with the msgid the app gave it or one of the platform', async () => {
    const { write, kf, deer, say, sandbox, open_kfid } = await aCorp();
    await write();
    expect(await say('您现在是银卡会员。', { msgid: 'qj_kf-1' })).toMatchObject({ errcode: 0, msgid: 'qj_kf-1' });
    const { msgid } = await kf('send_msg', { touser: deer, msgtype: 'text', text: { content: '再见' } });
    expect(msgid).toMatch(/^\S{20,32}$/);
    const { received, kf: service } = sandbox.record();
    expect(received).toMatchObject([
      { to: deer, via: 'kf', from: open_kfid, ref: 'qj_kf-1', text: '您现在是银卡会员。', at: sandbox.now() },
      { ref: msgid },
    ]);
    expect(service.talk).toMatchObject([
      { by: 'customer', text: '你好' },
      { by: 'app', via: 'send_msg', msgid: 'qj_kf-1', at: sandbox.now() },
      { by: 'app', msgid },
    ]);
  });

  test('is refused when its msgid was used in the account, also after a timeout that hid the acceptance', async () => {
    const { write, say, sandbox, withToken, deer, open_kfid, arrived } = await aCorp();
    await write();
    sandbox.trouble({ fault: { path: '/cgi-bin/kf/send_msg', kind: 'lose_answer' } });
    const body = { touser: deer, open_kfid, msgid: 'once', msgtype: 'text', text: { content: '一次' } };
    const path = await withToken('kf/send_msg');
    const call = fetch(sandbox.url + path, { method: 'POST', body: JSON.stringify(body) });
    await expect(call).rejects.toThrow('fetch failed');
    expect(await say('一次', { msgid: 'once' })).toMatchObject({ errcode: 40058, msgid: '' });
    sandbox.trouble({ kf: { duplicateCode: 95099 } });
    expect(await say('一次', { msgid: 'once' })).toMatchObject({ errcode: 95099 });
    expect(arrived()).toEqual(['一次']);
  });

  test('that was refused leaves its msgid free, or burns it', async () => {
    const { say, write, sandbox } = await aCorp();
    expect(await say('', { msgid: 'a' })).toMatchObject({ errcode: 44004 });
    await write();
    expect(await say('好', { msgid: 'a' })).toMatchObject({ errcode: 0 });
    sandbox.trouble({ kf: { refusalsBurnMsgid: true } });
    expect(await say('', { msgid: 'b' })).toMatchObject({ errcode: 44004 });
    expect(await say('好', { msgid: 'b' })).toMatchObject({ errcode: 40058 });
    expect(await say('好', { msgid: 'no spaces' })).toMatchObject({ errcode: 40058 });
  });

  test('is the last of five after each message of the customer', async () => {
    const { write, say } = await aCorp();
    await write();
    await write();
    const codes: number[] = [];
    for (let i = 0; i < 6; i += 1) codes.push((await say()).errcode);
    expect(codes).toEqual([0, 0, 0, 0, 0, 95001]);
    await write();
    expect(await say()).toMatchObject({ errcode: 0 });
  });

  test('that is the sixth or late is accepted and fails later, when the platform works that way', async () => {
    const { write, say, sandbox, failures, wait, arrived } = await aCorp();
    sandbox.trouble({ kf: { limits: 'event' } });
    await write();
    for (let i = 0; i < 5; i += 1) await say();
    expect(await say('六', { msgid: 'six' })).toMatchObject({ errcode: 0 });
    await write();
    await wait(48 * HOUR + 1_000);
    expect(await say('迟', { msgid: 'late' })).toMatchObject({ errcode: 0 });
    expect(await failures()).toEqual([
      ['six', 6],
      ['late', 4],
    ]);
    expect(arrived()).toHaveLength(5);
  });

  test('is possible until 48 hours after the last message of the customer', async () => {
    const { write, say, wait, sandbox } = await aCorp();
    await write();
    await wait(48 * HOUR);
    expect(await say()).toMatchObject({ errcode: 0 });
    await wait(1_000);
    expect(await say()).toMatchObject({ errcode: 95002, msgid: '' });
    sandbox.trouble({ kf: { lateCode: 95018 } });
    expect(await say()).toMatchObject({ errcode: 95018 });
  });

  test('is possible in state 0 or 1 only, and moves 0 to 1', async () => {
    const { write, say, state, trans } = await aCorp();
    expect([await state(), (await say()).errcode]).toEqual([4, 95018]);
    await write();
    expect([await state(), (await say()).errcode, await state()]).toEqual([0, 0, 1]);
    for (const to of [2, 3, 4]) {
      await trans(to, 'LinXia');
      expect(await say()).toMatchObject({ errcode: 95018 });
    }
    await write();
    expect([await state(), (await say()).errcode]).toEqual([0, 0]);
  });

  test('to somebody who refuses is accepted and fails for ever, without another sign', async () => {
    const { write, say, failures, act, arrived } = await aCorp();
    await write();
    await act({ do: 'refuse_assistant', who: '小鹿' });
    expect(await say('听得到吗', { msgid: 'no' })).toMatchObject({ errcode: 0 });
    expect([await failures(), arrived()]).toEqual([[['no', 10]], []]);
    await act({ do: 'refuse_assistant', who: '小鹿', refuses: false });
    await say('现在呢');
    expect(arrived()).toEqual(['现在呢']);
  });

  test('may fail for its words, for an unknown reason, or because the corp is at its cap', async () => {
    const { write, say, failures, sandbox } = await aCorp();
    await write();
    sandbox.trouble({ kf: { forbiddenWords: ['密码'] } });
    await say('您的密码', { msgid: 'word' });
    sandbox.trouble({ kf: { failShare: 1 } });
    await say('好', { msgid: 'chance' });
    sandbox.trouble({ kf: { failShare: 0, customerCap: true } });
    expect(await say()).toMatchObject({ errcode: 95003 });
    sandbox.trouble({ kf: { limits: 'event' } });
    await say('好', { msgid: 'cap' });
    expect(await failures()).toEqual([
      ['word', 13],
      ['chance', 0],
      ['cap', 8],
    ]);
  });

  test('fails as long after the send as the tester sets', async () => {
    const { write, say, sandbox, wait, pull, act } = await aCorp();
    await write();
    await act({ do: 'refuse_assistant', who: '小鹿' });
    sandbox.trouble({ kf: { failAfterMs: 60_000 } });
    await say();
    const isReported = async () => events(await pull()).some(({ event_type }) => event_type === 'msg_send_fail');
    await wait(59_999);
    expect(await isReported()).toBe(false);
    await wait(1);
    expect(await isReported()).toBe(true);
  });

  test('longer than 2048 bytes is cut, in the middle of a character, or refused', async () => {
    const { write, say, sandbox, arrived } = await aCorp();
    await write();
    expect(await say('群'.repeat(683))).toMatchObject({ errcode: 0 });
    expect(arrived()).toEqual([`${'群'.repeat(682)}\ufffd`]);
    sandbox.trouble({ kf: { longText: 'refuse' } });
    expect(await say('群'.repeat(683))).toMatchObject({ errcode: 45002 });
  });

  test('needs media that were uploaded in the last three days, of its own kind', async () => {
    const { write, say, picture, wait, act } = await aCorp();
    const media_id = await picture();
    await write();
    const image = (id: string) => say('', { msgtype: 'image', image: { media_id: id } });
    const video = await say('', { msgtype: 'video', video: { media_id } });
    expect([(await image(media_id)).errcode, (await image('none')).errcode, video.errcode]).toEqual([0, 40007, 40007]);
    await wait(72 * HOUR + 1_000);
    await act({ do: 'write_to_assistant', who: '小鹿', text: '还在吗' });
    expect(await image(media_id)).toMatchObject({ errcode: 40007 });
  });

  test('with the picture of a join code lets the customer scan it', async () => {
    const { write, say, post, upload, sandbox } = await aCorp();
    const { chatId } = sandbox.record().groups[0]!;
    const { config_id } = await post('externalcontact/groupchat/add_join_way', { scene: 2, chat_id_list: [chatId] });
    const way = await post('externalcontact/groupchat/get_join_way', { config_id });
    const bytes = Buffer.from(await (await fetch(way.join_way.qr_code)).arrayBuffer());
    const { media_id } = await upload('media/upload?type=image', bytes);
    await write();
    await say('', { msgtype: 'image', image: { media_id } });
    expect(sandbox.record().received.at(-1)).toMatchObject({ via: 'kf', joinWay: config_id });
  });

  test('may be a link, a place, an acquisition link or a mini-program, each within its limits', async () => {
    const { write, say, picture } = await aCorp();
    const thumb_media_id = await picture();
    await write();
    const link = { title: '福利', url: 'https://club.example.invalid/g', thumb_media_id };
    const program = { appid: 'wx0', pagepath: 'pages/a.html', thumb_media_id };
    const codes: number[] = [];
    for (const [msgtype, body] of [
      ['link', link],
      ['link', { ...link, thumb_media_id: '' }],
      ['link', { ...link, url: 'club.example.invalid' }],
      ['link', { ...link, title: '题'.repeat(43) }],
      ['miniprogram', program],
      ['miniprogram', { ...program, title: '题'.repeat(22) }],
      ['location', { latitude: 30.2, longitude: 120.1 }],
      ['location', { latitude: '30.2', longitude: 120.1 }],
      ['ca_link', { link_url: 'https://work.weixin.qq.com/ca/cawcde1' }],
      ['ca_link', { link_url: 'https://elsewhere.invalid/ca/1' }],
      ['business_card', { userid: 'LinXia' }],
    ] as const)
      codes.push((await say('', { msgtype, [msgtype]: body })).errcode);
    expect(codes).toEqual([0, 40007, 45034, 45002, 0, 45002, 0, 40058, 0, 40058, 40008]);
  });

  test('may be a menu of ten items to tap and fifty in all', async () => {
    const { write, say, arrived } = await aCorp();
    const click = (id: string, content = '查询') => ({ type: 'click', click: { id, content } });
    const text = { type: 'text', text: { content: '说明' } };
    const menu = (list: readonly object[], more: object = {}) =>
      say('', { msgtype: 'msgmenu', msgmenu: { head_content: '请选择', list, ...more } });
    const codes: number[] = [];
    const ten = Array.from({ length: 10 }, (_, i) => click(`item_${i}`));
    for (const call of [
      () => menu([...ten, ...Array<object>(40).fill(text)], { tail_content: '回复「人工」' }),
      () => menu([...ten, click('eleven')]),
      () => menu(Array<object>(51).fill(text)),
      () => menu([{ type: 'carousel' }]),
      () => menu([click('with#sign')]),
      () => menu([click('a'.repeat(129))]),
      () => menu([click('long', '查'.repeat(43))]),
      () => menu([], { head_content: '头'.repeat(342) }),
      () => menu([{ type: 'view', view: { url: 'https://club.example.invalid', content: '规则' } }]),
    ])
      codes.push((await (await write(), call())).errcode);
    expect(codes).toEqual([0, 95008, 95008, 95009, 40058, 40058, 45002, 45002, 0]);
    expect(arrived()[1]).toBe('请选择\n规则');
  });

  test('needs the right to the account, its exact id, and a customer of the corp', async () => {
    const { write, say, sandbox, act, open_kfid } = await aCorp();
    await write();
    const codes = async (trouble: Parameters<typeof sandbox.trouble>[0]['kf']) => {
      sandbox.trouble({ kf: trouble });
      return (await say()).errcode;
    };
    expect(await say('好', { touser: 'wmSomebody' })).toMatchObject({ errcode: 40096 });
    expect(await say('好', { open_kfid: open_kfid.toLowerCase() })).toMatchObject({ errcode: 95004 });
    expect(await codes({ unlisted: true })).toBe(48002);
    expect(await codes({ unlisted: false, otherMode: true })).toBe(95011);
    expect(await codes({ otherMode: false, apiOff: true })).toBe(95017);
    expect(await codes({ apiOff: false })).toBe(0);
    await act({ do: 'grant_account', granted: false });
    expect(sandbox.record().callbacks.at(-1)!.plaintext).toContain(
      `<Event><![CDATA[kf_account_auth_change]]></Event><AuthDelOpenKfId><![CDATA[${open_kfid}]]></AuthDelOpenKfId>`,
    );
    expect(await say()).toMatchObject({ errcode: 48007 });
  });
});

describe('the welcome', () => {
  test('is sent once with the code of the entry, which comes with the scene', async () => {
    const { enter, welcome, arrived, say, deer, open_kfid } = await aCorp();
    const event = await enter({ scene: 'poster_a', sceneParam: 't=Q7' });
    expect(event).toEqual({
      event_type: 'enter_session',
      open_kfid,
      external_userid: deer,
      scene: 'poster_a',
      scene_param: 't=Q7',
      welcome_code: expect.stringMatching(/^\S{32}$/),
    });
    expect(await say()).toMatchObject({ errcode: 95018 });
    expect(await welcome(event['welcome_code'])).toMatchObject({ errcode: 0 });
    expect(await welcome(event['welcome_code'])).toMatchObject({ errcode: 41050 });
    expect(arrived()).toEqual(['欢迎']);
  });

  test('has 20 seconds', async () => {
    const { enter, welcome, wait, sandbox } = await aCorp();
    const { welcome_code } = await enter();
    expect(sandbox.clock().welcomesWaiting).toBe(1);
    await wait(20_001);
    sandbox.trouble({ kf: { badCode: 95098 } });
    expect([(await welcome(welcome_code)).errcode, sandbox.clock().welcomesWaiting]).toEqual([95098, 0]);
  });

  test('has no code for who was welcomed in the last 48 hours or ever wrote', async () => {
    const { enter, welcome, wait, write, sandbox } = await aCorp();
    await welcome((await enter())['welcome_code']);
    expect(await enter()).not.toHaveProperty('welcome_code');
    await wait(48 * HOUR + 1_000);
    expect(await enter()).toHaveProperty('welcome_code');
    await write();
    await wait(48 * HOUR + 1_000);
    expect(await enter()).not.toHaveProperty('welcome_code');
    sandbox.trouble({ kf: { welcomes: 'silent_48h' } });
    expect(await enter()).toHaveProperty('welcome_code');
    sandbox.trouble({ kf: { noWelcomeCode: true } });
    expect(await enter()).not.toHaveProperty('welcome_code');
  });

  test('may be a text or a menu, nothing else', async () => {
    const { enter, kf, picture } = await aCorp();
    const { welcome_code: code } = await enter();
    const image = { media_id: await picture() };
    expect(await kf('send_msg_on_event', { code, msgtype: 'image', image })).toMatchObject({ errcode: 40008 });
    const list = [{ type: 'click', click: { id: 'tier_query', content: '查询' } }];
    const menu = { code, msgid: 'w1', msgtype: 'msgmenu', msgmenu: { head_content: '欢迎', list } };
    expect(await kf('send_msg_on_event', menu)).toMatchObject({ errcode: 0, msgid: 'w1' });
  });
});

describe('the entry link', () => {
  test('brings its scene and what was appended, also when somebody altered that', async () => {
    const { kf, act, pull } = await aCorp();
    const { url } = await kf('add_contact_way', { scene: 'poster_a' });
    const again = await kf('add_contact_way', { scene: 'poster_a' });
    expect(again.url).not.toBe(url);
    const follow = async (link: string) => {
      const { opened } = await act({ do: 'open_assistant', who: '小鹿', url: link });
      const last = events(await pull()).at(-1);
      return opened === true ? [last?.['scene'], last?.['scene_param']] : opened;
    };
    expect(await follow(url)).toEqual(['poster_a', '']);
    expect(await follow(`${again.url}&scene_param=${encodeURIComponent('t=一二')}`)).toEqual(['poster_a', 't=一二']);
    expect(await follow(`${url}&scene_param=${'x'.repeat(129)}`)).toEqual(['poster_a', '']);
    expect(await follow(url.replace(/enc_scene=.*/, 'enc_scene=ENCother'))).toBe(false);
    const { url: plain } = await kf('add_contact_way', { scene: '' });
    expect(await follow(`${plain}&scene_param=lost`)).toEqual(['', '']);
    expect(await kf('add_contact_way', { scene: 'with space' })).toMatchObject({ errcode: 40058 });
  });

  test('opens in a browser too, where one says who it is, and on a phone behind a redirect or not', async () => {
    const { kf, act, pull, sandbox } = await aCorp();
    const { url } = await kf('add_contact_way', { scene: 'poster_a' });
    expect(await (await fetch(url)).text()).toContain('会员小助手');
    const post = (who: string, to = url) =>
      fetch(to, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ who }) });
    const answer = await post('新客');
    const { externalUserId } = sandbox.record().people.find(({ name }) => name === '新客')!;
    expect([answer.status, answer.headers.get('location')]).toEqual([
      302,
      `/#tab=people&person=${externalUserId}&phone=assistant`,
    ]);
    expect([(await post('林夏')).status, (await post('小鹿', `${url}x`)).status]).toEqual([400, 400]);
    expect(await act({ do: 'open_link', who: '小鹿', url })).toMatchObject({
      status: 200,
      scanned: { assistant: true },
    });
    const scenes = events(await pull()).map(({ event_type, scene }) => [event_type, scene]);
    expect(scenes).toEqual([
      ['enter_session', 'poster_a'],
      ['enter_session', 'poster_a'],
    ]);
  });
});
