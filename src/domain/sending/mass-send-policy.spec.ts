import { expect, it } from 'vitest';
import { HOUR_MS } from '../day.js';
import { nextReminder } from './mass-send-policy.js';

const zone = 'Asia/Shanghai';
const policy = {
  remindAfterHours: [3, 24, 25, 26, 27],
  remindFromMinute: 9 * 60,
  remindToMinute: 20 * 60 + 30,
  handOnAfterHours: 30,
  giveUpAfterHours: 96,
};
const at = (moment: string) => Date.parse(`${moment}:00+08:00`);

it('delays a reminder at night to the next morning', () => {
  const task = { madeAt: at('2026-03-02T19:00'), reminders: 0, remindedAt: null };
  expect(nextReminder(task, policy, zone)).toBe(at('2026-03-03T09:00'));
  expect(nextReminder({ ...task, madeAt: at('2026-03-02T03:00') }, policy, zone)).toBe(at('2026-03-02T09:00'));
});

it('never reminds more than three times in 24 hours, whatever the schedule', () => {
  const times: number[] = [];
  const always = {
    ...policy,
    remindFromMinute: 0,
    remindToMinute: 24 * 60,
    remindAfterHours: Array<number>(9).fill(1),
  };
  for (let reminders = 0; reminders < 9; reminders++)
    times.push(nextReminder({ madeAt: 0, reminders, remindedAt: times.at(-1) ?? null }, always, zone)!);
  for (const [index, time] of times.entries())
    expect(times.slice(0, index).filter((earlier) => time - earlier < 24 * HOUR_MS).length).toBeLessThan(3);
});

it('gives null after the last reminder of the schedule', () => {
  expect(nextReminder({ madeAt: 0, reminders: 5, remindedAt: 0 }, policy, zone)).toBe(null);
});
