/** Control, direction and invisible characters, except line breaks, tabs and the joiners of emoji. */
const invisible = /(?![\n\t]|\u200d|[\u{e0020}-\u{e007f}])[\p{Cc}\p{Cf}]/gu;

/** Characters of a URL. Next to one of them our own link is part of a longer URL. */
const inAddress = /[\p{L}\p{N}\-._~:/?#[\]@!$&'()*+;=%]/u;

/**
 * Removes links from a text for staff, which may contain nicknames, group names and messages of members. WeCom shows
 * `<a href>` as a link and turns addresses into links, with or without https. Every text to staff passes through here.
 * `ownLinks` are our own URLs, which stay when they stand alone in the text.
 */
export function harmlessText(text: string, ownLinks: readonly string[] = []): string {
  const [own, ...rest] = ownLinks;
  if (own === undefined) return defused(text);
  return splitAroundOwnLink(text, own)
    .map((part) => harmlessText(part, rest))
    .join(own);
}

/** Splits the text at the places where our own link stands alone. */
function splitAroundOwnLink(text: string, own: string): readonly string[] {
  const parts: string[] = [];
  let start = 0;
  for (let at = own === '' ? -1 : text.indexOf(own); at !== -1; at = text.indexOf(own, at + 1)) {
    if (inAddress.test(text.charAt(at - 1)) || inAddress.test(text.charAt(at + own.length))) continue;
    parts.push(text.slice(start, at));
    start = at + own.length;
  }
  return [...parts, text.slice(start)];
}

/** Schemes that phones open without the two slashes. Matched after any text, so `hotel:` is changed as well. */
const schemes = /(mailto|tel|sms|smsto|geo|weixin|wxwork|wxworklocal|javascript|data|callto|skype|facetime):/giu;

const defused = (text: string): string =>
  text
    .replace(/\r\n?|[\u2028\u2029]/gu, '\n')
    .replace(invisible, '')
    .replaceAll('<', '＜')
    .replaceAll('>', '＞')
    .replace(/&(?=#?\w{1,32};)/gu, '＆')
    .replaceAll('://', '：／／')
    .replaceAll('//', '／／')
    .replace(schemes, '$1：')
    // A domain name has a dot before two letters; 1.5 折 has not.
    .replace(/(?<=\S)\.(?=\p{L}{2})|(?<=www)\./giu, '．')
    .replace(/(?<!\d)(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(?=\d)/gu, '$1．$2．$3．')
    .replaceAll('](', '］(');
