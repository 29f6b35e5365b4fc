// The minimum of a welcome: answers a callback and makes one call. Stores and decides nothing.
import { createServer, request } from 'node:http';
import { answerFor } from './asked.mjs';

answerFor({
  /** Resolves to the port; forwards each post to `sinkUrl`. */
  start: ({ sinkUrl }) =>
    new Promise((settle) => {
      const server = createServer((asked, answer) => {
        const parts = [];
        asked.on('data', (part) => parts.push(part));
        asked.on('end', () => {
          answer.end();
          const headers = { 'content-type': 'application/json' };
          const call = request(sinkUrl, { method: 'POST', headers }, (answer) => answer.resume());
          call.end(Buffer.concat(parts));
        });
      });
      server.listen(0, '127.0.0.1', () => settle({ port: server.address().port }));
    }),
});
