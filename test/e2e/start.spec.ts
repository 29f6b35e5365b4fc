import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { migrations } from '../../src/migrations/index.js';
import { Database } from '../../src/platform/database/database.js';
import type { Sandbox } from '../../src/sandbox/sandbox.js';
import { API_TOKEN, CORP, PASSWORD, quietCorp, sealedCall, settingsFor } from '../support/product.js';
import { run, type Program } from './program.js';

let folder: string;
let corp: Sandbox;
const running = new Set<Program>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qunjie-start-'));
  corp = await quietCorp();
});
afterAll(async () => {
  await Promise.all([...running].map((program) => program.stop('SIGKILL')));
  await corp.close();
  await rm(folder, { recursive: true, force: true });
});

function start(
  settings: Readonly<Record<string, string>> = {},
  file?: 'dist/demo/demo.js',
  options: readonly string[] = [],
): Program {
  const defaults = { PORT: '0', DATABASE_URL: `sqlite:${join(folder, 'product.sqlite')}` };
  const program = run(file ?? 'dist/main.js', { ...defaults, ...settings }, options);
  running.add(program);
  void program.ended.then(() => running.delete(program));
  return program;
}

/** Puts one mistake into a copied file; resolves to the text with the mistake. */
async function edit(directory: string, file: string, what: string | RegExp, by: string): Promise<string> {
  const before = await readFile(join(directory, file), 'utf8');
  const after = before.replace(what, by);
  expect(after).not.toBe(before);
  await writeFile(join(directory, file), after);
  return after;
}

const placeOf = (text: string, part: string): string => {
  const before = text.slice(0, text.indexOf(part)).split('\n');
  return `${before.length}:${before.at(-1)!.length + 1}`;
};
/** Resolves to the whole line that contains `part`: the two output streams can arrive in either order. */
const lineOf = (program: Program, part: string): Promise<string> =>
  vi.waitUntil(
    () =>
      program
        .output()
        .split('\n')
        .slice(0, -1)
        .find((line) => line.includes(part)),
    { timeout: 60_000 },
  );
/** Finds a child process in Linux's /proc. */
async function childOf(pid: number): Promise<number> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return Number(children.trim().split(' ')[0]);
}
const stack = /^\s+at .+:\d+:\d+\)?$/m;

describe('a start that fails', () => {
  it('reports every problem of the settings in one list', async () => {
    const program = start({
      WECOM_CORP_ID: CORP.corpId,
      WECOM_SECRET: CORP.secret,
      PORT: 'http',
      TIME_ZONE: 'Mars/Olympus',
      ADMIN_PASSWORD: 'short',
    });
    expect(await program.ended).toBe(1);
    const problems = program
      .output()
      .split('\n')
      .filter((line) => line.startsWith('  - '));
    expect(problems.map((line) => line.slice(4).split(':')[0]).sort()).toEqual([
      'ADMIN_PASSWORD',
      'PORT',
      'TIME_ZONE',
      'WECOM_AGENT_ID',
      'WECOM_CALLBACK_AES_KEY',
      'WECOM_CALLBACK_TOKEN',
    ]);
    expect(program.output()).not.toMatch(stack);
    expect(program.output()).not.toContain(CORP.secret);
  });

  it('reports file, line and column of every mistake in the rules at once', async () => {
    const directory = join(folder, 'config');
    await cp('config', directory, { recursive: true });
    const value = await edit(directory, 'sending.yaml', /^per_day: .*$/m, 'per_day: two');
    const typo = await edit(directory, 'tiers.yaml', 'enter: orders_total >= 1', 'enter: ordrs_total >= 1');
    await edit(directory, 'tags.yaml', /$/, "\n  - {name: 'never closed\n");
    const program = start({ CONFIG_DIR: directory });
    expect(await program.ended).toBe(1);
    const lines = program.output().split('\n');
    expect(lines).toContainEqual(
      expect.stringContaining(`${directory}/sending.yaml:${placeOf(value, 'two')} per_day: `),
    );
    expect(lines).toContainEqual(
      expect.stringMatching(`${directory}/tiers.yaml:${placeOf(typo, 'ordrs_total')} .*ordrs_total.*orders_total`),
    );
    expect(lines).toContainEqual(expect.stringMatching(`${directory}/tags.yaml:\\d+:\\d+ YAML: `));
    expect(program.output()).not.toMatch(stack);
  });

  it('reports the place where a contact way refers to an unknown welcome', async () => {
    const directory = join(folder, 'config');
    await cp('config', directory, { recursive: true });
    const ways = 'tag_group: 渠道\nways:\n  - { key: shop, name: 门店, staff: [LinXia], welcome: no-such }\n';
    await writeFile(join(directory, 'contact-ways.yaml'), ways);
    const program = start({ CONFIG_DIR: directory, DATABASE_URL: `sqlite:${join(folder, 'ways.sqlite')}` });
    expect(await program.ended).toBe(1);
    expect(program.output()).toContain(
      `${directory}/contact-ways.yaml:${placeOf(ways, 'no-such')} there is no template no-such`,
    );
    expect(program.output()).not.toMatch(stack);
  });

  it('reports an unreadable folder of templates together with the mistakes in the rules', async () => {
    const directory = join(folder, 'config');
    await cp('config', directory, { recursive: true });
    await edit(directory, 'sending.yaml', /^per_day: .*$/m, 'per_day: 0');
    const program = start({ CONFIG_DIR: directory, TEMPLATES_DIR: join(folder, 'nowhere') });
    expect(await program.ended).toBe(1);
    expect(program.output()).toContain('per_day: must be at least 1');
    expect(program.output()).toContain('TEMPLATES_DIR');
    expect(program.output()).not.toMatch(stack);
  });

  it('reports that the port is in use', async () => {
    const program = start({ PORT: new URL(corp.url).port });
    expect(await program.ended).toBe(1);
    expect(program.output()).toMatch(/PORT|port/);
    expect(program.output()).not.toMatch(stack);
  });

  it('reports that the database cannot be opened', async () => {
    const program = start({ DATABASE_URL: `sqlite:${folder}` });
    expect(await program.ended).toBe(1);
    expect(program.output()).toContain('DATABASE_URL');
    expect(program.output()).not.toMatch(stack);
  });

  it('is that of the demo with the settings of a real corp', async () => {
    const program = start({ ...settingsFor(corp, folder) }, 'dist/demo/demo.js');
    expect(await program.ended).toBe(1);
    expect(program.output()).toContain('WECOM_*');
    expect(program.output()).not.toMatch(stack);
  });

  it('is that of the demo with an option that does not exist', async () => {
    const program = start({}, 'dist/demo/demo.js', ['--chta']);
    expect(await program.ended).toBe(1);
    expect(program.output()).toMatch(/--chta.*--chat/);
    expect(program.output()).not.toMatch(stack);
  });

  it('is that of the demo on a database that contains members', async () => {
    const url = `sqlite:${join(folder, 'live.sqlite')}`;
    const database = await Database.open({ url, migrations });
    await database.write((tx) => tx.run(`INSERT INTO member (name, created_at) VALUES ('林夏', 0)`));
    await database.close();
    const program = start({ DATABASE_URL: url }, 'dist/demo/demo.js');
    expect(await program.ended).toBe(1);
    expect(program.output()).toMatch(/DATABASE_URL.*1 members/);
    expect(program.output()).not.toMatch(stack);
  });
});

describe('the demo', () => {
  let demos = 0;
  const begin = async (): Promise<Program> => {
    const program = start(
      { DATABASE_URL: `sqlite:${join(folder, `demo-${(demos += 1)}.sqlite`)}` },
      'dist/demo/demo.js',
    );
    await lineOf(program, '沙盒的一年');
    return program;
  };

  it('opens its console while the year is played, and shows the progress', async () => {
    const program = await begin();
    const url = /console: {2}(http:\S+)/.exec(program.output())![1]!;
    const password = /admin {2}([\w-]+)/.exec(program.output())![1]!;
    expect(await (await fetch(url)).text()).toContain('<div id="root">');
    const login = await fetch(`${url}/console/api/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'admin', password }),
    });
    const headers = { cookie: login.headers.getSetCookie()[0]!.split(';')[0]! };
    const read = async <T>(path: string): Promise<T> =>
      (await (await fetch(`${url}/console/api/${path}`, { headers })).json()) as T;
    interface Shown {
      readonly sandboxUrl: string;
      readonly year: { readonly percent: number; readonly figures: { readonly members: number } };
    }
    const first = await read<Shown>('demo');
    await expect
      .poll(async () => (await read<Shown>('demo')).year.percent, { timeout: 30_000 })
      .toBeGreaterThan(first.year.percent);
    const later = await read<Shown>('demo');
    expect(later.year.figures.members).toBeGreaterThan(0);
    expect(await (await fetch(later.sandboxUrl)).text()).toContain('<!doctype html>');
    const { items } = await read<{ items: { name: string; contacts: number }[] }>('contact-ways');
    expect(items.map(({ name }) => name).sort()).toEqual([
      ...['公众号文章', '包裹卡', '展会', '广告投放', '直播间', '短信链接', '门店'],
    ]);
    expect(items.some(({ contacts }) => contacts > 0)).toBe(true);
    expect(await program.stop('SIGINT')).toBe(0);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'stops in the middle of its year at one %s, without error messages',
    async (signal) => {
      const program = await begin();
      expect(await program.stop(signal)).toBe(0);
      const [, after] = program.output().split('正在停止');
      expect(after!.trim()).toBe('… Stopping…');
    },
  );

  it('reports that its product has ended, and ends too', async () => {
    const program = await begin();
    const product = await childOf(program.pid);
    process.kill(product, 'SIGKILL');
    expect(await program.ended).toBe(1);
    expect(program.output()).toContain('The product ended by itself');
    expect(program.output()).not.toMatch(stack);
  });
});

describe('a successful start', () => {
  const asked = async (program: Program, path: string): Promise<Response> =>
    fetch(`${await program.url}${path}`, { headers: { authorization: `Bearer ${API_TOKEN}` } });

  it('shows the generated password once, and not again on the same database', async () => {
    const database = { DATABASE_URL: `sqlite:${join(folder, 'twice.sqlite')}`, LOG_LEVEL: 'debug' };
    const first = start(database);
    const url = await first.url;
    await expect.poll(() => first.output()).toMatch(/admin {2}\S+/);
    const password = /admin {2}([\w-]+)/.exec(first.output())![1]!;
    const login = (at: string) =>
      fetch(`${at}/console/api/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username: 'admin', password }),
      });
    expect((await login(url)).status).toBe(200);
    expect(await first.stop()).toBe(0);
    expect(first.output().split(password)).toHaveLength(2);

    const second = start(database);
    expect((await login(await second.url)).status).toBe(200);
    expect(await second.stop('SIGINT')).toBe(0);
    expect(second.output()).not.toMatch(/admin {2}/);
    expect(second.output()).not.toContain(password);
  });

  it('continues without a template that has a mistake, and reports the place of the mistake', async () => {
    const directory = join(folder, 'templates');
    await cp('templates', directory, { recursive: true });
    const text = await edit(directory, 'milestone/one-week.md', /\{\{ ?name/, '{{ nmae');
    const program = start({
      TEMPLATES_DIR: directory,
      API_TOKEN,
      ADMIN_PASSWORD: PASSWORD,
      DATABASE_URL: `sqlite:${join(folder, 'templates.sqlite')}`,
    });
    const url = await program.url;
    const login = await fetch(`${url}/console/api/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'admin', password: PASSWORD }),
    });
    const cookie = login.headers.getSetCookie()[0]!.split(';')[0]!;
    const { items } = (await (await fetch(`${url}/console/api/templates`, { headers: { cookie } })).json()) as {
      items: { key: string }[];
    };
    expect(items.length).toBeGreaterThan(10);
    expect(items.map((item) => item.key)).not.toContain('one-week');
    expect(JSON.parse(await lineOf(program, 'nmae'))).toMatchObject({
      level: 'error',
      file: 'milestone/one-week.md',
      line: Number(placeOf(text, 'nmae').split(':')[0]),
      column: Number(placeOf(text, 'nmae').split(':')[1]),
    });
    expect(await program.stop()).toBe(0);
  });

  it('never prints a secret, whether a start succeeds or fails', async () => {
    const program = start({ ...settingsFor(corp, folder), LOG_LEVEL: 'trace' });
    const url = await program.url;
    corp.setDoors({ callbackUrl: `${url}/wecom/callback` });
    expect(await corp.verify()).toEqual({ ok: true });
    const event = await readFile('test/fixtures/wecom/cb_contact_add.xml', 'utf8');
    const welcomeCode = /WelcomeCode><!\[CDATA\[(.+?)\]/.exec(event)![1]!;
    const good = sealedCall(event);
    const forged = sealedCall(event, { token: 'tokenOfSomebodyElse' });
    for (const { query, xml } of [good, forged])
      await fetch(`${url}/wecom/callback?${query}`, { method: 'POST', body: xml });
    for (const password of [PASSWORD, 'a-password-typed-wrongly']) {
      await fetch(`${url}/console/api/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username: 'admin', password }),
      });
    }
    expect((await asked(program, '/api/v1/members')).status).toBe(200);
    // The corp's administrator creates a new secret: from here on WeCom refuses the old one.
    corp.trouble({ killToken: true, newSecret: 'theSecretThatReplacedOurs' });
    const other = sealedCall(event.replace(/wmZk\w+/, 'wmAfterTheNewSecret'));
    await fetch(`${url}/wecom/callback?${other.query}`, { method: 'POST', body: other.xml });
    const ready = async () => (await asked(program, '/readyz')).text();
    await expect.poll(ready).toContain('40001');
    expect(await program.stop()).toBe(0);
    const output = program.output();
    for (const secret of [
      CORP.secret,
      CORP.callbackToken,
      CORP.callbackAesKey,
      API_TOKEN,
      PASSWORD,
      'a-password-typed-wrongly',
      welcomeCode,
      good.ciphertext,
    ]) {
      expect(output.includes(secret), secret).toBe(false);
    }
    expect(output).not.toMatch(/msg_signature=[0-9a-f]/);
    expect(output).not.toMatch(/access_token=(?!\*)/);
  });
});
