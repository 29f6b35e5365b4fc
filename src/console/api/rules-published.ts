import { HttpException } from '@nestjs/common';
import { documentLabels, type RuleDocument } from '../../domain/rule-document.js';
import type { EditedSeries } from '../../features/ruleset/edit-series.js';
import type { PublishResult, RulesProblem } from '../../features/ruleset/rules.service.js';

/** What was published. Throws 400 with all problems, or 409 when somebody published in between. */
export function publishedOrRefused(
  result: PublishResult,
): Extract<PublishResult, { readonly kind: 'published' | 'unchanged' }> {
  if (result.kind === 'refused') throw refused(result.problems);
  if (result.kind === 'conflict') throw conflict(result);
  if (result.kind === 'undecided') throw undecided(result.series);
  return result;
}

const refused = (problems: readonly RulesProblem[]): HttpException =>
  new HttpException({ code: 'bad_rules', message: problems[0]?.message ?? 'the rules do not compile', problems }, 400);

/** 409: somebody has to say first what happens to the members who are in a series that the edit changes. */
const undecided = (series: readonly EditedSeries[]): HttpException =>
  new HttpException(
    {
      code: 'series_members',
      message: `还有成员在系列「${series.map(({ label }) => label.zh).join('」「')}」里：先说好他们怎么办，在 series 里写 keep、move_on 或 end (members are in series that this changes: say keep, move_on or end in series)`,
      series,
    },
    409,
  );

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
