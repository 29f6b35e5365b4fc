import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { OperatorMistake } from '../../platform/errors.js';

/** As much of Node's answer as says whether anybody still waits for it. */
interface Answer {
  readonly raw: {
    readonly writableFinished: boolean;
    readonly destroyed: boolean;
    once(event: 'close', listener: () => void): unknown;
  };
}

/** Nobody reads it: whoever asked has closed the connection. The status is nginx's for that. */
const askerLeft = (): OperatorMistake =>
  new OperatorMistake('asker_left', 'whoever asked has closed the connection', undefined, { status: 499 });

/** Aborted when whoever asked closes the connection before they have their answer. */
export const AskerLeft = createParamDecorator((_: unknown, context: ExecutionContext): AbortSignal => {
  const { raw } = context.switchToHttp().getResponse<Answer>();
  const leaving = new AbortController();
  if (raw.destroyed) leaving.abort(askerLeft());
  raw.once('close', () => {
    if (!raw.writableFinished) leaving.abort(askerLeft());
  });
  return leaving.signal;
});
