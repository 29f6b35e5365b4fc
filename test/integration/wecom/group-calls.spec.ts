import { describe, expect, it } from 'vitest';
import { anRan, channelFixture, now } from './channel-fixture.js';
import { recorded, refused } from './fake-wecom.js';

describe('groups and their join ways by the WeCom channel', () => {
  const fixture = channelFixture();
  const { send, wecom } = fixture;

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
});
