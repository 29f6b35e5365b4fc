// The reference: node:http and one SQLite connection. It looks the code up, answers 302 and commits the clicks of one turn
// together, after the answer.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { answerFor } from '../processes/asked.mjs';
import { openToWrite } from '../processes/sqlite.mjs';

let waiting = [];
let committing = false;

answerFor({
  async start({ file, schema, codes, url }) {
    const db = await openToWrite(file);
    await db.exec(['PRAGMA journal_mode = WAL', 'PRAGMA synchronous = FULL', ...schema].join(';'));
    const fill = db.prepare(
      `INSERT INTO link (code, url, name, template, version, identify, created_at) SELECT value, '${url}', 'menu', 'bench', 1, 0, 0 FROM json_each(?)`,
    );
    await fill(JSON.stringify(codes));
    const [begin, commit] = [db.prepare('BEGIN IMMEDIATE'), db.prepare('COMMIT')];
    const insert = db.prepare(`INSERT INTO fact (key, kind, at, ids, data, received_at)
      SELECT value ->> 0, 'link_clicked', value ->> 1, '{}', value ->> 2, value ->> 1 FROM json_each(?) WHERE true
      ON CONFLICT (key) DO NOTHING`);
    const store = async () => {
      committing = true;
      while (waiting.length > 0) {
        const rows = waiting;
        waiting = [];
        await begin();
        await insert(JSON.stringify(rows));
        await commit();
      }
      committing = false;
    };
    const kept = new Map();
    const server = createServer((request, response) => {
      const code = request.url.slice('/l/'.length);
      void find(db, kept, code).then((to) => {
        if (to === undefined) return response.writeHead(404).end();
        response.writeHead(302, { location: to, 'content-length': 0 }).end();
        const agent = request.headers['user-agent'];
        const key = `link_clicked:${code}:${createHash('sha256').update(agent).digest('hex').slice(0, 12)}`;
        waiting.push([key, Date.now(), JSON.stringify({ code })]);
        if (!committing) void store();
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return { port: server.address().port };
  },
});

async function find(db, kept, code) {
  const known = kept.get(code);
  if (known !== undefined) return known;
  const [row] = await db.all(`SELECT url FROM link WHERE code = '${code.replace(/\W/g, '')}'`);
  if (row) kept.set(code, row.url);
  return row?.url;
}
