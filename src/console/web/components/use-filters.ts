import { useEffect, useRef } from 'react';
import { useSearchParams } from 'react-router';

/** Filters are kept in the URL, so that a filtered list can be shared, reloaded and revisited. */
export function useFilters<K extends string>(
  names: readonly K[],
): [Readonly<Partial<Record<K, string>>>, (change: Partial<Record<K, string | undefined>>) => void] {
  const [params, setParams] = useSearchParams();
  const filters: Partial<Record<K, string>> = {};
  for (const name of names) {
    const value = params.get(name);
    if (value) filters[name] = value;
  }
  // The router's setter starts from the last rendered URL: it would lose the first of two changes before a render.
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
