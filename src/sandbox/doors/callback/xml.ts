/**
 * A number stands bare, a text in CDATA, a list as `<Item>`s: as the platform's own samples do. In a branch a list is the
 * same element again and again.
 */
export type XmlValue = string | number | readonly string[] | XmlBranch | undefined;

export interface XmlBranch {
  readonly [name: string]: XmlLeaves;
}

type XmlLeaves = string | XmlBranch | readonly (string | XmlBranch)[];

export interface XmlManner {
  readonly cdata: boolean;
  readonly spaced: boolean;
}

const USUAL: XmlManner = { cdata: true, spaced: false };

const wrapped = (text: string): string => `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#13;');

const isList = <T>(value: readonly T[] | XmlBranch): value is readonly T[] => Array.isArray(value);

export function xmlOf(fields: Readonly<Record<string, XmlValue>>, manner: XmlManner = USUAL): string {
  const write = manner.cdata ? wrapped : escaped;
  const gap = manner.spaced ? '\n' : '';
  const grown = (name: string, value: XmlLeaves): string[] => {
    if (typeof value === 'string') return [`<${name}>${write(value)}</${name}>`];
    if (isList(value)) return value.flatMap((one) => grown(name, one));
    const inner = Object.entries(value).flatMap(([below, leaves]) => grown(below, leaves));
    return [[`<${name}>`, ...inner, `</${name}>`].join(gap)];
  };
  const lines = Object.entries(fields).flatMap(([name, value]) => {
    if (value === undefined) return [];
    if (typeof value === 'number') return [`<${name}>${value}</${name}>`];
    if (typeof value === 'string') return [`<${name}>${write(value)}</${name}>`];
    if (!isList(value)) return grown(name, value);
    const items = value.map((item) => `<Item>${write(item)}</Item>`);
    return [[`<${name}>`, ...items, `</${name}>`].join(gap)];
  });
  return ['<xml>', ...lines, '</xml>'].join(gap);
}
