import { z } from 'zod';

const share = z.number().min(0).max(1).optional();

/** Shares of what the platform does, 0 to 1. All of it happens in the real world. */
export const mischiefShape = z.object({
  /** Callbacks told twice. */
  duplicate: share,
  /** Told after later ones. */
  reorder: share,
  /** Never told (contract §2.4: not guaranteed). */
  lose: share,
  /** Changes of a group's members told without the list of who. */
  bare: share,
  /** A new notice told as `add_member`, with nobody in it (contract §3.2, known complaint). */
  misnamed: share,
  /** A group's new name told with the fields of a member change beside it (contract §3.2, a real capture). */
  noisy: share,
  /** New contacts that come without a welcome code (contract §3.1: often absent). */
  noWelcomeCode: share,
});

export type Mischief = Readonly<z.infer<typeof mischiefShape>>;

/** The shares in force; changed while the corp runs. */
export type Shares = { -readonly [Kind in keyof Required<Mischief>]: number };

export const sharesOf = (mischief: Mischief): Shares => ({
  duplicate: mischief.duplicate ?? 0,
  reorder: mischief.reorder ?? 0,
  lose: mischief.lose ?? 0,
  bare: mischief.bare ?? 0,
  misnamed: mischief.misnamed ?? 0,
  noisy: mischief.noisy ?? 0,
  noWelcomeCode: mischief.noWelcomeCode ?? 0,
});
