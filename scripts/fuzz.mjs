// npm run fuzz [-- callback=N facts=N cel=N template=N login=N seed=N]: seeded, bounded fuzzing of
// the doors for callbacks, facts, conditions, templates and logins; exit code 1 on a finding.
import { join } from 'node:path';
import { checkNode, ensureBuilt, ensureInstalled, root, run } from './prepare.mjs';

checkNode();
await ensureInstalled();
await ensureBuilt();

const { code } = await run(process.execPath, [join(root, 'test/fuzz/fuzz.mjs'), ...process.argv.slice(2)], {
  show: true,
});
process.exitCode = code;
