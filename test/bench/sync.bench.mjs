// The first reconciliation of an empty product with a corp of 5 000 contacts and 100 groups, and a second one that finds
// nothing. Each is compared with the bare calls that it needs at least. WeCom answers after 50 ms, five calls at once as in
// the product. Build first.
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { withChildren } from './processes/child.mjs';
import { nowMs } from './processes/clock.mjs';
import { corp, inFolder, productSettings, sandboxSettings } from './processes/corp.mjs';
import { rounded } from './processes/figures.mjs';
import { openToRead } from './processes/sqlite.mjs';

const CONTACTS = 5_000;
const GROUPS = 100;
const IN_A_GROUP = 40;
const LATENCY_MS = 50;
const AT_ONCE = 5;
const STAFF = ['LinXia', 'ZhaoMin', 'ChenYu', 'XuNuo', 'TangGuo'];
const TAGS = ['VIP', '重点跟进', '展会', '水果'];
const LOOK_EVERY_MS = 20;
const PATIENCE_MS = 600_000;

const figures = await inFolder((folder) =>
  withChildren(['processes/sandbox.mjs', 'processes/product.mjs'], (...children) => measure(folder, ...children)),
);
console.log(JSON.stringify(figures));

async function measure(folder, sandbox, product) {
  const file = join(folder, 'product.sqlite');
  const { url } = await sandbox.ask('start', { ...sandboxSettings, latencyMs: LATENCY_MS });
  await found(sandbox);
  const bareMs = await timed(() => bareCalls(url));

  const begun = nowMs();
  const { port } = await product.ask('start', { settings: productSettings(url, file), runsByItself: true });
  const db = await openToRead(file);
  const one = async (text) => (await db.all(text))[0];
  const runs = async (done) => (await one(`SELECT COUNT(*) AS n FROM corp_run WHERE state = 'done'`)).n >= done;
  await until(() => runs(1));
  const readMs = nowMs() - begun;
  await until(async () => (await one('SELECT COUNT(*) AS n FROM fact WHERE state = 0')).n === 0);
  const firstMs = nowMs() - begun;
  const known = await one(`SELECT (SELECT COUNT(*) FROM follow WHERE ended = 0) AS contacts,
    (SELECT COUNT(*) FROM chat_group WHERE status = 'active') AS groups,
    (SELECT COUNT(*) FROM member_tag WHERE origin = 'staff') AS tags`);
  if (known.contacts !== CONTACTS || known.tags !== CONTACTS || known.groups < GROUPS)
    throw new Error(`the first reconciliation read ${JSON.stringify(known)}`);
  // The remarks and tags that follow are measured separately, because WeCom's quotas make them slow.
  await until(
    async () => (await one(`SELECT COUNT(*) AS n FROM outbox WHERE state IN ('planned', 'sending')`)).n === 0,
  );
  const followedMs = nowMs() - begun;

  const bareAgainMs = await timed(() => bareCalls(url));
  const written = () => one('SELECT (SELECT MAX(id) FROM fact) AS fact, (SELECT MAX(id) FROM outbox) AS outbox');
  const before = await written();
  const secondBegun = nowMs();
  await compare(`http://127.0.0.1:${port}`);
  await until(() => runs(2));
  const secondMs = nowMs() - secondBegun;
  const run = await one(`SELECT contacts, groups, drift FROM corp_run ORDER BY id DESC LIMIT 1`);
  const after = await written();
  if (run.drift !== 0 || after.fact !== before.fact || after.outbox !== before.outbox)
    throw new Error(`the second comparison wrote: ${JSON.stringify({ run, before, after })}`);
  await db.close();
  return {
    bench: 'sync',
    contacts: run.contacts,
    groups: run.groups,
    firstMs: rounded(firstMs, 0),
    firstReadMs: rounded(readMs, 0),
    bareMs: rounded(bareMs, 0),
    firstTimesBare: rounded(firstMs / bareMs),
    followedMs: rounded(followedMs, 0),
    secondMs: rounded(secondMs, 0),
    secondBareMs: rounded(bareAgainMs, 0),
    secondTimesBare: rounded(secondMs / bareAgainMs),
    latencyMs: LATENCY_MS,
    atOnce: AT_ONCE,
    load: loadavg().map((figure) => rounded(figure)),
  };
}

async function found(sandbox) {
  const names = Array.from({ length: CONTACTS }, (_, index) => `客户${index}`);
  for (const [index, who] of names.entries()) {
    const staff = STAFF[index % STAFF.length];
    await sandbox.ask('act', { do: 'newcomer', name: who });
    await sandbox.ask('act', { do: 'add_contact', who, staff, welcome: false });
    await sandbox.ask('act', { do: 'tag', who, staff, add: [TAGS[index % TAGS.length]] });
  }
  for (let index = 0; index < GROUPS; index += 1) {
    const [group, owner] = [`交流${index}`, STAFF[index % STAFF.length]];
    await sandbox.ask('act', { do: 'new_group', name: group, owner });
    const first = (index * IN_A_GROUP) % CONTACTS;
    await sandbox.ask('act', { do: 'invite', who: names.slice(first, first + IN_A_GROUP), group, staff: owner });
  }
}

/** Reads every page, the tag library, the lists and every group, and discards the answers. */
async function bareCalls(url) {
  const ask = async (endpoint, body, query = '') => {
    const address = `${url}/cgi-bin/${endpoint}?${query}`;
    const answer = await fetch(
      address,
      body ? { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {},
    );
    const answered = await answer.json();
    if (answered.errcode) throw new Error(`${endpoint} answered ${answered.errcode}`);
    return answered;
  };
  const { access_token: token } = await ask('gettoken', null, `corpid=${corp.corpId}&corpsecret=${corp.secret}`);
  const call = (endpoint, body) => ask(`externalcontact/${endpoint}`, body, `access_token=${token}`);
  await call('get_corp_tag_list', {});
  const { follow_user: staff } = await call('get_follow_user_list');
  for (let cursor = ''; ;) {
    const page = await call('batch/get_by_user', { userid_list: staff, cursor, limit: 100 });
    cursor = page.next_cursor;
    if (!cursor) break;
  }
  const { group_chat_list: groups } = await call('groupchat/list', { status_filter: 0, limit: 1_000, cursor: '' });
  const left = [...groups];
  const reader = async () => {
    for (let group = left.pop(); group; group = left.pop())
      await call('groupchat/get', { chat_id: group.chat_id, need_name: 1 });
  };
  await Promise.all(Array.from({ length: AT_ONCE }, reader));
}

async function compare(address) {
  const post = (path, body, headers = {}) =>
    fetch(`${address}/console/api/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const login = await post('login', { username: 'admin', password: 'not-a-secret' });
  const { csrf } = await login.json();
  const cookie = login.headers.getSetCookie()[0].split(';')[0];
  const asked = await post('comparisons', {}, { cookie, 'x-csrf-token': csrf });
  if (asked.status !== 202) throw new Error(`a comparison was answered with ${asked.status}: ${await asked.text()}`);
}

async function timed(work) {
  const begun = nowMs();
  await work();
  return nowMs() - begun;
}

async function until(holds) {
  for (const overAt = nowMs() + PATIENCE_MS; nowMs() < overAt;) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  throw new Error(`nothing came of it within ${PATIENCE_MS} ms`);
}
