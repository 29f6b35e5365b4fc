import { isIP } from 'node:net';
import type { DoorResponse, DoorRequest, Door } from './http.js';

/** The paths of the page, of the control door, of the chat, of the sign-in and of entry links. The API is not one of them: it requires a token. */
const GUARDED = /^\/($|page\/|sandbox\/|chat\/|connect\/|ca\/|kf\/)/;

/**
 * Refuses requests from other sites' pages: the browser sends their Origin, and a foreign name that resolves to this
 * address (DNS rebinding) is not one of our hosts. Programs send no Origin and are accepted.
 */
export const sameSiteOnly =
  (publicUrl: () => string): Door =>
  async (request) => {
    if (!GUARDED.test(request.path)) return undefined;
    const host = request.headers.host ?? '';
    if (!isOurName(nameOf(host), publicUrl())) return refused('unknown_host');
    const { origin } = request.headers;
    if (isRead(request) || origin === undefined || origin === new URL(publicUrl()).origin) return undefined;
    return origin === `http://${host}` || origin === `https://${host}` ? undefined : refused('foreign_origin');
  };

const isRead = ({ method }: DoorRequest): boolean => method === 'GET' || method === 'HEAD';

/** Accepts an IP address, localhost, a name without dots (a container), and the host of the configured URL. */
const isOurName = (name: string, publicUrl: string): boolean =>
  name === '' || isIP(name) !== 0 || !name.includes('.') || name === nameOf(new URL(publicUrl).host);

const nameOf = (host: string): string => host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');

const refused = (error: string): DoorResponse => ({ status: 403, json: { error } });
