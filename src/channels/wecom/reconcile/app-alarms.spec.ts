import { expect, it } from 'vitest';
import { DAY_MS } from '../../../domain/day.js';
import { AppAlarms } from './app-alarms.js';

const AT = Date.parse('2026-03-02T10:00:00+08:00');

function theAlarms() {
  let now = AT;
  const alarms = new AppAlarms({ now: () => now });
  const apply = (alarm: string, at: number, over = false): void =>
    alarms.apply([
      { kind: 'fact', fact: { key: `${alarm}${at}`, kind: 'app_alarm', at, member: {}, data: { alarm, over } } },
    ]);
  return { alarms, apply, later: (ms: number) => (now += ms) };
}

it('shows an alarm for a week, because WeCom withdraws only few of them', () => {
  const { alarms, apply, later } = theAlarms();
  apply('acquisition_quota_expire_soon', AT);
  expect(alarms.problemText()).toContain('到期');
  later(8 * DAY_MS);
  expect(alarms.problemText()).toBe('');
});

it('ends only the alarms that WeCom withdraws', () => {
  const { alarms, apply } = theAlarms();
  apply('acquisition_balance_exhausted', AT);
  apply('acquisition_link_unavailable', AT);
  apply('low_active_alert', AT);
  apply('acquisition_balance', AT + 1, true);
  expect(alarms.problemText()).toBe('有获客链接不可用；企业微信提醒：应用活跃度低');
  apply('inactive', AT + 2, true);
  expect(alarms.problemText()).toBe('有获客链接不可用');
});

it('shows no alarm that was over when it was delivered late', () => {
  const { alarms, apply } = theAlarms();
  apply('acquisition_balance', AT + 1, true);
  apply('acquisition_balance_exhausted', AT);
  expect(alarms.problemText()).toBe('');
  apply('acquisition_balance_exhausted', AT + 2);
  expect(alarms.problemText()).toBe('获客助手余额已用完');
});
