import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Systems give ports from 32768 on to programs that ask for any port. So no other program gets one of these by chance
 * between the check and its use.
 */
const PORTS = { from: 20_000, below: 32_000 } as const;
const MAX_TRIES = 50;

/** Returns a free port, for a program whose port must be known before it starts. */
export async function freePort(host: string): Promise<number> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const port = randomInt(PORTS.from, PORTS.below);
    if (await isFree(host, port)) return port;
  }
  throw new Error(`none of ${MAX_TRIES} ports from ${PORTS.from} on is free at ${host}`);
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
