/** A token within `{{ }}` or `{% %}`; `at` is its offset in the body. */
export interface Lexeme {
  readonly kind: 'word' | 'string' | 'number' | 'operator' | 'mark' | 'junk';
  readonly text: string;
  readonly at: number;
}

const pattern =
  /\s+|(?<string>"[^"]*"|'[^']*')|(?<number>-?\d+(?:\.\d+)?(?![\w.]))|(?<word>[\p{L}_][\p{L}\p{N}_-]*)|(?<operator>==|!=|<>|>=|<=|>|<)|(?<mark>[|:,.=?[\]])|(?<junk>.)/dgsu;

const wordOperators = new Set(['contains', 'and', 'or', 'not']);

export function lexemesOf(content: string, offset: number): Lexeme[] {
  const lexemes: Lexeme[] = [];
  for (const match of content.matchAll(pattern)) {
    for (const [kind, text] of Object.entries(match.groups ?? {})) {
      if (text === undefined) continue;
      const isOperator = kind === 'word' && wordOperators.has(text);
      lexemes.push({ kind: isOperator ? 'operator' : (kind as Lexeme['kind']), text, at: offset + match.index });
    }
  }
  return lexemes;
}
