import type { Fact } from '../../../domain/fact.js';

type WithoutHead<T> = T extends unknown ? Omit<T, 'key' | 'at'> : never;
/** A fact without key and time, which all facts of one callback share. */
export type EventFact = WithoutHead<Fact>;

type Present<T> = { [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> } & {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K];
};

/** The object without its undefined fields. */
export function withoutUndefined<T extends object>(fields: T): Present<T> {
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) result[name] = value;
  return result as Present<T>;
}
