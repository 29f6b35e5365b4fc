import { defineConfig } from 'vitest/config';

const shared = {
  environment: 'node',
  testTimeout: 30_000,
  hookTimeout: 120_000,
  // What a poll waits for comes in milliseconds on an idle machine; the second it waits by default is short on a busy one.
  expect: { poll: { timeout: 20_000 } },
} as const;

/** Three sizes, told by place. A project's PostgreSQL starts only when one of its files is run. */
export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          include: ['src/**/*.spec.ts', 'test/architecture/**/*.spec.ts'],
        },
      },
      {
        test: {
          ...shared,
          name: 'integration',
          include: ['test/integration/**/*.spec.ts'],
          globalSetup: ['test/support/postgres.global-setup.ts'],
        },
      },
      {
        test: {
          ...shared,
          name: 'e2e',
          include: ['test/e2e/**/*.spec.ts', 'test/scenarios/**/*.spec.ts'],
          globalSetup: ['test/support/postgres.global-setup.ts'],
          testTimeout: 120_000,
          // Each starts a product, a corp and perhaps a browser: side by side on two cores they only slow each other down.
          fileParallelism: false,
        },
      },
    ],
  },
});
