import { truncateText } from '../truncate-text.js';

const MAX_DEPTH = 6;
const MAX_ITEMS = 50;
const MAX_LENGTH = 1_000;

const hidden = '***';
const secretNames =
  /(secret|password|passwd|authorization|cookie|csrf|token|aes_?key|private_?key|api_?key|msg_?signature|welcome_?code)$/i;
/** Texts that people wrote: only their length is logged. */
const textNames = /^(text|content|body|message_?text|rendered|prompt|reply)$/i;

/** A copy for the log: secrets are hidden by name, people's texts become their length, and sizes are limited. */
export function scrubbed(value: unknown, depth = 0): unknown {
  if (typeof value === 'string')
    return value.length > MAX_LENGTH ? `${truncateText(value, MAX_LENGTH)}… (${value.length})` : value;
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Error) return errorFields(value, depth);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return Array.isArray(value) ? `[${value.length} items]` : '[object]';
  if (Array.isArray(value)) return scrubbedItems(value, depth);
  if (value instanceof URL || value instanceof Date) return value.toJSON();
  if (Buffer.isBuffer(value)) return `[${value.length} bytes]`;
  if (value instanceof Map || value instanceof Set) return scrubbed([...value], depth);
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, scrubbedField(name, field, depth)]));
}

function scrubbedItems(items: readonly unknown[], depth: number): unknown[] {
  const shown = items.slice(0, MAX_ITEMS).map((item) => scrubbed(item, depth + 1));
  return items.length > MAX_ITEMS ? [...shown, `… (${items.length})`] : shown;
}

function scrubbedField(name: string, value: unknown, depth: number): unknown {
  if (value === undefined || value === null || typeof value === 'boolean' || typeof value === 'number') return value;
  if (secretNames.test(name)) return hidden;
  if (textNames.test(name)) return `[${typeof value === 'string' ? `${value.length} characters` : 'omitted'}]`;
  return scrubbed(value, depth + 1);
}

/** Only known fields: errors of drivers and HTTP clients carry whole requests and parameters. */
function errorFields(error: Error, depth: number): unknown {
  return {
    type: error.name,
    ...('code' in error && { code: error.code }),
    ...('where' in error && { where: error.where }),
    ...('retryAfterMs' in error && { retryAfterMs: error.retryAfterMs }),
    message: scrubbed(error.message),
    stack: error.stack === undefined ? undefined : truncateText(error.stack, 4_000),
    ...(error.cause !== undefined && depth < MAX_DEPTH && { cause: scrubbed(error.cause, depth + 1) }),
  };
}

// Anywhere in a line, in a URL, a form or a header: `access_token=…`, `?key=…`, `Bearer …`, `user:password@`.
const parameters =
  /\b((?:suite_|provider_)?access_token|corpsecret|secret|msg_signature|signature|key|token|password|ticket|code|echostr)=[^&\s"'\\<>#]+/gi;
const bearer = /\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{6,}/gi;
const userInfo = /(\w+:\/\/[^\s/:@"]*):[^\s/@"]+@/g;

// The fields of a child logger do not pass `scrubbed`.
const namedFields =
  /"([\w-]*(?:secret|password|authorization|cookie|csrf|token|aes_?key|api_?key|welcome_?code))":"(?:[^"\\]|\\.)*"/gi;

/** Scrubs finished lines: tokens in URLs, fields with secret names, and the values of the configured secrets. */
export function lineScrubber(secrets: readonly string[]): (line: string) => string {
  // Shorter ones would match ordinary words. Longest first, in case one contains another.
  const known = secrets
    .filter((secret) => secret.length >= 6)
    .flatMap((secret) => [secret, encodeURIComponent(secret)])
    .map((secret) => JSON.stringify(secret).slice(1, -1))
    .sort((a, b) => b.length - a.length);
  return (line) => {
    let clean = line
      .replace(parameters, (_, name: string) => `${name}=${hidden}`)
      .replace(bearer, (_, scheme: string) => `${scheme} ${hidden}`)
      .replace(namedFields, (_, name: string) => `"${name}":"${hidden}"`)
      .replace(userInfo, (_, before: string) => `${before}:${hidden}@`);
    for (const secret of known) clean = clean.replaceAll(secret, hidden);
    return clean;
  };
}
