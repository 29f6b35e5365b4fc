import type { ErrorCode } from 'yaml';
import type { RefusalWords } from './refusal.js';

/** A mistake in the syntax of YAML. The parser itself says it in English only. */
export function yamlMistake({ code, message }: { readonly code: ErrorCode; readonly message: string }): RefusalWords {
  const en = `YAML: ${code === 'RESOURCE_EXHAUSTION' ? 'lists or settings lie too deep in one another' : message}`;
  const zh = message.startsWith('Missing closing') ? '引号没有合上' : inChinese[code];
  return { message: en, messageZh: `YAML：${zh}`, messageEn: en };
}

const inChinese: Readonly<Record<ErrorCode, string>> = {
  ALIAS_PROPS: '别名（*名称）不能再带锚点或标记',
  BAD_ALIAS: '别名（*名称）没有定义、指向了自己或展开太多，请直接写出内容',
  BAD_DIRECTIVE: '% 开头的指令不对，去掉这一行',
  BAD_DQ_ESCAPE: '双引号里的 \\ 转义不对，写成 \\\\ 或改用单引号',
  BAD_INDENT: '缩进不对，或少了逗号、右括号，和同级的行对齐',
  BAD_PROP_ORDER: '锚点或标记的位置不对，写在值的前面',
  BAD_SCALAR_START: '值不能以这个符号开头，给它加上引号',
  BLOCK_AS_IMPLICIT_KEY: '一行里有两个「名称: 值」，或缩进不对：另起一行，或给文字加上引号',
  BLOCK_IN_FLOW: '括号里不能再用缩进或 - 的写法，改用 [ ] 或 { }',
  DUPLICATE_KEY: '同一项写了两次，去掉一个',
  IMPOSSIBLE: '这里读不懂，检查引号、括号和缩进',
  KEY_OVER_1024_CHARS: '名称太长，最多 1024 个字符；也可能少了引号',
  MISSING_CHAR: '少了引号、括号、逗号、冒号或空格',
  MULTILINE_IMPLICIT_KEY: '名称要写在一行里；也可能少了冒号或引号',
  MULTIPLE_ANCHORS: '一个值最多有一个锚点（&名称）',
  MULTIPLE_DOCS: '只能有一份内容，去掉 --- 和它后面的部分',
  MULTIPLE_TAGS: '一个值最多有一个标记（!名称）',
  NON_STRING_KEY: '名称要写成文字',
  RESOURCE_EXHAUSTION: '列表或设置嵌套太深',
  TAB_AS_INDENT: '不能用 Tab 缩进，改用空格',
  TAG_RESOLVE_FAILED: '标记（!名称）不能用，去掉它',
  UNEXPECTED_TOKEN: '这里多了符号，或少了引号、冒号：检查标点',
  BAD_COLLECTION_TYPE: '标记和内容的类型不符，去掉标记',
};
