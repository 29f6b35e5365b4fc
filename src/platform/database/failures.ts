import { RetryLater } from '../errors.js';
import { truncateText } from '../truncate-text.js';

/** The database refused a statement: a bug, or a violated constraint. Holds no parameters: they may be private. */
export class StatementFailed extends Error {
  override readonly name = 'StatementFailed';
  constructor(
    readonly code: string,
    readonly statement: string,
    cause: unknown,
  ) {
    super(`${cause instanceof Error ? cause.message : String(cause)} in: ${truncateText(statement, 600)}`, { cause });
  }
}

// SQLite result codes: https://sqlite.org/rescode.html · PostgreSQL: https://www.postgresql.org/docs/current/errcodes-appendix.html
const transientCodes = new Set([
  'SQLITE_BUSY',
  'SQLITE_LOCKED',
  'SQLITE_FULL',
  'SQLITE_IOERR',
  'SQLITE_CANTOPEN',
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '53100', // disk_full
  '53200', // out_of_memory
  '53300', // too_many_connections
  '55P03', // lock_not_available
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
]);

/** `RetryLater` for transient failures (busy, full, connection lost); `StatementFailed` for what would fail again. */
export function failureOf(cause: unknown, statement: string): Error {
  const code = codeOf(cause);
  if (transientCodes.has(code) || code.startsWith('08') || isLostConnection(cause)) {
    return new RetryLater('database_unavailable', undefined, { cause, message: `database: ${code || String(cause)}` });
  }
  return new StatementFailed(code, statement, cause);
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
}

/** node-postgres gives these errors no code. */
export function isLostConnection(cause: unknown): boolean {
  return (
    cause instanceof Error &&
    /Connection terminated|not queryable|timeout exceeded when trying to connect/.test(cause.message)
  );
}
