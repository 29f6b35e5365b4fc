import { z } from 'zod';
import { inBoth, isRefusal, wordsOf, type Refusal, type RefusalWords } from './refusal.js';

const kinds: Readonly<Record<string, Refusal>> = {
  array: inBoth('must be a list, like [a, b]', '要写成列表，例如 [a, b]'),
  object: inBoth(
    'must hold settings, each on a line of its own, like name: value',
    '要写成一行一个设置，例如 name: value',
  ),
  string: inBoth('must be a text; a text that looks like a number needs quotes', '要写文字；像数字的文字要加引号'),
  number: inBoth('must be a number', '要写数字'),
  int: inBoth('must be a whole number', '要写整数'),
  boolean: inBoth('must be true or false', '要写 true 或 false'),
};

function kindOf({ expected }: z.core.$ZodIssueInvalidType): RefusalWords | null {
  const kind = kinds[expected];
  return kind === undefined ? null : wordsOf(kind);
}

/** Replaces zod's default messages with what to write instead. A schema's own message stays as it is. */
export function issueMessage(issue: z.core.$ZodIssue): RefusalWords {
  if (isRefusal(issue.message)) return wordsOf(issue.message);
  const en = englishOf(issue);
  if (issue.code === 'invalid_union') return unionMessage(issue, en);
  return { message: en, messageZh: chineseOf(issue), messageEn: en };
}

/** What each of the forms that the value may have asks for. */
function unionMessage({ errors }: z.core.$ZodIssueInvalidUnion, message: string): RefusalWords {
  const asked = errors.flatMap(([first]) => (first ? [issueMessage(first)] : []));
  const each = (language: 'messageZh' | 'messageEn'): string[] => [...new Set(asked.map((words) => words[language]))];
  return {
    message,
    messageZh: each('messageZh').join('，或者') || '写法不对',
    messageEn: each('messageEn').join(', or ') || message,
  };
}

function englishOf(issue: z.core.$ZodIssue): string {
  if (!/^(Invalid (input|option)|Too (small|big)):/.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return kindOf(issue)?.messageEn ?? issue.message;
    case 'too_small':
      return `must ${verbOf(issue.origin)} at least ${issue.minimum}${unitOf(issue.origin)}`;
    case 'too_big':
      return `must ${verbOf(issue.origin)} at most ${issue.maximum}${unitOf(issue.origin)}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`;
    default:
      return issue.message;
  }
}

const isSized = (origin: string): boolean => origin === 'string' || origin === 'array';
const verbOf = (origin: string): string => (isSized(origin) ? 'have' : 'be');
const unitOf = (origin: string): string => (origin === 'string' ? ' characters' : origin === 'array' ? ' entries' : '');

function chineseOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return kindOf(issue)?.messageZh ?? inZodsChinese(issue);
    case 'too_small':
      return isSized(issue.origin) && issue.minimum === 1
        ? '不能为空'
        : `${chineseVerbOf(issue.origin, '至少')} ${issue.minimum}${chineseUnitOf(issue.origin)}`;
    case 'too_big':
      return `${chineseVerbOf(issue.origin, '最多')} ${issue.maximum}${chineseUnitOf(issue.origin)}`;
    case 'invalid_value':
      return `只能是 ${issue.values.map(String).join('、')} 之一`;
    default:
      return inZodsChinese(issue);
  }
}

const chineseVerbOf = (origin: string, most: '至少' | '最多'): string =>
  isSized(origin) ? most : most === '至少' ? '不能小于' : '不能大于';
const chineseUnitOf = (origin: string): string => (origin === 'string' ? ' 个字' : origin === 'array' ? ' 项' : '');

function inZodsChinese(issue: z.core.$ZodIssue): string {
  // It reads the input, which an issue that is reported no longer has, only to name its type.
  const said = zodsChinese(issue as unknown as z.core.$ZodRawIssue);
  return (typeof said === 'string' ? said : said?.message) ?? '写法不对';
}

const zodsChinese = z.locales.zhCN().localeError;
