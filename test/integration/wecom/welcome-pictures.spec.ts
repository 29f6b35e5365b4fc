import { describe, expect, it } from 'vitest';
import { createWecomChannel } from '../../../src/channels/wecom/create-wecom-channel.js';
import { aCorp, silent } from './a-corp.js';
import { channelFixture, massSend, msgid, now, ok, textOf } from './channel-fixture.js';
import { inTurn, recorded, refused } from './fake-wecom.js';

describe('a welcome by the WeCom channel', () => {
  const fixture = channelFixture();
  const { send, wecom } = fixture;

  it('welcomes with text, link and picture, and uploads a picture once', async () => {
    wecom.says({ 'externalcontact/send_welcome_msg': ok, 'media/upload': recorded('api_media_upload') });
    const message = {
      text: '欢迎',
      attachments: [
        { kind: 'image', url: `${fixture.pictureUrl}/qr.png`, title: '群' },
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
    expect([fixture.pictureReads, wecom.bodiesOf('media/upload').length]).toEqual([1, 1]);
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
      message: { text: '', attachments: [{ kind: 'image', url: `${fixture.pictureUrl}/qr.png`, title: '群' }] },
    } as const;
    await send(welcome);
    await send(welcome);
    expect(fixture.pictureReads).toBe(2);
    fixture.clock.pushTo(now + 72 * 3_600_000);
    await send(welcome);
    expect(fixture.pictureReads).toBe(3);
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
        message: { text: '', attachments: [{ kind: 'image', url: `${fixture.pictureUrl}/qr.png`, title: '群' }] },
      }) as const;
    await Promise.all(['a', 'b', 'c', 'd'].map((code) => send(welcome(code))));
    expect(wecom.bodiesOf('media/upload')).toHaveLength(2);
  });

  const withPicture = (name: string, text = '你好') =>
    ({ text, attachments: [{ kind: 'image', url: `${fixture.pictureUrl}/${name}`, title: '会员群' }] }) as const;

  it.each([
    ['is not there', 'gone.png', 'picture_not_found', false],
    ['is none', 'page.png', 'not_a_picture', false],
    ['cannot be had now', 'broken.png', 'picture_unreachable', true],
    ['does not come', 'never.png', 'picture_slow', true],
  ])('sends the text without a picture that %s, and reports why', async (_what, name, code, isLinked) => {
    const pictureWaits = { welcomeMs: 200, massSendMs: 200 };
    ({ channel: fixture.channel } = createWecomChannel(aCorp({ apiBase: wecom.url }), {
      clock: fixture.clock,
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
    const link = { msgtype: 'link', link: { title: '会员群', url: `${fixture.pictureUrl}/${name}` } };
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
});
