import type { LoggerService } from '@nestjs/common';
import type { Logger } from 'pino';

/** Nest's own messages in our log. Its words on start-up (each route, each module) are for debugging only. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.tell('debug', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.tell('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.tell('trace', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.tell('warn', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.tell('error', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.tell('fatal', message, rest);
  }

  /** Nest hands over `(message, …others, context)`; for errors one of the others is a stack. */
  private tell(
    level: 'trace' | 'debug' | 'warn' | 'error' | 'fatal',
    message: unknown,
    rest: readonly unknown[],
  ): void {
    const context = rest.length > 0 ? rest.at(-1) : 'nest';
    const others = rest.slice(0, -1).filter((other) => other !== undefined);
    const err = [message, ...others].find((other) => other instanceof Error);
    const stack = err ? undefined : others.find((other) => typeof other === 'string' && other.includes('\n    at '));
    this.logger[level]({ context, ...(err ? { err } : {}), ...(stack ? { stack } : {}) }, wordsOf(message));
  }
}

function wordsOf(message: unknown): string {
  if (message instanceof Error) return message.message;
  return typeof message === 'string' ? message : JSON.stringify(message);
}
