// npm run bench [-- name…]: runs test/bench/*.bench.mjs one after the other; each prints JSON lines {"bench": name, …figures}.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { checkNode, ensureBuilt, ensureInstalled, root, run } from './prepare.mjs';

checkNode();
await ensureInstalled();
await ensureBuilt();

const wanted = process.argv.slice(2);
const folder = join(root, 'test/bench');
const files = (existsSync(folder) ? readdirSync(folder) : [])
  .filter(
    (file) => file.endsWith('.bench.mjs') && (wanted.length === 0 || wanted.some((name) => file.startsWith(name))),
  )
  .sort();
if (files.length === 0) {
  console.error(`There is no benchmark ${wanted.join(' or ')} in test/bench.`);
  process.exitCode = 1;
}
for (const file of files) {
  const { code } = await run(process.execPath, [join(folder, file)], { show: true });
  if (code !== 0) process.exitCode = 1;
}
