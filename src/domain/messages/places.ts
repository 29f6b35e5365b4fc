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

/** In the order a reader meets them, each told once. */
export function problemsOf(file: string, findings: readonly Finding[]): TemplateProblem[] {
  const told = new Set<string>();
  return [...findings]
    .sort((a, b) => a.at - b.at)
    .map(({ at, ...rest }) => ({ ...placeIn(file, at), ...rest }))
    .filter((problem) => {
      const key = `${problem.line}:${problem.column}:${problem.message.en}`;
      return told.has(key) ? false : told.add(key);
    });
}
