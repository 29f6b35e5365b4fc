import { readCallbackXml } from './callback-xml.js';
import { parseJsonOfStrings } from './json-strings.js';

/** The ciphertext of a callback's outer body, XML or JSON (O-90968), or nothing when there is none to be found. */
export function readEnvelope(body: string): string | undefined {
  const text = body.trimStart();
  const fields = text.startsWith('{') ? parseJsonOfStrings(text) : readCallbackXml(text);
  // The JSON variant is documented with lower-case names.
  const encrypt = fields?.['Encrypt'] ?? fields?.['encrypt'];
  return typeof encrypt === 'string' && encrypt.length > 0 ? encrypt : undefined;
}
