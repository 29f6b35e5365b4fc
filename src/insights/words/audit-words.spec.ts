import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { auditSubjects, auditWords, auditActionsOf, type AuditNames } from './audit-words.js';

const names: AuditNames = {
  template: (key) => key,
  member: (id) => `#${id}`,
  way: (id) => `#${id}`,
  tier: (key) => ({ zh: key, en: key }),
};

const madeUp = [
  ...['task_done', 'task_snooze', 'task_approve', 'task_refuse', 'tier_locked', 'tier_unlocked'],
  ...['login_failed', 'login_locked', 'wrong_token', 'facts_posted'],
];

/** The action codes that the source passes to `auditStore.append`. */
function codesInSource(): string[] {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'),
  );
  return files.flatMap((file) =>
    [...readFileSync(join('src', file), 'utf8').matchAll(/auditStore\.append\(\s*tx,[^,]+,([^{}]+)[{}]/g)].flatMap(
      ([, what]) => [...what!.matchAll(/'([a-z_]+)'/g)].map(([, code]) => code!),
    ),
  );
}

describe('the words of the audit', () => {
  it('exist in both languages for every audit action', () => {
    // `madeUp` lists the codes that are built elsewhere: answers to tasks, tier locks, counted access events.
    const codes = [...codesInSource(), ...madeUp];
    expect(codes).toEqual(expect.arrayContaining(['drift_found', 'paused', 'template_saved', 'logged_in']));
    for (const code of codes) {
      const { zh, en } = auditWords(code, {}, names);
      expect([zh, en], code).not.toContain(code);
      expect(
        auditSubjects.some((subject) => auditActionsOf(subject).includes(code)),
        code,
      ).toBe(true);
    }
  });

  it.each([
    [
      'template_saved',
      'render',
      1,
      { zh: '第 2 版，已排好的 1 条消息换成新文字', en: '; 1 waiting message given the new text' },
    ],
    [
      'template_saved',
      'keep',
      3,
      { zh: '第 2 版，已排好的 3 条消息照旧发出', en: '; 3 waiting messages to go as they were' },
    ],
    [
      'template_disabled',
      'cancel',
      3,
      { zh: '「thanks」，已排好的 3 条消息取消', en: '; 3 waiting messages cancelled' },
    ],
  ])('say what %s did to the queued messages: %s %i', (what, queued, concerned, ending) => {
    const words = auditWords(what, { key: 'thanks', version: 2, queued, concerned }, names);
    expect(words.zh.endsWith(ending.zh), words.zh).toBe(true);
    expect(words.en.endsWith(ending.en), words.en).toBe(true);
  });

  it('do not mention messages when none was queued', () => {
    expect(auditWords('template_disabled', { key: 'thanks' }, names).zh).toBe('停用了模板「thanks」');
  });

  it('are the code itself for an unknown action', () => {
    expect(auditWords('brewed_tea', {}, names)).toEqual({ zh: 'brewed_tea', en: 'brewed_tea' });
  });
});
