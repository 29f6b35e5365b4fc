/** What may follow a message. Defined in docs/operators.md; counted in `src/insights/experiment-counts.ts`. */
export const outcomes = ['return', 'order', 'click', 'reply', 'opt_out'] as const;
export type Outcome = (typeof outcomes)[number];

export interface Measure {
  readonly goal: Outcome;
  /** Counted from the moment the message was due. */
  readonly withinDays: number;
}

/** Within so many days after the message. */
export const usualWindows: Readonly<Record<Outcome, number>> = { return: 7, order: 7, click: 30, reply: 3, opt_out: 3 };

/** By kind of template: a greeting wants an answer, every other message wants the member to do something again. */
const usualGoals: Readonly<Record<string, Outcome>> = {
  welcome: 'reply',
  milestone: 'return',
  reactivation: 'return',
  level: 'return',
  move: 'return',
  care: 'reply',
};

export function measureOf({
  kind,
  measure,
}: {
  readonly kind: string;
  readonly measure?: { readonly goal: Outcome; readonly within_days?: number | undefined } | undefined;
}): Measure {
  const goal = measure?.goal ?? usualGoals[kind] ?? 'return';
  return { goal, withinDays: measure?.within_days ?? usualWindows[goal] };
}

/** The days in which each outcome counts; that of the goal as the template says. */
export const windowsOf = ({ goal, withinDays }: Measure): Readonly<Record<Outcome, number>> => ({
  ...usualWindows,
  [goal]: withinDays,
});
