import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isInstalled } from './wechaty-installed.js';

const packages = /from '(wechaty|wechaty-puppet|file-box)'/;

describe('the optional dependency Wechaty', () => {
  it('is found when it is installed', () => {
    expect([isInstalled(), isInstalled('wechaty-puppet-of-nobody')]).toEqual([true, false]);
  });

  it('is optional, and only a chat account loads it', () => {
    const { dependencies, optionalDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<
      string,
      Record<string, string>
    >;
    expect(Object.keys(optionalDependencies ?? {})).toEqual(['wechaty', 'wechaty-puppet']);
    expect(Object.keys(dependencies ?? {}).filter((name) => name.startsWith('wechaty'))).toEqual([]);
    const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.ts') && !file.endsWith('.spec.ts') && !file.endsWith('.d.ts'),
    );
    const loading = files.filter((file) =>
      readFileSync(join('src', file), 'utf8')
        .split('\n')
        .some((line) => packages.test(line) && !line.startsWith('import type ')),
    );
    // The puppet of the sandbox, which is itself loaded on demand.
    expect(loading.sort()).toEqual([
      'sandbox/puppet/payloads.ts',
      'sandbox/puppet/sandbox-puppet.ts',
      'sandbox/puppet/text-only-puppet.ts',
    ]);
    const eager = files.filter((file) =>
      /^import [^;]*from '[^']*sandbox-puppet\.js'/m.test(readFileSync(join('src', file), 'utf8')),
    );
    expect(eager).toEqual([]);
  });
});
