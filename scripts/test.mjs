// npm test: everything a reviewer would run. Ends with one line `N passed, N failed`; each static check counts as one.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBrowser } from './browser.mjs';
import { built, checkNode, ensureInstalled, root, run, tail } from './prepare.mjs';

const tally = { passed: 0, failed: 0 };

checkNode();
await ensureInstalled();

const bin = (name) => join(root, 'node_modules', name);
const tsc = bin('typescript/bin/tsc');

// Two parallel lanes for two cores: linting takes as long as the other checks together.
await Promise.all([
  check('lint', bin('eslint/bin/eslint.js'), [
    '.',
    '--max-warnings=0',
    '--cache',
    '--cache-strategy=content',
    '--cache-location=node_modules/.cache/eslint/',
  ]),
  (async () => {
    await check('types of the service', tsc, ['-p', 'tsconfig.json']);
    await check('types of the console', tsc, ['-p', 'src/console/web/tsconfig.json']);
    await check('unused code and packages', bin('knip/bin/knip.js'), ['--no-config-hints', '--no-progress']);
  })(),
]);
await build();
await tests();

console.log(`\n${tally.passed} passed, ${tally.failed} failed`);
process.exit(tally.failed === 0 ? 0 : 1);

async function check(name, program, args) {
  const startedAt = performance.now();
  report(name, await run(process.execPath, [program, ...args]), startedAt);
}

async function build() {
  const startedAt = performance.now();
  report('build', await built(), startedAt);
}

async function tests() {
  const browser = await ensureBrowser();
  if (!browser) console.log('No Chromium could be found or fetched: set CHROMIUM_PATH. The console’s tests will fail.');
  const folder = mkdtempSync(join(tmpdir(), 'qunjie-test-'));
  const report = join(folder, 'report.json');
  const { code } = await run(
    process.execPath,
    [
      bin('vitest/vitest.mjs'),
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...process.argv.slice(2),
    ],
    { show: true, env: browser ? { CHROMIUM_PATH: browser } : {} },
  );
  const counted = existsSync(report) ? countOf(JSON.parse(readFileSync(report, 'utf8'))) : { passed: 0, failed: 0 };
  rmSync(folder, { recursive: true, force: true });
  tally.passed += counted.passed;
  // An error outside any test (in a set-up, or after the end) fails the run without a failed test.
  tally.failed += counted.failed || (code === 0 ? 0 : 1);
}

function countOf(report) {
  const unloadable = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  return { passed: report.numPassedTests, failed: report.numFailedTests + unloadable.length };
}

function report(name, { code, output }, startedAt) {
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  if (code === 0) tally.passed += 1;
  else tally.failed += 1;
  console.log(`${code === 0 ? '✓' : '✗'} ${name} (${seconds} s)`);
  if (code !== 0) console.log(tail(output, 120));
}
