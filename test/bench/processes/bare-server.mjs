// The least a welcome could take: a callback is answered, and one call is made because of it. Nothing is kept or decided.
import { createServer, request } from 'node:http';
import { answerFor } from './asked.mjs';

answerFor({
  /** Answers the port; posts to `sinkUrl` what it is posted. */
  start: ({ sinkUrl }) =>
    new Promise((settle) => {
      const server = createServer((asked, answer) => {
        const parts = [];
        asked.on('data', (part) => parts.push(part));
        asked.on('end', () => {
          answer.end();
          const headers = { 'content-type': 'application/json' };
          const call = request(sinkUrl, { method: 'POST', headers }, (told) => told.resume());
          call.end(Buffer.concat(parts));
        });
      });
      server.listen(0, '127.0.0.1', () => settle({ port: server.address().port }));
    }),
});
