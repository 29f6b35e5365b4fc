/**
 * What stands before and behind the ciphertext of a callback: two short fields and their tags. Whoever fills a body with
 * more is not WeCom, and is not read further.
 */
const MOST_AROUND = 2_048;

const OPENING = '<Encrypt>';
const CLOSING = '</Encrypt>';
const CDATA = '<![CDATA[';
const CDATA_END = ']]>';
/** The JSON variant is documented with lower-case names (O-90968). */
const jsonOpening = /"[Ee]ncrypt"\s{0,64}:\s{0,64}"/;

/**
 * The ciphertext of a callback's outer body, XML or JSON, or nothing when there is none to be found. Anybody can send a
 * body, so nothing is parsed here: the field is looked for in the first characters, its end once, and what comes of it is
 * worth nothing until the signature holds.
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
  // Our fields need neither; a document type has no place in a callback.
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

/** Some writers of JSON escape the "/", "+" and "=" of base64. One flat text is as quickly read as it is searched. */
function unescaped(text: string): string | undefined {
  if (!text.includes('\\')) return text;
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return undefined;
  }
}
