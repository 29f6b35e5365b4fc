import { endsAlarm } from '../../../domain/app-alarm.js';
import { DAY_MS } from '../../../domain/day.js';
import type { Clock } from '../../../platform/clock.js';
import type { Received } from '../../channel.js';
import type { Alarm } from '../../reconciliation.js';

/** Alarms are shown for a week, because WeCom withdraws only few of them. */
const SHOWN_MS = 7 * DAY_MS;

/** Contract §3.4, §3.5. */
const words: readonly (readonly [name: string, zh: string])[] = [
  ['close_inactive_agent', '应用长期不用，已被企业微信停用，请在管理后台重新启用'],
  ['inactive_alert', '企业微信提醒：应用长期不用，将被停用'],
  ['low_active', '企业微信提醒：应用活跃度低'],
  ['acquisition_balance_low', '获客助手余额不足'],
  ['acquisition_balance_exhausted', '获客助手余额已用完'],
  ['acquisition_quota_expire_soon', '获客助手有一批使用量快到期，过期作废'],
  ['acquisition_link_unavailable', '有获客链接不可用'],
];

/** The warnings of WeCom that need an admin, until they are withdrawn or a week old. */
export class AppAlarms {
  private readonly active = new Map<string, number>();
  /** When alarms were withdrawn: one from before may be delivered later. */
  private readonly ended = new Map<string, number>();

  constructor(private readonly clock: Clock) {}

  remember(alarms: readonly Alarm[]): void {
    for (const { alarm, at } of alarms) this.active.set(alarm, Math.max(at, this.active.get(alarm) ?? 0));
  }

  apply(received: readonly Received[]): void {
    for (const one of received) {
      if (one.kind !== 'fact' || one.fact.kind !== 'app_alarm') continue;
      const { data, at } = one.fact;
      if (data.over) this.end(data.alarm, at);
      else if (![...this.ended].some(([over, endedAt]) => endedAt > at && endsAlarm(over, data.alarm)))
        this.remember([{ alarm: data.alarm, at }]);
    }
  }

  private end(over: string, at: number): void {
    this.ended.set(over, Math.max(at, this.ended.get(over) ?? 0));
    for (const [alarm, raisedAt] of this.active)
      if (raisedAt <= at && endsAlarm(over, alarm)) this.active.delete(alarm);
  }

  /** A text for an admin; empty without alarms. */
  problemText(): string {
    const since = this.clock.now() - SHOWN_MS;
    const texts = [...this.active].filter(([, at]) => at >= since).map(([alarm]) => wordsOf(alarm));
    return [...new Set(texts)].join('；');
  }
}

const wordsOf = (alarm: string): string => words.find(([name]) => alarm.startsWith(name))?.[1] ?? alarm;
