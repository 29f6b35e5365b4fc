// npm run kill [-- N]: runs the demo year while the product is killed N times (200 by default), and compares the product's
// data with the sandbox corp's own record. npm test does the same with 25.
import { join } from 'node:path';
import { checkNode, ensureBuilt, ensureInstalled, root, run } from './prepare.mjs';

checkNode();
await ensureInstalled();
await ensureBuilt();

const kills = Number(process.argv[2] ?? 200);
if (!Number.isInteger(kills) || kills < 1) {
  console.error('How many kills? A whole number, like: npm run kill -- 200');
  process.exit(1);
}
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const { code } = await run(process.execPath, [vitest, 'run', '--project', 'e2e', 'test/e2e/kill.spec.ts'], {
  show: true,
  env: { KILLS: String(kills) },
});
process.exitCode = code;
