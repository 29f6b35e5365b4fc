import type { FileProblem } from '../platform/config/config-files.js';

/** The settings or the rules have problems. It carries all of them; nothing was started. */
export class CannotStart extends Error {
  override readonly name = 'CannotStart';
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

export const withPosition = ({ file, line, column, messageZh, messageEn }: FileProblem): string =>
  `${file}:${line}:${column} ${messageEn} / ${messageZh}`;

/** The code or message of the innermost cause: `ECONNREFUSED` says more than the errors that wrap it. */
export function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if (cause.cause !== undefined) return reasonOf(cause.cause);
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message;
}
