type Range = readonly [low: number, high: number];

/** A kind of member. Ranges are drawn once per person; figures per day apply to active days. */
export interface Persona {
  readonly key: 'lurker' | 'talker' | 'buyer' | 'fader' | 'returner' | 'troll';
  /** Share of all people. */
  readonly share: number;
  /** A value below zero: never writes. */
  readonly messagesPerDay: Range;
  readonly ordersPerMonth: Range;
  /** Typical order, in cents. */
  readonly basketCents: Range;
  readonly visitsPerDay: number;
  readonly viewsPerDay: number;
  readonly checkInShare: number;
  /** Probability of adding a staff member. */
  readonly meetsStaff: number;
  /** Probability of scanning the code of an invitation, and within how many hours. */
  readonly scanShare: number;
  readonly scanHours: Range;
  /** Becomes silent after this many days. */
  readonly fadesAfterDays?: Range;
  /** Becomes active again after this many silent days. */
  readonly returnsAfterDays?: Range;
  /** Probability that a message brings a silent member back. */
  readonly wakeShare: number;
  /** Probability of leaving their groups when they become silent. */
  readonly leavesShare: number;
  /** Probability of opting out, or of deleting their staff, after one message too many. */
  readonly temper: number;
}

const quiet: Omit<Persona, 'key' | 'share'> = {
  messagesPerDay: [-0.08, 0.04],
  ordersPerMonth: [0, 0.05],
  basketCents: [2_900, 8_900],
  visitsPerDay: 0.03,
  viewsPerDay: 0.05,
  checkInShare: 0,
  meetsStaff: 0.8,
  scanShare: 0.45,
  scanHours: [3, 96],
  wakeShare: 0.15,
  leavesShare: 0.2,
  temper: 0.04,
};

export const PERSONAS: readonly Persona[] = [
  { ...quiet, key: 'lurker', share: 0.26, meetsStaff: 0.4 },
  {
    ...quiet,
    key: 'talker',
    share: 0.16,
    messagesPerDay: [1, 3.2],
    ordersPerMonth: [0, 0.6],
    visitsPerDay: 0.15,
    viewsPerDay: 0.2,
    checkInShare: 0.35,
    scanShare: 0.85,
    scanHours: [0.2, 20],
  },
  {
    ...quiet,
    key: 'buyer',
    share: 0.22,
    messagesPerDay: [0.1, 1],
    ordersPerMonth: [0.5, 5.3],
    basketCents: [4_900, 29_900],
    visitsPerDay: 0.3,
    viewsPerDay: 0.15,
    checkInShare: 0.12,
    scanShare: 0.8,
    scanHours: [0.5, 48],
  },
  {
    ...quiet,
    key: 'fader',
    share: 0.16,
    messagesPerDay: [0.5, 1.8],
    ordersPerMonth: [0, 0.5],
    viewsPerDay: 0.15,
    checkInShare: 0.15,
    scanShare: 0.55,
    fadesAfterDays: [25, 90],
    wakeShare: 0.25,
    leavesShare: 0.15,
  },
  {
    ...quiet,
    key: 'returner',
    share: 0.12,
    messagesPerDay: [0.5, 1.6],
    ordersPerMonth: [0.2, 1.6],
    basketCents: [3_900, 19_900],
    viewsPerDay: 0.15,
    checkInShare: 0.2,
    scanShare: 0.65,
    fadesAfterDays: [30, 90],
    returnsAfterDays: [60, 120],
    wakeShare: 0.4,
    leavesShare: 0.05,
  },
  {
    ...quiet,
    key: 'troll',
    share: 0.08,
    messagesPerDay: [0.1, 0.7],
    ordersPerMonth: [0, 0.1],
    scanShare: 0.35,
    fadesAfterDays: [40, 200],
    leavesShare: 0.5,
    temper: 0.3,
  },
];
