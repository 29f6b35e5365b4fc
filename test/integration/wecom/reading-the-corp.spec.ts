import { describe, expect, it } from 'vitest';
import { createWecomChannel } from '../../../src/channels/wecom/create-wecom-channel.js';
import type { Received } from '../../../src/channels/channel.js';
import { factData } from '../../../src/domain/fact.js';
import { aCorp, silent } from './a-corp.js';
import { anRan, channelFixture, now } from './channel-fixture.js';
import { inTurn, recorded, refused } from './fake-wecom.js';

describe('reading the corp', () => {
  const fixture = channelFixture();
  const { wecom } = fixture;

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
    fixture.channel = createWecomChannel(aCorp({ apiBase: wecom.url }), { clock: fixture.clock, logger }).channel;
    await fixture.channel.start((received) => {
      reported.push(...received);
      return Promise.resolve({ accepted: received.length, duplicates: 0 });
    });
    await through;
    await fixture.channel.stop();
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
    expect(fixture.channel.health()).toMatchObject({ ok: false, detail: expect.stringContaining('ZhaoMin') as string });
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
    fixture.channel = createWecomChannel(aCorp({ apiBase: wecom.url }), {
      clock: fixture.clock,
      logger: { ...silent, warn: () => noted() },
    }).channel;
    await fixture.channel.start(() => Promise.resolve({ accepted: 0, duplicates: 0 }));
    await warned;
    expect(fixture.channel.health()).toMatchObject({
      ok: false,
      detail: expect.stringContaining('可调用接口的应用') as string,
    });
    await fixture.channel.stop();
  });
});
