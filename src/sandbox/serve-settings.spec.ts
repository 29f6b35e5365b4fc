import { expect, it } from 'vitest';
import { help, readSettings } from './serve-settings.js';

const problemsOf = (environment: Record<string, string>, args: string[] = []): readonly string[] => {
  const read = readSettings(environment, args);
  return read.help ? [] : read.problems;
};

it('prefers flags to the environment, and leaves out settings that are not given', () => {
  expect(readSettings({ SANDBOX_PORT: '4000', SANDBOX_LOSE: '0.1', SANDBOX_HOST: ' ' }, ['--port', '0'])).toEqual({
    help: false,
    problems: [],
    settings: { SANDBOX_PORT: 0, SANDBOX_LOSE: 0.1 },
  });
});

it('reports every problem in one list', () => {
  const problems = problemsOf({
    SANDBOX_PORT: 'http',
    SANDBOX_DUPLICATE: '2',
    SANDBOX_CALLBACK_AES_KEY: 'short',
    SANDBOX_CALLBACK_URL: 'ftp://here',
    SANDBOX_SHOP_URL: 'http://127.0.0.1:1',
    SANDBOX_PEPOLE: '3',
  });
  expect(problems.map((problem) => problem.split(':')[0])).toEqual([
    'SANDBOX_PORT',
    'SANDBOX_CALLBACK_AES_KEY',
    'SANDBOX_CALLBACK_URL',
    'SANDBOX_DUPLICATE',
    'SANDBOX_PEPOLE',
    'SANDBOX_SHOP_URL, SANDBOX_SHOP_TOKEN',
  ]);
});

it('refuses an unknown flag, and lists the known ones on request', () => {
  expect(problemsOf({}, ['--prot', '1'])).toEqual([expect.stringContaining('--prot')]);
  expect(readSettings({}, ['--help'])).toEqual({ help: true });
  expect(help()).toContain('--callback-aes-key   SANDBOX_CALLBACK_AES_KEY');
});
