import { describe, expect, it } from 'vitest';
import { channelFixture, ok } from './channel-fixture.js';
import { inTurn, recorded, refused } from './fake-wecom.js';

describe('messages to staff by the WeCom channel', () => {
  const fixture = channelFixture();
  const { send, wecom } = fixture;

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
    await send({ ...notice, picture: `${fixture.pictureUrl}/code.png` }, 'a');
    await send({ ...notice, picture: `${fixture.pictureUrl}/gone.png` }, 'b');
    const [words, picture, instead] = wecom.bodiesOf('message/send');
    expect(JSON.stringify(words)).not.toContain(fixture.pictureUrl);
    expect(picture).toMatchObject({ msgtype: 'image', image: { media_id: 'media-1' } });
    expect(JSON.stringify(instead)).toContain(`${fixture.pictureUrl}/gone.png`);
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
      picture: `${fixture.pictureUrl}/code.png`,
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
      picture: `${fixture.pictureUrl}/code.png`,
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
    expect(last.content).toContain(`${fixture.pictureUrl}/code.png`);
  });
});
