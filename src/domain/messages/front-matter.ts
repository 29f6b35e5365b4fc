import { isMap, isScalar, LineCounter, parseDocument, visit, type Document, type Node, type Scalar } from 'yaml';
import type { z } from 'zod';
import type { LocalizedText } from '../localized-text.js';
import { fieldHints, frontMatter, type FrontMatter } from './front-matter-schema.js';
import { triggerHint } from '../triggers/read-triggers.js';
import { nearestName } from '../rules/nearest-name.js';
import type { Section } from './sections.js';

import type { Finding } from './problem.js';

type Path = readonly PropertyKey[];

const LONGEST_FRONT_MATTER = 8_000;

export interface FrontMatterReading {
  readonly values: FrontMatter | null;
  readonly findings: readonly Finding[];
  /** Offset in the file of a field's value; if absent, of its nearest existing parent. */
  placeOf(path: Path): number;
  /** Offset in the file of a character of a text value, given its offset in the parsed value. */
  placeInside(path: Path, offset: number): number;
}

/** Parses the front matter of a template: YAML, then the schema. Returns all mistakes with their places in the file. */
export function readFrontMatter(section: Section): FrontMatterReading {
  const unread = (finding: Finding): FrontMatterReading => ({
    values: null,
    findings: [finding],
    placeOf: () => section.at,
    placeInside: () => section.at,
  });
  if (section.text.length > LONGEST_FRONT_MATTER) {
    return unread(settingsMistake(section.at, { zh: '设置部分太长', en: 'the settings are too long' }));
  }
  const document = parseDocument(section.text, { prettyErrors: false, lineCounter: new LineCounter() });
  const places = placesIn(document, section);
  const tooDeep = document.errors.filter(({ code }) => code === 'RESOURCE_EXHAUSTION').slice(0, 1);
  const errors = tooDeep.length > 0 ? tooDeep : [...document.errors, ...document.warnings];
  const mistakes = errors.map((error) =>
    settingsMistake(
      section.at + error.pos[0],
      yamlWords[error.code] ?? { zh: `YAML 写法有误（${error.code}）`, en: `YAML: ${error.message}` },
    ),
  );
  if (mistakes.length > 0) return { values: null, findings: mistakes, ...places };
  const unsupported = firstUnsupportedNode(document);
  if (unsupported !== null) {
    return {
      values: null,
      findings: [
        settingsMistake(section.at + unsupported, {
          zh: '不支持锚点、引用和复杂的键',
          en: 'anchors, aliases and keys that are not words are not supported',
        }),
      ],
      ...places,
    };
  }
  if (!isMap(document.contents)) {
    return unread(
      settingsMistake(section.at, { zh: '设置应当是一行一个「名称: 值」', en: 'settings are lines of "name: value"' }),
    );
  }
  const parsed = frontMatter.safeParse(document.toJS({ maxAliasCount: 0 }));
  if (parsed.success) return { values: parsed.data, findings: [], ...places };
  return {
    values: null,
    findings: parsed.error.issues.flatMap((issue) => findingsOf(issue, document, places.placeOf)),
    ...places,
  };
}

const settingsMistake = (at: number, message: LocalizedText): Finding => ({
  code: 'bad_yaml',
  at,
  message,
  hint: {
    zh: '一行一个「名称: 值」，冒号后留空格，缩进用空格，含特殊符号的值加引号',
    en: 'one "name: value" a line, a space after the colon, indent with spaces, quote values with special characters',
  },
});

const yamlWords: Readonly<Record<string, LocalizedText>> = {
  DUPLICATE_KEY: { zh: '同一项写了两次', en: 'this setting is written twice' },
  TAB_AS_INDENT: { zh: '缩进不能用制表符', en: 'a tab cannot be used to indent' },
  RESOURCE_EXHAUSTION: { zh: '嵌套太深', en: 'lists or settings lie too deep in one another' },
  BAD_INDENT: { zh: '缩进或括号不对', en: 'the indent or a bracket is wrong' },
  MISSING_CHAR: { zh: '少了引号、括号或逗号', en: 'a quote, bracket or comma is missing' },
  TAG_RESOLVE_FAILED: { zh: '感叹号开头的值要加引号', en: 'a value that starts with an exclamation mark needs quotes' },
};

/** Offset of the first anchor, alias or non-scalar key. They have no use here, and a list as a key makes the YAML parser print a warning. */
function firstUnsupportedNode(document: Document): number | null {
  let found: number | null = null;
  visit(document, {
    Alias: (_, node) => {
      found ??= node.range?.[0] ?? 0;
    },
    Node: (_, node) => {
      if ('anchor' in node && node.anchor) found ??= node.range?.[0] ?? 0;
    },
    Pair: (_, pair) => {
      if (!isScalar(pair.key)) found ??= (pair.key as Node | null)?.range?.[0] ?? 0;
    },
  });
  return found;
}

function placesIn(document: Document, section: Section): Pick<FrontMatterReading, 'placeOf' | 'placeInside'> {
  const startOf = (path: Path): number => {
    for (let length = path.length; length > 0; length -= 1) {
      const here = path.slice(0, length);
      const node = isMap(document.contents) ? (document.getIn(here, true) as Node | undefined) : undefined;
      if (node?.range && node.range[1] > node.range[0]) return node.range[0];
      const key = keyNode(document, here);
      if (key?.range) return key.range[0];
    }
    return 0;
  };
  return {
    placeOf: (path) => section.at + startOf(path),
    placeInside(path, offset) {
      const node = document.getIn(path, true) as Scalar | undefined;
      if (!node?.range || typeof node.value !== 'string') return section.at + startOf(path);
      return (
        section.at + node.range[0] + sourceOffset(section.text.slice(node.range[0], node.range[1]), node.value, offset)
      );
    },
  };
}

function keyNode(document: Document, path: Path): Node | undefined {
  const parent = path.length > 1 ? document.getIn(path.slice(0, -1), true) : document.contents;
  if (!isMap(parent)) return undefined;
  return parent.items.find((pair) => isScalar(pair.key) && pair.key.value === path.at(-1))?.key as Node | undefined;
}

/** Offset in the YAML source of a character of the parsed value, past quotes, block headers, folds and escapes. */
function sourceOffset(source: string, value: string, offset: number): number {
  const blockHeader = /^[|>][^\n]*\n/.exec(source);
  let at = blockHeader ? blockHeader[0].length : /^["']/.test(source) ? 1 : 0;
  for (let index = 0; index < Math.min(offset, value.length); index += 1) {
    at = indexOfCharacter(source, value[index]!, at) + 1;
  }
  return offset < value.length ? indexOfCharacter(source, value[offset]!, at) : at;
}

function indexOfCharacter(source: string, character: string, from: number): number {
  const isBlank = /\s/.test(character);
  for (let at = from; at < source.length; at += 1) {
    if (isBlank ? /\s/.test(source[at]!) : source[at] === character) return at;
  }
  return from;
}

function findingsOf(issue: z.core.$ZodIssue, document: Document, placeOf: (path: Path) => number): Finding[] {
  const path = issue.path;
  const name = path.filter((part) => typeof part === 'string').join('.');
  const ofTrigger = path[0] === 'trigger' ? triggerHint(document.getIn(['trigger', 'on'])) : undefined;
  const hint = ofTrigger ?? fieldHints[String(path[0])] ?? { zh: '', en: '' };
  const given: unknown = document.getIn(path);
  const shown =
    typeof given === 'string' || typeof given === 'number' || typeof given === 'boolean' ? String(given) : '';
  const at = placeOf(path);

  if (issue.code === 'unrecognized_keys') {
    const parent = path.length > 0 ? (path[0] as string) : '';
    return issue.keys.map((key) => {
      const meant = path.length === 0 ? nearestName(key, Object.keys(fieldHints)) : undefined;
      return {
        code: 'unknown_setting',
        at: placeOfKey(document, [...path, key], placeOf),
        message: { zh: `没有这一项：${key}`, en: `no such setting: ${key}` },
        hint: meant
          ? { zh: `是不是想写 ${meant}？`, en: `did you mean ${meant}?` }
          : (ofTrigger ??
            (Object.hasOwn(fieldHints, parent) ? fieldHints[parent] : undefined) ?? {
              zh: `可以有：${Object.keys(fieldHints).join('、')}`,
              en: `there are: ${Object.keys(fieldHints).join(', ')}`,
            }),
      };
    });
  }
  if (given === undefined) {
    return [{ code: 'missing_setting', at, message: { zh: `缺少 ${name}`, en: `${name} is missing` }, hint }];
  }
  const choices = choicesOf(issue);
  if (choices) {
    const meant = nearestName(shown, choices);
    return [
      {
        code: 'bad_setting',
        at,
        message: { zh: `${name} 不能是「${shown}」`, en: `${name} cannot be "${shown}"` },
        hint: meant
          ? {
              zh: `是不是想写 ${meant}？可以写：${choices.join('、')}`,
              en: `did you mean ${meant}? There are: ${choices.join(', ')}`,
            }
          : { zh: `可以写：${choices.join('、')}`, en: `there are: ${choices.join(', ')}` },
      },
    ];
  }
  return [
    {
      code: 'bad_setting',
      at,
      message: { zh: `${name} 写得不对${shown && `：${shown}`}`, en: `${name} is not right${shown && `: ${shown}`}` },
      hint,
    },
  ];
}

function placeOfKey(document: Document, path: Path, placeOf: (path: Path) => number): number {
  const key = keyNode(document, path);
  const value = placeOf(path);
  if (!key?.range) return value;
  // `placeOf([])` is the start of the section, to which `key.range` is relative.
  return placeOf([]) + key.range[0];
}

function choicesOf(issue: z.core.$ZodIssue): readonly string[] | null {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  if (issue.code === 'invalid_union' && 'options' in issue && Array.isArray(issue.options))
    return issue.options.map(String);
  return null;
}
