import { isIP } from 'node:net';
import type { Answered, Asked, Door } from './http.js';

/** The paths by which the corp is played and read; the API has its token, and its callers every name they like. */
const GUARDED = /^\/($|page\/|sandbox\/|chat\/)/;

/**
 * Keeps other people's pages out: a browser says from where a post comes, and a name that somebody bends to this address
 * is none of ours. Programs send no Origin and are let through.
 */
export const sameSiteOnly =
  (publicUrl: () => string): Door =>
  async (asked) => {
    if (!GUARDED.test(asked.path)) return undefined;
    const host = asked.headers.host ?? '';
    if (!isOurName(nameOf(host), publicUrl())) return refused('unknown_host');
    const { origin } = asked.headers;
    if (isRead(asked) || origin === undefined || origin === new URL(publicUrl()).origin) return undefined;
    return origin === `http://${host}` || origin === `https://${host}` ? undefined : refused('foreign_origin');
  };

const isRead = ({ method }: Asked): boolean => method === 'GET' || method === 'HEAD';

/** An address, this machine, a name without dots as containers have it, or the name the corp was started under. */
const isOurName = (name: string, publicUrl: string): boolean =>
  name === '' || isIP(name) !== 0 || !name.includes('.') || name === nameOf(new URL(publicUrl).host);

const nameOf = (host: string): string => host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');

const refused = (error: string): Answered => ({ status: 403, json: { error } });
