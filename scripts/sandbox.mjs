// npm run sandbox: installs and builds what is missing or stale, then runs the pretend corp alone.
import { join } from 'node:path';
import { checkNode, ensureBuilt, ensureInstalled, root } from './prepare.mjs';
import { runProgram } from './program.mjs';

checkNode();
await ensureInstalled();
await ensureBuilt();
runProgram(join(root, 'dist/sandbox/serve.js'));
