import { afterEach, beforeEach, expect, it } from 'vitest';
import { memberCommands } from '../../../src/commands/index.js';
import { eachDatabase } from '../../support/databases.js';
import { saveTemplate } from '../../support/save-template.js';
import { aFact } from '../../support/test-product.js';
import { aKfProduct, type KfProduct } from './a-kf-product.js';
import { ACCOUNT, ANRAN } from './scripted-kf.js';

eachDatabase('customer service', (open) => {
  let product: KfProduct;
  const outbox = () =>
    product.db.read.all<{ kind: string; state: string; reason: string | null }>(
      "SELECT kind, state, reason FROM outbox WHERE kind LIKE 'kf_%' ORDER BY id",
    );
  const writes = async (text: string, over: Record<string, unknown> = {}) => {
    const msgid = product.kf.writes(text, over);
    await product.heard();
    return msgid;
  };
  const optedOut = async () =>
    (await product.db.read.one<{ n: number }>('SELECT COUNT(*) AS n FROM member_metrics WHERE opted_out = 1'))?.n;

  beforeEach(async () => {
    product = await aKfProduct(await open());
    await product.later(1);
  });
  afterEach(() => product.close());

  it('answers 我的等级 in one message, and counts the message as seen', async () => {
    await writes('我的等级');
    expect(product.said()).toHaveLength(1);
    expect(product.said()[0]).toContain('你现在是');
    const day = await product.db.read.one<{ service_messages: number; seen: number; messages: number }>(
      'SELECT service_messages, seen, messages FROM member_day WHERE service_messages > 0',
    );
    expect(day).toEqual({ service_messages: 1, seen: 1, messages: 0 });
  });

  it('obeys 退订 and confirms it', async () => {
    await writes('退订');
    expect(await optedOut()).toBe(1);
    expect(product.said()[0]).toContain('不再主动发消息');
  });

  it('takes a tap on a menu for the command of that id, whatever the label says', async () => {
    await writes('看看我现在的级别', { text: { content: '看看我现在的级别', menu_id: 'my_tier' } });
    expect(product.said()[0]).toContain('你现在是');
  });

  it('answers a message that comes again once', async () => {
    const msgid = await writes('我的等级');
    product.kf.writes('我的等级', { msgid });
    await product.heard();
    expect(product.said()).toHaveLength(1);
  });

  it('says nothing while a person serves, and obeys an opt-out all the same', async () => {
    await writes('我的等级');
    product.kf.event('session_status_change', { change_type: 1, new_servicer_userid: 'ZhaoMin' });
    await product.heard();
    await writes('退订');
    expect(product.said()).toHaveLength(1);
    expect(await optedOut()).toBe(1);
  });

  it('answers again after the person has ended the session and the customer writes', async () => {
    await writes('我的等级');
    product.kf.event('session_status_change', { change_type: 1, new_servicer_userid: 'ZhaoMin' });
    await product.heard();
    product.clock.pushTo(product.clock.now() + 600_000);
    product.kf.event('session_status_change', { change_type: 3, old_servicer_userid: 'ZhaoMin' });
    await product.heard();
    product.clock.pushTo(product.clock.now() + 600_000);
    await writes('退订');
    expect(product.said()).toHaveLength(2);
  });

  it('notices at 95018 that a person serves, and is silent from then on', async () => {
    await writes('我的等级');
    Object.assign(product.kf.chatOf(ACCOUNT, ANRAN), { state: 3, servicer: 'ZhaoMin' });
    await writes('退订');
    await writes('订阅');
    expect(product.said()).toHaveLength(1);
    expect((await outbox()).map(({ state, reason }) => [state, reason])).toEqual([
      ['sent', null],
      ['failed', 'kf_person_serves'],
    ]);
    expect(product.wecom.bodiesOf('kf/service_state/get')).toHaveLength(1);
  });

  it('stores the change to a queue, in which nobody is named as the servicer', async () => {
    await writes('我的等级');
    Object.assign(product.kf.chatOf(ACCOUNT, ANRAN), { state: 2 });
    await writes('退订');
    await product.heard();
    const changes = await product.db.read.all("SELECT state, problem FROM fact WHERE kind = 'service_session_changed'");
    expect(changes).toEqual([{ state: expect.any(Number), problem: null }]);
    expect(await product.db.read.all('SELECT * FROM set_aside')).toEqual([]);
  });

  it('does not answer a message that is recalled on the same page', async () => {
    const msgid = product.kf.writes('我的等级');
    product.kf.event('user_recall_msg', { recall_msgid: msgid });
    await product.heard();
    expect(product.said()).toEqual([]);
    const kept = await product.db.read.one<{ data: string }>("SELECT data FROM fact WHERE kind = 'wrote_to_service'");
    expect(kept!.data).not.toContain('我的等级');
  });

  it('records as failed what WeCom took and did not deliver, and writes no more to who refuses', async () => {
    await writes('我的等级');
    const msgid = product.kf.accepted[0]!.msgid;
    product.clock.pushTo(product.clock.now() + 60_000);
    product.kf.event('msg_send_fail', { fail_msgid: msgid, fail_type: 10 });
    await product.heard();
    expect(await outbox()).toEqual([{ kind: 'kf_say', state: 'failed', reason: 'kf_customer_refuses' }]);
  });

  it('greets who opens the chat, once, within the 20 seconds of the code', async () => {
    product.kf.event('enter_session', { scene: 'poster', welcome_code: 'WC1' });
    await product.heard();
    await product.heard();
    expect(product.wecom.bodiesOf('kf/send_msg_on_event')).toMatchObject([{ code: 'WC1', msgtype: 'msgmenu' }]);
  });

  it('offers in its greeting only commands that customer service understands, by id and by label', async () => {
    product.kf.event('enter_session', { welcome_code: 'WC1' });
    await product.heard();
    const [{ msgmenu }] = product.wecom.bodiesOf('kf/send_msg_on_event') as [
      { msgmenu: { list: { click: { id: string; content: string } }[]; tail_content: string } },
    ];
    const understood = memberCommands.filter(({ where }) => where.includes('kf'));
    expect(msgmenu.list.length).toBeGreaterThan(0);
    for (const { click } of msgmenu.list)
      expect(understood.find(({ id }) => id === click.id)?.words).toContain(click.content);
    const [, typed] = /「(.+)」/.exec(msgmenu.tail_content) ?? [];
    expect(understood.flatMap(({ words }) => words)).toContain(typed);
  });

  it('greets with the text of its template as it is now, and not at all when that is off', async () => {
    const greetings = () =>
      product.wecom
        .bodiesOf('kf/send_msg_on_event')
        .map((body) => (body['msgmenu'] as { head_content: string }).head_content);
    product.kf.event('enter_session', { welcome_code: 'WC1' });
    await product.heard();
    expect(greetings()).toEqual([expect.stringMatching(/的小助手。想了解什么/)]);
    const settings = 'trigger: {on: entered_service}\nchannels: [kf]\ncaps: {counts: false}\nonce: per_occasion';
    await saveTemplate(product, 'service-greeting', settings, '你好，想问什么？');
    product.kf.event('enter_session', { welcome_code: 'WC2' });
    await product.heard();
    expect(greetings().at(-1)).toBe('你好，想问什么？');
    const rows = await product.db.read.all(
      "SELECT campaign, template_version FROM outbox WHERE kind = 'kf_welcome' ORDER BY id",
    );
    expect(rows).toEqual([
      { campaign: 'service-greeting', template_version: 1 },
      { campaign: 'service-greeting', template_version: 2 },
    ]);
    await product.templates.setEnabled('service-greeting', false, product.clock.now());
    product.kf.event('enter_session', { welcome_code: 'WC3' });
    await product.heard();
    expect(greetings()).toHaveLength(2);
  });

  it('does not answer what was written while it was away, and gives it to staff', async () => {
    await product.happens(aFact('contact_added', product.clock.now(), { externalUserId: ANRAN }));
    product.kf.writes('请问我的订单到哪了');
    product.clock.pushTo(product.clock.now() + 3_600_000);
    await product.heard();
    expect(product.said()).toEqual([]);
    const tasks = await product.db.read.all<{ kind: string }>('SELECT kind FROM operator_task');
    expect(tasks).toEqual([{ kind: 'member_reply' }]);
  });

  it('deletes the words after 30 days', async () => {
    await writes('我的等级');
    await product.later(24 * 31);
    await product.workLoop.review();
    const kept = await product.db.read.one<{ data: string }>("SELECT data FROM fact WHERE kind = 'wrote_to_service'");
    expect(JSON.parse(kept!.data)).toMatchObject({ type: 'text', length: 4 });
    expect(kept!.data).not.toContain('words');
  });
});
