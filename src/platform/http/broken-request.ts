import type { Socket } from 'node:net';

interface Refusal {
  readonly status: string;
  readonly code: string;
  readonly message: string;
}

const refusals: ReadonlyMap<string, Refusal> = new Map([
  [
    'ERR_HTTP_REQUEST_TIMEOUT',
    { status: '408 Request Timeout', code: 'too_slow', message: 'the request took too long to arrive' },
  ],
  [
    'HPE_HEADER_OVERFLOW',
    { status: '431 Request Header Fields Too Large', code: 'too_large', message: 'the headers are too large' },
  ],
]);
const unreadable: Refusal = {
  status: '400 Bad Request',
  code: 'bad_request',
  message: 'the request could not be read',
};

/** Answers an unreadable or late request with our own JSON error on the raw socket, and closes the socket. */
export function refuseBrokenRequest(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const { status, code, message } = refusals.get(error.code ?? '') ?? unreadable;
  const body = JSON.stringify({ code, message });
  if (socket.writable)
    socket.write(
      `HTTP/1.1 ${status}\r\nContent-Type: application/json; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    );
  socket.destroy(error);
}
