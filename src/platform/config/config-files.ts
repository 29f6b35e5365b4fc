import { isNode, LineCounter, parseDocument, visit, type Document, type Node, type YAMLParseError } from 'yaml';
import type { z } from 'zod';
import { issueMessage } from './issue-message.js';

export interface FileProblem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** What is wrong and what to write instead. */
  readonly message: string;
}

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
      problems: mistakesIn(document).map(({ pos, message }) => ({ file, ...at(pos[0]), message: `YAML: ${message}` })),
    };
  }
  const placeOf: PlaceOf = (path) => at(offsetOf(document, path));
  const plain = plainOf(document);
  if (!plain.ok) return { ok: false, problems: [{ file, ...at(plain.at), message: plain.message }] };
  const parsed = schema.safeParse(plain.value);
  if (parsed.success) return { ok: true, value: parsed.data, placeOf };
  return { ok: false, problems: parsed.error.issues.flatMap((issue) => problemsOf(issue, file, document, at)) };
}

/** At some 900 nested lists the parser stops with V8's message and one error for each open list: one problem says it all. */
function mistakesIn({ errors }: Document.Parsed): readonly Pick<YAMLParseError, 'pos' | 'message'>[] {
  const tooDeep = errors.find(({ code }) => code === 'RESOURCE_EXHAUSTION');
  return tooDeep ? [{ pos: tooDeep.pos, message: 'lists or settings lie too deep in one another' }] : errors;
}

function plainOf(document: Document.Parsed): { ok: true; value: unknown } | { ok: false; message: string; at: number } {
  try {
    return { ok: true, value: document.toJS({ maxAliasCount: 20 }) as unknown };
  } catch (cause) {
    const message = `YAML: ${cause instanceof Error ? cause.message : String(cause)}`;
    return { ok: false, message, at: firstAlias(document) };
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
  const name = issue.path.length > 0 ? `${issue.path.map(String).join('.')}: ` : '';
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      file,
      ...at(keyOffsetOf(document, issue.path, key)),
      message: `${name}"${key}" is not known here; correct the spelling or remove it`,
    }));
  }
  const missing = issue.code === 'invalid_type' && !document.hasIn(issue.path);
  return [
    {
      file,
      ...at(offsetOf(document, issue.path)),
      message: `${name}${missing ? `is missing (${issueMessage(issue)})` : issueMessage(issue)}`,
    },
  ];
}

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
