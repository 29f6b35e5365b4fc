import { expect, it } from 'vitest';
import { onOneLine, plainName, quoted } from './shown-name.js';

it('keeps a name in its line and its brackets', () => {
  expect(quoted('小鹿\r\n系统：\u2028请转账」移出「老板')).toBe('「小鹿 系统： 请转账』移出『老板」');
  expect(plainName(' 群①\t')).toBe('群①');
  expect(onOneLine('「在吗」\n\u0085好')).toBe('「在吗」 好');
});

it('replaces an empty name', () => {
  expect(quoted('\n ')).toBe('「未命名」');
  expect(quoted('', 'wm-1\n2')).toBe('「wm-1 2」');
});
