/** Whoever comes back is a new pair to WeCom, without a remark. */
export const remarkKey = (externalUserId: string, staff: string, createdAt: number | undefined): string =>
  `remark:${externalUserId}:${staff}:${createdAt ?? 'unknown'}`;

export const cardKey = (task: number, now: number): string => `card:${task}:${now}`;
