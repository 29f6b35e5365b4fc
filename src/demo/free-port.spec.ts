import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { freePort } from './free-port.js';

it('names a port that can be listened on and that no program gets by asking for any', async () => {
  const ports = await Promise.all(Array.from({ length: 20 }, () => freePort('127.0.0.1')));
  expect(ports.every((port) => port >= 20_000 && port < 32_768)).toBe(true);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(ports[0], '127.0.0.1', resolve));
  expect(server.listening).toBe(true);
  await new Promise((resolve) => server.close(resolve));
});

it('reports a host that this machine does not have', async () => {
  await expect(freePort('203.0.113.1')).rejects.toThrow('EADDRNOTAVAIL');
});
