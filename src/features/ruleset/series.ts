import { z } from 'zod';
import type { TagRef } from '../../domain/tags.js';
import type { Series, Step, StepDeed } from '../../domain/series/series.js';
import type { Vocabulary } from '../../domain/rules/index.js';
import { templateKey } from '../../domain/messages/front-matter-schema.js';
import { chineseFirst } from '../../platform/config/refusal.js';
import { storableJson } from '../../platform/database/storable.js';
import { days, rule, ruleKey, text, wallClock, whole } from './fields.js';
import type { RuleFile } from './rule-file.js';

const MOST_SERIES = 50;
const MOST_STEPS = 40;

/** `3d` or `12h`. */
const delay = z
  .string()
  .regex(
    /^\s*\d{1,3}\s*[dh]\s*$/,
    chineseFirst('写成 3d（天）或 12h（小时）', 'write it like 3d (days) or 12h (hours)'),
  );
const wholeDays = z
  .string()
  .regex(/^\s*\d{1,3}\s*d\s*$/, chineseFirst('写成天数，例如 14d', 'write days, for example 14d'))
  .transform((written) => Number.parseInt(written, 10))
  .refine((count) => count >= 1, chineseFirst('至少 1d', 'at least 1d'));

const tagName = text(30);

const step = z
  .strictObject({
    key: ruleKey,
    after: delay.optional(),
    day: whole(0, 730).optional(),
    at: wallClock.optional(),
    only_if: rule.optional(),
    send: templateKey.optional(),
    tag: z
      .union([z.strictObject({ add: tagName, group: text(15) }), z.strictObject({ remove: tagName, group: text(15) })])
      .optional(),
    wait: rule.optional(),
    at_most: wholeDays.optional(),
    otherwise: z.enum(['go_on', 'exit']).optional(),
  })
  .refine(
    ({ send, tag, wait }) => [send, tag, wait].filter((deed) => deed !== undefined).length === 1,
    chineseFirst('每一步写 send、tag、wait 中的一个', 'a step has one of send, tag and wait'),
  )
  .refine(
    ({ after, day }) => after === undefined || day === undefined,
    chineseFirst('after 和 day 只写一个', 'write after or day, not both'),
  )
  .refine(
    ({ wait, at_most: atMost }) => (wait === undefined) === (atMost === undefined),
    chineseFirst('wait 要写 at_most（最多等几天），别的步骤不写', 'wait needs at_most, and no other step has it'),
  )
  .refine(
    ({ wait, otherwise, after, day, at }) =>
      wait === undefined ? otherwise === undefined : [after, day, at].every((part) => part === undefined),
    chineseFirst(
      'wait 从上一步做完算起，不写 after、day、at；otherwise 只和 wait 一起写',
      'wait begins when the step before is done, so it has no after, day or at; otherwise belongs to wait alone',
    ),
  );

export const seriesFile = z.strictObject({
  series: z
    .array(
      z.strictObject({
        key: ruleKey,
        name: z.strictObject({ zh: text(20), en: text(40) }),
        enabled: z.boolean().default(true),
        enter: rule,
        exit: rule.optional(),
        once: z.enum(['ever', 'per_entry']).default('ever'),
        reenter_after: days.default(0),
        on_suppressed: z.enum(['go_on', 'wait']).default('go_on'),
        steps: z
          .array(step)
          .min(1, chineseFirst('至少要有一步', 'a series has at least one step'))
          .max(MOST_STEPS, chineseFirst(`最多 ${MOST_STEPS} 步`, `${MOST_STEPS} steps at most`)),
      }),
    )
    .max(MOST_SERIES, chineseFirst(`最多 ${MOST_SERIES} 个系列`, `${MOST_SERIES} series at most`)),
});

/** The text of the document in a config folder without `series.yaml`. */
export const NO_SERIES = 'series: []\n';

/** A template that a series names, and the place of the name. */
export interface SeriesTemplate {
  readonly series: string;
  readonly key: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface SeriesRead {
  readonly series: readonly Series[];
  readonly templates: readonly SeriesTemplate[];
}

type Written = z.output<typeof seriesFile>['series'][number];
type WrittenStep = Written['steps'][number];
type File = RuleFile<z.output<typeof seriesFile>>;

interface Known {
  readonly vocabulary: Vocabulary;
  /** The tags that rules decide. */
  readonly ruleTags: readonly TagRef[];
}

/** Compiles the series. Reports mistakes in conditions, names that are there twice, and tags that rules decide. */
export function readSeries(file: File | null, known: Known): SeriesRead {
  if (!file) return { series: [], templates: [] };
  const templates: SeriesTemplate[] = [];
  const series = file.value.series.flatMap((written, index) => {
    const at = ['series', index];
    if (file.value.series.findIndex(({ key }) => key === written.key) < index)
      file.report([...at, 'key'], chineseFirst(`已有系列 ${written.key}`, `there is a series ${written.key} already`));
    const enter = file.compile([...at, 'enter'], written.enter, known.vocabulary);
    const exit = written.exit === undefined ? null : file.compile([...at, 'exit'], written.exit, known.vocabulary);
    const steps = written.steps.map((one, nth) => readStep(file, [...at, 'steps', nth], { written, one, nth }, known));
    written.steps.forEach(({ send }, nth) => {
      if (send !== undefined)
        templates.push({ series: written.key, key: send, ...file.place([...at, 'steps', nth, 'send']) });
    });
    if (!enter || (written.exit !== undefined && !exit) || steps.includes(null)) return [];
    return [compiled(written, { enter, exit, steps: steps.filter((one) => one !== null) })];
  });
  return { series, templates };
}

const compiled = (
  { key, name, enabled, once, reenter_after: reenterAfterDays, on_suppressed: onSuppressed, exit, steps }: Written,
  rules: Pick<Series, 'enter' | 'exit' | 'steps'>,
): Series => ({
  ...{ key, label: name, enabled, once, reenterAfterDays, onSuppressed },
  ...rules,
  // Switched off is a change for those who are in it, too: they may finish or be let go.
  care: storableJson({ exit, onSuppressed, steps, isOff: !enabled }),
});

function readStep(
  file: File,
  at: readonly PropertyKey[],
  { written, one, nth }: { readonly written: Written; readonly one: WrittenStep; readonly nth: number },
  known: Known,
): Step | null {
  if (written.steps.findIndex(({ key }) => key === one.key) < nth)
    file.report([...at, 'key'], chineseFirst(`已有一步叫 ${one.key}`, `there is a step ${one.key} already`));
  const onlyIf = one.only_if === undefined ? null : file.compile([...at, 'only_if'], one.only_if, known.vocabulary);
  const deed = readDeed(file, at, one, known);
  if (!deed || (one.only_if !== undefined && !onlyIf)) return null;
  return { key: one.key, time: timeOf(one), onlyIf, deed };
}

function timeOf({ after, day, at }: WrittenStep): Step['time'] {
  const count = Number.parseInt(after ?? '', 10);
  return {
    ...(after === undefined ? {} : after.includes('h') ? { afterHours: count } : { afterDays: count }),
    ...(day === undefined ? {} : { onDay: day }),
    ...(at === undefined ? {} : { atMinute: at }),
  };
}

function readDeed(file: File, at: readonly PropertyKey[], one: WrittenStep, known: Known): StepDeed | null {
  const { send, tag, wait, at_most: atMostDays = 1, otherwise = 'go_on' } = one;
  if (send !== undefined) return { kind: 'send', template: send };
  if (tag !== undefined) {
    const add = 'add' in tag;
    const name = add ? tag.add : tag.remove;
    if (known.ruleTags.some((ruled) => ruled.name === name))
      file.report(
        [...at, 'tag'],
        chineseFirst(
          `标签「${name}」由标签规则决定，换一个名字`,
          `the tag ${name} is decided by the rules of tags: take another name`,
        ),
      );
    return { kind: 'tag', name, group: tag.group, add };
  }
  const until = wait === undefined ? null : file.compile([...at, 'wait'], wait, known.vocabulary);
  return until && { kind: 'wait', until, atMostDays, otherwise };
}
