import type { Call } from './endpoint.js';
import { Refused } from './endpoint.js';

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string;
}

/** Cuts a list into pages. A cursor is opaque and valid only for its own list; another list's cursor gets 50100. */
export function page<T>(
  call: Call,
  list: readonly T[],
  name: string,
  limit: { readonly usual: number; readonly most: number },
): Page<T> {
  const asked = call.params.number('limit') ?? limit.usual;
  // The documents give the maximum, but not what happens above it: refusing is the stricter reading (?).
  if (!Number.isInteger(asked) || asked < 1 || asked > limit.most) throw new Refused(40058, 'invalid limit');
  const { from, turn } = placeOf(call.params.text('cursor'), name);
  const next = from + (call.manners.shortPages ? shortened(asked, turn) : asked);
  return { items: list.slice(from, next), nextCursor: next < list.length ? cursorOf(name, next, turn + 1) : '' };
}

/** Of every three pages the first is half as long, the second empty, and the third whole. */
function shortened(asked: number, turn: number): number {
  if (turn % 3 === 1) return 0;
  return turn % 3 === 0 ? Math.ceil(asked / 2) : asked;
}

const cursorOf = (name: string, offset: number, turn: number): string =>
  Buffer.from(`~${offset}~${turn}~${name}`).toString('base64url');

function placeOf(cursor: string, name: string): { readonly from: number; readonly turn: number } {
  if (cursor === '') return { from: 0, turn: 0 };
  const [, offset, turn, ...of] = Buffer.from(cursor, 'base64url').toString('utf8').split('~');
  const [from, at] = [Number(offset), Number(turn)];
  if (of.join('~') !== name || !Number.isInteger(from) || !Number.isInteger(at))
    throw new Refused(50100, 'invalid cursor');
  return { from, turn: at };
}
