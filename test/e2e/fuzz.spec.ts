import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

describe('the product with a few hundred odd inputs', () => {
  it('answers no 5xx, leaks nothing, loses no fact, and keeps deciding', { timeout: 300_000 }, () => {
    const run = spawnSync(
      process.execPath,
      ['test/fuzz/fuzz.mjs', 'callback=600', 'facts=200', 'cel=200', 'template=100', 'login=20'],
      { cwd: ROOT, encoding: 'utf8', env: { PATH: process.env['PATH'], HOME: process.env['HOME'] } },
    );
    expect(run.status, `${run.stdout}\n${run.stderr}`).toBe(0);
    const figures = JSON.parse(run.stdout.trim().split('\n').at(-1)!) as {
      readonly fuzz: readonly { readonly part: string; readonly inputs: number }[];
      readonly findings: number;
    };
    expect(figures.findings).toBe(0);
    expect(figures.fuzz.map(({ part, inputs }) => `${part} ${inputs}`)).toEqual([
      'callback 600',
      'facts 200',
      'cel 200',
      'template 100',
      'login 20',
    ]);
  });
});
