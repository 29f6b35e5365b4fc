import { XMLParser } from 'fast-xml-parser';
import { readFlatXml } from './flat-xml.js';

// Numbers stay strings: a MsgId exceeds 2^53 and `00123` is a legal userid.
const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: true,
});

const declaresDoctype = (text: string): boolean =>
  text.includes('<!D') || text.includes('<!d')
    ? /<!doctype/i.test(text.replace(/<!\[CDATA\[[\s\S]*?\]\]>/g, ''))
    : false;

/** The root element's children, or nothing when the text is not XML. A DTD is refused: no sender we know has a use for one. */
export function parseXml(text: string): Readonly<Record<string, unknown>> | undefined {
  const flat = readFlatXml(text);
  if (flat) return flat;
  if (declaresDoctype(text)) return undefined;
  try {
    const parsed = parser.parse(text) as Record<string, unknown>;
    const root = parsed['xml'];
    return typeof root === 'object' && root !== null && !Array.isArray(root)
      ? (root as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
