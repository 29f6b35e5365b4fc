import type { LocalizedText } from '../localized-text.js';
import type { MetricDefinition, MetricSection, NextStep, Visibility } from './metric.js';

/** The windows of every count, in days with today included; undefined is all time. */
export const windows = [7, 30, 90, undefined] as const;
export type Window = (typeof windows)[number];

interface Family {
  /** Names are `orders_90d` and `orders_total`, with `_cents` at the end for money. */
  readonly stem: string;
  /** What is counted: `发言`, `messages`. The window is added. */
  readonly label: LocalizedText;
  readonly section: MetricSection;
  readonly meaning: LocalizedText;
  readonly unit?: 'times' | 'cents';
  readonly source: (days: Window) => Pick<MetricDefinition, 'sum' | 'compute'>;
  readonly visibility?: Visibility;
  readonly nextStep?: (days: Window) => NextStep;
}

/** One definition of a count gives its four windows. */
export function family({ stem, label, unit = 'times', source, nextStep, ...shared }: Family): MetricDefinition[] {
  return windows.map((days) => {
    const name = `${stem}_${days === undefined ? 'total' : `${days}d`}${unit === 'cents' ? '_cents' : ''}`;
    return {
      name,
      label: labelIn(label, days, unit),
      type: 'int',
      unit,
      nullable: false,
      read: { column: name },
      family: { stem, label, ...(days === undefined ? {} : { days }) },
      ...source(days),
      ...shared,
      ...(nextStep === undefined ? {} : { nextStep: nextStep(days) }),
    };
  });
}

function labelIn({ zh, en }: LocalizedText, days: Window, unit: 'times' | 'cents'): LocalizedText {
  const [zhUnit, enUnit] = unit === 'cents' ? ['（分）', ' (cents)'] : ['', ''];
  return days === undefined
    ? { zh: `累计${zh}${zhUnit}`, en: `${en}, all time${enUnit}` }
    : { zh: `近${days}天${zh}${zhUnit}`, en: `${en}, ${days} days${enUnit}` };
}

/** `近 30 天`: over which window a message asks for more; nothing for all time. */
export const within = (days: Window): Pick<NextStep, 'within'> =>
  days === undefined ? {} : { within: `近 ${days} 天` };
