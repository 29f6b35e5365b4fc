/** Controls, marks that turn the direction of writing, and what nobody sees. Line breaks, tabs and the joiners of emoji stay. */
const unseen = /(?![\n\t]|\u200d|[\u{e0020}-\u{e007f}])[\p{Cc}\p{Cf}]/gu;

/** What may be in an address: beside it, an address of ours is part of another, longer one. */
const inAddress = /[\p{L}\p{N}\-._~:/?#[\]@!$&'()*+;=%]/u;

/**
 * What goes to staff holds other people's words: nicknames, names of groups, what a member wrote. WeCom shows `<a href>` in
 * a text as a link, and links addresses by itself, with or without https, so whatever could be one becomes plain characters
 * here: the only way by which words reach staff. `ownLinks` are addresses of ours that stand alone in the text and stay.
 */
export function harmlessText(text: string, ownLinks: readonly string[] = []): string {
  const [own, ...rest] = ownLinks;
  if (own === undefined) return defused(text);
  return aroundOwn(text, own)
    .map((part) => harmlessText(part, rest))
    .join(own);
}

/** The parts of the text between the places where the address stands alone. */
function aroundOwn(text: string, own: string): readonly string[] {
  const parts: string[] = [];
  let start = 0;
  for (let at = own === '' ? -1 : text.indexOf(own); at !== -1; at = text.indexOf(own, at + 1)) {
    if (inAddress.test(text.charAt(at - 1)) || inAddress.test(text.charAt(at + own.length))) continue;
    parts.push(text.slice(start, at));
    start = at + own.length;
  }
  return [...parts, text.slice(start)];
}

/** Schemes that a telephone opens without the two slashes; whatever stands before them: hotel： is read as well. */
const schemes = /(mailto|tel|sms|smsto|geo|weixin|wxwork|wxworklocal|javascript|data|callto|skype|facetime):/giu;

const defused = (text: string): string =>
  text
    .replace(/\r\n?|[\u2028\u2029]/gu, '\n')
    .replace(unseen, '')
    .replaceAll('<', '＜')
    .replaceAll('>', '＞')
    .replace(/&(?=#?\w{1,32};)/gu, '＆')
    .replaceAll('://', '：／／')
    .replaceAll('//', '／／')
    .replace(schemes, '$1：')
    // A name of a domain: a dot before two letters. 1.5 折 has none.
    .replace(/(?<=\S)\.(?=\p{L}{2})|(?<=www)\./giu, '．')
    .replace(/(?<!\d)(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(?=\d)/gu, '$1．$2．$3．')
    .replaceAll('](', '］(');
