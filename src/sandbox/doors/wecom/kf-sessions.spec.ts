import { afterEach, describe, expect, test } from 'vitest';
import { aService, events, HOUR } from '../../testing/a-service.js';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function aCorp() {
  const service = await aService();
  open.push(service.sandbox);
  const { kf, trans, pull } = service;
  const answer = (code: unknown, more: object = { msgtype: 'text', text: { content: '您好' } }) =>
    kf('send_msg_on_event', { code, ...more });
  const lastEvent = async () => events(await pull()).at(-1)!;
  const code = async (...to: Parameters<typeof trans>) => (await trans(...to)).errcode;
  return { ...service, answer, lastEvent, code };
}

const inChat = { who: '小鹿', staff: 'ZhaoMin' } as const;

describe('the state', () => {
  test('changes by the table of the documents', async () => {
    const { write, code, trans, state } = await aCorp();
    const table: Record<number, number[]> = {};
    for (const from of [0, 1, 2, 3, 4]) {
      table[from] = [];
      for (const to of [1, 2, 3, 4]) {
        await trans(4);
        if (from < 4) await write();
        if (from > 0 && from < 4) await trans(from, 'LinXia');
        expect(await state()).toBe(from);
        table[from].push(await code(to, 'ZhaoMin'));
      }
    }
    expect(table).toEqual({
      0: [0, 0, 0, 0],
      1: [95016, 0, 0, 0],
      2: [95016, 95016, 0, 0],
      3: [95016, 95016, 0, 0],
      4: [95013, 95013, 95013, 95013],
    });
  });

  test('is ended by the app only from 3, when nothing but official prose counts', async () => {
    const { write, code, trans, sandbox } = await aCorp();
    sandbox.trouble({ kf: { strictTransitions: true } });
    await write();
    expect([await code(4), await code(0), await code(5)]).toEqual([95016, 40058, 40058]);
    await trans(3, 'LinXia');
    expect(await code(4)).toBe(0);
  });

  test('is not given to the person who serves already', async () => {
    const { write, code, act } = await aCorp();
    await write();
    expect([await code(3, 'ZhaoMin'), await code(3, 'ZhaoMin'), await code(3, 'LinXia')]).toEqual([0, 95016, 0]);
    await expect(act({ do: 'transfer_session', who: '小鹿', staff: 'LinXia', to: 'LinXia' })).rejects.toThrow(
      'same_servicer',
    );
  });

  test('names the servicer while a person serves', async () => {
    const { write, kf, deer, trans } = await aCorp();
    const get = () => kf('service_state/get', { external_userid: deer });
    await write();
    expect(await get()).toMatchObject({ service_state: 0, servicer_userid: '' });
    await trans(3, 'ZhaoMin');
    expect(await get()).toMatchObject({ service_state: 3, servicer_userid: 'ZhaoMin' });
  });

  test('cannot be a servicer who is unknown, removed, not activated, paused or stopped', async () => {
    const { write, code, act, kf } = await aCorp();
    await write();
    expect([await code(3), await code(3, 'GuBei')]).toEqual([95014, 95014]);
    await act({ do: 'activation', staff: 'LinXia', activated: false });
    expect(await code(3, 'LinXia')).toBe(95014);
    for (const status of ['paused', 'stopped'] as const) {
      await act({ do: 'servicer_status', staff: 'ZhaoMin', status });
      expect(await code(3, 'ZhaoMin')).toBe(95019);
    }
    await act({ do: 'servicer_status', staff: 'ZhaoMin', status: 'serving' });
    await kf('servicer/del', { userid_list: ['ZhaoMin'] });
    expect(await code(3, 'ZhaoMin')).toBe(95014);
    await act({ do: 'set_servicers', staff: ['XuNuo'] });
    expect(await code(3, 'XuNuo')).toBe(0);
  });
});

describe('a code', () => {
  test('comes with the first change to the queue and to a person, and with the end, for one message each', async () => {
    const { write, trans, answer, arrived } = await aCorp();
    await write();
    const queue = (await trans(2))['msg_code'];
    expect(await answer(queue, { msgtype: 'msgmenu', msgmenu: { head_content: '排队中' } })).toMatchObject({
      errcode: 40008,
    });
    expect([(await answer(queue)).errcode, (await answer(queue)).errcode]).toEqual([0, 41050]);
    const first = (await trans(3, 'LinXia'))['msg_code'];
    const second = (await trans(3, 'ZhaoMin'))['msg_code'];
    expect([typeof first, second]).toEqual(['string', undefined]);
    const end = (await trans(4))['msg_code'];
    expect(await answer(first)).toMatchObject({ errcode: 95018 });
    expect(await answer(end)).toMatchObject({ errcode: 0 });
    expect(arrived()).toEqual(['您好', '您好']);
  });

  test('for the end has 20 seconds, those for queue and person as long as they last', async () => {
    const { write, trans, answer, wait } = await aCorp();
    await write();
    const queue = (await trans(2))['msg_code'];
    await wait(47 * HOUR);
    expect(await answer(queue)).toMatchObject({ errcode: 0 });
    await trans(3, 'LinXia');
    const end = (await trans(4))['msg_code'];
    await wait(20_001);
    expect(await answer(end)).toMatchObject({ errcode: 41050 });
  });

  test('may count in the five', async () => {
    const { write, trans, answer, say, sandbox } = await aCorp();
    await write();
    await say();
    expect(sandbox.record().kf.sessions[0]).toMatchObject({ left: 4 });
    sandbox.trouble({ kf: { codesCount: true } });
    await answer((await trans(2))['msg_code']);
    expect(sandbox.record().kf.sessions[0]).toMatchObject({ left: 3 });
  });
});

describe('a servicer', () => {
  test('takes from the queue, writes, hands on, ends and opens again: each an event', async () => {
    const { write, trans, act, pull, lastEvent, state, answer, deer, open_kfid } = await aCorp();
    await write('人工');
    await trans(2);
    await act({ do: 'take_session', ...inChat });
    const ids = { event_type: 'session_status_change', open_kfid, external_userid: deer };
    const msg_code: unknown = expect.stringMatching(/^MC\S{30}$/);
    const taken = await lastEvent();
    expect(taken).toEqual({ ...ids, change_type: 1, new_servicer_userid: 'ZhaoMin', msg_code });
    expect(await answer(taken['msg_code'])).toMatchObject({ errcode: 0 });
    await act({ do: 'write_as_servicer', ...inChat, text: '我来帮您' });
    expect((await pull()).msg_list.at(-1)).toMatchObject({
      origin: 5,
      servicer_userid: 'ZhaoMin',
      external_userid: deer,
      text: { content: '我来帮您' },
    });
    await act({ do: 'transfer_session', ...inChat, to: 'LinXia' });
    expect(await lastEvent()).toEqual({
      ...ids,
      change_type: 2,
      old_servicer_userid: 'ZhaoMin',
      new_servicer_userid: 'LinXia',
    });
    await act({ do: 'end_session', who: '小鹿', staff: 'LinXia' });
    const ended = await lastEvent();
    expect(ended).toEqual({ ...ids, change_type: 3, old_servicer_userid: 'LinXia', msg_code });
    expect([await state(), (await answer(ended['msg_code'])).errcode]).toEqual([4, 0]);
    await act({ do: 'write_as_servicer', who: '小鹿', staff: 'LinXia', text: '忘了说' });
    expect(events(await pull()).at(-1)).toEqual({
      ...ids,
      change_type: 4,
      old_servicer_userid: 'LinXia',
      new_servicer_userid: 'LinXia',
    });
    expect(await state()).toBe(3);
  });

  test('who has transferred a session opens it again by writing', async () => {
    const { write, trans, act, lastEvent, kf, deer } = await aCorp();
    await write('人工');
    await trans(3, 'ZhaoMin');
    await act({ do: 'transfer_session', ...inChat, to: 'LinXia' });
    await act({ do: 'write_as_servicer', ...inChat, text: '还有一点' });
    expect(await lastEvent()).toMatchObject({
      change_type: 4,
      old_servicer_userid: 'LinXia',
      new_servicer_userid: 'ZhaoMin',
    });
    expect(await kf('service_state/get', { external_userid: deer })).toMatchObject({ servicer_userid: 'ZhaoMin' });
    await act({ do: 'end_session', ...inChat });
    await write('又来了');
    await trans(3, 'LinXia');
    const stranger = act({ do: 'write_as_servicer', ...inChat, text: '在吗' });
    await expect(stranger).rejects.toThrow('not_served');
  });

  test('may be anybody of a department that serves, until they leave the company', async () => {
    const { write, code, kf, act, get, open_kfid } = await aCorp();
    await write();
    expect(await code(3, 'XuNuo')).toBe(95014);
    await kf('servicer/add', { department_id_list: [1] });
    await act({ do: 'servicer_status', staff: 'XuNuo', status: 'paused' });
    expect([await code(3, 'XuNuo'), await code(3, 'ChenYu')]).toEqual([95019, 0]);
    await act({ do: 'staff_leaves', staff: 'ZhaoMin' });
    expect(await code(3, 'ZhaoMin')).toBe(95014);
    expect((await get(`kf/servicer/list?open_kfid=${open_kfid}`))['servicer_list']).toEqual([
      { userid: 'LinXia', status: 0 },
      { department_id: 1 },
    ]);
  });

  test('sees what the customer writes meanwhile, and so does the app', async () => {
    const { write, trans, pull, state } = await aCorp();
    await write('人工');
    await trans(3, 'LinXia');
    await write('在吗');
    expect([(await pull()).msg_list.at(-1)!.text!.content, await state()]).toEqual(['在吗', 3]);
  });

  test('can recall a message', async () => {
    const { write, trans, act, lastEvent, sandbox } = await aCorp();
    await write();
    await trans(3, 'ZhaoMin');
    await act({ do: 'write_as_servicer', ...inChat, text: '发错了' });
    const { msgid } = sandbox.record().kf.talk.at(-1)!;
    await act({ do: 'recall_as_servicer', ...inChat, msgid });
    expect(await lastEvent()).toMatchObject({ recall_msgid: msgid, servicer_userid: 'ZhaoMin' });
  });

  test('who pauses or stops has a status that counts from 1 in the event and from 0 in the list', async () => {
    const { act, lastEvent, get, open_kfid } = await aCorp();
    const both = async (status: 'serving' | 'paused' | 'stopped') => {
      await act({ do: 'servicer_status', staff: 'ZhaoMin', status });
      const { status: inEvent, stop_type } = await lastEvent();
      const list = (await get(`kf/servicer/list?open_kfid=${open_kfid}`))['servicer_list'] as { userid: string }[];
      return [inEvent, stop_type, list.find(({ userid }) => userid === 'ZhaoMin')];
    };
    expect(await both('paused')).toEqual([2, 1, { userid: 'ZhaoMin', status: 1, stop_type: 1 }]);
    expect(await both('stopped')).toEqual([2, 0, { userid: 'ZhaoMin', status: 1, stop_type: 0 }]);
    expect(await both('serving')).toEqual([1, undefined, { userid: 'ZhaoMin', status: 0 }]);
  });

  test('cannot do what the session does not allow', async () => {
    const { write, act, wait, trans } = await aCorp();
    await expect(act({ do: 'write_as_servicer', ...inChat, text: '在吗' })).rejects.toThrow('too_late');
    await write();
    await expect(act({ do: 'take_session', ...inChat })).rejects.toThrow('not_in_queue');
    await expect(act({ do: 'take_session', who: '小鹿', staff: 'GuBei' })).rejects.toThrow('no_servicer');
    await expect(act({ do: 'end_session', ...inChat })).rejects.toThrow('not_served');
    await trans(4);
    const reopen = act({ do: 'write_as_servicer', who: '小鹿', staff: 'GuBei', text: '在吗' });
    await expect(reopen).rejects.toThrow('no_servicer');
    await wait(48 * HOUR + 1_000);
    await expect(act({ do: 'write_as_servicer', ...inChat, text: '在吗' })).rejects.toThrow('too_late');
  });
});

describe('a recommendation', () => {
  test('reaches the customer only when the servicer presses the button', async () => {
    const { write, trans, kf, act, sandbox, deer, arrived } = await aCorp();
    const { chatId } = sandbox.record().groups[0]!;
    const upgrade = (body: object) => kf('customer/upgrade_service', { external_userid: deer, ...body });
    const group = { type: 2, groupchat: { chat_id: chatId, wording: '欢迎加入' } };
    expect(await upgrade(group)).toMatchObject({ errcode: 95031 });
    await write();
    await trans(3, 'ZhaoMin');
    expect(await upgrade(group)).toMatchObject({ errcode: 0 });
    expect(arrived()).toEqual([]);
    await act({ do: 'press_upgrade', ...inChat });
    expect(arrived()).toEqual(['欢迎加入', '[群二维码] 潜在交流群①']);
    expect(sandbox.record().received.at(-1)).toMatchObject({ via: 'servicer', from: 'ZhaoMin', groupChat: chatId });
    await upgrade({ type: 1, member: { userid: 'LinXia', wording: '' } });
    await kf('customer/cancel_upgrade_service', { external_userid: deer });
    await expect(act({ do: 'press_upgrade', ...inChat })).rejects.toThrow('nothing_to_press');
  });

  test('may only be of the range that the console has', async () => {
    const { write, kf, get, act, deer, sandbox } = await aCorp();
    await write();
    await act({ do: 'upgrade_range', staff: ['LinXia'], groups: ['会员群①'] });
    const chatId = (name: string) => sandbox.record().groups.find((one) => one.name === name)!.chatId;
    expect(await get('kf/customer/get_upgrade_service_config')).toMatchObject({
      member_range: { userid_list: ['LinXia'], department_id_list: [] },
      groupchat_range: { chat_id_list: [chatId('会员群①')] },
    });
    const upgrade = async (body: object) =>
      (await kf('customer/upgrade_service', { external_userid: deer, ...body })).errcode;
    expect(await upgrade({ type: 1, member: { userid: 'ZhaoMin' } })).toBe(60030);
    expect(await upgrade({ type: 2, groupchat: { chat_id: chatId('会员群②') } })).toBe(40050);
    expect(await upgrade({ type: 3 })).toBe(40058);
    sandbox.trouble({ kf: { ownUpgrade: true } });
    expect(await upgrade({ type: 1, member: { userid: 'LinXia' } })).toBe(95015);
  });
});
