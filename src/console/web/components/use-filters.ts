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
  const change = (changes: Partial<Record<K, string | undefined>>): void => {
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        for (const name of names) {
          if (!(name in changes)) continue;
          const value = changes[name];
          if (value) after.set(name, value);
          else after.delete(name);
        }
        return after;
      },
      { replace: true },
    );
  };
  return [filters, change];
}
