import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ActionOf } from '../../../src/domain/action.js';
import { KfSentStore } from '../../../src/channels/kf/kf-sent.store.js';
import { KfSender } from '../../../src/channels/kf/kf-sender.js';
import { createWecomChannel } from '../../../src/channels/wecom/create-wecom-channel.js';
import { PushedClock } from '../../../src/platform/clock.js';
import { eachDatabase } from '../../support/databases.js';
import { aCorp, silent } from '../wecom/a-corp.js';
import { FakeWecom } from '../wecom/fake-wecom.js';
import { ACCOUNT, ANRAN, ScriptedKf } from './scripted-kf.js';

const saying = (text: string, over: Partial<ActionOf<'kf_say'>> = {}): ActionOf<'kf_say'> => ({
  ...{ kind: 'kf_say', account: ACCOUNT, externalUserId: ANRAN, message: { text, attachments: [] } },
  ...over,
});

eachDatabase('a message of customer service', (open) => {
  let wecom: FakeWecom;
  let kf: ScriptedKf;
  let sender: KfSender;
  const msgids = () => wecom.bodiesOf('kf/send_msg').map(({ msgid }) => msgid);

  beforeEach(async () => {
    wecom = new FakeWecom();
    await wecom.open();
    const clock = new PushedClock(1_795_219_201_000);
    kf = new ScriptedKf(wecom, clock);
    const { app } = createWecomChannel(aCorp({ apiBase: wecom.url }), { clock, logger: silent });
    sender = new KfSender({ app, store: new KfSentStore(await open()), clock });
    kf.writes('在吗');
  });
  afterEach(() => wecom.close());

  it('is one text with a msgid of its key', async () => {
    const { ref } = await sender.say(saying('您现在是银卡会员。'), 'reply:1');
    expect(ref).toMatch(/^[\w-]{1,32}$/);
    expect(wecom.bodiesOf('kf/send_msg')).toEqual([
      { touser: ANRAN, open_kfid: ACCOUNT, msgid: ref, msgtype: 'text', text: { content: '您现在是银卡会员。' } },
    ]);
  });

  it('is one menu whose items come back as ids', async () => {
    const menu = { items: [{ id: 'my_tier', label: '我的等级' }], tail: '回复「人工」转接同事' };
    await sender.say(saying('请选择：', { menu }), 'reply:1');
    expect(wecom.bodiesOf('kf/send_msg')).toMatchObject([
      {
        msgtype: 'msgmenu',
        msgmenu: {
          head_content: '请选择：',
          list: [{ type: 'click', click: { id: 'my_tier', content: '我的等级' } }],
          tail_content: '回复「人工」转接同事',
        },
      },
    ]);
  });

  it('is cut at a character, where WeCom would cut within one', async () => {
    await sender.say(saying('群'.repeat(1_000)), 'reply:1');
    const [body] = wecom.bodiesOf('kf/send_msg') as { text: { content: string } }[];
    expect(Buffer.byteLength(body!.text.content)).toBeLessThanOrEqual(2_048);
    expect(body!.text.content).toMatch(/^群+…$/);
  });

  it('is cut before a link that does not fit, and keeps the links that are sent with it', async () => {
    const long = `${'群'.repeat(660)} https://club.example.com/m?from=kf-and-a-long-name`;
    await sender.say(saying(`${long}-that-does-not-fit-any-more`), 'reply:1');
    const attachments = [{ kind: 'link' as const, title: '规则', url: 'https://club.example.com/rules' }];
    await sender.say(saying('', { message: { text: '群'.repeat(1_000), attachments } }), 'reply:2');
    const bodies = wecom.bodiesOf('kf/send_msg') as { text: { content: string } }[];
    const texts = bodies.map(({ text }) => text.content);
    expect(texts[0]).toMatch(/^群+ …$/);
    expect(texts[1]).toMatch(/^群+…\n规则 https:\/\/club\.example\.com\/rules$/);
    for (const text of texts) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(2_048);
  });

  it('is sent once when the same action is performed twice', async () => {
    const [first, second] = [await sender.say(saying('好'), 'reply:1'), await sender.say(saying('好'), 'reply:1')];
    expect(second).toEqual(first);
    expect(kf.accepted.length).toBe(1);
    expect(wecom.bodiesOf('kf/send_msg').length).toBe(1);
  });

  it('whose answer got lost is repeated with the same msgid, and then nobody knows', async () => {
    kf.nextSends = ['accept_silently'];
    await expect(sender.say(saying('好'), 'reply:1')).rejects.toMatchObject({ name: 'RetryLater', mayBeDone: true });
    await expect(sender.say(saying('好'), 'reply:1')).rejects.toMatchObject({
      name: 'GiveUp',
      code: 'sent_unconfirmed',
    });
    await expect(sender.say(saying('好'), 'reply:1')).rejects.toMatchObject({
      name: 'GiveUp',
      code: 'sent_unconfirmed',
    });
    expect([new Set(msgids()).size, msgids().length, kf.accepted.length]).toEqual([1, 2, 1]);
  });

  it('whose request got lost is sent by the repeat', async () => {
    kf.nextSends = ['cut'];
    await expect(sender.say(saying('好'), 'reply:1')).rejects.toMatchObject({ name: 'RetryLater' });
    expect(await sender.say(saying('好'), 'reply:1')).toEqual({ ref: msgids()[0] });
    expect([new Set(msgids()).size, kf.accepted.length]).toEqual([1, 1]);
  });

  it('is tried no third time when two attempts had no answer', async () => {
    kf.nextSends = ['cut', 'cut', 'cut'];
    await expect(sender.say(saying('好'), 'reply:1')).rejects.toMatchObject({ name: 'RetryLater' });
    for (let n = 0; n < 3; n++)
      await expect(sender.say(saying('好'), 'reply:1')).rejects.toMatchObject({ code: 'sent_unconfirmed' });
    expect(msgids().length).toBe(2);
  });

  it.each([45009, 45033])('uses a new msgid after a definite refusal (%i)', async (errcode) => {
    kf.nextSends = [errcode];
    await expect(sender.say(saying('好'), 'reply:1')).rejects.toMatchObject({ name: 'RetryLater' });
    (kf.clock as PushedClock).pushTo(kf.clock.now() + 120_000);
    expect((await sender.say(saying('好'), 'reply:1')).ref).toBe(`${String(msgids()[0])}-2`);
  });

  it('keeps its msgid when a refusal follows an attempt without an answer', async () => {
    kf.nextSends = ['accept_silently', 45009];
    await expect(sender.say(saying('好'), 'reply:1')).rejects.toMatchObject({ mayBeDone: true });
    await expect(sender.say(saying('好'), 'reply:1')).rejects.toMatchObject({ code: 'too_frequent' });
    (kf.clock as PushedClock).pushTo(kf.clock.now() + 120_000);
    await expect(sender.say(saying('好'), 'reply:1')).rejects.toMatchObject({ code: 'sent_unconfirmed' });
    expect([new Set(msgids()).size, kf.accepted.length]).toEqual([1, 1]);
  });

  it.each([
    [95001, 'kf_messages_used_up'],
    [95002, 'kf_window_closed'],
    [95013, 'kf_session_ended'],
    [95018, 'kf_not_our_turn'],
    [40096, 'no_such_contact'],
    [40201, 'kf_text_refused'],
    [48007, 'kf_account_not_granted'],
    [95004, 'no_such_kf_account'],
  ])('refused with %i is not sent: %s', async (errcode, code) => {
    kf.nextSends = [errcode];
    await expect(sender.say(saying('好'), 'reply:1')).rejects.toMatchObject({ name: 'GiveUp', code });
  });
});
