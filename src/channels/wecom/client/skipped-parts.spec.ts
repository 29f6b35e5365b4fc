import { describe, expect, it } from 'vitest';
import { collectSkipped, readCollectingSkipped, reportSkipped } from './skipped-parts.js';

/** A step that waits until the test lets it continue. */
function aStep() {
  let pass = (): void => undefined;
  const passed = new Promise<void>((resolve) => (pass = resolve));
  return { passed, pass };
}

/** Collects `before` and, after the step, `after`. */
const collecting = (step: { readonly passed: Promise<void> }, before: string, after: string) =>
  collectSkipped(async () => {
    reportSkipped(before);
    await step.passed;
    reportSkipped(after);
  });
const placesIn = ({ skipped }: { readonly skipped: readonly { readonly where: string }[] }) =>
  skipped.map(({ where }) => where);

describe('collectors of skipped parts', () => {
  it('get only their own parts when they overlap, in whatever order they end', async () => {
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 2, 0],
    ]) {
      const steps = [aStep(), aStep(), aStep()];
      const collected = steps.map((step, n) => collecting(step, `${n} before`, `${n} after`));
      for (const n of order) {
        steps[n]!.pass();
        expect(placesIn(await collected[n]!)).toEqual([`${n} before`, `${n} after`]);
      }
    }
  });

  it('work again after the last one has ended, also when it failed', async () => {
    await expect(collectSkipped(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    reportSkipped('nobody collects');
    const step = aStep();
    step.pass();
    expect(placesIn(await collecting(step, 'a', 'b'))).toEqual(['a', 'b']);
  });

  it('get nothing of work that outlives an earlier collector', async () => {
    const late = aStep();
    let outliving: Promise<void> | undefined;
    await collectSkipped(async () => {
      outliving = late.passed.then(() => reportSkipped('late'));
    });
    const step = aStep();
    const next = collecting(step, 'a', 'b');
    late.pass();
    await outliving;
    step.pass();
    expect(placesIn(await next)).toEqual(['a', 'b']);
  });

  it('report to the outer one as well, with the endpoint of each answer', async () => {
    const outer = await collectSkipped(async () => {
      const inner = await collectSkipped(() =>
        Promise.all(
          ['get', 'list'].map(async (endpoint) => {
            await Promise.resolve();
            return readCollectingSkipped(endpoint, () => reportSkipped('row 1')).skipped;
          }),
        ),
      );
      reportSkipped('after it');
      return inner;
    });
    const rows = ['get', 'list'].map((endpoint) => ({ endpoint, where: 'row 1' }));
    expect(outer.value.value).toEqual(rows.map((row) => [row]));
    expect(outer.value.skipped).toEqual(rows);
    expect(outer.skipped).toEqual([...rows, { endpoint: '', where: 'after it' }]);
  });
});
