import { describe, expect, it } from 'vitest';
import { cursorOf, pageOf, readCursor } from './page.js';

describe('a cursor', () => {
  it('is read back as the position it was made of', () => {
    expect(readCursor(cursorOf([1763700000000, 12]), 2)).toEqual([1763700000000, 12]);
    expect(readCursor(undefined, 2)).toBeNull();
  });
  it.each(['nonsense', cursorOf([1]), Buffer.from('["1; DROP TABLE member", 2]').toString('base64url')])(
    'of another form is rejected: %s',
    (cursor) => {
      expect(() => readCursor(cursor, 2)).toThrow(/cursor/);
    },
  );
});

describe('a page', () => {
  it('has a next page only while there are more rows', () => {
    expect(pageOf([3, 2, 1], 2, (row) => [row])).toEqual({ items: [3, 2], next: cursorOf([2]) });
    expect(pageOf([3, 2], 2, (row) => [row])).toEqual({ items: [3, 2], next: null });
  });
});
