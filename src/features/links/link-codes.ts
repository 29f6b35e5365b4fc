import { createHmac, randomBytes } from 'node:crypto';
import { linkIdentity, type LinkAddresses, type PlacedLink } from '../../domain/links/link.js';
import type { Database } from '../../platform/database/database.js';
import { readSetting, writeSetting } from '../../platform/database/settings.js';

/** 62 characters: 12 of them are 71 bits, so that nobody finds a code by trying. */
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const CODE_LENGTH = 12;
const SECRET = 'link_secret';

/** The path under which links are opened. */
export const LINK_PATH = '/l/';

/** The code at the beginning of the text. Whatever a messenger took for a part of the address after it is ignored. */
export const codeIn = (text: string): string | null =>
  new RegExp(`^([${ALPHABET}]{${CODE_LENGTH}})(?![${ALPHABET}])`).exec(text)?.[1] ?? null;

/**
 * The codes of links: an HMAC, so that a code is always the same for the same link and cannot be computed by anybody else.
 * The secret is made at the first start and stored; with another one, texts that are filled again would get new codes.
 */
export class LinkCodes implements LinkAddresses {
  constructor(
    private readonly secret: string,
    private readonly publicUrl: string | undefined,
  ) {}

  static async open(db: Database, publicUrl: string | undefined, now: number): Promise<LinkCodes> {
    const stored = await readSetting(db.read, SECRET);
    if (stored !== null) return new LinkCodes(stored, publicUrl);
    // Another process may store one at the same time: the first one counts.
    const secret = await db.write(async (tx) => {
      const other = await readSetting(tx, SECRET);
      if (other !== null) return other;
      const made = randomBytes(32).toString('base64url');
      await writeSetting(tx, SECRET, made, now);
      return made;
    });
    return new LinkCodes(secret, publicUrl);
  }

  codeOf(link: PlacedLink): string {
    return this.digits('link', linkIdentity(link));
  }

  addressOf(code: string): string {
    return `${this.publicUrl ?? ''}${LINK_PATH}${code}`;
  }

  /** Names whoever clicked, for one code and a few seconds only: two such names tell nobody that it was the same person. */
  visitorOf(code: string, moment: number, visitor: string): string {
    return this.digits('visitor', `${code} ${moment} ${visitor}`);
  }

  private digits(use: string, text: string): string {
    const bytes = createHmac('sha256', this.secret).update(`${use}\n${text}`).digest();
    let rest = BigInt(`0x${bytes.subarray(0, 16).toString('hex')}`);
    let digits = '';
    for (let at = 0; at < CODE_LENGTH; at += 1) {
      digits += ALPHABET.charAt(Number(rest % 62n));
      rest /= 62n;
    }
    return digits;
  }
}
