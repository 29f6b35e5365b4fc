import {
  celText,
  compileRule,
  compileScore,
  lowWater,
  type CompiledRule,
  type CompiledScore,
  type RuleProblem,
  type Vocabulary,
} from '../../domain/rules/index.js';
import type { FilePlace, FileProblem, PlaceOf } from '../../platform/config/config-files.js';
import { chineseFirst, wordsOf, type Refusal } from '../../platform/config/refusal.js';

/** A rules file that fits its schema. Further checks report their problems here, and each gets its line and column. */
export class RuleFile<T> {
  readonly value: T;
  private readonly placeOf: PlaceOf;

  constructor(
    private readonly path: string,
    read: { readonly value: T; readonly placeOf: PlaceOf },
    /** Shared by all the files, so that every mistake is shown at once. */
    private readonly problems: FileProblem[],
  ) {
    this.value = read.value;
    this.placeOf = read.placeOf;
  }

  /** The place in the file of the value at a path such as `['tiers', 2, 'enter']`. */
  place(at: readonly PropertyKey[]): FilePlace {
    return { file: this.path, ...this.placeOf(at) };
  }

  report(at: readonly PropertyKey[], refusal: Refusal): void {
    this.problems.push({ ...this.place(at), ...wordsOf(refusal) });
  }

  /** Null when the rule has a mistake, which is then reported. */
  compile(at: readonly PropertyKey[], text: string, vocabulary: Vocabulary): CompiledRule | null {
    const compilation = compileRule(text, vocabulary);
    if (compilation.ok) return compilation.rule;
    this.reportAll(at, compilation.problems);
    return null;
  }

  /** Null when the calculation has a mistake, which is then reported. */
  compileScore(at: readonly PropertyKey[], text: string, vocabulary: Vocabulary): CompiledScore | null {
    const compilation = compileScore(text, vocabulary);
    if (compilation.ok) return compilation.score;
    this.reportAll(at, compilation.problems);
    return null;
  }

  private reportAll(at: readonly PropertyKey[], problems: readonly RuleProblem[]): void {
    const { file, line, column } = this.place(at);
    for (const problem of problems)
      this.problems.push({
        file,
        line,
        column: column + (problem.line === 1 ? problem.column - 1 : 0),
        ...wordsOf(refusalOf(problem)),
      });
  }
}

const refusalOf = ({ message, hint }: RuleProblem): Refusal =>
  chineseFirst(`${message.zh}。${hint.zh}`, `${message.en}. ${hint.en}`, `${message.zh}（${message.en}）${hint.zh}`);

/** The text of the looser rule that asks for only so much of every figure that this one asks for. */
export const loosenedText = ({ condition }: CompiledRule, percent: number): string =>
  celText(lowWater(condition, percent));
