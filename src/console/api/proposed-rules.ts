import { HttpException } from '@nestjs/common';
import type { Context } from '../../domain/context.js';
import type { DryRunBase } from '../../engine/dry-runs/dry-run.store.js';
import { ruleDocuments } from '../../domain/rule-document.js';
import { fileOf, type RuleTexts } from '../../features/ruleset/documents.js';
import type { RulesService } from '../../features/ruleset/rules.service.js';

export interface ProposedRules {
  readonly proposed: Context;
  readonly base: DryRunBase;
  /** Definitions of stored figures change. */
  readonly changesFigures: boolean;
}

/** Documents that say nothing about how stored figures are computed. */
const withoutFigures: ReadonlySet<string> = new Set([
  'tiers',
  'tags',
  'sending',
  'operators',
  'contact-ways',
  'segments',
  'calendar',
  'group-texts',
  'words',
]);

/** The rules as they would be with the proposed documents. Answers 400 with every mistake in them. */
export async function proposedRules(
  rules: RulesService,
  texts: Partial<RuleTexts>,
  inForce: Context,
): Promise<ProposedRules> {
  const compiled = await rules.compile(texts);
  if (!compiled.ok) {
    const { problems } = compiled;
    throw new HttpException(
      { code: 'bad_rules', message: problems[0]?.message ?? 'the rules do not compile', problems },
      400,
    );
  }
  const { ruleset } = inForce;
  const { rules: ofTexts, vocabulary, pools, ways, corpName } = compiled.rules;
  const documents = Object.fromEntries((await rules.list()).map(({ document, version }) => [document, version]));
  const inForceTexts = new Map(rules.files.map(({ name, text }) => [name, text]));
  const changesFigures = ruleDocuments.some(
    (document) =>
      !withoutFigures.has(document) && compiled.rules.texts[document] !== inForceTexts.get(fileOf(document)),
  );
  return {
    changesFigures,
    base: { ruleset: ruleset.version, documents },
    proposed: {
      ...inForce,
      ...{ vocabulary, pools, ways, corpName },
      ruleset: { ...ofTexts, version: ruleset.version + 1, campaigns: ruleset.campaigns },
    },
  };
}

/** Resolves when the work has ended, at the latest after some time. */
export async function endedOr(finished: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([finished, new Promise<void>((late) => (timer = setTimeout(late, ms)))]);
  clearTimeout(timer);
}
