import type { LocalizedText } from '../localized-text.js';
import { isLinkName, LONGEST_LINK, readLinkUrl, type LinkProblem, type NamedLink } from '../links/link.js';
import { LINK_FILTER } from './liquid-filters.js';
import type { Lexeme } from './liquid-lexer.js';
import type { Finding } from './problem.js';

/** A link and its place. */
export interface LinkUse extends NamedLink {
  readonly at: number;
}

/** One filter of an expression, with its arguments. */
export interface FilterUse {
  readonly name: Lexeme;
  readonly args: readonly Lexeme[];
}

interface LinkReading {
  readonly links: readonly LinkUse[];
  readonly findings: readonly Finding[];
}

/**
 * Reads the filter `link` strictly. Only a constant address may become a link: with a value in it, whoever controls the value
 * (a nickname) would control where our address leads.
 */
export function readLink(value: Lexeme | undefined, filters: readonly FilterUse[], isPrinted: boolean): LinkReading {
  const link = filters.find(({ name }) => name.text === LINK_FILTER);
  if (!link || !value) return { links: [], findings: [] };
  const refused = (at: number, message: LocalizedText): LinkReading => ({
    links: [],
    findings: [{ code: 'bad_link', at, message, hint: example }],
  });
  if (!isPrinted || filters.length > 1) return refused(link.name.at, standsAlone);
  if (value.kind !== 'string') return refused(value.at, constantOnly);
  const read = readLinkUrl(value.text.slice(1, -1));
  if ('problem' in read) return refused(value.at, problems[read.problem]);
  const [name, more] = link.args;
  if (name?.kind !== 'string' || more || !isLinkName(name.text.slice(1, -1)))
    return refused(more?.at ?? name?.at ?? link.name.at, nameWanted);
  return { links: [{ url: read.url, name: name.text.slice(1, -1), at: value.at }], findings: [] };
}

/** Without PUBLIC_URL a link has no address of ours. */
export const noPublicUrl = ({ at }: LinkUse): Finding => ({
  code: 'no_public_url',
  at,
  message: {
    zh: '还没有设置 PUBLIC_URL，链接没有地址可用',
    en: 'PUBLIC_URL is not set, so a link has no address',
  },
  hint: {
    zh: '设置 PUBLIC_URL（成员能打开的 https 地址）后重启，或直接写网址（不统计点击）',
    en: 'set PUBLIC_URL to the https address that members reach and restart, or write the address itself, uncounted',
  },
});

const example: LocalizedText = {
  zh: "例如 {{ 'https://example.com/menu' | link: 'menu' }}",
  en: "for example {{ 'https://example.com/menu' | link: 'menu' }}",
};

const standsAlone: LocalizedText = {
  zh: 'link 要单独写在 {{ }} 里，不能和别的过滤器或 assign 一起用',
  en: 'link stands alone within {{ }}, without another filter and not in an assign',
};

const constantOnly: LocalizedText = {
  zh: 'link 前面只能是写在引号里的固定网址',
  en: 'only a fixed address in quotes can become a link',
};

const nameWanted: LocalizedText = {
  zh: 'link 后面要有一个名字：1 到 32 个字母、数字、汉字、下划线或短横线，写在引号里',
  en: 'link takes one name in quotes: 1 to 32 letters, digits, underscores or dashes',
};

const problems: Readonly<Record<LinkProblem, LocalizedText>> = {
  not_http: { zh: '链接只能是 http 或 https 网址', en: 'a link is an http or https address' },
  too_long: { zh: `网址太长，最多 ${LONGEST_LINK} 个字符`, en: `the address has more than ${LONGEST_LINK} characters` },
  not_an_address: {
    zh: '这不是完整的网址（不能有空格、反斜杠或用户名）',
    en: 'this is no complete address (no blanks, backslashes or user names)',
  },
};
