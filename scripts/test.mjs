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

// The tests often wait: for a browser, for a program that starts, for a database. The other checks use that time.
await build();
const checked = checks();
await tests();
for (const { name, outcome, seconds } of await checked) report(name, outcome, seconds);

console.log(`\n${tally.passed} passed, ${tally.failed} failed`);
process.exit(tally.failed === 0 ? 0 : 1);

/** One after the other, so that they need the memory of one, and only while the tests leave a core idle. */
async function checks() {
  const ended = [];
  for (const [name, program, args] of [
    [
      'lint',
      bin('eslint/bin/eslint.js'),
      ['.', '--max-warnings=0', '--cache', '--cache-strategy=content', '--cache-location=node_modules/.cache/eslint/'],
    ],
    ['types of the service', tsc, ['-p', 'tsconfig.json', ...remembering('service')]],
    ['types of the console', tsc, ['-p', 'src/console/web/tsconfig.json', ...remembering('console')]],
    ['unused code and packages', bin('knip/bin/knip.js'), ['--no-config-hints', '--no-progress']],
  ])
    ended.push({ name, ...(await timed(run(process.execPath, [program, ...args], { isPatient: true }))) });
  return ended;
}

/** The compiler checks again only what has changed, and what stands on it. */
function remembering(name) {
  return ['--incremental', '--tsBuildInfoFile', join(root, `node_modules/.cache/typescript/${name}.tsbuildinfo`)];
}

async function build() {
  const { outcome, seconds } = await timed(built());
  report('build', outcome, seconds);
}

async function timed(running) {
  const startedAt = performance.now();
  const outcome = await running;
  return { outcome, seconds: (performance.now() - startedAt) / 1_000 };
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

function report(name, { code, output }, seconds) {
  if (code === 0) tally.passed += 1;
  else tally.failed += 1;
  console.log(`${code === 0 ? '✓' : '✗'} ${name} (${seconds.toFixed(1)} s)`);
  if (code !== 0) console.log(tail(output, 120));
}
