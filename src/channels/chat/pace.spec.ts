import { describe, expect, it } from 'vitest';
import { PushedClock } from '../../platform/clock.js';
import { Breaker } from './breaker.js';
import { chatPacing, noPacing } from './chat-settings.js';
import type { ChatWrite } from './pace.js';
import { Pace } from './pace.js';

const START = Date.UTC(2026, 2, 2, 9);
const MINUTE = 60_000;
const add = (to = 'R:1'): ChatWrite => ({ kind: 'room_add', to });
const say = (to: string): ChatWrite => ({ kind: 'group_say', to });

function aPace(pacing: Parameters<typeof chatPacing.parse>[0] = {}, random = 0) {
  const clock = new PushedClock(START);
  const pace = new Pace(chatPacing.parse(pacing), () => random);
  return {
    before: (write: ChatWrite, writes = 1) => pace.waitBefore(write, clock.now(), writes),
    wrote: (write: ChatWrite) => pace.recordWrite(write, clock.now()),
    later: (ms: number) => clock.pushTo(clock.now() + ms),
  };
}

describe('pace', () => {
  it('allows the first write at once', () => {
    expect(aPace().before(add())).toBeUndefined();
  });

  it('waits 20 to 45 seconds between adding and removing', () => {
    for (const [random, gap] of [
      [0, 20_000],
      [0.5, 32_500],
      [0.9999, 44_998],
    ] as const) {
      const { before, wrote, later } = aPace({}, random);
      wrote(add());
      expect(before({ kind: 'room_remove', to: 'R:2' })).toEqual({ waitMs: gap, because: 'gap' });
      later(gap);
      expect(before({ kind: 'room_remove', to: 'R:2' })).toBeUndefined();
    }
  });

  it('waits 3 to 8 seconds before a message to another room, and half as long in the same room', () => {
    const { before, wrote, later } = aPace();
    wrote(say('R:1'));
    expect(before(say('R:1'))).toEqual({ waitMs: 1_500, because: 'gap' });
    expect(before({ kind: 'chat_dm', to: '7881' })).toEqual({ waitMs: 3_000, because: 'gap' });
    later(3_000);
    expect(before({ kind: 'chat_dm', to: '7881' })).toBeUndefined();
  });

  it('starts several writes when the hourly limit allows all of them', () => {
    const { before, wrote, later } = aPace({ ...noPacing, messagesPerRoomAndHour: 3 });
    wrote(say('R:1'));
    later(MINUTE);
    wrote(say('R:1'));
    expect(before(say('R:1'))).toBeUndefined();
    expect(before(say('R:1'), 2)).toEqual({ waitMs: 59 * MINUTE, because: 'messages_per_room' });
    later(59 * MINUTE);
    expect(before(say('R:1'), 2)).toBeUndefined();
  });

  it('starts an action that exceeds the hourly limit when the hour is unused', () => {
    const { before, wrote, later } = aPace({ ...noPacing, messagesPerHour: 2 });
    expect(before(say('R:1'), 5)).toBeUndefined();
    wrote(say('R:2'));
    expect(before(say('R:1'), 5)).toEqual({ waitMs: 60 * MINUTE, because: 'messages_per_hour' });
    later(60 * MINUTE);
    expect(before(say('R:1'), 5)).toBeUndefined();
  });

  it('never starts when the limit is zero', () => {
    const { before } = aPace({ ...noPacing, messagesPerHour: 0 });
    expect(before(say('R:1'), 3)).toEqual({ waitMs: 60 * MINUTE, because: 'messages_per_hour' });
  });

  it('adds at most ten people in any hour', () => {
    const { before, wrote, later } = aPace();
    for (let n = 0; n < 10; n += 1) {
      wrote(add());
      later(MINUTE);
    }
    expect(before(add())).toEqual({ waitMs: 50 * MINUTE, because: 'adds_per_hour' });
    expect(before({ kind: 'room_remove', to: 'R:1' })).toBeUndefined();
    later(50 * MINUTE);
    expect(before(add())).toBeUndefined();
  });

  it('adds at most forty people in any day', () => {
    const { before, wrote, later } = aPace();
    for (let n = 0; n < 40; n += 1) {
      wrote(add());
      later(10 * MINUTE);
    }
    expect(before(add())).toEqual({ waitMs: 24 * 60 * MINUTE - 400 * MINUTE, because: 'adds_per_day' });
  });

  it('sends at most thirty messages an hour to one room, and a hundred and twenty in all', () => {
    const { before, wrote, later } = aPace({ messageGapMs: [0, 0], sameRoomGapMs: [0, 0] });
    for (let n = 0; n < 30; n += 1) wrote(say('R:1'));
    expect(before(say('R:1'))).toEqual({ waitMs: 60 * MINUTE, because: 'messages_per_room' });
    expect(before(say('R:2'))).toBeUndefined();
    later(MINUTE);
    for (let n = 0; n < 90; n += 1) wrote(say(`R:${n + 2}`));
    expect(before({ kind: 'chat_dm', to: '7881' })).toEqual({ waitMs: 59 * MINUTE, because: 'messages_per_hour' });
    later(59 * MINUTE);
    expect(before(say('R:1'))).toBeUndefined();
  });

  it('counts the writes before a restart, in any order', () => {
    const pace = new Pace(chatPacing.parse({ addsPerHour: 2 }), () => 0);
    pace.recordWrite(add(), START - 10 * MINUTE);
    pace.recordWrite(add(), START - 50 * MINUTE);
    expect(pace.waitBefore(add(), START)).toEqual({ waitMs: 10 * MINUTE, because: 'adds_per_hour' });
  });

  it('adds nobody when the limit is zero', () => {
    expect(aPace({ addsPerHour: 0 }).before(add())).toEqual({ waitMs: 60 * MINUTE, because: 'adds_per_hour' });
  });

  it('never waits without pacing', () => {
    const { before, wrote } = aPace(noPacing);
    for (let n = 0; n < 200; n += 1) wrote(add(`R:${n}`));
    expect(before(add())).toBeUndefined();
    wrote(say('R:1'));
    expect(before(say('R:2'))).toBeUndefined();
  });
});

describe('breaker', () => {
  const HOUR = 60 * MINUTE;
  const aBreaker = () => new Breaker(chatPacing.parse({}));

  it('stops for an hour after the first throttling', () => {
    const breaker = aBreaker();
    breaker.trip(START);
    expect(breaker.remainingMs(START)).toBe(HOUR);
    expect(breaker.remainingMs(START + HOUR)).toBe(0);
  });

  it('stops for a day when the platform throttles again within a day', () => {
    const breaker = aBreaker();
    breaker.trip(START);
    breaker.trip(START + 3 * HOUR);
    expect(breaker.remainingMs(START + 3 * HOUR)).toBe(24 * HOUR);
  });

  it('stops for an hour again after a day without throttling', () => {
    const breaker = aBreaker();
    breaker.trip(START);
    breaker.trip(START + 26 * HOUR);
    expect(breaker.remainingMs(START + 26 * HOUR)).toBe(HOUR);
  });

  it('counts throttling during a cooldown as one', () => {
    const breaker = aBreaker();
    breaker.trip(START);
    breaker.trip(START + MINUTE);
    expect(breaker.remainingMs(START + MINUTE)).toBe(HOUR - MINUTE);
  });
});
