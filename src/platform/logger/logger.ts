import { pino, type Logger } from 'pino';
import type { LogLevel } from '../config/config.js';
import { prettyLine } from './pretty-line.js';
import { lineScrubber, scrubbed } from './scrub.js';

export type { Logger } from 'pino';

export interface LoggerOptions {
  readonly level: LogLevel;
  /** Values that must not appear in any line. */
  readonly secrets?: readonly string[];
  /** One readable line each, for a terminal; otherwise JSON. */
  readonly pretty?: boolean;
  readonly write?: (line: string) => void;
}

/**
 * Fields first, then words: `logger.info({ memberId, facts: 3 }, 'advanced')`. Whatever is handed over, no secret, no
 * token in an address and nobody's message comes out.
 */
export function createLogger({ level, secrets = [], pretty = false, write }: LoggerOptions): Logger {
  const clean = lineScrubber(secrets);
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
      // Errors are scrubbed with the other fields; pino's own way would copy everything they carry.
      serializers: { err: (value: unknown) => (value instanceof Error ? scrubbed(value) : value) },
    },
    { write: (line: string) => out(pretty ? prettyLine(clean(line)) : clean(line)) },
  );
}
