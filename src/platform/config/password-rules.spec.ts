import { describe, expect, it } from 'vitest';
import { commonPasswords } from './common-passwords.js';
import { LONGEST_PASSWORD, passwordProblem, SHORTEST_PASSWORD } from './password-rules.js';

describe('a password', () => {
  it.each([
    ['a good password'],
    ['Cases-pass-1234'],
    ['密码要长一点才安全可靠哦'],
    ['😀🐱🍕🚲🎻🌧️🧶🎈🦉🌵🧭🪁'],
    ['ﬃ tell you a secret'],
    ['x'.repeat(3) + ' y '.repeat(2) + 'not a run'],
    ['Ü'.repeat(1) + 'ber'.repeat(3) + ' den Wolken'],
    ['a'.repeat(64) + 'b'.repeat(63) + 'c'],
  ])('may be %s', (password) => {
    expect(passwordProblem(password)).toBeNull();
  });

  it.each([
    ['eleven char', 'at least 12'],
    ['ten      !', 'at least 12'],
    ['            ', 'at least 12'],
    ['with a line break\n', 'control'],
    ['half a\ud800character', 'control'],
    ['x1'.repeat(64) + 'y', 'at most 128'],
    ['password1234', 'tried first'],
    ['PassWord1234', 'tried first'],
    ['Password123456!', 'tried first'],
    ['p@ssw0rd1234', 'tried first'],
    ['aaaaaaaaaaaa', 'tried first'],
    ['123123123123', 'tried first'],
    ['admin-admin-admin', 'tried first'],
    ['123456789012', 'tried first'],
    ['１２３４５６７８９０１２', 'tried first'],
    ['mnbvcxzlkjhgfdsa', 'tried first'],
    ['woaini1314520', 'tried first'],
    ['adminadminad', 'tried first'],
  ])('may not be %j', (password, because) => {
    expect(passwordProblem(password)).toContain(because);
  });

  it('is on the list only if its length alone would not refuse it', () => {
    for (const common of commonPasswords) expect(common.length).toBeGreaterThanOrEqual(SHORTEST_PASSWORD);
    expect(LONGEST_PASSWORD).toBeGreaterThanOrEqual(128);
  });
});
