import { XMLParser } from 'fast-xml-parser';

// Numbers stay strings: a MsgId exceeds 2^53 and `00123` is a legal userid.
const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: true,
});

const CDATA = '<![CDATA[';

/** The text without what stands in CDATA, in one pass; nothing when a CDATA never ends. */
function outsideCdata(text: string): string | undefined {
  const kept: string[] = [];
  let at = 0;
  for (let open = text.indexOf(CDATA); open >= 0; open = text.indexOf(CDATA, at)) {
    kept.push(text.slice(at, open));
    const close = text.indexOf(']]>', open);
    if (close < 0) return undefined;
    at = close + 3;
  }
  kept.push(text.slice(at));
  return kept.join('');
}

const isAcceptable = (text: string): boolean => {
  const outside = outsideCdata(text);
  return outside !== undefined && !/<!doctype/i.test(outside);
};

/** The root element's children, or nothing when the text is not XML. A DTD is refused: no sender we know has a use for one. */
export function parseXml(text: string): Readonly<Record<string, unknown>> | undefined {
  if (!isAcceptable(text)) return undefined;
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
