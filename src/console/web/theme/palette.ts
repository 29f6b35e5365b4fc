/** Ink on rice paper, and jade for actions. Every text colour has a contrast of at least 4.5:1 on its surface. */
export const palette = {
  paper: '#f4f5f0',
  surface: '#ffffff',
  sunken: '#f8f9f5',
  ink: '#17231e',
  inkSoft: '#475750',
  inkFaint: '#5f6d66',
  line: '#dfe3da',
  lineSoft: '#ebeee6',
  jade: '#1a7556',
  jadeDeep: '#0f5640',
  jadeWash: '#e4f0ea',
  amber: '#8f5a05',
  amberWash: '#fbf2df',
  crimson: '#a8213f',
  crimsonWash: '#fbe9ec',
} as const;

export interface Tone {
  /** Text on white or on `wash`. */
  readonly ink: string;
  /** Bars, dots and filled shapes. */
  readonly fill: string;
  readonly wash: string;
}

export const tones = {
  slate: { ink: '#536069', fill: '#8c99a3', wash: '#edf0f1' },
  teal: { ink: '#0b6672', fill: '#2b9fac', wash: '#e1f2f3' },
  amber: { ink: '#8a5604', fill: '#dd9a22', wash: '#fbf0da' },
  crimson: { ink: '#a31f3d', fill: '#c53a57', wash: '#fbe8ec' },
  jade: { ink: '#14684b', fill: '#3a9a77', wash: '#e4f0ea' },
  clay: { ink: '#8c4a2f', fill: '#c9784f', wash: '#f8ece5' },
  violet: { ink: '#62498f', fill: '#8f74bd', wash: '#f0ebf8' },
} as const satisfies Record<string, Tone>;
