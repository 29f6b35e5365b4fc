import type { ActionKey } from '../../src/domain/action-keys.js';
import type { Priority } from '../../src/domain/priorities.js';

/** Tests of the outbox give rows names and priorities of their own; the product makes both in domain only. */
export const anActionKey = (text: string): ActionKey => text as ActionKey;

export const aPriority = (value: number): Priority => value as Priority;
