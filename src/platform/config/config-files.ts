import { isNode, LineCounter, parseDocument, visit, type Document, type Node } from 'yaml';
import type { z } from 'zod';
import { issueMessage } from './issue-message.js';
import type { RefusalWords } from './refusal.js';
import { yamlMistake } from './yaml-mistakes.js';

/** The place of a value in a file. Lines and columns count from 1. */
export interface FilePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export type FileProblem = FilePlace & RefusalWords;

export type ReadFile<T> =
  | { readonly ok: true; readonly value: T; readonly placeOf: PlaceOf }
  | { readonly ok: false; readonly problems: readonly FileProblem[] };

/** Line and column of the value at a path like `['tiers', 2, 'enter']`, for problems that a schema cannot find. */
export type PlaceOf = (path: readonly PropertyKey[]) => { readonly line: number; readonly column: number };

/** Reads a YAML text. Problems name `file`, and count lines from `firstLine`, the text's place in that file. */
export function readYaml<T>(file: string, text: string, schema: z.ZodType<T>, firstLine = 1): ReadFile<T> {
  const counter = new LineCounter();
  // Aliases are not needed in settings, and nested ones can make a small file a huge value.
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false, uniqueKeys: true });
  const at = (offset: number): { line: number; column: number } => {
    const { line, col } = counter.linePos(offset);
    return { line: line + firstLine - 1, column: col };
  };
  if (document.errors.length > 0) {
    return {
      ok: false,
      problems: mistakesIn(document).map((mistake) => ({ file, ...at(mistake.pos[0]), ...yamlMistake(mistake) })),
    };
  }
  const placeOf: PlaceOf = (path) => at(offsetOf(document, path));
  const plain = plainOf(document);
  if (!plain.ok) return { ok: false, problems: [{ file, ...at(plain.at), ...plain.words }] };
  const parsed = schema.safeParse(plain.value);
  if (parsed.success) return { ok: true, value: parsed.data, placeOf };
  return { ok: false, problems: parsed.error.issues.flatMap((issue) => problemsOf(issue, file, document, at)) };
}

/** At some 900 nested lists the parser stops with V8's message and one error for each open list: one problem says it all. */
function mistakesIn({ errors }: Document.Parsed): Document.Parsed['errors'] {
  const tooDeep = errors.find(({ code }) => code === 'RESOURCE_EXHAUSTION');
  return tooDeep ? [tooDeep] : errors;
}

function plainOf(
  document: Document.Parsed,
): { ok: true; value: unknown } | { ok: false; words: RefusalWords; at: number } {
  try {
    return { ok: true, value: document.toJS({ maxAliasCount: 20 }) as unknown };
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    return { ok: false, words: yamlMistake({ code: 'BAD_ALIAS', message }), at: firstAlias(document) };
  }
}

/** `toJS` fails only on aliases: an unknown one, one that contains itself, or one that expands too far. */
function firstAlias(document: Document.Parsed): number {
  let found = 0;
  visit(document, {
    Alias(_, alias) {
      found = alias.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return found;
}

function problemsOf(
  issue: z.core.$ZodIssue,
  file: string,
  document: Document.Parsed,
  at: (offset: number) => { line: number; column: number },
): FileProblem[] {
  const path = issue.path.map(String).join('.');
  const named = ({ message, messageZh, messageEn }: RefusalWords): RefusalWords =>
    path === ''
      ? { message, messageZh, messageEn }
      : { message: `${path}: ${message}`, messageZh: `${path}：${messageZh}`, messageEn: `${path}: ${messageEn}` };
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      file,
      ...at(keyOffsetOf(document, issue.path, key)),
      ...named(unknownKey(key)),
    }));
  }
  const words = issueMessage(issue);
  const missing = issue.code === 'invalid_type' && !document.hasIn(issue.path);
  return [{ file, ...at(offsetOf(document, issue.path)), ...named(missing ? missingValue(words) : words) }];
}

function unknownKey(key: string): RefusalWords {
  const en = `"${key}" is not known here; correct the spelling or remove it`;
  return { message: en, messageZh: `这里没有「${key}」这一项，改正拼写或去掉它`, messageEn: en };
}

const missingValue = ({ message, messageZh, messageEn }: RefusalWords): RefusalWords => ({
  message: `is missing (${message})`,
  messageZh: `没有写（${messageZh}）`,
  messageEn: `is missing (${messageEn})`,
});

/** Offset of a value; of its nearest existing parent if the value is absent. */
function offsetOf(document: Document.Parsed, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function keyOffsetOf(document: Document.Parsed, path: readonly PropertyKey[], key: string): number {
  const parent: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
  const items: unknown = typeof parent === 'object' && parent !== null && 'items' in parent ? parent.items : undefined;
  for (const pair of Array.isArray(items) ? (items as { key: unknown }[]) : []) {
    if (isNode(pair.key) && nameOf(pair.key) === key && pair.key.range) return pair.key.range[0];
  }
  return offsetOf(document, path);
}

function nameOf(node: Node): string {
  return 'value' in node ? String(node.value) : '';
}
