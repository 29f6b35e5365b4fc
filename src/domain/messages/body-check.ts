import { LiquidError, Tokenizer, TokenKind, type TopLevelToken, type TagToken } from 'liquidjs';
import type { LocalizedText } from '../localized-text.js';
import { lexemesOf } from './liquid-lexer.js';
import { filterNames } from './liquid-filters.js';
import type { LinkUse } from './link-check.js';
import { ExpressionReader, type VariableUse } from './liquid-reader.js';
import { nearestName } from '../rules/nearest-name.js';
import type { Variables } from './variables.js';

import type { Finding } from './problem.js';

// Maps, because the names come from users: a plain object also has `constructor`.
const blocks: ReadonlyMap<string, string> = new Map([
  ['if', 'endif'],
  ['unless', 'endunless'],
  ['case', 'endcase'],
  ['capture', 'endcapture'],
  ['comment', 'endcomment'],
]);
const branches: ReadonlyMap<string, readonly string[]> = new Map([
  ['elsif', ['if', 'unless']],
  ['else', ['if', 'unless', 'case']],
  ['when', ['case']],
]);
const closers = new Map([...blocks].map(([open, close]) => [close, open]));
const tagNames = [...blocks.keys(), ...branches.keys(), ...closers.keys(), 'assign'];
/** No message needs more, and LiquidJS parses nested blocks recursively. */
const DEEPEST_NESTING = 20;
const readsFiles = new Set(['render', 'include', 'layout', 'block']);

export interface BodyReading {
  readonly findings: readonly Finding[];
  /** Every use of a variable that the text does not define itself. */
  readonly uses: readonly VariableUse[];
  readonly links: readonly LinkUse[];
}

interface Open {
  readonly name: string;
  readonly at: number;
}

/** Parses a Liquid body strictly and returns all its mistakes. Offsets are relative to the body. */
export function readBody(body: string, variables: Variables): BodyReading {
  const { tokens, broken } = tokensOf(body);
  const findings: Finding[] = broken ? [broken] : [];
  const uses: VariableUse[] = [];
  const links: LinkUse[] = [];
  const open: Open[] = [];
  const made = new Set<string>();

  const read = (from: number, to: number, how: (reader: ExpressionReader) => unknown): void => {
    const reader = new ExpressionReader(lexemesOf(body.slice(from, to), from), to, filterNames);
    const name = how(reader);
    findings.push(...reader.findings);
    links.push(...reader.links);
    uses.push(...reader.uses.filter((use) => !made.has(use.name)));
    if (typeof name === 'string') made.add(name);
  };

  for (const token of tokens) {
    const [from, to] = contentRange(body, token);
    const inComment = open.at(-1)?.name === 'comment';
    if (token.kind === TokenKind.Output && !inComment) read(from, to, (reader) => reader.output());
    if (token.kind !== TokenKind.Tag) continue;
    const { name } = token as TagToken;
    if (inComment && name !== 'endcomment') continue;
    const argsFrom = body.indexOf(name, from) + name.length;
    switch (name) {
      case 'if':
      case 'unless':
      case 'elsif':
        read(argsFrom, to, (reader) => reader.condition());
        break;
      case 'case':
        read(argsFrom, to, (reader) => reader.subject());
        break;
      case 'when':
        read(argsFrom, to, (reader) => reader.alternatives());
        break;
      case 'assign':
        read(argsFrom, to, (reader) => reader.assignment());
        break;
      case 'capture':
        read(argsFrom, to, (reader) => reader.capture());
        break;
      case '#':
      case 'comment':
        break;
      default:
        if (tagNames.includes(name)) read(argsFrom, to, (reader) => reader.nothing());
        else findings.push(refusedTag(name, token.begin));
    }
    findings.push(...nest(open, name, token.begin));
  }
  for (const { name, at } of broken ? [] : open) findings.push(unclosed(name, at));
  return { findings: [...findings, ...badUses(uses, variables)], uses, links };
}

/** The search for similar names is slow, so each name is checked once. */
function badUses(uses: readonly VariableUse[], variables: Variables): Finding[] {
  const verdicts = new Map<string, readonly Finding[]>();
  return uses.flatMap((use) => {
    const id = `${use.name} ${use.printed}`;
    const verdict = verdicts.get(id) ?? checkVariable(use, variables);
    verdicts.set(id, verdict);
    return verdict.map((finding) => ({ ...finding, at: use.at }));
  });
}

/** Tokens of LiquidJS. It fails at the first unclosed `{{` or `{%`; the text before that is tokenised all the same. */
function tokensOf(body: string): { tokens: readonly TopLevelToken[]; broken?: Finding } {
  try {
    return { tokens: new Tokenizer(body).readTopLevelTokens() };
  } catch (error) {
    if (!LiquidError.is(error)) throw error;
    const at = (error as unknown as { token: { begin: number } }).token.begin;
    const broken = {
      code: 'not_closed',
      at,
      message: { zh: '花括号没有写完整', en: 'the braces are not complete' },
      hint: { zh: '变量写成 {{ name }}，标签写成 {% if … %}', en: 'a variable is {{ name }}, a tag is {% if … %}' },
    };
    return { tokens: at < body.length ? tokensOf(body.slice(0, at)).tokens : [], broken };
  }
}

/** Offsets of the content between the delimiters, without whitespace control. */
function contentRange(body: string, token: TopLevelToken): [number, number] {
  const from = token.begin + (body[token.begin + 2] === '-' ? 3 : 2);
  const to = token.end - (body[token.end - 3] === '-' ? 3 : 2);
  return [from, Math.max(from, to)];
}

function nest(open: Open[], name: string, at: number): Finding[] {
  const parents = branches.get(name);
  if (parents) return parents.includes(open.at(-1)?.name ?? '') ? [] : [misplaced(name, at)];
  if (blocks.has(name)) {
    open.push({ name, at });
    return open.length === DEEPEST_NESTING + 1 ? [tooDeep(at)] : [];
  }
  const opener = closers.get(name);
  if (!opener) return [];
  if (open.at(-1)?.name === opener) {
    open.pop();
    return [];
  }
  return [misplaced(name, at)];
}

const misplaced = (name: string, at: number): Finding => ({
  code: 'misplaced_tag',
  at,
  message: { zh: `${name} 前面没有对应的开头`, en: `${name} has nothing to belong to` },
  hint: { zh: '检查 if / unless / case 是否成对、没有交叉', en: 'if, unless and case come in pairs and do not cross' },
});

const unclosed = (name: string, at: number): Finding => ({
  code: 'not_closed',
  at,
  message: { zh: `${name} 没有结束`, en: `${name} is not closed` },
  hint: { zh: `在后面加上 {% ${blocks.get(name) ?? ''} %}`, en: `add {% ${blocks.get(name) ?? ''} %} after it` },
});

const tooDeep = (at: number): Finding => ({
  code: 'too_deep',
  at,
  message: { zh: `一层套一层，超过 ${DEEPEST_NESTING} 层`, en: `nested deeper than ${DEEPEST_NESTING} levels` },
  hint: { zh: '把条件写平一些，用 elsif 或 case', en: 'flatten it with elsif or case' },
});

function refusedTag(name: string, at: number): Finding {
  if (readsFiles.has(name)) {
    return {
      code: 'refused_tag',
      at,
      message: { zh: `模板里不能用 ${name}`, en: `${name} is not allowed in a template` },
      hint: {
        zh: '把文字直接写在这里：模板不能读取别的文件',
        en: 'write the text here: a template reads no other file',
      },
    };
  }
  const meant = nearestName(name, tagNames);
  const hint: LocalizedText = meant
    ? { zh: `是不是想写 ${meant}？`, en: `did you mean ${meant}?` }
    : {
        zh: '可以用：if、unless、case、assign、capture、comment',
        en: 'there are: if, unless, case, assign, capture, comment',
      };
  return { code: 'unknown_tag', at, message: { zh: `没有这个标签：${name}`, en: `no such tag: ${name}` }, hint };
}

function checkVariable(use: VariableUse, { all, byName }: Variables): Finding[] {
  const variable = byName.get(use.name);
  if (!variable) {
    // Operators often type the label instead of the name.
    const byLabel = all.find((known) => known.label.zh === use.name || known.label.zh.startsWith(`${use.name}（`));
    const meant = byLabel?.name ?? nearestName(use.name, byName.keys());
    return [
      {
        code: 'unknown_variable',
        at: use.at,
        message: { zh: `没有这个变量：${use.name}`, en: `no such variable: ${use.name}` },
        hint: meant
          ? {
              zh: `是不是想写 ${meant}（${byName.get(meant)?.label.zh ?? ''}）？`,
              en: `did you mean ${meant}?`,
            }
          : { zh: '可用的变量见编辑器右侧的列表', en: 'the list beside the editor has all variables' },
      },
    ];
  }
  if (!use.printed || !variable.conditionOnly) return [];
  const instead = byName.has(`${use.name}_label`) ? `${use.name}_label` : undefined;
  return [
    {
      code: 'not_printable',
      at: use.at,
      message: { zh: `${use.name} 是内部代码，不能直接给人看`, en: `${use.name} is a code, not words for a reader` },
      hint: instead
        ? { zh: `要显示文字请用 ${instead}`, en: `use ${instead} to show it in words` }
        : {
            zh: `只能写在条件里：{% if ${use.name} %}…{% endif %}`,
            en: `use it in a condition: {% if ${use.name} %}…{% endif %}`,
          },
    },
  ];
}
