import { describe, expect, it } from 'vitest';
import { withSwitch } from './template-files.js';

describe('withSwitch', () => {
  it('changes the `enabled` line and nothing else', () => {
    const text = '---\nkey: a\nenabled: true # 先开着\nkind: care\n---\n正文\nenabled: true\n--- mass ---\n---\n群发\n';
    expect(withSwitch(text, false, true)).toBe(text.replace('enabled: true # 先开着', 'enabled: false'));
  });

  it('adds the line if it is missing', () => {
    expect(withSwitch('---\nkey: a\n---\n正文\n', false, true)).toBe('---\nkey: a\nenabled: false\n---\n正文\n');
  });

  it('leaves the text as it is when the switch is the same', () => {
    expect(withSwitch('---\nkey: a\n---\n正文', true, true)).toBe('---\nkey: a\n---\n正文');
  });
});
