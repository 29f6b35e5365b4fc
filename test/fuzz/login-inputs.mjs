import { damaged, deepJson, oddText, oddValue } from './odd-values.mjs';

/** One try to log in that must not succeed, from an address of its own mostly: from one address few tries get through. */
export function loginInput(random) {
  const credentials = { username: random.chance(0.8) ? 'admin' : oddText(random), password: oddText(random) };
  const shape = random.int(0, 7);
  const body =
    shape === 0
      ? JSON.stringify(oddValue(random))
      : shape === 1
        ? damaged(JSON.stringify(credentials), random)
        : shape === 2
          ? deepJson(random.int(10, 10_000))
          : shape === 3
            ? JSON.stringify({ ...credentials, username: oddValue(random) })
            : shape === 4
              ? new URLSearchParams({ username: 'admin', password: 'x' }).toString()
              : JSON.stringify(credentials);
  const type = shape === 4 ? 'application/x-www-form-urlencoded' : 'application/json';
  const from = random.chance(0.9)
    ? Array.from({ length: 4 }, () => random.int(1, 254)).join('.')
    : oddText(random).replace(/[^\x20-\x7e]/g, '?');
  const headers = { 'content-type': type, 'x-forwarded-for': from };
  const { username, password } = credentials;
  // A whole one that the door has no reason to turn away before the password is looked at.
  const isWhole = shape > 4 && username === 'admin' && password !== '' && password.length <= 128;
  return { method: 'POST', path: '/console/api/login', headers, body, isWhole };
}
