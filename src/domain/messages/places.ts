import type { Finding, TemplateProblem } from './problem.js';

/** Line and column (from 1) of an offset. */
export function placeIn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, Math.max(0, Math.min(offset, text.length)));
  return { line: before.split('\n').length, column: before.length - before.lastIndexOf('\n') };
}

/** The offset of a line and column; beyond the end of a line it is that line's end. */
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

/** Enough to work on: whoever pastes the wrong thing need not be told three thousand times. */
const MOST_PROBLEMS = 100;

/** In the order a reader meets them, each told once. */
export function problemsOf(file: string, findings: readonly Finding[]): TemplateProblem[] {
  const problems = new Map<string, TemplateProblem>();
  for (const { at, ...rest } of [...findings].sort((a, b) => a.at - b.at)) {
    if (problems.size === MOST_PROBLEMS) break;
    const key = `${at} ${rest.message.en}`;
    if (!problems.has(key)) problems.set(key, { ...placeIn(file, at), ...rest });
  }
  return [...problems.values()];
}
