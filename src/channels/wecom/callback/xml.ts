import { XMLParser } from 'fast-xml-parser';

// Numbers stay strings: a MsgId exceeds 2^53 and `00123` is a legal userid.
const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: true,
});

const CDATA = '<![CDATA[';
const COMMENT = '<!--';
/** Callbacks nest four deep at most; the parser's time grows with the square of the depth. */
const MOST_DEPTH = 32;
const MOST_ELEMENTS = 20_000;

const declaration = /^<\?xml(?:\s+[A-Za-z]+\s*=\s*(?:"[^"<>?]*"|'[^'<>?]*'))*\s*\?>/;
/** A tag whole, with the quotes in it read as the parser reads them. */
const tag = /<(\/?)[A-Za-z_][^<>"']*(?:(?:"[^"<]*"|'[^'<]*')[^<>"']*)*>/y;

/**
 * Whether the parser may have it, found in one pass that knows comments, CDATA and tags as the parser does. A DTD and
 * processing instructions are refused wherever they stand: no sender we know has a use for one.
 */
function isAcceptable(text: string): boolean {
  let depth = 0;
  let elements = 0;
  let at = declaration.exec(text)?.[0].length ?? 0;
  for (let open = text.indexOf('<', at); open >= 0; open = text.indexOf('<', at)) {
    const [end, length] = text.startsWith(CDATA, open)
      ? [text.indexOf(']]>', open + CDATA.length), 3]
      : text.startsWith(COMMENT, open)
        ? [text.indexOf('-->', open + COMMENT.length), 3]
        : [endOfTag(text, open), 0];
    if (end < 0) return false;
    at = end + length;
    if (text[open + 1] === '!') continue;
    elements += 1;
    if (text[open + 1] === '/') depth -= 1;
    else if (text[at - 2] !== '/') depth += 1;
    if (depth > MOST_DEPTH || depth < 0 || elements > MOST_ELEMENTS) return false;
  }
  return depth === 0;
}

function endOfTag(text: string, at: number): number {
  tag.lastIndex = at;
  return tag.test(text) ? tag.lastIndex : -1;
}

/** The root element's children, or nothing when the text is not XML that can be read. Only for what WeCom has signed. */
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
