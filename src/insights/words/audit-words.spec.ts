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

/** The codes that stand in the source where something is written to the audit. */
function codesInSource(): string[] {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'),
  );
  return files.flatMap((file) =>
    [...readFileSync(join('src', file), 'utf8').matchAll(/auditStore\.append\(\s*tx,[^,]+,([^{]+)\{/g)].flatMap(
      ([, what]) => [...what!.matchAll(/'([a-z_]+)'/g)].map(([, code]) => code!),
    ),
  );
}

describe('the words of the audit', () => {
  it('are there in both languages for every deed that is written down', () => {
    // The answers to a task, the two sides of a lock and what is counted at the doors get their names elsewhere.
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
    ['template_saved', 'render', 1, '第 2 版，已排好的 1 条消息换成新文字', '; 1 waiting message given the new text'],
    ['template_saved', 'keep', 3, '第 2 版，已排好的 3 条消息照旧发出', '; 3 waiting messages to go as they were'],
    ['template_disabled', 'cancel', 3, '「thanks」，已排好的 3 条消息取消', '; 3 waiting messages cancelled'],
  ])('say what %s did to the messages that waited: %s %i', (what, queued, concerned, zh, en) => {
    const words = auditWords(what, { key: 'thanks', version: 2, queued, concerned }, names);
    expect(words.zh.endsWith(zh), words.zh).toBe(true);
    expect(words.en.endsWith(en), words.en).toBe(true);
  });

  it('say nothing of messages where none waited', () => {
    expect(auditWords('template_disabled', { key: 'thanks' }, names).zh).toBe('停用了模板「thanks」');
  });

  it('are the code itself for one that another version wrote', () => {
    expect(auditWords('brewed_tea', {}, names)).toEqual({ zh: 'brewed_tea', en: 'brewed_tea' });
  });
});
