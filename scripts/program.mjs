// Runs a built program in the foreground: shares its output, forwards signals, and ends with its exit code.
import { spawn } from 'node:child_process';
import { root } from './prepare.mjs';

/** A larger young generation halves the pauses of garbage collection during a batch of facts, for 32 MB more memory. */
export const HEAP_FLAG = '--max-semi-space-size=32';

export function runProgram(file, settings = {}) {
  const child = spawn(process.execPath, [HEAP_FLAG, '--enable-source-maps', file, ...process.argv.slice(2)], {
    cwd: root,
    env: { ...settings, ...process.env },
    stdio: 'inherit',
  });
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT']) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to the child, too; a second signal would mean "stop at once".
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.once('error', (error) => {
    console.error(`The program could not be started: ${error.message}`);
    process.exitCode = 1;
  });
  child.once('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 0 : 1);
  });
}
