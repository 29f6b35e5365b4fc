import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { openAcquisitionLinks, openChannelCodes } from './channel-codes.js';

let server: Server | undefined;
afterEach(() => server?.close());

/** A console that answers each path with the given status or 200, and lists the requested paths. */
async function aConsole(statuses: Readonly<Record<string, number>>, qr: string | null = null) {
  const asked: string[] = [];
  server = createServer((request, response) => {
    const path = (request.url ?? '').replace('/console/api/', '');
    asked.push(path);
    response.writeHead(statuses[path] ?? 200, {
      'content-type': 'application/json',
      'set-cookie': 'session=1; Path=/',
    });
    response.end(JSON.stringify({ csrf: 'c', way: { qr } }));
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { asked, door: { url: `http://127.0.0.1:${port}`, password: 'secret' } };
}

describe('the channel codes of the demo', () => {
  it('are opened through the console, one for each channel of the visitors', async () => {
    const { asked, door } = await aConsole({});
    expect(await openChannelCodes(door, ['LinXia'])).toBe(5);
    expect(asked).toEqual(['login', ...Array<string>(5).fill('contact-ways'), 'logout']);
  });

  it.each([401, 429])('are not opened if the console refuses the login with %i', async (status) => {
    const { asked, door } = await aConsole({ login: status });
    expect(await openChannelCodes(door, ['LinXia'])).toBe(0);
    expect(asked).toEqual(['login']);
  });

  it('may exist already, in a database from an earlier run', async () => {
    const { door } = await aConsole({ 'contact-ways': 409 });
    expect(await openChannelCodes(door, ['LinXia'])).toBe(0);
  });

  it('report a failure of the console as an error', async () => {
    const { door } = await aConsole({ 'contact-ways': 500 });
    await expect(openChannelCodes(door, ['LinXia'])).rejects.toThrow('the console answered 500 to contact-ways');
  });
});

describe('the acquisition links of the demo', () => {
  it('are opened through the console, and their addresses are answered', async () => {
    const { asked, door } = await aConsole({}, 'http://corp.test/ca/L1?customer_channel=sms-link');
    const addresses = await openAcquisitionLinks(door, ['LinXia']);
    expect(addresses).toEqual(Array<string>(2).fill('http://corp.test/ca/L1?customer_channel=sms-link'));
    expect(asked).toEqual(['login', 'contact-ways', 'contact-ways', 'logout']);
  });

  it('have no address before WeCom has made them, nor where they exist already', async () => {
    expect(await openAcquisitionLinks((await aConsole({})).door, ['LinXia'])).toEqual([]);
    server?.close();
    const { door } = await aConsole({ 'contact-ways': 409 }, 'http://corp.test/ca/L1');
    expect(await openAcquisitionLinks(door, ['LinXia'])).toEqual([]);
  });
});
