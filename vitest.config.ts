import { defineConfig } from 'vitest/config';

const shared = {
  environment: 'node',
  // For a runaway test, not for a slow machine.
  testTimeout: 90_000,
  hookTimeout: 300_000,
  // What a poll waits for comes in milliseconds on an idle machine; the second it waits by default is short on a busy one.
  expect: { poll: { timeout: 20_000 } },
} as const;

/** Files of one worker share what they import: no test changes a module, and importing everything anew for each costs more than the tests. */
const inOneProcess = { isolate: false } as const;

/** It stands with the console, whose TypeScript settings it needs. */
const MADE_UP_PAGE = 'src/console/web/made-up-page.spec.ts';

/** Three sizes, told by place. A project's databases are prepared only when one of its files is run. */
export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...shared,
          ...inOneProcess,
          name: 'unit',
          include: ['src/**/*.spec.ts', 'test/architecture/**/*.spec.ts'],
          exclude: [MADE_UP_PAGE],
        },
      },
      {
        test: {
          ...shared,
          ...inOneProcess,
          name: 'integration',
          include: ['test/integration/**/*.spec.ts'],
          globalSetup: ['test/support/sqlite.global-setup.ts', 'test/support/postgres.global-setup.ts'],
        },
      },
      {
        test: {
          ...shared,
          // Each file has modules of its own: it puts a made-up entry into one of the product's lists.
          name: 'extension-points',
          include: ['test/extension-points/**/*.spec.ts', MADE_UP_PAGE],
          globalSetup: ['test/support/sqlite.global-setup.ts'],
        },
      },
      {
        test: {
          ...shared,
          ...inOneProcess,
          name: 'e2e',
          include: ['test/e2e/**/*.spec.ts', 'test/scenarios/**/*.spec.ts'],
          globalSetup: ['test/support/sqlite.global-setup.ts'],
          testTimeout: 180_000,
        },
      },
    ],
  },
});
