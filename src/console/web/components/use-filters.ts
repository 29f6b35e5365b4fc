import { useEffect, useRef } from 'react';
import { useSearchParams } from 'react-router';

/** Filters live in the address, so that a list can be shared, reloaded and gone back to. */
export function useFilters<K extends string>(
  names: readonly K[],
): [Readonly<Partial<Record<K, string>>>, (change: Partial<Record<K, string | undefined>>) => void] {
  const [params, setParams] = useSearchParams();
  const filters: Partial<Record<K, string>> = {};
  for (const name of names) {
    const value = params.get(name);
    if (value) filters[name] = value;
  }
  // The router's setter starts from the address as last drawn: of two changes before the next drawing it would keep one.
  const latest = useRef(params);
  useEffect(() => {
    latest.current = params;
  }, [params]);
  const change = (changes: Partial<Record<K, string | undefined>>): void => {
    const after = new URLSearchParams(latest.current);
    for (const name of names) {
      if (!(name in changes)) continue;
      const value = changes[name];
      if (value) after.set(name, value);
      else after.delete(name);
    }
    latest.current = after;
    setParams(after, { replace: true });
  };
  return [filters, change];
}
