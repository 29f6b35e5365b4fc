import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ChatCorp } from './chat-corp.js';

export interface ChatDoorServer {
  readonly url: string;
  /** The acknowledged sequence number of every poll, in order. */
  readonly acknowledged: number[];
  /** While true every request is answered with 503. */
  setAway(away: boolean): void;
  close(): Promise<void>;
}

/** Serves the chat API of the sandbox over a small corp. */
export async function openChatDoor(corp: ChatCorp, port = 0): Promise<ChatDoorServer> {
  let away = false;
  const acknowledged: number[] = [];
  const waiting = new Set<() => void>();
  corp.onEvent(() => waiting.forEach((answer) => answer()));

  const server = createServer((request, response) => void respond(request, response));
  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://door');
    const parts = url.pathname.split('/').slice(2).map(decodeURIComponent);
    const answer = (status: number, body: unknown): void => void response.writeHead(status).end(JSON.stringify(body));
    if (away) return answer(503, {});
    const posted = request.method === 'POST' ? (JSON.parse(await bodyOf(request)) as Record<string, never>) : undefined;
    try {
      if (parts[0] === 'account') return answer(200, corp.account);
      if (parts[0] === 'contacts' && !parts[1]) return answer(200, { contacts: [...corp.people.values()] });
      if (parts[0] === 'contacts') {
        const person = corp.people.get(parts[1] ?? '');
        return person ? answer(200, person) : answer(404, { error: 'no such contact' });
      }
      if (parts[0] === 'rooms' && !parts[1]) return answer(200, { rooms: [...corp.rooms.values()] });
      if (parts[0] === 'rooms' && parts[1] && !posted) return answer(200, corp.roomOf(parts[1]));
      if (posted && parts[0] === 'say') return answer(200, { id: corp.post(posted as never) });
      if (posted && parts[2] === 'add') return answer(200, corp.add(parts[1] ?? '', String(posted['contactId'])) ?? {});
      if (posted && parts[2] === 'remove')
        return answer(200, corp.remove(parts[1] ?? '', String(posted['contactId'])) ?? {});
      if (parts[0] === 'events') return poll(url, answer);
      answer(404, { error: 'no such door' });
    } catch (error) {
      answer(409, { error: error instanceof Error ? error.message : 'no' });
    }
  }
  function poll(url: URL, answer: (status: number, body: unknown) => void): void {
    const after = Number(url.searchParams.get('after'));
    acknowledged.push(after);
    corp.events = corp.events.filter((event) => event.seq > after);
    const give = (): void => {
      clearTimeout(timer);
      waiting.delete(give);
      answer(away ? 503 : 200, { events: corp.events, last: corp.lastSeq });
    };
    const timer = setTimeout(give, corp.events.length > 0 ? 0 : Number(url.searchParams.get('wait')));
    waiting.add(give);
  }

  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    acknowledged,
    setAway: (value) => {
      away = value;
      waiting.forEach((answer) => answer());
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
