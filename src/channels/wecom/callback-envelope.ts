import { parseJsonOfStrings } from './json-strings.js';
import { parseXml } from './xml.js';

/**
 * The shape WeCom sends. Read without a parser because it is on the hot path, and safely so: what it yields is worth
 * nothing until the signature over it has been checked. Any other shape takes the parser.
 */
const usual = /<Encrypt><!\[CDATA\[([A-Za-z0-9+/=]+)\]\]><\/Encrypt>/;

/** The ciphertext of a callback's outer body, XML or JSON (O-90968), or nothing when there is none to be found. */
export function readEnvelope(body: string): string | undefined {
  if (body.startsWith('<xml>') && !body.includes('<!D')) {
    const match = usual.exec(body);
    if (match) return match[1];
  }
  const text = body.trimStart();
  const fields = text.startsWith('{') ? parseJsonOfStrings(text) : parseXml(text);
  // The JSON variant is documented with lower-case names.
  const encrypt = fields?.['Encrypt'] ?? fields?.['encrypt'];
  return typeof encrypt === 'string' && encrypt.length > 0 ? encrypt : undefined;
}
