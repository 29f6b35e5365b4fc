import type { ActionKey } from '../../src/domain/action-keys.js';
import type { Priority } from '../../src/domain/priorities.js';

/** Tests of the outbox use their own keys and priorities; in the product only domain creates them. */
export const anActionKey = (text: string): ActionKey => text as ActionKey;

export const aPriority = (value: number): Priority => value as Priority;
