import { DAY_MS } from '../../domain/day.js';
import { z } from 'zod';
import type { LocalizedText } from '../../domain/localized-text.js';
import { argoLabels, type ArgoStage } from '../../domain/layers/argo.js';
import type { Layers } from '../../domain/layers/layers.js';
import { effortKinds, productPhases, type EffortKind, type ProductTargets } from '../../domain/layers/product-phase.js';
import {
  allScores,
  eightSegments,
  fitsSegment,
  rfmDefaults,
  type RfmAxis,
  type RfmModel,
  type RfmSegment,
} from '../../domain/layers/rfm.js';
import type { Vocabulary } from '../../domain/rules/index.js';
import { inBoth, type Refusal } from '../../platform/config/refusal.js';
import { rule, ruleKey as key, text, whole } from './fields.js';
import type { RuleFile } from './rule-file.js';

const label = z.strictObject({ zh: text(20), en: text(40) });
const metric = z.string().max(64).optional();
const bounds = z.array(whole(0, 1_000_000_000)).min(1).max(2, inBoth('there are three levels at most', '最多三级'));
const scores = z.union([whole(1, 3), z.array(whole(1, 3)).min(1).max(3)]);
const upwards = z.strictObject({ metric, at_least: bounds });

export const rfmFile = z.strictObject({
  form: z.enum(['orders', 'content']).default('orders'),
  recency: z.strictObject({ metric, at_most: bounds }).optional(),
  frequency: upwards.optional(),
  money: upwards.optional(),
  segments: z
    .array(z.strictObject({ key, label, r: scores.optional(), f: scores.optional(), m: scores.optional() }))
    .min(1)
    .max(27)
    .optional(),
});

const argoStage = z.strictObject({ key, label, when: rule });
/** Came; stayed beyond the first month and still comes; buys or speaks up; brings or leads others. */
const defaultArgo: readonly z.output<typeof argoStage>[] = [
  { key: 'acquisition', label: argoLabels.acquisition, when: 'is_contact || groups_count >= 1' },
  {
    key: 'retention',
    label: argoLabels.retention,
    when: '(days_since_joined >= 30 || days_since_contact >= 30) && days_since_last_seen <= 30',
  },
  { key: 'growth', label: argoLabels.growth, when: 'orders_total >= 1 || kol_level >= 1' },
  { key: 'open', label: argoLabels.open, when: 'invites_total >= 1 || kol_level >= 3' },
];

export const argoFile = z
  .array(argoStage)
  .min(1)
  .max(8)
  .default([...defaultArgo]);

export const keyMembersFile = z
  .strictObject({
    share: whole(1, 50).default(10),
    score: rule.default('active_days_30d * 5 + messages_30d + mentions_30d * 3 + orders_90d * 30'),
  })
  .prefault({});

const percent = whole(0, 100);
export const productFile = z
  .strictObject({
    phase: z.enum(productPhases).default('introduction'),
    since: z.iso.date().nullable().default(null),
    effort: z
      .strictObject({
        new: percent.default(10),
        active: percent.default(35),
        paying: percent.default(30),
        lost: percent.default(5),
        system: percent.default(20),
      })
      .refine(
        (effort) => effortKinds.reduce((sum, kind) => sum + effort[kind], 0) === 100,
        inBoth('the shares must be 100 together', '各项相加要等于 100'),
      )
      .prefault({}),
    goals: z
      .strictObject({
        potential_to_regular: z.number().min(0).max(100).default(1),
        regular_to_active: z.number().min(0).max(100).default(50),
      })
      .prefault({}),
  })
  .prefault({});

interface LayersInFile {
  readonly rfm: z.output<typeof rfmFile>;
  readonly argo: z.output<typeof argoFile>;
  readonly key_members: z.output<typeof keyMembersFile>;
  readonly product: z.output<typeof productFile>;
}

export const productTargetsOf = ({ product }: Pick<LayersInFile, 'product'>): ProductTargets => ({
  phase: product.phase,
  since: product.since === null ? null : Date.parse(`${product.since}T00:00:00Z`) / DAY_MS,
  effort: product.effort satisfies Record<EffortKind, number>,
  goals: {
    potentialToRegular: product.goals.potential_to_regular,
    regularToActive: product.goals.regular_to_active,
  },
});

/** Compiles the layers. Reports rules with mistakes, bounds and segments that do not fit. Null when anything is wrong. */
export function readLayers(file: RuleFile<LayersInFile>, vocabulary: Vocabulary): Layers | null {
  const rfm = readRfm(file, vocabulary);
  const argo = readArgo(file, vocabulary);
  const score = file.compileScore(['key_members', 'score'], file.value.key_members.score, vocabulary);
  for (const name of score?.metrics ?? [])
    if (decidedLater(name)) file.report(['key_members', 'score'], tooEarly(name));
  return rfm && argo && score ? { rfm, argo, keyMembers: { share: file.value.key_members.share, score } } : null;
}

/** What is decided after the layers, or by the layer itself. */
const decidedLater = (name: string): boolean => ['tier', 'argo', 'is_key'].includes(name);
const tooEarly = (name: string): Refusal =>
  inBoth(`${name} is decided after this: take it out`, `${name} 要在这之后才算出来，去掉它`);

function readArgo(file: RuleFile<LayersInFile>, vocabulary: Vocabulary): readonly ArgoStage[] | null {
  const { argo } = file.value;
  const stages = argo.flatMap(({ key: stageKey, label: words, when }, index) => {
    const at = ['argo', index];
    if (argo.findIndex((other) => other.key === stageKey) < index)
      file.report([...at, 'key'], inBoth(`there is a stage ${stageKey} already`, `已有阶段 ${stageKey}`));
    const compiled = file.compile([...at, 'when'], when, vocabulary);
    for (const name of compiled?.metrics ?? []) if (decidedLater(name)) file.report([...at, 'when'], tooEarly(name));
    if (compiled && compiled.tags.length > 0)
      file.report(
        [...at, 'when'],
        inBoth('tags are decided after this: take them out', '标签要在这之后才算出来，去掉它们'),
      );
    return compiled ? [{ key: stageKey, label: words, when: compiled }] : [];
  });
  return stages.length === argo.length ? stages : null;
}

function readRfm(file: RuleFile<LayersInFile>, vocabulary: Vocabulary): RfmModel | null {
  const { rfm } = file.value;
  const defaults = rfmDefaults[rfm.form];
  const axis = (name: 'recency' | 'frequency' | 'money', given: RfmAxisInFile | undefined): RfmAxis => ({
    metric: given?.metric ?? defaults[name].metric,
    bounds: given?.bounds ?? defaults[name].bounds,
  });
  const axes = {
    recency: axis('recency', rfm.recency && { metric: rfm.recency.metric, bounds: rfm.recency.at_most }),
    frequency: axis('frequency', rfm.frequency && { metric: rfm.frequency.metric, bounds: rfm.frequency.at_least }),
    money: axis('money', rfm.money && { metric: rfm.money.metric, bounds: rfm.money.at_least }),
  };
  const levels = (axes.recency.bounds.length + 1) as 2 | 3;
  const problems = axisProblems(axes, levels, vocabulary);
  for (const { at, message } of problems) file.report(['rfm', ...at], message);
  if (problems.length > 0) return null;
  const segments = rfm.segments?.map((segment) => segmentOf(segment, levels)) ?? eightSegments(rfm.form, levels);
  const gaps = rfm.segments ? segmentProblems(segments, levels) : [];
  for (const { at, message } of gaps) file.report(['rfm', 'segments', ...at], message);
  return gaps.length > 0 ? null : { form: rfm.form, levels, ...axes, segments };
}

interface RfmAxisInFile {
  readonly metric: string | undefined;
  readonly bounds: readonly number[];
}
interface Problem {
  readonly at: readonly PropertyKey[];
  readonly message: Refusal;
}

function axisProblems(
  axes: Pick<RfmModel, 'recency' | 'frequency' | 'money'>,
  levels: 2 | 3,
  vocabulary: Vocabulary,
): readonly Problem[] {
  return (['recency', 'frequency', 'money'] as const).flatMap((name): Problem[] => {
    const { metric: read, bounds: own } = axes[name];
    const bound = name === 'recency' ? 'at_most' : 'at_least';
    const known = vocabulary.metrics.get(read);
    const [first, second] = own;
    const isOrdered = second === undefined || (name === 'recency' ? first! < second : first! > second);
    return [
      ...(known?.type === 'int' && known.writtenBy !== 'decision'
        ? []
        : [
            {
              at: [name, 'metric'],
              message: inBoth(
                `${read} is not a metric with a number that is counted`,
                `${read} 不是可以计数的数字指标`,
              ),
            },
          ]),
      ...(own.length + 1 === levels
        ? []
        : [
            {
              at: [name, bound],
              message: inBoth(
                `write ${levels - 1} bounds, as many as for recency`,
                `写 ${levels - 1} 个界限，和 recency 一样多`,
              ),
            },
          ]),
      ...(isOrdered
        ? []
        : [
            {
              at: [name, bound],
              message: inBoth('write the bound of the highest level first', '最高一级的界限写在最前面'),
            },
          ]),
    ];
  });
}

const segmentOf = (
  segment: NonNullable<z.output<typeof rfmFile>['segments']>[number] & { readonly label: LocalizedText },
  levels: 2 | 3,
): RfmSegment => {
  const all = Array.from({ length: levels }, (_, index) => index + 1);
  const list = (given: number | readonly number[] | undefined): readonly number[] =>
    given === undefined ? all : typeof given === 'number' ? [given] : given;
  return {
    key: segment.key,
    label: segment.label,
    r: list(segment.r),
    f: list(segment.f),
    m: list(segment.m),
  };
};

/** Every combination of scores must have a segment, and every segment a combination that no earlier one takes. */
function segmentProblems(segments: readonly RfmSegment[], levels: 2 | 3): readonly Problem[] {
  const firstOf = allScores(levels).map((one) => ({
    ...one,
    index: segments.findIndex((segment) => fitsSegment(segment, one)),
  }));
  const gap = firstOf.find(({ index }) => index < 0);
  return [
    ...segments.flatMap((segment, index): Problem[] =>
      segments.findIndex((other) => other.key === segment.key) < index
        ? [
            {
              at: [index, 'key'],
              message: inBoth(`there is a segment ${segment.key} already`, `已有分群 ${segment.key}`),
            },
          ]
        : firstOf.some((one) => one.index === index)
          ? []
          : [
              {
                at: [index],
                message: inBoth(
                  'the segments before it take all its scores: put it before them',
                  '它的分数都被前面的分群占了，把它移到它们前面',
                ),
              },
            ],
    ),
    ...(gap
      ? [
          {
            at: [],
            message: inBoth(
              `no segment has R ${gap.r}, F ${gap.f}, M ${gap.m}`,
              `没有分群包含 R ${gap.r}、F ${gap.f}、M ${gap.m}`,
            ),
          },
        ]
      : []),
  ];
}
