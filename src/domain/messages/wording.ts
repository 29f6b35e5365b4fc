import { TokenKind, Tokenizer, type TagToken, type TopLevelToken } from 'liquidjs';
import type { WordHit, WordList } from '../words/word-list.js';
import { readFrontMatter } from './front-matter.js';
import { LINK_FILTER } from './liquid-filters.js';
import { problemsOf } from './places.js';
import type { Finding, TemplateProblem } from './problem.js';
import { sectionsOf } from './sections.js';

export interface Wording {
  /** Words that must not be in a text. */
  readonly refused: readonly TemplateProblem[];
  /** Words that had better not be. */
  readonly warned: readonly TemplateProblem[];
}

/** The listed words in a template that compiles: in what its texts say, and in the parameters of its text message. */
export function wordingOf(text: string, words: WordList): Wording {
  const file = text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
  const { front, bodies } = sectionsOf(file);
  const settings = front ? readFrontMatter(front) : null;
  const params = settings?.values?.sms?.params ?? [];
  const placed: readonly (readonly [WordHit, number])[] = [
    ...bodies.flatMap(({ text: body, at }) => words.find(spokenIn(body)).map((hit) => [hit, at + hit.start] as const)),
    ...params.flatMap((param, index) =>
      words
        .find(spokenIn(param))
        .map((hit) => [hit, settings!.placeInside(['sms', 'params', index], hit.start)] as const),
    ),
  ];
  const of = (severity: WordHit['group']['severity']): TemplateProblem[] =>
    problemsOf(
      file,
      placed.flatMap(([hit, at]) => (hit.group.severity === severity ? [findingOf(hit, at)] : [])),
    );
  return { refused: of('refuse'), warned: of('warn') };
}

const findingOf = ({ found, group }: WordHit, at: number): Finding => ({
  code: group.severity === 'refuse' ? 'word_refused' : 'word_doubtful',
  at,
  message:
    group.severity === 'refuse'
      ? { zh: `不能说「${found}」：${group.label.zh}`, en: `"${found}" must not be said: ${group.label.en}` }
      : { zh: `最好别说「${found}」：${group.label.zh}`, en: `"${found}" had better not be said: ${group.label.en}` },
  hint: {
    zh: '换一种说法；如果这里其实没问题，请管理员在规则页的「用词」里把整个词写进例外',
    en: 'say it in another way; if it is harmless here, an admin can except the whole phrase in the rules, under Words',
  },
});

const quoted = /'[^']*'|"[^"]*"/g;

/** What a text can print, each character at its own place: markup becomes blanks, and what is filled in ends a clause. */
function spokenIn(body: string): string {
  let spoken = '';
  let isInComment = false;
  const tokens: readonly TopLevelToken[] = new Tokenizer(body).readTopLevelTokens();
  for (const token of tokens) {
    const written = body.slice(token.begin, token.end);
    const tag = token.kind === TokenKind.Tag ? (token as TagToken).name : null;
    if (tag === 'comment') isInComment = true;
    const isSilent = isInComment;
    if (tag === 'endcomment') isInComment = false;
    if (isSilent) spoken += blank(written, ' ');
    else if (token.kind === TokenKind.Output) spoken += isLink(written) ? blank(written, '\n') : quotedIn(written);
    else if (tag !== null) spoken += tag === 'assign' ? quotedIn(written) : blank(written, ' ');
    else spoken += written;
  }
  return spoken;
}

const isLink = (output: string): boolean => new RegExp(`\\|\\s*${LINK_FILTER}\\b`).test(output);
const blank = (written: string, by: string): string => by.repeat(written.length);

/** Only the constant texts of an expression: `{{ name | default: '朋友' }}` can print 朋友. */
function quotedIn(expression: string): string {
  let [kept, from] = ['', 0];
  for (const match of expression.matchAll(quoted)) {
    kept += `${blank(expression.slice(from, match.index), '\n')}\n${match[0].slice(1, -1)}\n`;
    from = match.index + match[0].length;
  }
  return kept + blank(expression.slice(from), '\n');
}
