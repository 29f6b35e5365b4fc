import { afterEach, expect, test } from 'vitest';
import { keys, START } from '../testing/a-sandbox.js';
import { aService, DAY, HOUR, type Pulled } from '../testing/a-service.js';
import { pretendProduct } from '../testing/pretend-product.js';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

/** A corp of 100 people without a chat account, and an app that answers everything with a menu. */
async function answered(days: number) {
  const product = await pretendProduct(keys);
  const service = await aService({ people: 100, chat: false, callbackUrl: product.callbackUrl });
  open.push(product, service.sandbox);
  const { sandbox, kf, pull, tokens } = service;
  const list = [
    { type: 'click', click: { id: 'tier', content: '我的等级' } },
    { type: 'click', click: { id: 'stop', content: '退订' } },
  ];
  const menu = { msgtype: 'msgmenu', msgmenu: { head_content: '您好', list } };
  let cursor = '';
  for (let at = START; at < START + days * DAY;) {
    at = (await sandbox.advance(START + days * DAY)).at;
    const page: Pulled = await pull({ cursor, token: tokens().at(-1) });
    if (page.errcode === 0) cursor = page.next_cursor;
    for (const { event, text, external_userid } of page.msg_list ?? []) {
      if (event?.['welcome_code'] !== undefined)
        await kf('send_msg_on_event', { code: event['welcome_code'], ...menu });
      if (text) await kf('send_msg', { touser: external_userid, ...menu });
    }
  }
  return { ...service, ...sandbox.record() };
}

test('people tap the menus that answer them, seldom the item that ends everything', async () => {
  const { kf } = await answered(60);
  const taps = kf.talk.flatMap(({ by, body }) => (by === 'customer' ? (body['menu_id'] ?? []) : []));
  expect(kf.talk.filter(({ via }) => via === 'welcome').length).toBeGreaterThan(5);
  expect(taps.length).toBeGreaterThan(5);
  expect(taps.filter((id) => id === 'stop').length).toBeLessThan(taps.length / 4);
}, 30_000);

test('people follow a link to the assistant in a message, also where Chinese punctuation ends it', async () => {
  const { sandbox, kf, wait, post } = await aService({ people: 100, chat: false }).then(
    (one) => (open.push(one.sandbox), one),
  );
  const { url } = await kf('add_contact_way', { scene: 'mass_send' });
  const text = { content: `点这里问小助手：${url}&scene_param=t1。回头见` };
  await wait(30 * DAY);
  const customers = sandbox.record().people.filter(({ isContact }) => isContact);
  const external_userid = customers.map(({ externalUserId }) => externalUserId);
  const { msgid } = await post('externalcontact/add_msg_template', { chat_type: 'single', external_userid, text });
  await sandbox.act({ do: 'confirm', msgid });
  const until = sandbox.now() + 2 * DAY;
  while ((await sandbox.advance(until)).at < until);
  const entries = sandbox.record().callbacks.length;
  expect(entries).toBeGreaterThan(0);
  const { customer_list } = await kf('customer/batchget', {
    external_userid_list: external_userid.slice(0, 100),
    need_enter_session_context: 1,
  });
  const contexts = (customer_list as { enter_session_context?: object }[]).flatMap(
    (one) => one.enter_session_context ?? [],
  );
  expect(contexts).toContainEqual({ scene: 'mass_send', scene_param: 't1' });
}, 30_000);

test('a servicer takes who waits in the queue, writes, sends what was recommended, and mostly ends the session', async () => {
  const { sandbox, write, trans, wait, kf, deer, state, open_kfid } = await aService({ people: 1, chat: false }).then(
    (one) => (open.push(one.sandbox), one),
  );
  await wait(10 * HOUR);
  const { chatId } = sandbox.record().groups[0]!;
  await write('人工');
  await trans(2);
  await kf('customer/upgrade_service', {
    external_userid: deer,
    type: 2,
    groupchat: { chat_id: chatId, wording: '来吧' },
  });
  const until = sandbox.now() + 49 * HOUR;
  while ((await sandbox.advance(until)).at < until);
  const served = sandbox.record().kf.talk.filter((line) => line.openKfid === open_kfid && line.by === 'servicer');
  expect(served.map(({ text }) => text)).toEqual([
    expect.stringMatching(/^您好，我是(林夏|赵敏)，请说$/),
    '来吧',
    '[群二维码] 潜在交流群①',
  ]);
  expect(await state()).toBe(4);
}, 30_000);
