import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Systems give ports from 32768 on to programs that ask for any. Nobody gets one below by chance between the check and its use. */
const PORTS = { from: 20_000, below: 32_000 } as const;
const MOST_TRIES = 50;

/** A port that is free, for a program that is told its port before it starts. */
export async function freePort(host: string): Promise<number> {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const port = randomInt(PORTS.from, PORTS.below);
    if (await isFree(host, port)) return port;
  }
  throw new Error(`none of ${MOST_TRIES} ports from ${PORTS.from} on is free at ${host}`);
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (cause: NodeJS.ErrnoException) =>
      cause.code === 'EADDRINUSE' || cause.code === 'EACCES' ? resolve(false) : reject(cause),
    );
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}
