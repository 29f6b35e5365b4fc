import { expect } from 'vitest';

export const anyText: unknown = expect.stringMatching(/./);
export const like = (fields: object): unknown => expect.objectContaining(fields);
/** A list in which this is. */
export const holding = (fields: object): unknown => expect.arrayContaining([like(fields)]);
