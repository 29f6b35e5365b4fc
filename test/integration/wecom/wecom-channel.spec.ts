import { describe, expect, it } from 'vitest';
import { anRan, channelFixture, now } from './channel-fixture.js';
import { recorded, refused } from './fake-wecom.js';

describe('the WeCom channel', () => {
  const fixture = channelFixture();
  const { send, wecom } = fixture;

  it('may repeat everything except a mass send, and refuses actions of other channels', async () => {
    const once = (afterMs: number) =>
      [...fixture.channel.abilities].filter((kind) => !fixture.channel.isRepeatable(kind, afterMs)).sort();
    expect(once(4 * 3_600_000 - 1)).toEqual(['mass_send']);
    expect(once(4 * 3_600_000)).toEqual(['mass_send', 'notify_staff', 'staff_card']);
    expect(fixture.channel.isRepeatable('group_say', 0)).toBe(false);
    await expect(send({ kind: 'group_say', chatId: 'c', text: 't' })).rejects.toMatchObject({
      code: 'not_a_wecom_action',
    });
  });

  it('knows the calls of every action', () => {
    for (const kind of fixture.channel.abilities)
      expect([kind, fixture.channel.forecast({ [kind]: 20_000 }).calls]).not.toEqual([kind, 0]);
  });

  it('reports its calls, halts and waits', async () => {
    wecom.says({ 'externalcontact/mark_tag': refused(48002), 'externalcontact/remark': recorded('api_error_45009') });
    const marking = { kind: 'mark_tags', staff: 'LinXia', externalUserId: anRan, add: ['et1'], remove: [] } as const;
    await expect(send(marking)).rejects.toMatchObject({ code: 'wecom_halted' });
    await expect(send({ kind: 'set_remark', staff: 'LinXia', externalUserId: anRan, remark: 'r' })).rejects.toThrow();
    expect(fixture.channel.connection()).toMatchObject({
      halted: [{ endpoint: 'externalcontact/mark_tag', errcode: 48002, code: 'app_may_not_call', since: now }],
      waiting: [{ endpoint: 'externalcontact/remark', calls: 1, until: now + 60_000, why: 'blocked' }],
      usage: [
        { endpoint: 'gettoken', total: 1, refused: 0 },
        { endpoint: 'externalcontact/mark_tag', total: 1, refused: 1, lastMinute: 1, perMinute: 10_000 },
        { endpoint: 'externalcontact/remark', answers: { 45009: 1 } },
      ],
      callbacks: { lastAt: null, taken: 0, refused: 0, stale: 0, unknown: 0 },
      comparing: null,
    });
  });
});
