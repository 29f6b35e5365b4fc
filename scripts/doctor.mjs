// npm run doctor: installs and builds what is missing or stale, then runs the doctor's checks. Exit code 1: something
// must be done. `-- --json` for programs, `-- --lang en` for the other language.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { checkNode, ensureBuilt, ensureInstalled, root } from './prepare.mjs';

// With --json only the result may go to stdout.
if (process.argv.includes('--json')) console.log = console.error;

checkNode();
await ensureInstalled();
await ensureBuilt();

const child = spawn(
  process.execPath,
  ['--enable-source-maps', join(root, 'dist/doctor.js'), ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
);
child.once('error', (error) => {
  console.error(`The doctor could not be started: ${error.message}`);
  process.exitCode = 2;
});
child.once('exit', (code) => (process.exitCode = code ?? 2));
