import type { Fact } from '../../../domain/fact.js';

type WithoutHead<T> = T extends unknown ? Omit<T, 'key' | 'at'> : never;
/** A fact but for its key and time, which all facts of one callback share. */
export type Told = WithoutHead<Fact>;

type Present<T> = { [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> } & {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K];
};

/** Without the fields that were not told. */
export function present<T extends object>(fields: T): Present<T> {
  const told: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) told[name] = value;
  return told as Present<T>;
}
