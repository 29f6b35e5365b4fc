import type { Call } from './endpoint.js';
import { Refused } from './endpoint.js';

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string;
}

/** Cuts a list into pages with opaque cursors that are good only for the list they came from; another's gets 50100. */
export function page<T>(
  call: Call,
  list: readonly T[],
  name: string,
  limit: { readonly usual: number; readonly most: number },
): Page<T> {
  const size = Math.min(limit.most, Math.max(1, call.params.number('limit') ?? limit.usual));
  const from = offsetOf(call.params.text('cursor'), name);
  const next = from + size;
  return { items: list.slice(from, next), nextCursor: next < list.length ? cursorOf(name, next) : '' };
}

const cursorOf = (name: string, offset: number): string => Buffer.from(`~${offset}~${name}`).toString('base64url');

function offsetOf(cursor: string, name: string): number {
  if (cursor === '') return 0;
  const [, offset, of] = Buffer.from(cursor, 'base64url').toString('utf8').split('~');
  if (of !== name || !Number.isInteger(Number(offset))) throw new Refused(50100, 'invalid cursor');
  return Number(offset);
}
