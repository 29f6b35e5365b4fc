import { describe, expect, it } from 'vitest';
import { withSwitch } from './template-files.js';

describe('withSwitch', () => {
  it('changes the line that says whether it is on, and nothing else', () => {
    const text = '---\nkey: a\nenabled: true # 先开着\nkind: care\n---\n正文\nenabled: true\n--- mass ---\n---\n群发\n';
    expect(withSwitch(text, false, true)).toBe(text.replace('enabled: true # 先开着', 'enabled: false'));
  });

  it('adds the line where there is none', () => {
    expect(withSwitch('---\nkey: a\n---\n正文\n', false, true)).toBe('---\nkey: a\nenabled: false\n---\n正文\n');
  });

  it('leaves a text alone that says so already', () => {
    expect(withSwitch('---\nkey: a\n---\n正文', true, true)).toBe('---\nkey: a\n---\n正文');
  });
});
