import { Catch, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '../logger/logger.module.js';
import { answerFor } from './error-answer.js';

/** The part of Fastify's reply that is used here. */
interface Reply {
  readonly sent: boolean;
  status(code: number): Reply;
  header(name: string, value: string): Reply;
  send(body: unknown): Reply;
}

interface Request {
  readonly method: string;
  readonly routeOptions?: { readonly url?: string };
}

/** Answers every error as `{code, message, where?}`, never with a stack. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<Request>();
    const reply = http.getResponse<Reply>();
    const answer = answerFor(thrown);
    const fields = { err: thrown, method: request.method, route: request.routeOptions?.url, status: answer.status };
    if (answer.isBug) this.logger.error(fields, 'a request failed');
    else if (answer.status >= 500) this.logger.warn(fields, 'a request failed; the code of the error says why');
    if (reply.sent) return;
    if (answer.retryAfterSeconds !== undefined) reply.header('retry-after', String(answer.retryAfterSeconds));
    reply.status(answer.status).send(answer.body);
  }
}
