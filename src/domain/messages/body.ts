import { LiquidError } from 'liquidjs';

import type { LocalizedText } from '../localized-text.js';
import { readBody } from './body-check.js';
import type { NamedLink, PrintLink } from '../links/link.js';
import type { Body } from './compiled-body.js';
import { LONGEST_MESSAGE_BYTES } from './channel-bytes.js';
import type { LinkUse } from './link-check.js';
import type { VariableUse } from './liquid-reader.js';
import { parseLiquid, renderLiquid, TooMuchPrinted, Unprintable } from './liquid.js';
import { placeIn, problemsOf } from './places.js';
import { shortestText } from './shortest-text.js';
import type { Finding, TemplateProblem } from './problem.js';
import { visibilities, type Visibility } from '../metrics/index.js';
import { templateVariablesByName, variablesWith, type TemplateValues, type Variables } from './variables.js';

export interface BodyReading {
  readonly findings: readonly Finding[];
  readonly uses: readonly VariableUse[];
  readonly links: readonly LinkUse[];
  readonly body: Body | null;
}

/** Checks and compiles one text. Offsets are relative to the text. */
export function compileBody(text: string, known: Variables = variablesWith()): BodyReading {
  const { findings, uses, links } = readBody(text, known);
  const refused = (found: readonly Finding[]): BodyReading => ({ findings: found, uses, links, body: null });
  if (findings.length > 0) return refused(findings);
  if (text.trim() === '') return refused([emptyText]);
  const never = neverFilled(text);
  if (never !== null) return refused([never]);
  try {
    const variables = [...new Set(uses.map((use) => use.name))];
    const named: readonly NamedLink[] = links.map(({ url, name }) => ({ url, name }));
    const body = { text, variables, ...audienceOf(variables), links: named, parsed: parseLiquid(text) };
    return { findings, uses, links, body };
  } catch (error) {
    // Our check is stricter than LiquidJS. If LiquidJS still rejects the text, its message is shown.
    if (!(error instanceof Error) || !LiquidError.is(error)) throw error;
    const at = (error as unknown as { token?: { begin?: number } }).token?.begin ?? 0;
    return refused([refusedByLiquid(error.message, at)]);
  }
}

/** For the editor: problems of a body with their places, and the variables it uses. */
export function checkBody(text: string): {
  readonly problems: readonly TemplateProblem[];
  readonly variables: readonly string[];
} {
  const { findings, uses } = compileBody(text);
  return { problems: problemsOf(text, findings), variables: [...new Set(uses.map((use) => use.name))] };
}

const audienceOf = (variables: readonly string[]): Pick<Body, 'visibility' | 'isKeptFromGroups'> => ({
  visibility: visibilityOf(variables),
  isKeptFromGroups: variables.some((name) => isKeptFromGroups(name)),
});

/** Whether a variable must not be used in a group: it is private, as an admin's own metrics are, or may name money. */
export function isKeptFromGroups(variable: string): boolean {
  const known = templateVariablesByName.get(variable);
  return known === undefined || known.visibility === 'private' || known.isKeptFromGroups === true;
}

function visibilityOf(variables: readonly string[]): Visibility {
  const least = Math.max(
    0,
    ...variables.map((name) => visibilities.indexOf(templateVariablesByName.get(name)?.visibility ?? 'private')),
  );
  return visibilities[least] ?? 'private';
}

const emptyText: Finding = {
  code: 'empty_text',
  at: 0,
  message: { zh: '正文是空的', en: 'the text is empty' },
  hint: { zh: '写上要发给成员的话', en: 'write what the member is to read' },
};

/** Finding for a text that could be rendered for no member: it is empty or too long in every case. */
function neverFilled(text: string): Finding | null {
  if (!shortestText(text, LONGEST_MESSAGE_BYTES).saysAnything) return emptyText;
  return longerThan(text, LONGEST_MESSAGE_BYTES);
}

/** Finding for a text that is longer than this for every member. */
export function longerThan(text: string, mostBytes: number): Finding | null {
  const shortest = shortestText(text, mostBytes);
  const isPlain = shortest.fixed === text;
  const bytes = isPlain ? Buffer.byteLength(tidy(text)) : shortest.bytes;
  if (bytes <= mostBytes) return null;
  return {
    code: 'too_long',
    at: shortest.passedAt ?? 0,
    message: {
      zh: `这段文字至少有 ${bytes} 字节，这里最多 ${mostBytes} 字节`,
      en: `this text has at least ${bytes} bytes; at most ${mostBytes} can be sent`,
    },
    hint: {
      zh: '从这里往后删短；一个汉字是 3 字节',
      en: 'shorten it from here on; a Chinese character is 3 bytes',
    },
  };
}

const refusedByLiquid = (message: string, at: number): Finding => ({
  code: 'bad_liquid',
  at,
  message: { zh: '模板语法有误', en: `Liquid: ${message}` },
  hint: { zh: `Liquid 的说法：${message}`, en: 'see the Liquid syntax' },
});

export type RenderCode = 'missing_value' | 'empty_text' | 'too_long' | 'too_slow' | 'not_renderable';

export type RenderOutcome =
  | { readonly ok: true; readonly text: string }
  | {
      readonly ok: false;
      readonly code: RenderCode;
      readonly message: LocalizedText;
      readonly line: number;
      readonly column: number;
    };

/**
 * Renders a text for one member. Fails with a code when a value is unknown, instead of leaving a gap in the sentence; so does
 * a link without `printLink`. `mostBytes`: what the channel takes.
 */
export function renderBody(
  body: Body,
  values: TemplateValues,
  printLink: PrintLink | null = null,
  mostBytes = LONGEST_MESSAGE_BYTES,
): RenderOutcome {
  let rendered: string;
  try {
    rendered = renderLiquid(
      body.parsed,
      Object.fromEntries(body.variables.map((name) => [name, values[name] ?? null])),
      printLink,
    );
  } catch (error) {
    if (!(error instanceof Error) || !(LiquidError.is(error) || isLimit(error))) throw error;
    return failed(error, body);
  }
  const text = tidy(rendered);
  const start = { line: 1, column: 1 };
  if (text === '')
    return { ok: false, code: 'empty_text', message: { zh: '填好后没有文字', en: 'nothing is left to say' }, ...start };
  const bytes = Buffer.byteLength(text);
  if (bytes > mostBytes) {
    return {
      ok: false,
      code: 'too_long',
      message: {
        zh: `填好后有 ${bytes} 字节，最多 ${mostBytes}`,
        en: `${bytes} bytes when filled, at most ${mostBytes}`,
      },
      ...start,
    };
  }
  return { ok: true, text };
}

/** LiquidJS reports an exceeded limit as an AssertionError, V8 a too long string as a RangeError. */
const isLimit = (error: Error): boolean => error.name === 'AssertionError' || error instanceof RangeError;

/** Removes blank lines that tags leave. */
const tidy = (text: string): string =>
  text
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim();

function failed(error: Error, body: Body): RenderOutcome {
  const { originalError, token } = error as { originalError?: unknown; token?: { begin: number; getText(): string } };
  const place = placeIn(body.text, token?.begin ?? 0);
  const where = token?.getText() ?? '';
  if (originalError instanceof Unprintable) {
    return {
      ok: false,
      code: 'missing_value',
      message: { zh: `这位成员没有可填的值：${where}`, en: `this member has no value for ${where}` },
      ...place,
    };
  }
  if (originalError instanceof TooMuchPrinted) {
    return {
      ok: false,
      code: 'too_long',
      message: { zh: '填写时越填越长，已经停下', en: 'filling it made it longer and longer, and was stopped' },
      ...place,
    };
  }
  if (isLimit(error) || /limit exceeded/.test(error.message)) {
    return {
      ok: false,
      code: 'too_slow',
      message: { zh: '填写这段文字太费时间或内存', en: 'filling this text takes too much time or memory' },
      ...place,
    };
  }
  return {
    ok: false,
    code: 'not_renderable',
    message: { zh: `这里填不出来：${where}`, en: `this cannot be filled: ${where}` },
    ...place,
  };
}
