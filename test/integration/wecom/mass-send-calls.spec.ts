import { beforeEach, describe, expect, it } from 'vitest';
import { anRan, channelFixture, massSend, msgid, now, textOf } from './channel-fixture.js';
import { inTurn, recorded, refused } from './fake-wecom.js';

const refusedOne = 'wmZk3p9QBAAAtPemBFwf1UNy2QKR8qOu';

describe('a mass-send by the WeCom channel', () => {
  const fixture = channelFixture();
  const { send, wecom } = fixture;

  it('creates a mass send task and returns the receivers that WeCom refused', async () => {
    wecom.says({ 'externalcontact/add_msg_template': recorded('api_add_msg_template') });
    await expect(send(massSend())).resolves.toEqual({ ref: msgid, result: { failed: [refusedOne] } });
    expect(wecom.bodiesOf('externalcontact/add_msg_template')).toEqual([
      {
        chat_type: 'single',
        sender: 'LinXia',
        external_userid: [anRan],
        allow_select: false,
        text: { content: '周五福利预告' },
      },
    ]);
  });

  it('gives up on a mass send that would reach nobody', async () => {
    wecom.says({ 'externalcontact/add_msg_template': recorded('api_add_msg_template_41048') });
    await expect(send(massSend())).rejects.toMatchObject({ name: 'GiveUp', code: 'nobody_to_send_to' });
  });

  it('reads the progress of a mass send, over all pages', async () => {
    fixture.clock.pushTo(now + 3_600_000);
    const page = recorded('api_get_groupmsg_send_result');
    const unsent = { errcode: 0, send_list: [{ external_userid: 'wm4', userid: 'LinXia', status: 0 }] };
    wecom.says({
      'externalcontact/get_groupmsg_task': recorded('api_get_groupmsg_task'),
      'externalcontact/get_groupmsg_send_result': inTurn({ ...page, next_cursor: 'c2' }, unsent),
    });
    const { result } = await send({ kind: 'read_mass_send', externalRef: msgid, sender: 'LinXia' });
    expect(result).toEqual({
      sent: [{ id: anRan, at: 1_795_220_100_000 }],
      failed: [
        { id: 'wmZk3p9QBAAAdNzV18HSGEENrgWnUnEJ', status: 2 },
        { id: 'woZk3p9QBAAA1bhzE9RRCHHB9o6UvMou', status: 3 },
      ],
      unsent: ['wm4'],
      untapped: false,
      finished: false,
    });
  });

  it('reports a mass send as finished when its sender has confirmed and no receiver is left', async () => {
    wecom.says({
      'externalcontact/get_groupmsg_task': recorded('api_get_groupmsg_task'),
      'externalcontact/get_groupmsg_send_result': recorded('api_get_groupmsg_send_result'),
    });
    const finished = async (sender: string) =>
      (await send({ kind: 'read_mass_send', externalRef: msgid, sender })).result?.['finished'];
    expect([await finished('LinXia'), await finished('ZhaoMin')]).toEqual([true, false]);
  });

  it('retries the read of a mass send that is still being dispatched', async () => {
    wecom.says({
      'externalcontact/get_groupmsg_task': refused(41063),
      'externalcontact/get_groupmsg_send_result': refused(41063),
    });
    await expect(send({ kind: 'read_mass_send', externalRef: msgid, sender: 'LinXia' })).rejects.toMatchObject({
      name: 'RetryLater',
      code: 'mass_send_dispatching',
    });
  });

  describe('after a mass send whose answer was lost', () => {
    const results = (...ids: string[]) => ({
      errcode: 0,
      send_list: ids.map((id) => ({ external_userid: id, userid: 'LinXia', status: 0 })),
    });
    const found = (receivers: object) => ({
      'externalcontact/get_groupmsg_list_v2': recorded('api_get_groupmsg_list_v2'),
      'externalcontact/get_groupmsg_task': recorded('api_get_groupmsg_task'),
      'externalcontact/get_groupmsg_send_result': receivers,
    });
    beforeEach(() => fixture.clock.pushTo(now + 60_000));

    it('finds it by text, sender and receivers', async () => {
      wecom.says(found(results(anRan)));
      await expect(fixture.channel.findOutcome(massSend(), now)).resolves.toEqual({
        outcome: 'done',
        done: { ref: msgid, result: { failed: [] } },
        alike: [],
      });
      expect(wecom.bodiesOf('externalcontact/get_groupmsg_list_v2')).toMatchObject([
        { chat_type: 'single', filter_type: 0, start_time: now / 1_000 - 120, end_time: now / 1_000 + 180 },
      ]);
    });

    it('finds it although WeCom refused some of its receivers', async () => {
      wecom.says(found(results(anRan, 'wm3')));
      await expect(
        fixture.channel.findOutcome(massSend({ externalUserIds: [anRan, refusedOne, 'wm3'] }), now),
      ).resolves.toMatchObject({ outcome: 'done' });
    });

    it.each([
      ['another text', massSend({ message: textOf('别的') }), results(anRan)],
      ['another sender', massSend({ sender: 'ChenYu' }), results(anRan)],
      ['other receivers', massSend(), results(refusedOne)],
      ['more receivers', massSend(), results(anRan, refusedOne)],
    ])('does not accept one with %s', async (_what, action, receivers) => {
      wecom.says(found(receivers));
      await expect(fixture.channel.findOutcome(action, now)).resolves.toEqual({ outcome: 'not_done' });
    });

    it.each([
      ['few of the receivers', massSend({ externalUserIds: [anRan, 'wm2', 'wm3'] }), results(anRan)],
      ['no receivers', massSend(), results()],
    ])('is unsure about a confirmed one that lists %s yet', async (_what, action, receivers) => {
      wecom.says(found(receivers));
      await expect(fixture.channel.findOutcome(action, now)).resolves.toEqual({ outcome: 'unknown' });
    });

    it('waits some hours after the confirmation for receivers; without any then, nobody received it', async () => {
      wecom.says(found(results()));
      fixture.clock.pushTo(now + 5 * 3_600_000);
      await expect(fixture.channel.findOutcome(massSend(), now)).resolves.toEqual({ outcome: 'unknown' });
      fixture.clock.pushTo(now + 7 * 3_600_000);
      await expect(fixture.channel.findOutcome(massSend(), now)).resolves.toEqual({ outcome: 'not_done' });
    });

    it('is unsure about one that lists few of the receivers, however old the confirmation is', async () => {
      wecom.says(found(results(anRan)));
      fixture.clock.pushTo(now + 7 * 3_600_000);
      const action = massSend({ externalUserIds: [anRan, 'wm2', 'wm3'] });
      await expect(fixture.channel.findOutcome(action, now)).resolves.toEqual({ outcome: 'unknown' });
    });

    it('ignores a task that is known to belong to another mass send', async () => {
      wecom.says(found(results()));
      const belongsToOther = (ref: string) => Promise.resolve(ref === msgid);
      await expect(fixture.channel.findOutcome(massSend(), now, belongsToOther)).resolves.toEqual({
        outcome: 'not_done',
      });
      expect(wecom.bodiesOf('externalcontact/get_groupmsg_task')).toEqual([]);
    });

    it('does not accept an unconfirmed one that lists few of the receivers', async () => {
      const untapped = { errcode: 0, task_list: [{ userid: 'LinXia', status: 0 }] };
      wecom.says({ ...found(results(anRan)), 'externalcontact/get_groupmsg_task': untapped });
      const action = massSend({ externalUserIds: [anRan, 'wm2', 'wm3'] });
      await expect(fixture.channel.findOutcome(action, now)).resolves.toEqual({ outcome: 'not_done' });
    });

    it('finds it although WeCom writes its sender in lower case', async () => {
      const lower = { errcode: 0, task_list: [{ userid: 'linxia', status: 0 }] };
      wecom.says({ ...found(results(anRan)), 'externalcontact/get_groupmsg_task': lower });
      await expect(fixture.channel.findOutcome(massSend(), now)).resolves.toMatchObject({ outcome: 'done' });
      const { result } = await send({ kind: 'read_mass_send', externalRef: msgid, sender: 'LinXia' });
      expect(result).toMatchObject({ untapped: true });
    });

    it('searches since the first attempt, because any attempt may have succeeded', async () => {
      wecom.says(found(results(anRan)));
      fixture.clock.pushTo(now + 3 * 3_600_000);
      await fixture.channel.findOutcome(massSend(), now);
      expect(wecom.bodiesOf('externalcontact/get_groupmsg_list_v2')).toMatchObject([
        { start_time: now / 1_000 - 120, end_time: now / 1_000 + 3 * 3_600 + 120 },
      ]);
    });
  });
});
