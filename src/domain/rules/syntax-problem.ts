import type { ParseError } from '@marcbachmann/cel-js';
import { complaints, named } from './complaints.js';
import { nearestMetric } from './nearest-name.js';
import { problemAt, type Complaint, type RuleProblem } from './problem.js';
import { unclosedBracket } from './source-slice.js';
import type { Vocabulary } from './vocabulary.js';
import type { MetricDefinition } from '../metrics/index.js';

/** Characters that Chinese input methods and other habits produce, with their CEL equivalents. */
const instead: Readonly<Record<string, string>> = {
  '，': ',',
  '、': ',',
  '。': '.',
  '（': '(',
  '）': ')',
  '【': '[',
  '】': ']',
  '［': '[',
  '］': ']',
  '“': "'",
  '”': "'",
  '‘': "'",
  '’': "'",
  '「': "'",
  '」': "'",
  '：': ':',
  '？': '?',
  '！': '!',
  '＝': '==',
  '＞': '>',
  '＜': '<',
  '≥': '>=',
  '≤': '<=',
  '≠': '!=',
  '＆': '&&',
  '｜': '||',
  '×': '*',
  '÷': '/',
  '＋': '+',
  '－': '-',
  '—': '-',
  '％': '%',
  '　': ' ',
  '=': '==',
  '&': '&&',
  '|': '||',
  '`': "'",
};

const words: Readonly<Record<string, string>> = {
  and: '&&',
  or: '||',
  not: '!',
  is: '==',
  且: '&&',
  并且: '&&',
  而且: '&&',
  和: '&&',
  或: '||',
  或者: '||',
  非: '!',
  不是: '!=',
  不等于: '!=',
  等于: '==',
  是: '==',
  大于: '>',
  小于: '<',
  大于等于: '>=',
  不少于: '>=',
  至少: '>=',
  小于等于: '<=',
  不超过: '<=',
  属于: 'in',
  在: 'in',
  空: 'null',
};

const syntax = (zh: string, en: string, hintZh: string, hintEn: string): Complaint => ({
  code: 'syntax',
  message: { zh, en },
  hint: { zh: hintZh, en: hintEn },
});

const replace = (wrote: string, right: string): Complaint => {
  const wide = /[^\x20-\x7e]/.test(wrote) && !/\p{Script=Han}/u.test(wrote);
  return wide
    ? syntax(
        `这里用了中文标点 ${wrote}`,
        `${wrote} is not an ASCII character`,
        `换成英文（半角）的 ${right}`,
        `Use the ASCII ${right}`,
      )
    : syntax(`这里不能写 ${wrote}`, `${wrote} cannot be written here`, `换成 ${right}`, `Use ${right}`);
};

/** Operators of other languages; the parser reports the error at their second character. */
const pairs: Readonly<Record<string, string>> = { '=>': '>=', '=<': '<=', '<>': '!=' };

const betweenConditions = (wrote: string): Complaint =>
  syntax(
    `条件之间不能用 ${wrote}`,
    `Conditions are not joined with ${wrote}`,
    '用 && （并且）或 || （或者）',
    'Use && (and) or || (or)',
  );

interface Placed {
  readonly offset: number;
  readonly complaint: Complaint;
}

function complainAbout(text: string, offset: number, vocabulary: Vocabulary): Placed | undefined {
  const here = (complaint: Complaint): Placed => ({ offset, complaint });
  const char = text[offset] ?? '';
  for (const start of [offset, offset - 1]) {
    const pair = text.slice(start, start + 2);
    if (Object.hasOwn(pairs, pair)) return { offset: start, complaint: replace(pair, pairs[pair]!) };
  }
  if ('，、,;；'.includes(char) && unclosedBracket(text.slice(0, offset)) < 0) return here(betweenConditions(char));
  if (char === '#') return here(replace('#', '// （注释）'));
  if (Object.hasOwn(instead, char)) return here(replace(char, instead[char]!));
  const word = /^[\p{Script=Han}\p{L}\p{N}_]+/u.exec(text.slice(offset))?.[0] ?? '';
  if (Object.hasOwn(words, word)) return here(replace(word, words[word]!));
  // For a label such as `KOL 等级`, or a `not`, the parser reports the error at the next word.
  const [before = '', beforeWord = ''] = /(\p{L}+)\s+$/u.exec(text.slice(0, offset)) ?? [];
  if (/\p{Script=Han}/u.test(word)) {
    const both = beforeWord && nearestMetric(beforeWord + word, vocabulary.metrics.values());
    if (both) return { offset: offset - before.length, complaint: chineseName(before + word, both) };
    return here(chineseName(word, nearestMetric(word, vocabulary.metrics.values())));
  }
  if (Object.hasOwn(words, beforeWord))
    return { offset: offset - before.length, complaint: replace(beforeWord, words[beforeWord]!) };
  if (char === ')' || char === ']') {
    return here(
      syntax(
        `多了一个 ${char}，或它前面没写完`,
        `${char} has no partner, or what is before it is unfinished`,
        '检查括号是否成对',
        'Check that the brackets pair up',
      ),
    );
  }
  if (word && offset > 0) {
    return here(
      syntax(
        `${word} 前面缺少运算符`,
        `An operator is missing before ${word}`,
        '条件之间用 && （并且）或 || （或者）',
        'Join conditions with && (and) or || (or)',
      ),
    );
  }
  return undefined;
}

function chineseName(wrote: string, near: MetricDefinition | undefined): Complaint {
  return syntax(
    `指标要用英文名，不能写 ${wrote}`,
    `${wrote}: metrics are written by their English name`,
    near ? `是不是想写 ${named(near)}？` : "请从指标列表里选；如果是文本，请加英文引号：'…'",
    near ? `Did you mean ${near.name}?` : "Pick one from the list of metrics; a text needs ASCII quotes: '…'",
  );
}

/** The parser's error as a problem for authors of rules, at the place that must be changed. */
export function explainSyntax(text: string, error: ParseError, vocabulary: Vocabulary): RuleProblem {
  const offset = Math.min(error.range?.start ?? 0, text.length);
  const at = (place: number, complaint: Complaint): RuleProblem => problemAt(text, place, complaint);
  if (error.code === 'limit_exceeded') return at(offset, complaints.tooComplex());
  if (error.code.startsWith('unterminated') || error.code === 'newline_in_string') {
    const wideQuote = /[“”‘’]/.exec(text.slice(offset));
    if (wideQuote) return at(offset + wideQuote.index, replace(wideQuote[0], "'"));
    return at(
      offset,
      syntax('文本没有结束的引号', 'The text has no closing quote', "在文本后面加上引号：'…'", "Close the quote: '…'"),
    );
  }
  if (/escape|surrogate/.test(error.code)) {
    return at(
      offset,
      syntax(
        '反斜杠的写法不对',
        'This backslash sequence is not valid',
        '反斜杠本身写成 \\\\',
        'Write a backslash itself as \\\\',
      ),
    );
  }
  if (error.code === 'reserved_identifier') {
    return at(
      offset,
      syntax(
        '这是保留字，不能当指标名',
        'This is a reserved word, not a metric',
        '请从指标列表里选',
        'Pick one from the list of metrics',
      ),
    );
  }
  if (offset >= text.trimEnd().length) {
    const bracket = unclosedBracket(text);
    if (bracket >= 0)
      return at(
        bracket,
        syntax(
          `这个 ${text[bracket]} 没有配对的右括号`,
          `This ${text[bracket]} is never closed`,
          '补上右括号',
          'Close the bracket',
        ),
      );
    if (error.message.includes('COLON'))
      return at(
        offset,
        syntax(
          '? 后面缺少 : 和另一个结果',
          '? needs : and a second result',
          '写成 条件 ? 甲 : 乙',
          'Write condition ? this : that',
        ),
      );
    return at(
      text.trimEnd().length,
      syntax(
        '规则没有写完',
        'The rule is unfinished',
        '补上最后一个运算符后面的内容',
        'Write what comes after the last operator',
      ),
    );
  }
  const placed = complainAbout(text, offset, vocabulary);
  if (placed) return at(placed.offset, placed.complaint);
  const rest = text.slice(offset, offset + 12);
  return at(
    offset,
    syntax(
      `这里看不懂：${rest}`,
      `Cannot be understood here: ${rest}`,
      '检查运算符、引号和括号',
      'Check operators, quotes and brackets',
    ),
  );
}
