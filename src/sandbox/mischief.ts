import { z } from 'zod';

const share = z.number().min(0).max(1).optional();

/** Shares, 0 to 1, of irregular callbacks. The real platform does all of this. */
export const mischiefShape = z.object({
  /** Callbacks sent twice. */
  duplicate: share,
  /** Callbacks sent after later ones. */
  reorder: share,
  /** Callbacks never sent (contract §2.4: not guaranteed). */
  lose: share,
  /** Member changes of a group sent without the list of members. */
  bare: share,
  /** A new notice sent as `add_member` with an empty list (contract §3.2, known complaint). */
  misnamed: share,
  /** A group's new name sent with the fields of a member change (contract §3.2, a real capture). */
  noisy: share,
  /** New contacts that come without a welcome code (contract §3.1: often absent). */
  noWelcomeCode: share,
});

export type Mischief = Readonly<z.infer<typeof mischiefShape>>;

/** The current shares; they may change while the corp runs. */
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
