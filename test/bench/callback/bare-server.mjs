// The reference for the product: the same work without the product around it. node:http, node:crypto, one SQLite
// connection; verify, decrypt, pick the fields, one group commit at a time, answer when it is durable.
import { createDecipheriv, createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { URLSearchParams } from 'node:url';
import { answerFor } from '../processes/asked.mjs';
import { openToWrite } from '../processes/sqlite.mjs';

let waiting = [];
let committing = false;

answerFor({
  async start({ corp, file, schema }) {
    const db = await openToWrite(file);
    await db.exec(['PRAGMA journal_mode = WAL', 'PRAGMA synchronous = FULL', ...schema].join(';'));
    const [begin, commit] = [db.prepare('BEGIN IMMEDIATE'), db.prepare('COMMIT')];
    // All rows as one JSON text: the fastest known insert into SQLite.
    const insert = db.prepare(`INSERT INTO fact (key, kind, at, ids, data, received_at)
      SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5 FROM json_each(?) WHERE true
      ON CONFLICT (key) DO NOTHING`);
    const store = async (rows) => {
      await begin();
      await insert(JSON.stringify(rows));
      await commit();
    };
    const key = Buffer.from(`${corp.aesKey}=`, 'base64');
    const server = createServer((request, response) => {
      const chunks = [];
      request.on('data', (chunk) => chunks.push(chunk));
      request.on('end', () => {
        const query = new URLSearchParams(request.url.slice(request.url.indexOf('?') + 1));
        const rows = rowsOf(corp, key, query, Buffer.concat(chunks).toString());
        if (!rows) return void response.writeHead(403).end();
        waiting.push({
          rows,
          durable: () =>
            response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', 'content-length': 0 }).end(),
        });
        if (!committing) void commitAll(store);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return { port: server.address().port };
  },
});

async function commitAll(store) {
  committing = true;
  while (waiting.length > 0) {
    const together = waiting;
    waiting = [];
    await store(together.flatMap(({ rows }) => rows));
    for (const { durable } of together) durable();
  }
  committing = false;
}

function rowsOf(corp, key, query, body) {
  const encrypt = /<Encrypt><!\[CDATA\[(.*?)\]\]><\/Encrypt>/.exec(body)?.[1];
  if (encrypt === undefined) return undefined;
  const signed = [corp.token, query.get('timestamp'), query.get('nonce'), encrypt].sort().join('');
  const expected = Buffer.from(createHash('sha1').update(signed).digest('hex'));
  const given = Buffer.from(query.get('msg_signature') ?? '');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;

  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const padded = Buffer.concat([decipher.update(encrypt, 'base64'), decipher.final()]);
  const end = 20 + padded.readUInt32BE(16);
  const plaintext = padded.toString('utf8', 20, end);
  if (padded.toString('utf8', end, padded.length - padded[padded.length - 1]) !== corp.corpId) return undefined;

  const field = (name) =>
    new RegExp(`<${name}>(?:<!\\[CDATA\\[(.*?)\\]\\]>|(.*?))</${name}>`)
      .exec(plaintext)
      ?.slice(1)
      .find((text) => text !== undefined);
  const factKey = `wecom:${createHash('sha256').update(`${corp.agentId}\n${plaintext}`).digest('base64url')}`;
  const at = Number(field('CreateTime')) * 1_000;
  const row = (index, kind, ids, data) => [
    `${factKey}:${index}`,
    kind,
    at,
    JSON.stringify(ids),
    JSON.stringify(data),
    Date.now(),
  ];
  if (field('Event') === 'change_external_contact') {
    const data = { staff: field('UserID'), state: field('State'), welcomeCode: field('WelcomeCode'), mutual: true };
    return [row(0, 'contact_added', { externalUserId: field('ExternalUserID') }, data)];
  }
  const chatId = field('ChatId');
  return [
    row(0, 'joined_group', { externalUserId: field('Item') }, { chatId, scene: Number(field('JoinScene')) }),
    row(
      1,
      'group_changed',
      {},
      {
        chatId,
        detail: field('UpdateDetail'),
        version: field('CurMemVer'),
        lastVersion: field('LastMemVer'),
        // The event names a change of one member, and lists one.
        complete: field('MemChangeCnt') === '1',
      },
    ),
  ];
}
