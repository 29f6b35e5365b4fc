import { Agent, request } from 'node:http';

const agent = new Agent({ keepAlive: true, maxSockets: 16 });
const NO_ANSWER_AFTER_MS = 120_000;

/** Sends one input as it is and answers `{status, body, ms}`; status 0 when the connection ended without an answer. */
export function knock(port, { method, path, headers, body }) {
  const begun = performance.now();
  return new Promise((settle) => {
    const end = (status, text) => settle({ status, body: text, ms: performance.now() - begun });
    const bytes = body === undefined ? undefined : Buffer.from(body);
    const asked = request(
      {
        host: '127.0.0.1',
        port,
        method,
        path,
        agent,
        headers: { ...headers, ...(bytes === undefined ? {} : { 'content-length': bytes.length }) },
        timeout: NO_ANSWER_AFTER_MS,
      },
      (answer) => {
        const parts = [];
        answer.on('data', (part) => parts.push(part));
        answer.on('end', () => end(answer.statusCode, Buffer.concat(parts).toString()));
        answer.on('error', () => end(answer.statusCode, Buffer.concat(parts).toString()));
      },
    );
    asked.on('timeout', () => asked.destroy());
    asked.on('error', (cause) => end(0, cause.message));
    asked.end(bytes);
  });
}

/** What must never be read in an answer: a stack, the words of a database or of a package, a secret. */
export function leaksOf(text, secrets) {
  const told = [
    /\n\s+at .+:\d+:\d+/,
    /node_modules/,
    /SQLITE_[A-Z]+/,
    /QueryFailedError|TypeORMError/,
    /\bSELECT .+ FROM\b/,
  ];
  return told.some((sign) => sign.test(text)) || secrets.some((secret) => text.includes(secret));
}
