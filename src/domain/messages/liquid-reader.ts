import type { LocalizedText } from '../localized-text.js';
import type { Lexeme } from './liquid-lexer.js';
import { readLink, type FilterUse, type LinkUse } from './link-check.js';
import { nearestName } from '../rules/nearest-name.js';

import type { Finding } from './problem.js';

export interface VariableUse {
  readonly name: string;
  readonly at: number;
  /** The value itself is printed, not only compared or filtered as an argument. */
  readonly printed: boolean;
}

const literals = new Set(['true', 'false', 'nil', 'null', 'empty', 'blank']);
const comparisons = new Set(['==', '!=', '<>', '>', '<', '>=', '<=', 'contains']);

/** Ends the parsing of one `{{ }}` or `{% %}` at its first mistake. */
class Unreadable extends Error {
  constructor(readonly finding: Finding) {
    super(finding.message.en);
  }
}

/**
 * Parses one expression strictly. LiquidJS ignores what it does not understand (`{{ name nmae }}` prints the name, and
 * `{% if orders_total > %}` is never true), so a mistyped text would be sent.
 */
export class ExpressionReader {
  private next = 0;
  readonly uses: VariableUse[] = [];
  readonly findings: Finding[] = [];
  readonly links: LinkUse[] = [];

  constructor(
    private readonly lexemes: readonly Lexeme[],
    private readonly end: number,
    private readonly filters: ReadonlySet<string>,
  ) {}

  /** `name | truncate: 6` */
  output(): void {
    this.whole(() => this.filtered(true));
  }

  /** `orders_total >= 1 and tier != 'loyal'` */
  condition(): void {
    this.whole(() => {
      do {
        if (this.peek()?.text === 'not') this.next += 1;
        this.value(false);
        const operator = this.peek();
        if (operator && comparisons.has(operator.text)) {
          this.next += 1;
          this.value(false);
        }
      } while (this.take('operator', 'and') ?? this.take('operator', 'or'));
    });
  }

  /** The value of a `case`. */
  subject(): void {
    this.whole(() => this.value(false));
  }

  /** `'a', 'b'` after a `when`. */
  alternatives(): void {
    this.whole(() => {
      do this.value(false);
      while (this.take('mark', ',') ?? this.take('operator', 'or'));
    });
  }

  /** `count = messages_total | plus: 1`; returns the new name. */
  assignment(): string | undefined {
    let name: string | undefined;
    this.whole(() => {
      name = this.newName();
      if (!this.take('mark', '=')) this.fail({ zh: '这里要写等号', en: 'an equals sign is wanted here' });
      this.filtered(false);
    });
    return name;
  }

  /** The name of a `capture`. */
  capture(): string | undefined {
    let name: string | undefined;
    this.whole(() => {
      name = this.newName();
    });
    return name;
  }

  nothing(): void {
    this.whole(() => undefined);
  }

  private whole(read: () => void): void {
    try {
      read();
      const rest = this.peek();
      if (rest) this.fail({ zh: `多出来的内容：${rest.text}`, en: `this does not belong here: ${rest.text}` });
    } catch (problem) {
      if (!(problem instanceof Unreadable)) throw problem;
      this.findings.push(problem.finding);
    }
  }

  private filtered(printed: boolean): void {
    const value = this.peek();
    const filters: FilterUse[] = [];
    this.value(printed);
    while (this.take('mark', '|')) {
      const name = this.take('word');
      if (!name) this.fail({ zh: '竖线后面要写过滤器的名字', en: 'the name of a filter is wanted after the bar' });
      if (!this.filters.has(name.text)) this.findings.push(unknownFilter(name, this.filters));
      const args: Lexeme[] = [];
      filters.push({ name, args });
      if (this.take('mark', ':')) {
        do {
          args.push(...[this.peek()].filter((lexeme) => lexeme !== undefined));
          this.value(false);
        } while (this.take('mark', ','));
      }
    }
    const { links, findings } = readLink(value, filters, printed);
    this.links.push(...links);
    this.findings.push(...findings);
  }

  private value(printed: boolean): void {
    const lexeme = this.peek();
    if (lexeme?.kind === 'string' || lexeme?.kind === 'number') {
      this.next += 1;
      return;
    }
    if (lexeme?.kind !== 'word') this.fail({ zh: '这里要写一个变量或值', en: 'a variable or a value is wanted here' });
    this.next += 1;
    if (literals.has(lexeme.text)) return;
    this.uses.push({ name: lexeme.text, at: lexeme.at, printed });
    const after = this.peek();
    if (after?.text === '.' || after?.text === '[') {
      this.fail({ zh: `${lexeme.text} 就是一个值，后面不能再取`, en: `${lexeme.text} is one value: it has no parts` });
    }
  }

  private newName(): string {
    const name = this.take('word');
    if (!name || literals.has(name.text)) this.fail({ zh: '这里要起一个名字', en: 'a name is wanted here' });
    return name.text;
  }

  private peek(): Lexeme | undefined {
    return this.lexemes[this.next];
  }

  private take(kind: Lexeme['kind'], text?: string): Lexeme | undefined {
    const lexeme = this.peek();
    if (lexeme?.kind !== kind || (text !== undefined && lexeme.text !== text)) return undefined;
    this.next += 1;
    return lexeme;
  }

  private fail(message: LocalizedText): never {
    throw new Unreadable({
      code: 'bad_expression',
      at: this.peek()?.at ?? this.end,
      message,
      hint: {
        zh: '例如 {{ name }}、{{ spend_yuan | number }}、{% if orders_total >= 1 %}',
        en: 'for example {{ name }}, {{ spend_yuan | number }}, {% if orders_total >= 1 %}',
      },
    });
  }
}

function unknownFilter(name: Lexeme, filters: ReadonlySet<string>): Finding {
  const meant = nearestName(name.text, filters);
  const all = [...filters].join(', ');
  return {
    code: 'unknown_filter',
    at: name.at,
    message: { zh: `没有这个过滤器：${name.text}`, en: `no such filter: ${name.text}` },
    hint: meant
      ? { zh: `是不是想写 ${meant}？`, en: `did you mean ${meant}?` }
      : { zh: `可以用：${all}`, en: `there are: ${all}` },
  };
}
