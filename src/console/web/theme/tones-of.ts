import { tones, type Tone } from './palette.js';

const tierTones: Readonly<Record<string, Tone>> = {
  potential: tones.slate,
  regular: tones.teal,
  member: tones.amber,
  loyal: tones.crimson,
};

/** The fixed colour of each tier. The server gives the colour of a tier that the corp added. */
export const toneOfTier = (key: string | null, color?: string): Tone =>
  (key === null ? undefined : tierTones[key]) ??
  (color ? { ink: tones.slate.ink, fill: color, wash: tones.slate.wash } : tones.slate);

const stageTones: Readonly<Record<string, Tone>> = {
  new: tones.teal,
  active: tones.jade,
  paying: tones.amber,
  dozing: tones.clay,
  asleep: tones.slate,
  lost: tones.slate,
  returned: tones.violet,
};
export const toneOfStage = (key: string | null): Tone => stageTones[key ?? ''] ?? tones.slate;

const stateTones: Readonly<Record<string, Tone>> = {
  planned: tones.slate,
  invited: tones.teal,
  joined: tones.teal,
  leaving: tones.teal,
  done: tones.jade,
  expired: tones.amber,
  failed: tones.crimson,
  cancelled: tones.slate,
  sending: tones.teal,
  waiting: tones.amber,
  sent: tones.jade,
  suppressed: tones.violet,
  dead: tones.crimson,
  open: tones.amber,
  held: tones.violet,
  taken: tones.jade,
  set_aside: tones.crimson,
};
export const toneOfState = (state: string): Tone => stateTones[state] ?? tones.slate;
