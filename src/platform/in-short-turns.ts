/** So long the process may be held before others have their turn: callbacks are answered beside a long count. */
const LONGEST_TURN_MS = 20;

/** Does something for each, one after another, and lets whoever else waits have their turn every so often. */
export async function inShortTurns<T, R>(
  items: Iterable<T>,
  work: (item: T) => R,
  now: () => number = () => performance.now(),
): Promise<R[]> {
  const done: R[] = [];
  let begun = now();
  for (const item of items) {
    done.push(work(item));
    if (now() - begun < LONGEST_TURN_MS) continue;
    await new Promise((resume) => setImmediate(resume));
    begun = now();
  }
  return done;
}
