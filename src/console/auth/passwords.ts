import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';

// OWASP's password storage cheat sheet: scrypt with N=2^15, r=8, p=3 costs what an attacker must pay per guess.
const cost = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 } as const;
const KEY_BYTES = 32;

function derive(password: string, salt: Buffer, options: ScryptOptions): Promise<Buffer> {
  return new Promise((settle, fail) => {
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, options, (error, key) => (error ? fail(error) : settle(key)));
  });
}

/** `scrypt$N$r$p$salt$key`: the cost is stored with the hash, so that it can be raised later. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, cost);
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64'), key.toString('base64')].join('$');
}

/** False for an unreadable hash. */
export async function isPassword(password: string, hash: string): Promise<boolean> {
  const [scheme, n, r, p, salt, key] = hash.split('$');
  if (scheme !== 'scrypt' || !salt || !key) return false;
  const wanted = Buffer.from(key, 'base64');
  const given = await derive(password, Buffer.from(salt, 'base64'), {
    N: Number(n),
    r: Number(r),
    p: Number(p),
    maxmem: cost.maxmem,
  });
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/** Matches no password, and takes as long to check as `like`: for unknown users. */
export function unmatchableHash(like: string): string {
  const [scheme, n, r, p] = like.split('$');
  const random = (): string => randomBytes(KEY_BYTES).toString('base64');
  return [scheme, n, r, p, random(), random()].join('$');
}

/** Sixteen characters in groups of four, without characters that look alike. */
export function generatePassword(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
  const drawn: string[] = [];
  while (drawn.length < 16) {
    for (const byte of randomBytes(32)) {
      // Bytes beyond the last full multiple are skipped; otherwise the first letters would be more frequent.
      if (byte < 256 - (256 % letters.length) && drawn.length < 16) drawn.push(letters[byte % letters.length]!);
    }
  }
  return [0, 4, 8, 12].map((start) => drawn.slice(start, start + 4).join('')).join('-');
}
