import { useEffect, useState } from 'react';

/** The debounced value, for checks and searches while somebody types. */
export function useSettled<T>(value: T, quietMs: number): T {
  const [settled, settle] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => settle(value), quietMs);
    return () => clearTimeout(timer);
  }, [value, quietMs]);
  return settled;
}
