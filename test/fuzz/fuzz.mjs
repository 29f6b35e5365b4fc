// Seeded, bounded fuzzing of the built product's doors for callbacks, facts, conditions, templates and logins, in front of
// the pretend corp:
//   npm run fuzz -- callback=20000 facts=5000 cel=5000 template=2000 login=300 seed=20261129
// A finding is: a 5xx or no answer, more than a second of the product's own making, a leak, a fact that was accepted or
// whole and is not there, a whole fact set aside, a login that succeeds, logins of which nearly none reach the password,
// and a new member that is not decided afterwards. Exit code 1 on any.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { corp, inFolder, productSettings, sandboxSettings } from '../bench/processes/corp.mjs';
import { withChildren } from '../bench/processes/child.mjs';
import { openToRead } from '../bench/processes/sqlite.mjs';
import { callbackInput } from './callback-inputs.mjs';
import { conditionInput } from './condition-inputs.mjs';
import { factInput } from './fact-inputs.mjs';
import { loginInput } from './login-inputs.mjs';
import { knock, leaksOf } from './door.mjs';
import { oddTexts } from './odd-values.mjs';
import { seeded } from './random.mjs';
import { templateInput } from './template-inputs.mjs';

const root = join(import.meta.dirname, '../..');
const AT_ONCE = 8;
const SLOW_MS = 1_000;
const DECIDED_WITHIN_MS = 60_000;
/** Of each kind of finding so many are shown. */
const SHOWN = 5;

const asked = Object.fromEntries(process.argv.slice(2).map((word) => word.split('=')));
const plan = { callback: 20_000, facts: 5_000, cel: 5_000, template: 2_000, login: 300 };
for (const name of Object.keys(plan)) if (asked[name] !== undefined) plan[name] = Number(asked[name]);
const seed = Number(asked.seed ?? 20_261_129);

const apiToken = 'fuzz-token-0123456789abcdef0123456789abcdef';
const adminPassword = 'Fuzz-and-nothing-else-26';
const secrets = [corp.secret, corp.token, corp.aesKey, apiToken, adminPassword];

const findings = await inFolder((folder) =>
  withChildren(['processes/sandbox.mjs'], (sandbox) => fuzz(folder, sandbox)),
);
process.exitCode = findings === 0 ? 0 : 1;

async function fuzz(folder, sandbox) {
  const file = join(folder, 'product.sqlite');
  const { url } = await sandbox.ask('start', sandboxSettings);
  const product = await startProduct({
    ...productSettings(url, file),
    ADMIN_PASSWORD: adminPassword,
    API_TOKEN: apiToken,
    LOG_LEVEL: asked.log ?? 'fatal',
    TRUST_PROXY: '1',
  });
  await sandbox.ask('connect', `http://127.0.0.1:${product.port}/wecom/callback`);
  const found = [];
  const report = (part, what, input, answer) => found.push({ part, what, input, answer });
  try {
    const session = await openSession(product.port);
    await addOddlyNamed(sandbox, report);
    const known = await decided(product.port, 'wmFuzzMember0');
    if (known === null) report('facts', 'a new member is not decided', 'wmFuzzMember0');
    const parts = {
      callback: (random, index) => callbackInput(corp, random, index),
      facts: (random, index) => authorised(factInput(random, index)),
      cel: (random) => authorised(conditionInput(random)),
      template: (random) => authorised(templateInput(random, { memberId: known?.id ?? 1, sessionHeaders: session })),
      login: (random) => loginInput(random),
    };
    const kept = { callbacks: [], facts: [], logins: [] };
    const tallies = [];
    for (const [name, make] of Object.entries(parts)) {
      const tally = await runPart(name, make, product.port, report, kept);
      tallies.push({ part: name, ...tally });
    }
    const looked = kept.logins.filter((status) => status === 401).length;
    if (looked === 0 || looked < kept.logins.length * 0.8)
      report('login', 'too few whole logins reached the password', `${looked} of ${kept.logins.length}`);
    if (product.hasEnded()) report('all', 'the product ended', product.said());
    else {
      if ((await decided(product.port, 'wmFuzzAfter')) === null)
        report('all', 'a new member is not decided afterwards', 'wmFuzzAfter');
      const ready = await knock(product.port, { method: 'GET', path: '/readyz', headers: {} });
      if (ready.status !== 200) report('all', 'not ready afterwards', '/readyz', ready);
      await lookForLost(file, kept, report);
    }
    show(tallies, found);
    return found.length;
  } finally {
    await product.stop();
  }
}

async function runPart(name, make, port, report, kept) {
  const random = seeded(seed + name.length * 7_919);
  const tally = { inputs: 0, '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0, none: 0, slow: 0, leaks: 0, worstMs: 0 };
  const slow = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (next < plan[name]) {
        const input = make(random, next++);
        let answer = await knock(port, input);
        // A connection that was just being closed for being idle says nothing of the input.
        if (answer.status === 0) answer = await knock(port, input);
        tally.inputs += 1;
        tally.worstMs = Math.max(tally.worstMs, Math.round(answer.ms));
        tally[answer.status === 0 ? 'none' : `${Math.floor(answer.status / 100)}xx`] += 1;
        if (answer.status === 0 || answer.status >= 500) report(name, `answered ${answer.status}`, input, answer);
        if (leaksOf(answer.body, secrets)) {
          tally.leaks += 1;
          report(name, 'a leak', input, answer);
        }
        if (answer.ms > SLOW_MS) slow.push(input);
        keep(name, input, answer, kept, report);
      }
    }),
  );
  for (const input of slow) {
    const alone = Math.min((await knock(port, input)).ms, (await knock(port, input)).ms, (await knock(port, input)).ms);
    if (alone <= SLOW_MS) continue;
    tally.slow += 1;
    report(name, `took ${Math.round(alone)} ms alone`, input);
  }
  return tally;
}

/** Notes what must be in the database afterwards. */
function keep(name, input, answer, kept, report) {
  if (name === 'login') {
    if (answer.status === 200) report(name, 'a wrong login succeeded', input, answer);
    if (input.isWhole) kept.logins.push(answer.status);
  }
  if (name === 'callback' && input.whole !== null) {
    if (answer.status === 200) kept.callbacks.push(input.whole);
    else report(name, 'a genuine callback was refused', input, answer);
  }
  if (name !== 'facts' || input.whole.length === 0) return;
  const rejected = answer.status === 200 ? JSON.parse(answer.body).rejected : null;
  const keys = JSON.parse(input.body).facts.map(({ key }) => key);
  for (const key of input.whole) {
    if (rejected !== null && !rejected.some(({ index }) => keys[index] === key)) kept.facts.push(key);
    else report(name, 'a whole fact was not accepted', input, answer);
  }
}

async function lookForLost(file, kept, report) {
  const db = await openToRead(file);
  const rows = await db.all(`SELECT key, ids, state, problem FROM fact`);
  await db.close();
  const byKey = new Map(rows.map((row) => [row.key, row]));
  const contacts = new Set();
  for (const { key, ids } of rows) {
    try {
      const { externalUserId } = JSON.parse(ids);
      if (key.startsWith('wecom:')) contacts.add(externalUserId);
    } catch {
      report('all', 'a stored fact cannot be read', key, ids);
    }
  }
  for (const key of kept.facts) if (byKey.get(`api:${key}`)?.state !== 1) report('facts', 'a fact is lost', key);
  for (const contact of kept.callbacks) if (!contacts.has(contact)) report('callback', 'a callback is lost', contact);
  for (const row of rows) if (row.state === 2) report('all', 'a fact was set aside', row.key, row.problem);
}

/** Adds a contact by the API; answers it once its tier is decided, or null when that takes too long. */
async function decided(port, externalUserId) {
  const fact = {
    key: `decided-${externalUserId}`,
    kind: 'contact_added',
    at: new Date().toISOString(),
    member: { externalUserId },
    data: { staff: 'LinXia' },
  };
  await knock(
    port,
    authorised({
      method: 'POST',
      path: '/api/v1/facts',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ facts: [fact] }),
    }),
  );
  for (
    const until = performance.now() + DECIDED_WITHIN_MS;
    performance.now() < until;
    await new Promise((wake) => setTimeout(wake, 250))
  ) {
    const { status, body } = await knock(
      port,
      authorised({ method: 'GET', path: `/api/v1/members/${externalUserId}`, headers: {} }),
    );
    if (status === 200 && JSON.parse(body).tier) return JSON.parse(body);
  }
  return null;
}

/** Customers whose names are the odd texts: the product reads them from the corp. */
async function addOddlyNamed(sandbox, report) {
  for (const [index, name] of oddTexts.entries()) {
    const who = `${name}#${index}`;
    try {
      await sandbox.ask('newcomers', [who]);
      await sandbox.ask('addContact', { who, staff: 'LinXia' });
    } catch (cause) {
      if (!/name|who/i.test(String(cause))) report('callback', 'the pretend corp was refused', who, String(cause));
    }
  }
}

function authorised(input) {
  return { ...input, headers: { ...input.headers, authorization: `Bearer ${apiToken}` } };
}

async function openSession(port) {
  const response = await fetch(`http://127.0.0.1:${port}/console/api/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'admin', password: adminPassword }),
  });
  const { csrf } = await response.json();
  return { cookie: response.headers.getSetCookie()[0].split(';')[0], 'x-csrf-token': csrf };
}

async function startProduct(settings) {
  const child = spawn(process.execPath, ['dist/main.js'], {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const port = await new Promise((settle, fail) => {
    const hear = (chunk) => {
      said = (said + chunk).slice(-20_000);
      const address = /Qunjie: http:\/\/[^:]+:(\d+)/.exec(said)?.[1];
      if (address) settle(Number(address));
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', (code) => fail(new Error(`the product ended with ${code}:\n${said}`)));
  });
  return {
    port,
    said: () => said,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function show(tallies, found) {
  console.table(tallies);
  const kinds = groupedByWhat(found);
  for (const [what, all] of kinds) {
    console.log(`\n${what} (${all.length})`);
    for (const { part, input, answer } of all.slice(0, SHOWN))
      console.log(
        `  ${part}: ${JSON.stringify(input).slice(0, 600)}\n    ${JSON.stringify(answer ?? '').slice(0, 300)}`,
      );
  }
  console.log(JSON.stringify({ fuzz: tallies, seed, findings: found.length }));
}

function groupedByWhat(found) {
  const groups = new Map();
  for (const one of found) groups.set(one.what, [...(groups.get(one.what) ?? []), one]);
  return groups;
}
