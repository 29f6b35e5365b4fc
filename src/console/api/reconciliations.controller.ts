import { Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { auditStore } from '../../features/audit/audit.store.js';
import { RulesetSource } from '../../features/ruleset/ruleset-source.js';
import { rulesNow } from '../../insights/explain.js';
import { findReconciliation, listReconciliations } from '../../insights/reconciliations.js';
import { driftKinds, listDrift } from '../../insights/drift.js';
import { resolveMemberId } from '../../insights/member-profile.js';
import { CLOCK, type Clock } from '../../platform/clock.js';
import { Database } from '../../platform/database/database.js';
import { OperatorMistake } from '../../platform/errors.js';
import { parseInput } from '../../platform/http/parse-input.js';
import { Who, type Principal } from '../auth/principal.js';
import { START_RECONCILIATION, type StartReconciliation } from '../console.tokens.js';
import { given, oneGiven, paging } from './list-query.js';
import { noSuchMember } from './no-such-member.js';

const query = z.object(paging);
const driftQuery = z.object({
  ...paging,
  kind: oneGiven(driftKinds),
  member: given,
});
const params = z.object({ id: z.coerce.number().int().positive() });

/** Starts a reconciliation with the corp, and shows the results of earlier ones. */
@Controller('console/api/comparisons')
export class ReconciliationsController {
  constructor(
    @Inject(Database) private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RulesetSource) private readonly rulesets: RulesetSource,
    @Inject(START_RECONCILIATION) private readonly startReconciliation: StartReconciliation,
  ) {}

  private get rules() {
    return rulesNow(this.rulesets.rules, this.rulesets.vocabulary);
  }

  @Get()
  list(@Query() asked: unknown) {
    return listReconciliations(this.db.read, parseInput(query, asked));
  }

  @Get(':id')
  async one(@Param() named: unknown, @Query() asked: unknown) {
    const { id } = parseInput(params, named);
    const run = await findReconciliation(this.db.read, id);
    if (!run)
      throw new OperatorMistake('no_such_comparison', `there is no comparison ${id}`, undefined, { status: 404 });
    const { member: called, ...filter } = parseInput(driftQuery, asked);
    const member = called === undefined ? undefined : await resolveMemberId(this.db.read, called);
    if (member === null) throw noSuchMember(called ?? '');
    return { run, ...(await listDrift(this.db.read, run, { ...filter, member }, this.rules)) };
  }

  /** Answers at once; the reconciliation goes on, and the list and the connection page show its progress. */
  @Post()
  @HttpCode(202)
  async begin(@Who() who: Principal): Promise<{ readonly started: true }> {
    switch (this.startReconciliation()) {
      case 'started':
        await this.db.write((tx) =>
          auditStore.append(tx, { who: who.name, what: 'comparison_asked', detail: {} }, this.clock.now()),
        );
        return { started: true };
      case 'under_way':
        throw new OperatorMistake('comparison_under_way', 'a comparison is under way already', undefined, {
          status: 409,
        });
      case 'nothing_to_compare':
        throw new OperatorMistake('nothing_to_compare', 'no channel that can be compared is connected', undefined, {
          status: 409,
        });
    }
  }
}
