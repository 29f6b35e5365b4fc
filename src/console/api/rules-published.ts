import { HttpException } from '@nestjs/common';
import { documentLabels, type RuleDocument } from '../../domain/rule-document.js';
import type { PublishResult, RulesProblem } from '../../features/ruleset/rules.service.js';

/** What was published. Throws 400 with all problems, or 409 when somebody published in between. */
export function publishedOrRefused(
  result: PublishResult,
): Extract<PublishResult, { readonly kind: 'published' | 'unchanged' }> {
  if (result.kind === 'refused') throw refused(result.problems);
  if (result.kind === 'conflict') throw conflict(result);
  return result;
}

const refused = (problems: readonly RulesProblem[]): HttpException =>
  new HttpException({ code: 'bad_rules', message: problems[0]?.message ?? 'the rules do not compile', problems }, 400);

const conflict = (on: { readonly document: RuleDocument; readonly version: number }): HttpException =>
  new HttpException(
    {
      code: 'version_conflict',
      message: `${documentLabels[on.document].zh}已有第 ${on.version} 版，请先看过再发布 (version ${on.version} of ${on.document} was published in between)`,
      document: on.document,
      version: on.version,
    },
    409,
  );
