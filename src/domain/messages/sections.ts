import type { Finding } from './problem.js';

export interface Section {
  readonly text: string;
  /** Offset of the text in the file. */
  readonly at: number;
}

export interface BodySection extends Section {
  /** Null for a text without a variant in its marker. */
  readonly variant: string | null;
  readonly mass: boolean;
  /** Offset of the line that opens it. */
  readonly markerAt: number;
}

export interface Sections {
  readonly front: Section | null;
  readonly bodies: readonly BodySection[];
  readonly findings: readonly Finding[];
}

const marker = /^---[ \t]*(\S.*?)[ \t]*---[ \t]*$/;
const meaning = /^(?<mass>mass)?\s*(?:variant\s+(?<variant>\S+))?$/;

/** Splits a template file at its markers: `---` around the front matter, then `--- variant B ---`, `--- mass ---`, `--- mass variant B ---`. */
export function sectionsOf(file: string): Sections {
  const lines = linesOf(file);
  const close = lines.findIndex((line, index) => index > 0 && line.text.trimEnd() === '---');
  if (lines[0]?.text.trimEnd() !== '---' || close === -1) {
    return { front: null, bodies: [], findings: [noFrontMatter] };
  }
  const frontAt = lines[1]?.at ?? 0;
  const closing = lines[close]!;
  const front = { text: file.slice(frontAt, closing.at), at: frontAt };

  const findings: Finding[] = [];
  const bodies: BodySection[] = [];
  let current = {
    variant: null as string | null,
    mass: false,
    markerAt: closing.at,
    at: lines[close + 1]?.at ?? file.length,
  };
  const finish = (end: number): void => void bodies.push({ ...current, text: file.slice(current.at, end) });
  for (const [index, line] of lines.entries()) {
    const words = index > close ? marker.exec(line.text)?.[1] : undefined;
    if (words === undefined) continue;
    const groups = meaning.exec(words)?.groups;
    if (!groups) {
      findings.push(unknownMark(words, line.at));
      continue;
    }
    finish(line.at);
    current = {
      variant: groups['variant'] ?? null,
      mass: groups['mass'] !== undefined,
      markerAt: line.at,
      at: lines[index + 1]?.at ?? file.length,
    };
  }
  finish(file.length);
  return { front, bodies, findings };
}

function linesOf(file: string): { text: string; at: number }[] {
  let at = 0;
  return file.split('\n').map((text) => {
    const line = { text, at };
    at += text.length + 1;
    return line;
  });
}

const noFrontMatter: Finding = {
  code: 'no_front_matter',
  at: 0,
  message: {
    zh: '文件开头缺少两行 --- 之间的设置',
    en: 'the settings between two lines of --- are missing at the top',
  },
  hint: {
    zh: '第一行写 ---，接着 key、name、kind、trigger、channels，再一行 ---，然后是正文',
    en: 'start with ---, then key, name, kind, trigger, channels, then --- again, then the text',
  },
};

const unknownMark = (words: string, at: number): Finding => ({
  code: 'unknown_section',
  at,
  message: { zh: `看不懂这一段的标记：${words}`, en: `this mark means nothing: ${words}` },
  hint: {
    zh: '可以写 --- mass ---、--- variant B --- 或 --- mass variant B ---',
    en: 'there are --- mass ---, --- variant B --- and --- mass variant B ---',
  },
});
