const ACQUISITION = 'acquisition_';

/** Alarms of WeCom about what is left of the bought uses of acquisition links; `balance_increased` ends them. */
export const BALANCE_ALARMS = `${ACQUISITION}balance`;

/**
 * Whether an alarm is over when WeCom withdraws `over`. The end of an alarm about acquisition links is a prefix of the
 * alarms that it ends. Every other end says that the app is in order again, and ends all alarms about the app.
 */
export const endsAlarm = (over: string, alarm: string): boolean =>
  over.startsWith(ACQUISITION) ? alarm.startsWith(over) : !alarm.startsWith(ACQUISITION);
