import type { MetricValue } from '../../domain/metrics/index.js';
import { checkMece, segmentsIn, type Condition, type MadeUpMember } from '../../domain/rules/index.js';
import { chineseFirst, wordsOf, type RefusalWords } from '../../platform/config/refusal.js';
import { storableJson } from '../../platform/database/storable.js';
import { runInTimeSlices } from '../../platform/time-slices.js';
import type { CompiledRules } from './compile-rules.js';
import type { PartitionClaim } from './segments.js';

/** What a person may accept with an explicit yes. */
export const acceptable = ['gaps', 'overlaps'] as const;
export type Acceptable = (typeof acceptable)[number];

/** A member who might exist and shows that segments do not partition. */
export interface PartitionProblem extends RefusalWords {
  readonly code: 'gap' | 'overlap';
  readonly line: number;
  readonly column: number;
  readonly example: Readonly<Record<string, MetricValue | readonly string[]>>;
}

/**
 * Proves of segments that claim to partition that every member is in exactly one of them. Partitions that are in force as
 * they are were proved, or accepted, when they were published. It can take seconds, so let it run outside a transaction.
 */
export async function problemsOfPartitions(
  rules: CompiledRules,
  inForce: Pick<CompiledRules, 'partitions'>,
  accepted: readonly Acceptable[],
): Promise<PartitionProblem[]> {
  const { vocabulary } = rules;
  const problems: PartitionProblem[] = [];
  for (const claim of newPartitionsOf(rules, inForce)) {
    const rules = claim.segments.map(({ key, when }) => ({ key, rule: when }));
    const { gaps, overlaps } = await runInTimeSlices(checkMece(rules, vocabulary));
    const words = (member: MadeUpMember): string => memberWords(member, vocabulary);
    if (!accepted.includes('gaps'))
      for (const { example } of gaps)
        problems.push({
          ...{ code: 'gap', line: claim.line, column: claim.column, example: exampleOf(example) },
          ...wordsOf(
            chineseFirst(
              `分群「${claim.name}」没有包含所有成员，例如：${words(example)}。补上条件，或确认保留缺口：accept 里写 gaps`,
              `the segments of ${claim.name} leave somebody out, for example ${plain(example)}: add a rule, or accept gaps`,
            ),
          ),
        });
    if (!accepted.includes('overlaps'))
      for (const { keys, example } of overlaps)
        problems.push({
          ...{ code: 'overlap', line: claim.line, column: claim.column, example: exampleOf(example) },
          ...wordsOf(
            chineseFirst(
              `分群 ${keys.join(' 和 ')} 有重叠，例如：${words(example)}。改条件，或确认保留重叠：accept 里写 overlaps`,
              `the segments ${keys.join(' and ')} overlap, for example ${plain(example)}: change a rule, or accept overlaps`,
            ),
          ),
        });
  }
  return problems;
}

/** The claims that are not in force as they are. */
export function newPartitionsOf(
  { partitions }: Pick<CompiledRules, 'partitions'>,
  inForce: Pick<CompiledRules, 'partitions'>,
): readonly PartitionClaim[] {
  const known = new Set(inForce.partitions.map(textOf));
  return partitions.filter((claim) => !known.has(textOf(claim)));
}

/** All the texts that decide about a partition, with those of the segments that its segments name. */
const textOf = ({ name, segments }: PartitionClaim): string =>
  storableJson([name, segments.map(({ key, when }) => [key, when.text, textsIn(when.condition)])]);

const textsIn = (condition: Condition): unknown[] =>
  segmentsIn(condition).map((segment) => [segment.key, segment.text, textsIn(segment.condition)]);

const exampleOf = ({ values, tags }: MadeUpMember): PartitionProblem['example'] => ({
  ...values,
  ...(tags.length > 0 ? { tags } : {}),
});

function memberWords({ values, tags }: MadeUpMember, { metrics }: CompiledRules['vocabulary']): string {
  const figures = Object.entries(values).map(
    ([name, value]) => `${metrics.get(name)?.label.zh ?? name} ${value === null ? '没有记录' : shown(value)}`,
  );
  return [...figures, ...tags.map((tag) => `有标签「${tag}」`)].join('，') || '任何一位成员';
}

const plain = ({ values, tags }: MadeUpMember): string =>
  [
    ...Object.entries(values).map(([name, value]) => `${name} = ${String(value)}`),
    ...tags.map((tag) => `the tag ${tag}`),
  ].join(', ') || 'any member';

const shown = (value: NonNullable<MetricValue>): string =>
  typeof value === 'boolean' ? (value ? '是' : '否') : String(value);
