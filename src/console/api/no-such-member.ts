import { OperatorMistake } from '../../platform/errors.js';
import { cutToCharacters } from '../../domain/cut-text.js';

export const noSuchMember = (called: string): OperatorMistake =>
  new OperatorMistake('no_such_member', `there is no member ${cutToCharacters(called, 80)}`, undefined, {
    status: 404,
  });
