import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.js';
import { CORP, quietCorp, settingsFor } from '../support/product.js';

const DOCTOR = resolve(import.meta.dirname, '../../dist/doctor.js');
let folder: string;
let corp: Sandbox;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qunjie-doctor-'));
  corp = await quietCorp();
});
afterAll(async () => {
  await corp.close();
  await rm(folder, { recursive: true, force: true });
});

interface Output {
  readonly code: number;
  readonly out: string;
}

function examine(settings: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Output> {
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], ...settings };
  return new Promise((settle) =>
    execFile(process.execPath, [DOCTOR, ...args], { cwd: folder, env }, (error, out, err) =>
      settle({ code: Number(error?.code ?? 0), out: out + err }),
    ),
  );
}

describe('npm run doctor', () => {
  it('finds nothing to correct in a correctly configured corp, and writes nothing', async () => {
    const { code, out } = await examine({ ...settingsFor(corp, folder), PORT: '1' }, '--lang', 'zh');
    expect([code, out]).toEqual([0, expect.stringContaining('没有要处理的问题。')]);
    expect(out).toMatch(/^✓ 可信 IP：/m);
    expect(out).toMatch(/^– 回调地址：没有查/m);
    expect(await readdir(folder)).toEqual([]);
    for (const secret of [CORP.secret, CORP.callbackToken, CORP.callbackAesKey]) expect(out).not.toContain(secret);
  });

  it('prints what to do in the requested language, and exits with 1', async () => {
    const settings = { ...settingsFor(corp, folder), WECOM_SECRET: 'a-wrong-secret' };
    const english = await examine({ ...settings, LANG: 'en_GB.UTF-8' });
    expect(english.code).toBe(1);
    expect(english.out).toMatch(/^✗ Corp id and secret: .*40001/m);
    expect(english.out).toMatch(/^ {4}→ .*WECOM_SECRET/m);
    expect(english.out).toMatch(/^– Corp tags: /m);
    expect(english.out).not.toContain('a-wrong-secret');
    expect((await examine({ ...settings, LANG: 'en_GB.UTF-8' }, '--lang', 'zh')).out).toContain('有 1 个问题要处理。');
  });

  it('prints JSON for programs', async () => {
    const { out } = await examine(settingsFor(corp, folder), '--json');
    const report = JSON.parse(out) as { ok: boolean; checks: { id: string; ok: boolean | null }[] };
    expect(report.ok).toBe(true);
    expect(report.checks.find((check) => check.id === 'agent')?.ok).toBe(true);
  });

  it('lists every malformed or missing setting, and calls no API', async () => {
    const { WECOM_SECRET: _, ...settings } = settingsFor(corp, folder);
    const { code, out } = await examine({ ...settings, WECOM_AGENT_ID: 'seven', WECOM_CALLBACK_AES_KEY: 'short' });
    expect(code).toBe(1);
    for (const name of ['WECOM_SECRET', 'WECOM_AGENT_ID', 'WECOM_CALLBACK_AES_KEY'])
      expect(out).toMatch(new RegExp(`^✗ 配置 ${name}：`, 'm'));
    expect((await examine({})).out).toContain('✗ 配置：一项 WECOM_ 配置也没有');
  });
});
