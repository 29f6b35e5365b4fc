/** WeChat did not exist earlier, epoch ms. */
export const EARLIEST_WECHAT_MS = Date.UTC(2011, 0, 1);

/** Whether a number (epoch ms) can be the time of something that happened on WeChat. */
export const canBeTime = (at: number): boolean => Number.isFinite(at) && at >= EARLIEST_WECHAT_MS;

/**
 * The time of a person's action, epoch ms: the reported time if it is plausible, else the time of arrival. An old time is
 * kept, because an old request must not count as a current one. A time in the future comes from a wrong clock.
 */
export const plausibleTime = (at: number, arrivedAt: number): number =>
  canBeTime(at) && at <= arrivedAt ? Math.trunc(at) : arrivedAt;
