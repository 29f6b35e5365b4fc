/**
 * Callbacks must be answered while a long calculation runs, so it may block the event loop no longer than this. An answer waits
 * for several turns of the loop.
 */
const MAX_SLICE_MS = 5;

/** Runs a calculation that yields often, and lets the event loop go on after each slice of work. Answers what it returns. */
export async function runInTimeSlices<T>(
  steps: Generator<undefined, T>,
  now: () => number = () => performance.now(),
): Promise<T> {
  let sliceStart = now();
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value;
    if (now() - sliceStart < MAX_SLICE_MS) continue;
    await new Promise((resume) => setImmediate(resume));
    sliceStart = now();
  }
}

/** Maps the items in order, and yields to the event loop after each slice of work. */
export const mapInTimeSlices = <T, R>(items: Iterable<T>, work: (item: T) => R, now?: () => number): Promise<R[]> =>
  runInTimeSlices(mapped(items, work), now);

function* mapped<T, R>(items: Iterable<T>, work: (item: T) => R): Generator<undefined, R[]> {
  const done: R[] = [];
  for (const item of items) {
    done.push(work(item));
    yield;
  }
  return done;
}

/** Does the work for the items in order, and yields to the event loop after each slice of work. */
export async function eachInTimeSlices<T>(
  items: Iterable<T>,
  work: (item: T) => Promise<void>,
  now: () => number = () => performance.now(),
): Promise<void> {
  let sliceStart = now();
  for (const item of items) {
    await work(item);
    if (now() - sliceStart < MAX_SLICE_MS) continue;
    await new Promise((resume) => setImmediate(resume));
    sliceStart = now();
  }
}
