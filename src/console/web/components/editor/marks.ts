import type { Diagnostic } from '@codemirror/lint';
import type { Text } from '@codemirror/state';
import type { Problem } from '../../api/request.js';

/** A line and column as a document position, clamped: the text may have changed since it was checked. */
export function offsetOf(doc: Text, { line, column }: { readonly line: number; readonly column: number }): number {
  const at = doc.line(Math.max(1, Math.min(doc.lines, line)));
  return Math.min(at.to, at.from + Math.max(0, column - 1));
}

export const marksOf = (doc: Text, problems: readonly Problem[]): Diagnostic[] =>
  problems.map((problem) => {
    const from = offsetOf(doc, problem);
    const line = doc.lineAt(from);
    const word = /^[\w.]+/.exec(line.text.slice(from - line.from))?.[0].length ?? 1;
    return {
      from,
      to: Math.min(line.to, from + word),
      severity: 'error',
      message: problem.hint ? `${problem.message}\n${problem.hint}` : problem.message,
    };
  });
