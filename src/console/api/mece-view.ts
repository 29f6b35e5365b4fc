import {
  compileRule,
  type KeyedRule,
  type MadeUpMember,
  type Mece,
  type Vocabulary,
} from '../../domain/rules/index.js';
import { membersFor, type RealMember } from '../../insights/rule-examples.js';
import type { Sql } from '../../platform/database/sql.js';

interface MeceQuestion {
  readonly answer: Mece;
  readonly compiled: readonly KeyedRule[];
  readonly vocabulary: Vocabulary;
  readonly moment: Parameters<typeof membersFor>[2];
}

/** Of members in gaps, so many are compared with the regions. */
const MOST_IN_GAPS = 500;
/** For so many overlaps a real member is looked up: each can mean reading all members. */
const MOST_LOOKED_UP = 10;

/** The answer with a real member beside each made-up one, where there is one. */
export async function meceView(sql: Sql, { answer, compiled, vocabulary, moment }: MeceQuestion) {
  const find = (text: string, limit: number): Promise<RealMember[]> => {
    const compilation = compileRule(text, vocabulary);
    // Each rule compiles; together they can be longer than a rule may be, and then no real member is looked for.
    return compilation.ok ? membersFor(sql, compilation.rule, moment, limit) : Promise.resolve([]);
  };
  const texts = new Map(compiled.map(({ key, rule }) => [key, `(${rule.text})`]));
  const uncovered =
    answer.gaps.length === 0
      ? []
      : await find([...texts.values()].map((text) => `!${text}`).join(' && '), MOST_IN_GAPS);
  const overlaps = [];
  for (const [index, { keys, example }] of answer.overlaps.entries()) {
    const text = keys.map((key) => texts.get(key)!).join(' && ');
    const [member] = index < MOST_LOOKED_UP ? await find(text, 1) : [];
    overlaps.push({ keys, example: exampleView(example), ...memberView(member) });
  }
  return {
    exact: answer.isExact,
    gaps: answer.gaps.map(({ example, includes }) => ({
      example: exampleView(example),
      ...memberView(uncovered.find((member) => includes(member))),
    })),
    overlaps,
    unreachable: answer.unreachable,
    never: answer.never,
  };
}

const exampleView = ({ values, tags }: MadeUpMember) => ({ ...values, ...(tags.length > 0 ? { tags } : {}) });

const memberView = (member: RealMember | undefined) => (member ? { member: { id: member.id, name: member.name } } : {});
