import { describe, expect, it } from 'vitest';
import { anRan, channelFixture, now, ok } from './channel-fixture.js';
import { inTurn, recorded } from './fake-wecom.js';

describe('contacts and their tags by the WeCom channel', () => {
  const fixture = channelFixture();
  const { send, wecom } = fixture;

  it('reads a contact into a fact with all its relations and ids', async () => {
    wecom.says({ 'externalcontact/get': recorded('api_externalcontact_get') });
    const done = await send({ kind: 'read_contact', externalUserId: anRan });
    expect(done.facts).toEqual([
      {
        kind: 'contact_read',
        key: expect.stringMatching(new RegExp(`^read:${anRan}:${now}:`)) as string,
        at: now,
        member: { externalUserId: anRan, unionid: 'oeiH3l3CHEVTYffpUzq9xfRbLNM4' },
        data: {
          name: '安然',
          gender: 2,
          readAt: now,
          follows: [
            {
              staff: 'LinXia',
              remark: '安女士-展会',
              createdAt: 1_795_219_201_000,
              state: 'expo-2026-a',
              addWay: 1,
              tagIds: ['etZk3p9QBAAAJyHIPw8cUM0L2lqWEb4I'],
            },
            { staff: 'ZhaoMin', remark: '安', createdAt: 1_795_132_800_000, addWay: 201, tagIds: [] },
          ],
        },
      },
    ]);
  });

  it('reads every page of a contact’s relations', async () => {
    const page = recorded('api_externalcontact_get');
    const others = {
      ...page,
      follow_user: [
        { userid: 'ChenYu', createtime: 1 },
        { userid: 'GuBei', createtime: 2 },
      ],
    };
    wecom.says({ 'externalcontact/get': inTurn({ ...page, next_cursor: 'more' }, others) });
    const done = await send({ kind: 'read_contact', externalUserId: anRan });
    expect(done.facts).toMatchObject([{ data: { follows: { length: 4 } } }]);
    expect(wecom.asked.at(-1)?.query.get('cursor')).toBe('more');
  });

  it('reports a contact that does not exist any more without relations', async () => {
    wecom.says({ 'externalcontact/get': recorded('api_error_84061') });
    expect((await send({ kind: 'read_contact', externalUserId: anRan })).facts).toMatchObject([
      { data: { name: '', follows: [] } },
    ]);
  });

  it('sets a remark of at most 20 characters, counting an emoji as one', async () => {
    wecom.says({ 'externalcontact/remark': ok });
    await send({ kind: 'set_remark', staff: 'LinXia', externalUserId: anRan, remark: '🌟'.repeat(25) });
    expect(wecom.bodiesOf('externalcontact/remark')).toEqual([
      { userid: 'LinXia', external_userid: anRan, remark: '🌟'.repeat(20) },
    ]);
  });

  it('sends both lists of tags, and makes no call without a change', async () => {
    wecom.says({ 'externalcontact/mark_tag': ok });
    await send({ kind: 'mark_tags', staff: 'LinXia', externalUserId: anRan, add: ['et1'], remove: [] });
    await send({ kind: 'mark_tags', staff: 'LinXia', externalUserId: anRan, add: [], remove: [] });
    expect(wecom.bodiesOf('externalcontact/mark_tag')).toEqual([
      { userid: 'LinXia', external_userid: anRan, add_tag: ['et1'], remove_tag: [] },
    ]);
  });

  it('gives up on tags of a pair that has ended', async () => {
    wecom.says({ 'externalcontact/mark_tag': recorded('api_error_84061') });
    await expect(
      send({ kind: 'mark_tags', staff: 'LinXia', externalUserId: anRan, add: ['et1'], remove: [] }),
    ).rejects.toMatchObject({ name: 'GiveUp', code: 'not_a_contact' });
  });
});
