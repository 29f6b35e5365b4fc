import type { Finding, TemplateProblem } from './problem.js';

/** Line and column (from 1) of an offset. */
export function placeIn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, Math.max(0, Math.min(offset, text.length)));
  return { line: before.split('\n').length, column: before.length - before.lastIndexOf('\n') };
}

/** The offset of a line and column (from 1); a column beyond the line's end gives its end. */
export function offsetOf(text: string, line: number, column: number): number {
  let start = 0;
  for (let n = 1; n < line; n += 1) {
    const next = text.indexOf('\n', start);
    if (next === -1) return text.length;
    start = next + 1;
  }
  const end = text.indexOf('\n', start);
  return Math.min(start + Math.max(0, column - 1), end === -1 ? text.length : end);
}

/** Limit for files that are wrong throughout. */
const MOST_PROBLEMS = 100;

/** The findings as problems, in the order of the file, without repeats. */
export function problemsOf(file: string, findings: readonly Finding[]): TemplateProblem[] {
  const problems = new Map<string, TemplateProblem>();
  for (const { at, ...rest } of [...findings].sort((a, b) => a.at - b.at)) {
    if (problems.size === MOST_PROBLEMS) break;
    const key = `${at} ${rest.message.en}`;
    if (!problems.has(key)) problems.set(key, { ...placeIn(file, at), ...rest });
  }
  return [...problems.values()];
}
