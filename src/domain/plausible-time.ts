/** WeChat is no older: nobody joined, added or sent anything before. Epoch ms. */
export const EARLIEST_WECHAT_MS = Date.UTC(2011, 0, 1);

/** Whether a number can be the time of something that happened on WeChat, by whatever clock. Epoch ms. */
export const canBeTime = (at: number): boolean => Number.isFinite(at) && at >= EARLIEST_WECHAT_MS;

/**
 * The time of what somebody said or did, epoch ms: as it was reported where it can be that, else the time of arrival. An old time
 * stays old: what was said long ago must not become an order of now. A clock that is ahead moves nothing into the future.
 */
export const plausibleTime = (at: number, arrivedAt: number): number =>
  canBeTime(at) && at <= arrivedAt ? Math.trunc(at) : arrivedAt;
