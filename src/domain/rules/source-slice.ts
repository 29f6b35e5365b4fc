import type { Range } from './condition.js';

const STRING_OR_COMMENT =
  /\/\/[^\n]*|"""(?:\\[\s\S]|[^\\])*?"""|'''(?:\\[\s\S]|[^\\])*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g;

/** The text with strings and comments replaced by spaces; offsets stay the same. */
export function blankLiterals(text: string): string {
  return text.replace(STRING_OR_COMMENT, (literal) => literal.replace(/[^\n]/g, ' '));
}

/**
 * The text of a part of the rule. The parser's ranges leave out the brackets around the first and last operand
 * (`(a + b) * 2` starts at `a`), so the range is widened until its brackets pair up.
 */
export function sliceOf(text: string, range: Range): string {
  const code = blankLiterals(text);
  let open = 0;
  let missing = 0;
  for (const char of code.slice(range.start, range.end)) {
    if (char === '(') open += 1;
    else if (char === ')' && open > 0) open -= 1;
    else if (char === ')') missing += 1;
  }
  let { start, end } = range;
  while (missing > 0 && start > 0) if (code[--start] === '(') missing -= 1;
  while (open > 0 && end < text.length) if (code[end++] === ')') open -= 1;
  return text.slice(start, end);
}

/** Offset of the first bracket that is never closed, or -1. */
export function unclosedBracket(text: string): number {
  const open: number[] = [];
  const code = blankLiterals(text);
  for (let at = 0; at < code.length; at += 1) {
    if ('([{'.includes(code[at]!)) open.push(at);
    else if (')]}'.includes(code[at]!)) open.pop();
  }
  return open.at(-1) ?? -1;
}
