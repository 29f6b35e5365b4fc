/** A number stands bare, a text in CDATA, a list as `<Item>`s: as the platform's own samples do. */
export type XmlValue = string | number | readonly string[] | undefined;

export interface XmlManner {
  readonly cdata: boolean;
  readonly spaced: boolean;
}

const USUAL: XmlManner = { cdata: true, spaced: false };

const wrapped = (text: string): string => `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#13;');

export function xmlOf(fields: Readonly<Record<string, XmlValue>>, manner: XmlManner = USUAL): string {
  const write = manner.cdata ? wrapped : escaped;
  const gap = manner.spaced ? '\n' : '';
  const lines = Object.entries(fields).flatMap(([name, value]) => {
    if (value === undefined) return [];
    if (typeof value === 'number') return [`<${name}>${value}</${name}>`];
    if (typeof value === 'string') return [`<${name}>${write(value)}</${name}>`];
    const items = value.map((item) => `<Item>${write(item)}</Item>`);
    return [[`<${name}>`, ...items, `</${name}>`].join(gap)];
  });
  return ['<xml>', ...lines, '</xml>'].join(gap);
}
