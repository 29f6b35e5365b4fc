import { OperatorMistake } from '../../platform/errors.js';

export const noSuchMember = (called: string): OperatorMistake =>
  new OperatorMistake('no_such_member', `there is no member ${called.slice(0, 80)}`, undefined, 404);
