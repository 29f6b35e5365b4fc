import { dayOf } from '../domain/day.js';
import type { CorpFigures } from '../domain/metrics/index.js';
import { phoneNumber } from '../domain/phone.js';
import { compileRule, type CompiledRule, type Predicate, type Vocabulary } from '../domain/rules/index.js';
import { membersNamed } from '../platform/database/parts-of-names.js';
import type { Dialect, Sql } from '../platform/database/sql.js';
import { OperatorMistake } from '../platform/errors.js';

export interface MemberFilter {
  /** Part of a name, or a whole external_userid, phone number or member id (also as #12). */
  readonly q?: string | undefined;
  readonly tier?: string | undefined;
  readonly stage?: string | undefined;
  readonly tag?: string | undefined;
  /** Key of a segment. */
  readonly segment?: string | undefined;
  /** A condition in CEL. */
  readonly where?: string | undefined;
  /** `seen`: the member seen last comes first. `id`: the lowest id first, for reading all members. */
  readonly sort: 'seen' | 'id';
  readonly cursor?: string | undefined;
  readonly limit: number;
}

export interface FilterMoment {
  readonly vocabulary: Vocabulary;
  readonly timeZone: string;
  readonly now: number;
}

export type Place = (value: string | number) => string;
type PredicateFrom = (firstPlaceholder: number) => Predicate;

/** The parameters of a statement, numbered as its text is written. */
export class Params {
  readonly values: (string | number | null)[] = [];
  readonly place: Place = (value) => `$${this.values.push(value)}`;

  /** As many parameters as the predicate has are added. */
  predicate(of: PredicateFrom): string {
    const { sql, params } = of(this.values.length + 1);
    this.values.push(...params);
    return `(${sql})`;
  }
}

/** The filter with its segment and its condition compiled, for the tables `member mb` and `member_metrics m`. */
export async function filterText(sql: Sql, filter: MemberFilter, moment: FilterMoment): Promise<FilterText> {
  const rules = [
    ...(filter.segment ? [ofSegment(filter.segment, moment.vocabulary)] : []),
    ...(filter.where ? [compiled(filter.where, moment.vocabulary)] : []),
  ];
  if (rules.length === 0) return new FilterText(filter, []);
  const on = { today: dayOf(moment.now, moment.timeZone), corp: await corpFigures(sql), alias: 'm' };
  return new FilterText(
    filter,
    rules.map((rule) => (firstPlaceholder) => rule.toSql(sql.dialect, { ...on, firstPlaceholder })),
  );
}

/** The conditions of a filter, without its page. */
export class FilterText {
  constructor(
    private readonly filter: MemberFilter,
    private readonly rules: readonly PredicateFrom[],
  ) {}

  get isEmpty(): boolean {
    const { q, tier, stage, tag } = this.filter;
    return !q && !tier && !stage && !tag && this.rules.length === 0;
  }

  get tag(): string | undefined {
    return this.filter.tag || undefined;
  }

  get q(): string | undefined {
    return this.filter.q || undefined;
  }

  /** What the member must fulfil, all of it. */
  conditions(params: Params): string[] {
    return [
      ...(this.q === undefined
        ? []
        : [`(${[...wholeParts(this.q, params.place, 'mb.'), nameContains(this.q, params.place)].join(' OR ')})`]),
      ...(this.tag === undefined
        ? []
        : [
            `EXISTS (SELECT 1 FROM member_tag tg WHERE tg.member_id = m.member_id AND tg.name = ${params.place(this.tag)} AND tg.want = 1)`,
          ]),
      ...this.ofFigures(params),
    ];
  }

  /** Without the search and the tag. */
  ofFigures(params: Params): string[] {
    const { tier, stage } = this.filter;
    return [
      ...(tier ? [`m.tier = ${params.place(tier)}`] : []),
      ...(stage ? [`m.stage = ${params.place(stage)}`] : []),
      ...this.rules.map((rule) => params.predicate(rule)),
    ];
  }
}

/** What a search may mean but a name; `of` comes before each column of `member`. */
function wholeParts(q: string, place: Place, of = ''): string[] {
  const number = q.replace(/^#/, '');
  const isId = /^[1-9]\d{0,14}$/.test(number);
  return [
    `${of}external_userid = ${place(q)}`,
    `${of}phone = ${place(phoneNumber(q) ?? q)}`,
    ...(isId ? [`${of}id = ${place(Number(number))}`] : []),
  ];
}

const nameContains = (q: string, place: Place): string =>
  `LOWER(mb.name) LIKE LOWER(${place(`%${q.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`)}) ESCAPE '\\'`;

/** The ids of the members found, some of them twice, and of few others. Each part reads an index of its own. */
export const searched = (dialect: Dialect, q: string, place: Place): string =>
  [...wholeParts(q, place).map((part) => `SELECT id FROM member WHERE ${part}`), membersNamed(dialect, q, place)].join(
    ' UNION ALL ',
  );

function ofSegment(key: string, vocabulary: Vocabulary): CompiledRule {
  if (vocabulary.segments?.has(key)) return compiled(`in_segment('${key}')`, vocabulary);
  throw new OperatorMistake('no_such_segment', 'there is no such segment');
}

/** Compiles a condition that an operator typed; throws an `OperatorMistake` with the place of the first problem. */
export function compiled(text: string, vocabulary: Vocabulary): CompiledRule {
  const compilation = compileRule(text, vocabulary);
  if (compilation.ok) return compilation.rule;
  const { message, hint, line, column } = compilation.problems[0]!;
  throw new OperatorMistake('bad_rule', `${message.zh}（${message.en}）${hint.zh}`, { line, column });
}

async function corpFigures(sql: Sql): Promise<CorpFigures> {
  const rows = await sql.all<{ name: string; value: number | null }>('SELECT name, value FROM corp_figure');
  return Object.fromEntries(rows.map((row) => [row.name, row.value]));
}
