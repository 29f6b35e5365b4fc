import { expect, it } from 'vitest';
import { DAY_MS, MINUTE_MS } from '../../../domain/day.js';
import { Halts } from './halts.js';

it('probes on its usual interval after the clock was set back by a day', () => {
  let now = Date.UTC(2026, 10, 30);
  const halts = new Halts({ now: () => now });
  halts.raise({ errcode: 48002, act: 'halt_endpoint', code: 'not_granted' }, 'kf/sync_msg');
  expect(() => halts.checkNotHalted('kf/sync_msg')).toThrow('halted');
  now -= DAY_MS;
  halts.checkNotHalted('kf/sync_msg');
  expect(() => halts.checkNotHalted('kf/sync_msg')).toThrow('halted');
  now += 5 * MINUTE_MS;
  halts.checkNotHalted('kf/sync_msg');
});
