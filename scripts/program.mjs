// Runs a built program in the foreground: shares its output, forwards signals, and ends with its exit code.
import { spawn } from 'node:child_process';
import { root } from './prepare.mjs';

export function runProgram(file, settings = {}) {
  const child = spawn(process.execPath, ['--enable-source-maps', file, ...process.argv.slice(2)], {
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
