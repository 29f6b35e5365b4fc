import type { FileProblem } from '../platform/config/config-files.js';

/** The settings or the rules are not right. Every problem is shown at once; nothing was started. */
export class CannotStart extends Error {
  override readonly name = 'CannotStart';
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

export const placed = (problem: FileProblem): string =>
  `${problem.file}:${problem.line}:${problem.column} ${problem.message}`;

/** The innermost code there is: ECONNREFUSED says more than what was built around it. */
export function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if (cause.cause !== undefined) return reasonOf(cause.cause);
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message;
}
