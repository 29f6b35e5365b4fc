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
/** Callbacks nest at most four deep; the time of the parser grows with the square of the depth. */
const MOST_DEPTH = 32;
const MOST_ELEMENTS = 20_000;

const declaration = /^<\?xml(?:\s+[A-Za-z]+\s*=\s*(?:"[^"<>?]*"|'[^'<>?]*'))*\s*\?>/;
/** A whole tag, with quotes as the parser reads them. */
const tag = /<(\/?)[A-Za-z_][^<>"']*(?:(?:"[^"<]*"|'[^'<]*')[^<>"']*)*>/y;

/**
 * Whether the text is safe for the parser. One pass reads comments, CDATA and tags as the parser does. A DTD and processing
 * instructions are always refused: no known sender uses them.
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

/** The children of the root element; undefined for invalid XML. Only for text that WeCom has signed. */
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
