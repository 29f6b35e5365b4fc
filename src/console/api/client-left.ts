import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { OperatorMistake } from '../../platform/errors.js';

/** The part of the response that says whether the client still waits for it. */
interface Answer {
  readonly raw: {
    readonly writableFinished: boolean;
    readonly destroyed: boolean;
    once(event: 'close', listener: () => void): unknown;
  };
}

/** 499 is nginx's status for a client that closed the connection. Nobody reads this answer. */
const clientLeft = (): OperatorMistake =>
  new OperatorMistake('asker_left', 'whoever asked has closed the connection', undefined, { status: 499 });

/** A signal that is aborted when the client closes the connection before it has the answer. */
export const ClientLeft = createParamDecorator((_: unknown, context: ExecutionContext): AbortSignal => {
  const { raw } = context.switchToHttp().getResponse<Answer>();
  const leaving = new AbortController();
  if (raw.destroyed) leaving.abort(clientLeft());
  raw.once('close', () => {
    if (!raw.writableFinished) leaving.abort(clientLeft());
  });
  return leaving.signal;
});
