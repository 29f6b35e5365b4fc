import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { OperatorMistake } from '../../platform/errors.js';

/** The part of Node's response that says whether the client still waits for it. */
interface Answer {
  readonly raw: {
    readonly writableFinished: boolean;
    readonly destroyed: boolean;
    once(event: 'close', listener: () => void): unknown;
  };
}

/** 499 is nginx's status for a client that closed the connection. Nobody reads this answer. */
const askerLeft = (): OperatorMistake =>
  new OperatorMistake('asker_left', 'whoever asked has closed the connection', undefined, { status: 499 });

/** A signal that is aborted when the client closes the connection before it has the answer. */
export const AskerLeft = createParamDecorator((_: unknown, context: ExecutionContext): AbortSignal => {
  const { raw } = context.switchToHttp().getResponse<Answer>();
  const leaving = new AbortController();
  if (raw.destroyed) leaving.abort(askerLeft());
  raw.once('close', () => {
    if (!raw.writableFinished) leaving.abort(askerLeft());
  });
  return leaving.signal;
});
