import { expect, it } from 'vitest';
import { isClosedToBrowsers } from './closed-ports.js';

/** Node refuses the same ports as a browser, before it connects. */
const refuses = async (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/`).then(
    () => false,
    (cause: unknown) => String((cause as Error).cause).includes('bad port'),
  );

it('knows the ports from 1024 on that a browser refuses', async () => {
  const tried = [...Array.from({ length: 1_200 }, (_, n) => 1_024 + n), 3_000, 3_659, 4_045, 4_190, 4_191];
  tried.push(5_060, 5_061, 5_062, 6_000, 6_566, ...Array.from({ length: 40 }, (_, n) => 6_660 + n), 8_080, 10_080);
  for (const port of tried) expect([port, isClosedToBrowsers(port)]).toEqual([port, await refuses(port)]);
});
