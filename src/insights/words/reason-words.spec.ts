import { expect, it } from 'vitest';
import { reasonLabel } from './reason-words.js';

it('labels a code in both languages', () => {
  expect(reasonLabel('daily_cap')).toEqual({
    zh: '24 小时内的触达次数已用完',
    en: 'the messages of 24 hours are used up',
  });
});
it('labels codes that contain a name', () => {
  expect(reasonLabel('locked_by:admin').zh).toBe('由 admin 锁定');
  expect(reasonLabel('text:something_new').en).toBe('the text cannot be filled: something_new');
});
it('shows an unknown code as it is', () => {
  expect(reasonLabel('wecom_99999')).toEqual({ zh: 'wecom_99999', en: 'wecom_99999' });
  expect(reasonLabel('constructor')).toEqual({ zh: 'constructor', en: 'constructor' });
});
