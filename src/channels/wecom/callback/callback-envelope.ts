/**
 * The maximum length before and after the ciphertext, which are two short fields and their tags. A longer body is not from
 * WeCom and is not read further.
 */
const MOST_AROUND = 2_048;

const OPENING = '<Encrypt>';
const CLOSING = '</Encrypt>';
const CDATA = '<![CDATA[';
const CDATA_END = ']]>';
/** The JSON variant is documented with lower-case names (O-90968). */
const jsonOpening = /"[Ee]ncrypt"\s{0,64}:\s{0,64}"/;

/**
 * The ciphertext in the outer XML or JSON body of a callback, if there is one. Anybody can send a body, so nothing is parsed
 * here: the field is searched in the first characters, and its end once. The signature is checked later.
 */
export function readEnvelope(body: string): string | undefined {
  const head = body.slice(0, MOST_AROUND).trimStart();
  const found = head.startsWith('{') ? inJson(body) : head.startsWith('<') ? inXml(body) : undefined;
  return found === '' ? undefined : found;
}

function inXml(body: string): string | undefined {
  const opening = body.slice(0, MOST_AROUND).indexOf(OPENING);
  if (opening < 0) return undefined;
  const from = opening + OPENING.length;
  const to = body.indexOf(CLOSING, from);
  if (to < 0 || !isShort(body, to)) return undefined;
  const around = body.slice(0, opening) + body.slice(to);
  // A callback has no document type or other declarations.
  if (around.replaceAll(CDATA, '').includes('<!')) return undefined;
  const text = body.slice(from, to).trim();
  const isCdata = text.startsWith(CDATA) && text.endsWith(CDATA_END);
  const sealed = isCdata ? text.slice(CDATA.length, -CDATA_END.length).trim() : text;
  return /[<&]/.test(sealed) ? undefined : sealed;
}

function inJson(body: string): string | undefined {
  const opening = jsonOpening.exec(body.slice(0, MOST_AROUND));
  if (!opening) return undefined;
  const from = opening.index + opening[0].length;
  const to = body.indexOf('"', from);
  if (to < 0 || !isShort(body, to) || !body.slice(to).trimEnd().endsWith('}')) return undefined;
  return unescaped(body.slice(from, to));
}

const isShort = (body: string, to: number): boolean => body.length - to <= MOST_AROUND;

/** Some JSON writers escape the "/", "+" and "=" of base64. */
function unescaped(text: string): string | undefined {
  if (!text.includes('\\')) return text;
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return undefined;
  }
}
