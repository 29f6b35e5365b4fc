import { Controller, Get, Inject, Query } from '@nestjs/common';
import { z } from 'zod';
import { Engine } from '../../engine/engine.js';
import { asTierLabel } from '../../insights/words/tier-words.js';
import { auditPeople, listAudit } from '../../insights/audit.js';
import { auditSubjects } from '../../insights/words/audit-words.js';
import { Database } from '../../platform/database/database.js';
import { parseInput } from '../../platform/http/parse-input.js';
import { given, oneGiven, paging } from './list-query.js';

const query = z.object({
  ...paging,
  who: given,
  about: oneGiven(auditSubjects),
});

/** Who changed what in the product, and what reconciliations found. */
@Controller('console/api/audit')
export class AuditController {
  constructor(
    @Inject(Database) private readonly db: Database,
    @Inject(Engine) private readonly engine: Engine,
  ) {}

  @Get()
  async list(@Query() asked: unknown) {
    const { ruleset } = await this.engine.context();
    return listAudit(this.db.read, parseInput(query, asked), asTierLabel(ruleset));
  }

  @Get('people')
  async people() {
    return { items: await auditPeople(this.db.read), next: null };
  }
}
