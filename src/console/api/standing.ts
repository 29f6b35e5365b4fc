import type { Because } from '../../domain/because.js';
import type { Context } from '../../domain/context.js';
import type { Decision } from '../../domain/decide.js';
import type { LocalizedText } from '../../domain/localized-text.js';
import { asMemberId } from '../../domain/ids.js';
import { compileRule } from '../../domain/rules/index.js';
import { becauseOf } from '../../domain/ruleset.js';
import { loadEvaluations } from '../../engine/load-evaluations.js';
import { explained, rulesNow, type Unexplained } from '../../insights/explain.js';
import { latestBecauses } from '../../insights/latest-becauses.js';
import { tagsOn } from '../../insights/member-profile.js';
import { layerLabel } from '../../insights/words/layer-words.js';
import type { BecauseView } from '../../insights/words/because-words.js';
import type { Sql } from '../../platform/database/sql.js';

/** Something that a member is or has now, and why. */
interface Standing {
  readonly what: 'tier' | 'stage' | 'tag' | 'segment';
  readonly key: string;
  readonly label: LocalizedText;
  /** Epoch ms; null for a segment, which is not stored but asked. */
  readonly since: number | null;
  /** A tag that staff put on by hand. */
  readonly isByStaff: boolean;
  /** Null for what staff did by hand, and where no decision is stored. */
  readonly because: BecauseView | null;
}

/** What a member is now, and why: tier, stage, every tag and every segment. Null for a member who does not exist. */
export async function standingOf(sql: Sql, member: number, context: Context, now: number): Promise<Standing[] | null> {
  const [evaluation] = await loadEvaluations(sql, [asMemberId(member)], context, now);
  if (!evaluation) return null;
  const rules = rulesNow(context.ruleset, context.vocabulary);
  const { tier, tierSince, stage, stageSince } = evaluation.stored;
  const latest = await latestBecauses(sql, member);
  const standing: Unexplained<Standing>[] = [
    ...(tier === null
      ? []
      : [
          {
            what: 'tier' as const,
            key: tier,
            label: rules.tierLabel(tier),
            since: tierSince,
            isByStaff: false,
            because: latest.tier,
          },
        ]),
    ...(stage === null
      ? []
      : [
          {
            ...{ what: 'stage' as const, key: stage, label: layerLabel('stage', stage) ?? { zh: stage, en: stage } },
            ...{ since: stageSince, isByStaff: false, because: latest.stage },
          },
        ]),
    ...(await tagsOn(sql, member)).map(({ name, origin, since }) => ({
      ...{ what: 'tag' as const, key: name, label: { zh: name, en: name }, since },
      isByStaff: origin === 'staff',
      because: origin === 'staff' ? null : (latest.tags.get(name) ?? null),
    })),
    ...segmentsOf(evaluation.decision, context),
  ];
  return explained<Standing>(sql, standing, rules, ({ since }) => since ?? now);
}

/** The segments that the member is in now. */
function segmentsOf(
  { values, tagNames }: Pick<Decision, 'values' | 'tagNames'>,
  { vocabulary, ruleset }: Context,
): Unexplained<Standing>[] {
  return [...(vocabulary.segments?.values() ?? [])].flatMap(({ key, label, text }) => {
    const compilation = compileRule(text, vocabulary);
    if (!compilation.ok || !compilation.rule.holds(values, tagNames)) return [];
    const because: Because = becauseOf(`segment:${key}`, ruleset.version, compilation.rule.explain(values, tagNames));
    return [{ what: 'segment', key, label, since: null, isByStaff: false, because }];
  });
}
