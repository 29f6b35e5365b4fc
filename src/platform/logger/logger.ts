import { pino, type Logger } from 'pino';
import type { LogLevel } from '../config/config.js';
import { prettyLine } from './pretty-line.js';
import { lineScrubber, scrubbed } from './scrub.js';

export type { Logger } from 'pino';

export interface LoggerOptions {
  readonly level: LogLevel;
  /** These values are removed from every line. */
  readonly secrets?: readonly string[];
  /** True: one readable line for a terminal. Otherwise JSON. */
  readonly pretty?: boolean;
  readonly write?: (line: string) => void;
}

/**
 * Fields first, then the message: `logger.info({ memberId, facts: 3 }, 'advanced')`. Secrets, tokens in URLs and the texts
 * of members are removed.
 */
export function createLogger({ level, secrets = [], pretty = false, write }: LoggerOptions): Logger {
  const scrubLine = lineScrubber(secrets);
  const out = write ?? ((line: string) => void process.stdout.write(line));
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => scrubbed(fields) as Record<string, unknown>,
      },
      // pino's own serializer would copy every field of an error.
      serializers: { err: (value: unknown) => (value instanceof Error ? scrubbed(value) : value) },
    },
    { write: (line: string) => out(pretty ? prettyLine(scrubLine(line)) : scrubLine(line)) },
  );
}
