import { Tokenizer, TokenKind, type TagToken, type TopLevelToken } from 'liquidjs';

/** The part of a text that is the same for every member. */
export interface ShortestText {
  readonly bytes: number;
  /** Offset of the character that exceeds `limit`; null if none does. */
  readonly passedAt: number | null;
  /** The text can print anything at all. */
  readonly saysAnything: boolean;
  /** Text outside of all branches, without tags. */
  readonly fixed: string;
  /** Contents of `{{ }}` outside of all branches. */
  readonly printed: readonly string[];
}

interface Block {
  readonly name: string;
  readonly at: number;
  /** Bytes of each finished branch. */
  readonly branches: number[];
  bytes: number;
  isExhaustive: boolean;
}

const opens: ReadonlySet<string> = new Set(['if', 'unless', 'case', 'capture', 'comment']);
const branches: ReadonlySet<string> = new Set(['elsif', 'else', 'when']);

/** Measures a valid text. Blanks do not count, because superfluous ones are removed when it is rendered. */
export function shortestText(text: string, limit: number): ShortestText {
  const tokens: readonly TopLevelToken[] = new Tokenizer(text).readTopLevelTokens();
  const root: Block = { name: '', at: 0, branches: [], bytes: 0, isExhaustive: true };
  const open: Block[] = [root];
  const printed: string[] = [];
  let [fixed, saysAnything] = ['', false];
  let passedAt: number | null = null;
  for (const token of tokens) {
    const block = open.at(-1)!;
    const isSilent = open.some(({ name }) => name === 'capture' || name === 'comment');
    if (token.kind === TokenKind.HTML) {
      const words = text.slice(token.begin, token.end);
      saysAnything ||= !isSilent && words.trim() !== '';
      if (block === root) fixed += words;
      if (block === root && passedAt === null) passedAt = passing(words, limit - block.bytes, token.begin);
      block.bytes += bytesOf(words);
    } else if (token.kind === TokenKind.Output) {
      saysAnything ||= !isSilent;
      if (block === root) printed.push(text.slice(token.begin + 2, token.end - 2));
    } else if (token.kind === TokenKind.Tag) {
      const { name } = token as TagToken;
      if (opens.has(name)) open.push({ name, at: token.begin, branches: [], bytes: 0, isExhaustive: false });
      else if (branches.has(name)) nextBranch(block, name);
      else if (name.startsWith('end') && open.length > 1) {
        open.pop();
        const parent = open.at(-1)!;
        parent.bytes += shortestBranch(block);
        if (parent === root && passedAt === null && root.bytes > limit) passedAt = block.at;
      }
    }
  }
  return { bytes: root.bytes, passedAt, saysAnything, fixed, printed };
}

function nextBranch(block: Block, name: string): void {
  // Text before the first `when` is never printed.
  if (block.name !== 'case' || block.branches.length > 0 || name !== 'when') block.branches.push(block.bytes);
  else block.branches.push(Infinity);
  block.bytes = 0;
  block.isExhaustive ||= name === 'else';
}

function shortestBranch({ name, branches: before, bytes, isExhaustive }: Block): number {
  if (name === 'capture' || name === 'comment') return 0;
  return isExhaustive ? Math.min(...before, bytes) : 0;
}

const bytesOf = (words: string): number => Buffer.byteLength(words.replace(/\s/g, ''));

/** Offset at which `words` exceed `left` bytes; null if they do not. */
function passing(words: string, left: number, at: number): number | null {
  let used = 0;
  let offset = at;
  for (const character of words) {
    if (!/\s/.test(character)) used += Buffer.byteLength(character);
    if (used > left) return offset;
    offset += character.length;
  }
  return null;
}
