import { useEffect, useState } from 'react';

/** The value once it has stood still for a while: what a check or a search should be asked about while somebody types. */
export function useSettled<T>(value: T, quietMs: number): T {
  const [settled, settle] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => settle(value), quietMs);
    return () => clearTimeout(timer);
  }, [value, quietMs]);
  return settled;
}
