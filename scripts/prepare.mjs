// Installs and builds, for start, test and bench. Uses plain Node: no package is installed yet.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname ?? '.', '..');

const wantedNode = [20, 19];

export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > wantedNode[0] || (major === wantedNode[0] && minor >= wantedNode[1])) return;
  stop(
    `Qunjie needs Node.js ${wantedNode.join('.')} or newer; this is ${process.versions.node}. See https://nodejs.org`,
  );
}

/** Installs what package-lock.json asks for, unless it is there already. */
export async function ensureInstalled() {
  if (!isInstalled()) {
    console.log('Installing packages: the first time takes a few minutes, because SQLite may be compiled …');
    const flags = ['--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
    const clean = await npm(['ci', ...flags]);
    // `npm ci` refuses a lockfile that does not quite fit package.json or this npm; `npm install` repairs it.
    const installed = clean.code === 0 ? clean : await npm(['install', ...flags]);
    if (installed.code !== 0) {
      console.error(tail(installed.output));
      stop('The packages could not be installed. Is the npm registry reachable (npm ping)? Then run this again.');
    }
  }
  if (!(await loads('sqlite3'))) {
    const rebuilt = await npm(['rebuild', 'sqlite3', '--foreground-scripts']);
    if (rebuilt.code === 0 && (await loads('sqlite3'))) return;
    console.error(tail(rebuilt.output));
    stop('SQLite could not be prepared for this machine. Compiling it needs python3, make and a C++ compiler.');
  }
}

/** Whether every package of the lockfile is installed in its version; packages for other platforms may be absent. */
function isInstalled() {
  const installed = readJson('node_modules/.package-lock.json')?.packages;
  const wanted = readJson('package-lock.json')?.packages;
  if (!installed || !wanted) return false;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) =>
      path === '' || installed[path]?.version === version || (optional && !installed[path]),
  );
}

/** In a separate process: an incompatible native module can crash the process that loads it. */
async function loads(name) {
  return (await run(process.execPath, ['-e', `require(${JSON.stringify(name)})`])).code === 0;
}

export async function ensureBuilt() {
  const { code, output } = await built();
  if (code === 0) return;
  console.error(tail(output));
  stop('The build failed; the reason is above.');
}

/** Builds the service and the console, unless the existing build is from the same sources. */
export async function built() {
  const sources = fingerprint();
  if (existsSync(join(root, 'dist/main.js')) && readText('dist/.built-from') === sources)
    return { code: 0, output: '' };
  console.log('Building the service and the console …');
  const outcome = await npm(['run', '--silent', 'build']);
  if (outcome.code === 0) writeFileSync(join(root, 'dist/.built-from'), sources);
  return outcome;
}

function fingerprint() {
  const hash = createHash('sha256');
  const files = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.spec\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length + 1))
    .sort();
  for (const file of [
    ...files,
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'nest-cli.json',
  ]) {
    hash
      .update(`${file}\0`)
      .update(readText(file) ?? '')
      .update('\0');
  }
  return hash.digest('hex');
}

export function npm(args, options) {
  // Prefer the npm that started this script: a machine may have several.
  const own = process.env.npm_execpath;
  if (own?.endsWith('.js')) return run(process.execPath, [own, ...args], options);
  return run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, {
    shell: process.platform === 'win32',
    ...options,
  });
}

/**
 * Resolves to the exit code and the output. `show`: the output goes to the terminal instead. `isPatient`: other programs
 * come first when the processor is busy.
 */
export function run(command, args, { show = false, isPatient = false, env = {}, timeoutMs, shell = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: show ? 'inherit' : ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
      shell,
    });
    if (isPatient && child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
    let output = '';
    const append = (chunk) => (output += chunk);
    child.stdout?.on('data', append);
    child.stderr?.on('data', append);
    child.once('error', (error) => resolve({ code: 127, output: output + error.message }));
    child.once('close', (code, signal) =>
      resolve({ code: code ?? 1, output: signal ? `${output}\nended by ${signal}` : output }),
    );
  });
}

export function tail(text, lines = 60) {
  return text.trimEnd().split('\n').slice(-lines).join('\n');
}

export function stop(message) {
  console.error(`\n${message}`);
  process.exit(1);
}

function readText(path) {
  const file = join(root, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function readJson(path) {
  const text = readText(path);
  return text === undefined ? undefined : JSON.parse(text);
}
