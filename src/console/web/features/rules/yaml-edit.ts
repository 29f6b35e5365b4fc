import { isCollection, isMap, isScalar, isSeq, parseDocument, Scalar, stringify, type Document, type Node } from 'yaml';

export type Path = readonly (string | number)[];
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

/** The values of a text; null if it is not YAML. */
export function dataOf(text: string): unknown {
  const document = parseDocument(text);
  if (document.errors.length > 0) return null;
  try {
    return document.toJS({ maxAliasCount: 20 }) as unknown;
  } catch {
    return null;
  }
}

export function valueAt(data: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null
        ? (value as Readonly<Record<string | number, unknown>>)[key]
        : undefined,
    data,
  );
}

/**
 * The text with another value at a path; undefined removes it. Only the characters of that value change, so comments, order
 * and the rest of the lines stay. An edit that would also change something else is done by the YAML library instead, which
 * keeps comments and order but may write lines in its own way.
 */
export function setIn(text: string, path: Path, value: Plain | undefined): string {
  const document = parseDocument(text);
  if (document.errors.length > 0) return text;
  if (value === undefined) document.deleteIn(path);
  else document.setIn(path, document.createNode(value));
  const wanted = JSON.stringify(document.toJS());
  for (const edited of attempts(text, path, value)) {
    const parsed = parseDocument(edited);
    if (parsed.errors.length === 0 && JSON.stringify(parsed.toJS()) === wanted) return edited;
  }
  return document.toString({ lineWidth: 0 });
}

/** The text with one more entry at the end of a list. */
export function addTo(text: string, path: Path, entry: Plain): string {
  const list = valueAt(dataOf(text), path);
  return setIn(text, [...path, Array.isArray(list) ? list.length : 0], entry);
}

function* attempts(text: string, path: Path, value: Plain | undefined): Generator<string> {
  const document = parseDocument(text, { keepSourceTokens: true });
  const flow = outermostFlow(document, path);
  if (flow) {
    const replaced = valueOfFlow(document, flow.path, path, value);
    // Comments within a flow collection would be lost.
    if (!text.slice(...spanOf(flow.node)).includes('#') && replaced !== undefined) {
      if (Array.isArray(replaced) && replaced.length > 0 && flow.isEmpty)
        yield replace(text, spanOf(flow.node), blockUnder(text, flow.node, replaced as readonly Plain[]));
      yield replace(text, spanOf(flow.node), flowText(replaced));
    }
    return;
  }
  const node = document.getIn(path, true) as Node | undefined;
  const parent = (path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true)) as Node | undefined;
  if (value === undefined) yield* removals(text, parent, path.at(-1)!);
  else if (isScalar(node) && node.range) yield replace(text, spanOf(node), scalarText(value, node));
  else if (node === undefined && isMap(parent)) yield* addedKey(text, parent, String(path.at(-1)), value);
  else if (node === undefined && isSeq(parent)) yield* addedEntry(text, parent, value);
  else if (node === undefined && parent === undefined && path.length > 1)
    yield* attempts(text, path.slice(0, -1), { [path.at(-1)!]: value });
}

const spanOf = (node: Node): [number, number] => [node.range![0], node.range![1]];
const replace = (text: string, [from, to]: readonly [number, number], by: string): string =>
  text.slice(0, from) + by + text.slice(to);

/** A flow collection (`{ zh: 铁杆 }`, `[a, b]`) on the way to a path is written again as a whole. */
function outermostFlow(document: Document.Parsed, path: Path) {
  for (let length = 0; length <= path.length; length += 1) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isCollection(node) && node.flow && node.range)
      // The collection itself is replaced by a block list or written anew; a value within it keeps its place.
      return { node: node as Node, path: path.slice(0, length), isEmpty: node.items.length === 0 };
  }
  return undefined;
}

function valueOfFlow(document: Document.Parsed, at: Path, path: Path, value: Plain | undefined): Plain | undefined {
  const inside = path.slice(at.length);
  if (inside.length === 0) return value;
  const copy = parseDocument(stringify(valueAt(document.toJS(), at)));
  if (value === undefined) copy.deleteIn(inside);
  else copy.setIn(inside, copy.createNode(value));
  return copy.toJS() as Plain;
}

/** `{ zh: 铁杆, en: loyal }`, `[3, 24]`: as the shipped files write them. */
function flowText(value: Plain): string {
  if (Array.isArray(value)) return `[${(value as readonly Plain[]).map(flowText).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, part]) => `${flowScalar(key)}: ${flowText(part)}`);
    return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
  }
  return flowScalar(value as string | number | boolean | null);
}

const written = { lineWidth: 0, singleQuote: true, collectionStyle: 'flow' as const, flowCollectionPadding: false };
const flowScalar = (value: string | number | boolean | null): string =>
  stringify([value], written).trimEnd().slice(1, -1);

function scalarText(value: Plain, before: Scalar): string {
  if (typeof value === 'object' && value !== null) return flowText(value);
  const scalar = new Scalar(value);
  if (before.type === 'QUOTE_SINGLE' || before.type === 'QUOTE_DOUBLE') scalar.type = before.type;
  return stringify({ k: scalar }, { lineWidth: 0, singleQuote: true }).trimEnd().replace(/^k: /u, '');
}

const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1;
const lineEnd = (text: string, at: number): number => {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end + 1;
};

interface PlacedPair {
  readonly key: { readonly value?: unknown; readonly range?: readonly [number, number, number] };
  readonly value: { readonly range?: readonly [number, number, number] } | null;
}

function* removals(text: string, parent: Node | undefined, last: string | number): Generator<string> {
  if (isMap(parent)) {
    const pair = (parent.items as unknown as readonly PlacedPair[]).find(
      ({ key }) => String(key.value) === String(last),
    );
    const from = pair?.key.range?.[0];
    const to = pair?.value?.range?.[1];
    if (from !== undefined && to !== undefined) yield withoutLines(text, from, to);
  }
  if (isSeq(parent)) {
    const entry = parent.items[Number(last)] as Node | undefined;
    if (entry?.range) yield withoutLines(text, entry.range[0], entry.range[1]);
  }
}

/** A block's range can end at the beginning of the next line. */
function withoutLines(text: string, from: number, to: number): string {
  const end = text[to - 1] === '\n' ? to : lineEnd(text, to);
  return replace(text, [lineStart(text, from), end], '');
}

/** Where a further line of a block goes: after its last line that is no comment and not blank. */
function endOfBlock(text: string, node: Node): number {
  const [from, to] = spanOf(node);
  const lines = text.slice(from, to).trimEnd().split('\n');
  while (lines.length > 1 && /^\s*(#|$)/u.test(lines.at(-1)!)) lines.pop();
  return lineEnd(text, from + lines.join('\n').length);
}

const blockText = (value: Plain): string => stringify(value, { lineWidth: 0, singleQuote: true }).trimEnd();
const indented = (text: string, by: number): string => text.replaceAll('\n', `\n${' '.repeat(by)}`);
const withBreak = (text: string, at: number): string => (at > 0 && text[at - 1] !== '\n' ? '\n' : '');

function* addedKey(text: string, parent: Node, key: string, value: Plain): Generator<string> {
  const first = (isMap(parent) ? (parent.items as unknown as readonly PlacedPair[]) : [])[0]?.key.range?.[0];
  if (first === undefined) return;
  const indent = first - lineStart(text, first);
  const at = endOfBlock(text, parent);
  const line = isFlat(value)
    ? `${key}: ${typeof value === 'object' ? flowText(value) : blockText({ k: value }).slice(3)}`
    : blockText({ [key]: value });
  yield replace(text, [at, at], `${withBreak(text, at)}${' '.repeat(indent)}${indented(line, indent)}\n`);
}

/** A list of texts, or a label in two languages, stands on one line. */
const isFlat = (value: Plain): boolean =>
  typeof value !== 'object' ||
  value === null ||
  Object.values(value).every((part) => typeof part !== 'object' || part === null);

function* addedEntry(text: string, parent: Node, value: Plain): Generator<string> {
  const items = isSeq(parent) ? (parent.items as Node[]) : [];
  const last = items.at(-1);
  if (!last?.range) return;
  const dash = text.lastIndexOf('-', last.range[0]);
  const indent = dash - lineStart(text, dash);
  const isOneLine = isScalar(last) || (isCollection(last) && last.flow === true);
  const entry = isOneLine ? flowText(value) : indented(blockText(value), 2);
  const at = endOfBlock(text, parent);
  yield replace(text, [at, at], `${withBreak(text, at)}${indented(`${' '.repeat(indent)}- ${entry}`, indent)}\n`);
}

/** An empty `[]` becomes a list of lines below its key. */
function blockUnder(text: string, node: Node, entries: readonly Plain[]): string {
  const start = lineStart(text, node.range![0]);
  const indent = /^ */u.exec(text.slice(start))![0].length + 2;
  const lines = entries.map(
    (entry) => `- ${isFlat(entry) && typeof entry !== 'object' ? flowText(entry) : indented(blockText(entry), 2)}`,
  );
  return `\n${' '.repeat(indent)}${indented(lines.join('\n'), indent)}`;
}
