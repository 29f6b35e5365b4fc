/** Callbacks must be answered while a long calculation runs, so it may block the event loop no longer than this. */
const MAX_SLICE_MS = 20;

/** Maps the items in order, and yields to the event loop after each slice of work. */
export async function mapInTimeSlices<T, R>(
  items: Iterable<T>,
  work: (item: T) => R,
  now: () => number = () => performance.now(),
): Promise<R[]> {
  const done: R[] = [];
  let sliceStart = now();
  for (const item of items) {
    done.push(work(item));
    if (now() - sliceStart < MAX_SLICE_MS) continue;
    await new Promise((resume) => setImmediate(resume));
    sliceStart = now();
  }
  return done;
}
