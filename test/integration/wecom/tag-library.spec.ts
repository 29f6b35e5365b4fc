import { describe, expect, it } from 'vitest';
import { channelFixture } from './channel-fixture.js';
import { inTurn, recorded } from './fake-wecom.js';

describe('the tag library by the WeCom channel', () => {
  const fixture = channelFixture();
  const { send, wecom } = fixture;

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
});
