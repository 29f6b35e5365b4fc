import { z } from 'zod';
import type { LocalizedText } from '../../domain/localized-text.js';
import {
  compileRule,
  segmentsIn,
  type CompiledRule,
  type Condition,
  type KnownSegment,
  type Vocabulary,
} from '../../domain/rules/index.js';
import { chineseFirst } from '../../platform/config/refusal.js';
import { rule, text } from './fields.js';
import type { RuleFile } from './rule-file.js';

const MOST_SEGMENTS = 200;
/** With the rules of all the segments that it names, a rule may have so many tests: SQLite nests no deeper than 1,000. */
const MOST_TESTS = 300;

export const segmentsFile = z.strictObject({
  segments: z
    .array(
      z.strictObject({
        key: z
          .string()
          .regex(
            /^[a-z][a-z0-9_-]{0,47}$/,
            chineseFirst(
              'key 用小写字母、数字、- 和 _，以字母开头，最多 48 个',
              'write small letters, digits, - and _, at most 48, the first a letter',
            ),
          ),
        label: z.strictObject({ zh: text(20), en: text(40) }),
        when: rule,
        partition: text(40).optional(),
      }),
    )
    .max(MOST_SEGMENTS, chineseFirst(`最多 ${MOST_SEGMENTS} 个分群`, `${MOST_SEGMENTS} segments at most`)),
});

/** The text of the document in a config folder without `segments.yaml`. */
export const NO_SEGMENTS = 'segments: []\n';

/** A saved rule over members. Segments may overlap, unless they claim to partition. */
export interface Segment {
  readonly key: string;
  readonly label: LocalizedText;
  readonly when: CompiledRule;
  /** Segments with the same name here claim that every member is in exactly one of them. */
  readonly partition?: string;
}

/** Segments that claim to partition, and the place of the claim in the document. */
export interface PartitionClaim {
  readonly name: string;
  readonly segments: readonly Segment[];
  readonly line: number;
  readonly column: number;
}

export interface SegmentsRead {
  readonly segments: readonly Segment[];
  readonly partitions: readonly PartitionClaim[];
  /** With the segments, for all other rules. */
  readonly vocabulary: Vocabulary;
}

type File = RuleFile<z.output<typeof segmentsFile>>;

/** Compiles the segments, each after those that it names. Reports mistakes, names that are taken, and circles. */
export function readSegments(file: File, vocabulary: Vocabulary): SegmentsRead {
  const { segments: written } = file.value;
  reportTwice(file);
  // What a segment stands for is not known yet: this only finds which one names which.
  const unknown = new Map(written.map((each) => [each.key, { ...each, text: each.when, condition: NOBODY }]));
  const names = new Map<string, readonly string[]>();
  for (const [index, { key, when }] of written.entries()) {
    const compiled = file.compile(['segments', index, 'when'], when, { ...vocabulary, segments: unknown });
    names.set(key, compiled ? segmentsIn(compiled.condition).map((segment) => segment.key) : []);
  }
  const order = inOrder(file, names);
  const known = new Map<string, KnownSegment>();
  const compiled = new Map<string, Segment>();
  for (const key of order) {
    const index = written.findIndex((segment) => segment.key === key);
    const { label, when, partition } = written[index]!;
    const compilation = compileRule(when, { ...vocabulary, segments: known });
    if (!compilation.ok) continue;
    const { condition } = compilation.rule;
    if (testsIn(condition) > MOST_TESTS) {
      file.report(['segments', index, 'when'], TOO_LARGE);
      continue;
    }
    known.set(key, { key, label, text: when, condition });
    compiled.set(key, { key, label, when: compilation.rule, ...(partition === undefined ? {} : { partition }) });
  }
  const segments = written.flatMap(({ key }) => compiled.get(key) ?? []);
  return { segments, partitions: partitionsOf(file, segments), vocabulary: { ...vocabulary, segments: known } };
}

const NOBODY: Condition = { kind: 'always', holds: false, range: { start: 0, end: 0 } };
const TOO_LARGE = chineseFirst(
  `连同引用的分群，条件超过 ${MOST_TESTS} 个，请拆开或简化`,
  `with the segments it names, the rule has more than ${MOST_TESTS} tests: split it or make it simpler`,
);

function reportTwice(file: File): void {
  for (const [index, { key, label }] of file.value.segments.entries()) {
    const before = file.value.segments.slice(0, index);
    if (before.some((other) => other.key === key))
      file.report(['segments', index, 'key'], chineseFirst(`已有分群 ${key}`, `there is a segment ${key} already`));
    for (const language of ['zh', 'en'] as const)
      if (before.some((other) => other.label[language] === label[language]))
        file.report(
          ['segments', index, 'label', language],
          chineseFirst(`已有叫「${label[language]}」的分群`, `another segment is called ${label[language]} already`),
        );
  }
}

/** The keys, each after those that its rule names. Reports each circle once, and leaves its segments out. */
function inOrder(file: File, names: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const inCircle = new Set<string>();
  const visit = (key: string, path: readonly string[]): void => {
    if (done.has(key) || inCircle.has(key)) return;
    if (path.includes(key)) {
      const circle = [...path.slice(path.indexOf(key)), key];
      const index = file.value.segments.findIndex((segment) => segment.key === key);
      for (const member of circle) inCircle.add(member);
      file.report(
        ['segments', index, 'when'],
        chineseFirst(
          `分群互相引用，成了环：${circle.join(' → ')}`,
          `the segments name one another in a circle: ${circle.join(' → ')}`,
        ),
      );
      return;
    }
    for (const named of names.get(key) ?? []) visit(named, [...path, key]);
    if (!inCircle.has(key)) done.add(key);
  };
  for (const key of names.keys()) visit(key, []);
  return [...done];
}

/** How many tests a condition has, with those of the segments that it names. */
function testsIn(condition: Condition): number {
  switch (condition.kind) {
    case 'segment':
      return testsIn(condition.segment.condition);
    case 'not':
      return testsIn(condition.part);
    case 'all':
    case 'any':
      return condition.parts.reduce((sum, part) => sum + testsIn(part), 0);
    case 'choose':
      return testsIn(condition.when) + testsIn(condition.then) + testsIn(condition.otherwise);
    default:
      return 1;
  }
}

function partitionsOf(file: File, segments: readonly Segment[]): PartitionClaim[] {
  const names = [...new Set(segments.flatMap(({ partition }) => partition ?? []))];
  return names.map((name) => {
    const index = file.value.segments.findIndex(({ partition }) => partition === name);
    const { line, column } = file.place(['segments', index, 'partition']);
    return { name, segments: segments.filter(({ partition }) => partition === name), line, column };
  });
}
