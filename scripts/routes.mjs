// npm run routes [-- DAYS seed=N route=official]: simulates a year of the sandbox corp on the official route and once more with the chat account, and
// compares what the product knows with the sandbox's own record. Fails when the official route stays below its goals.
import { join } from 'node:path';
import { checkNode, ensureBuilt, ensureInstalled, root } from './prepare.mjs';
import { runProgram } from './program.mjs';

checkNode();
await ensureInstalled();
await ensureBuilt();
runProgram(join(root, 'dist/demo/compare-routes.js'));
