import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
const START_LIMIT_MS = 60_000;

export interface Program {
  readonly pid: number;
  /** The output so far, of both streams. */
  readonly output: () => string;
  /** Resolves to the URL that the program prints once it is ready; rejects if it ends first. */
  readonly url: Promise<string>;
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  stop(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals>;
}

/** Runs a built program like a process manager: in the project's folder, with only these settings. */
export function run(
  file: 'dist/main.js' | 'dist/demo/demo.js' | 'dist/sandbox/serve.js',
  settings: Readonly<Record<string, string>> = {},
  options: readonly string[] = [],
): Program {
  const child = spawn(process.execPath, [file, ...options], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const ended = new Promise<number | NodeJS.Signals>((settle) =>
    child.once('close', (code, signal) => settle(code ?? signal ?? 1)),
  );
  const url = new Promise<string>((settle, fail) => {
    const late = setTimeout(() => child.kill('SIGKILL'), START_LIMIT_MS);
    const append = (chunk: Buffer): void => {
      output += chunk.toString();
      const address = /(?:Qunjie: |WECOM_API_BASE=)(http:\/\/\S+)/.exec(output)?.[1];
      if (address === undefined) return;
      clearTimeout(late);
      settle(address);
    };
    child.stdout.on('data', append);
    child.stderr.on('data', append);
    void ended.then((how) => {
      clearTimeout(late);
      fail(new Error(`${file} ended with ${how} before it could be used:\n${output}`));
    });
  });
  url.catch(() => undefined);
  return {
    pid: child.pid!,
    output: () => output,
    url,
    ended,
    stop(signal = 'SIGTERM') {
      child.kill(signal);
      return ended;
    },
  };
}
