import type { Because } from '../because.js';
import type { LocalizedText } from '../localized-text.js';
import type { CompiledRule } from '../rules/index.js';
import type { TagRef } from '../tags.js';

/** What a step does. A message goes by a template with the trigger `series`; a tag is one that no rule decides. */
export type StepDeed =
  | { readonly kind: 'send'; readonly template: string }
  | { readonly kind: 'tag'; readonly name: string; readonly group: string; readonly add: boolean }
  | {
      readonly kind: 'wait';
      readonly until: CompiledRule;
      readonly atMostDays: number;
      readonly otherwise: 'go_on' | 'exit';
    };

/** When a step is due. Left out parts: at once, when the step before it is done. */
export interface StepTime {
  /** Calendar days after the step before it. */
  readonly afterDays?: number;
  readonly afterHours?: number;
  /** Calendar days after the member entered; the day of the entry is 0. */
  readonly onDay?: number;
  /** Minutes of the corp's wall clock. */
  readonly atMinute?: number;
}

export interface Step {
  /** Unique in its series. Members keep their place by it when the series is edited. */
  readonly key: string;
  readonly time: StepTime;
  /** Asked when the step is due; when it does not hold, the step is passed over. */
  readonly onlyIf: CompiledRule | null;
  readonly deed: StepDeed;
}

/** One version of a series: who enters, who leaves, and the steps between. */
export interface Series {
  readonly key: string;
  readonly label: LocalizedText;
  /** False: nobody enters. */
  readonly enabled: boolean;
  readonly enter: CompiledRule;
  /** Asked before every step; null: only what ends every series. */
  readonly exit: CompiledRule | null;
  /** `per_entry`: whoever no longer met `enter` after a series may enter again. */
  readonly once: 'ever' | 'per_entry';
  readonly reenterAfterDays: number;
  /** What follows when the message of a step is not sent. */
  readonly onSuppressed: 'go_on' | 'wait';
  readonly steps: readonly Step[];
  /** Its text in the document, apart from names and from who enters. Equal texts treat their members equally. */
  readonly care: string;
}

/** All series in force. */
export interface SeriesRules {
  /** The version of the document. */
  readonly version: number;
  readonly current: readonly Series[];
  /** Earlier versions that members still finish, by `keptName`. */
  readonly kept: ReadonlyMap<string, Series>;
  /** False: nobody can enter one, and nobody is in one, so nobody needs to be looked for. */
  readonly isInUse: boolean;
}

export const noSeries: SeriesRules = { version: 0, current: [], kept: new Map(), isInUse: false };

export const keptName = (series: string, version: number): string => `${series}@${version}`;

/** Why a member is no longer in a series. Stored, so a code never changes. */
export const seriesEnds = ['done', 'exit', 'waited', 'opted_out', 'left', 'edited', 'removed'] as const;
export type SeriesEnd = (typeof seriesEnds)[number];

/** Where one member is, or was last, in one series. */
export interface SeriesState {
  readonly series: string;
  /** Epoch ms; identifies this entry. */
  readonly enteredAt: number;
  /** The version of the document under which the member goes through it. */
  readonly version: number;
  /** The step that comes next or is under way; null after the end. */
  readonly step: string | null;
  /** Since when that is the step, epoch ms. */
  readonly stepAt: number;
  /** The steps that are behind the member, in the order in which they were. */
  readonly done: readonly string[];
  /** How often the message of the current step was planned; 0 before it is due. */
  readonly tries: number;
  /** When the last message was planned, epoch ms. */
  readonly sentAt: number | null;
  /** When time alone changes something, epoch ms. Null: nothing is due. */
  readonly dueAt: number | null;
  /** The member was a contact or in a group when they entered. */
  readonly wasNear: boolean;
  readonly endedAt: number | null;
  readonly ended: SeriesEnd | null;
  /** After the end: `enter` has ceased to hold meanwhile. */
  readonly isRearmed: boolean;
}

/** What happened in a series, for the member's timeline. */
export interface SeriesEvent {
  readonly series: Pick<Series, 'key' | 'label'>;
  readonly what: 'entered' | 'ended' | 'passed_over';
  readonly end?: SeriesEnd;
  readonly step?: string;
  readonly because: Because;
}

/** The definition under which a member goes through a series. Undefined: it is gone. */
export const seriesOf = (
  { current, kept }: SeriesRules,
  { series, version }: Pick<SeriesState, 'series' | 'version'>,
): Series | undefined => kept.get(keptName(series, version)) ?? current.find(({ key }) => key === series);

/** Every condition of the series in force and of the versions that members still finish. */
export const conditionsOfSeries = ({ current, kept }: SeriesRules): CompiledRule[] =>
  [...current, ...kept.values()].flatMap(({ enter, exit, steps }) => [
    enter,
    ...(exit ? [exit] : []),
    ...steps.flatMap(({ onlyIf, deed }) => [
      ...(onlyIf ? [onlyIf] : []),
      ...(deed.kind === 'wait' ? [deed.until] : []),
    ]),
  ]);

/** Identifies one message of one entry, whatever version of the series plans it. `nth` counts its tries. */
export const seriesOccasion = (
  { series, enteredAt }: Pick<SeriesState, 'series' | 'enteredAt'>,
  step: string,
  nth: number,
): string => [series, String(enteredAt), step, ...(nth > 1 ? [String(nth)] : [])].join(':');

/** The tags that series put on members; the corp's library needs them. */
export const tagsOfSeries = ({ current, kept }: SeriesRules): TagRef[] =>
  [...current, ...kept.values()].flatMap(({ steps }) =>
    steps.flatMap(({ deed }) => (deed.kind === 'tag' && deed.add ? [{ name: deed.name, group: deed.group }] : [])),
  );
