import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { auditStore } from '../../features/audit/audit.store.js';
import { compileRule, vocabularyOf } from '../../domain/rules/index.js';
import { Engine } from '../../engine/engine.js';
import { CLOCK, type Clock } from '../../platform/clock.js';
import { Database } from '../../platform/database/database.js';
import { parseInput } from '../../platform/http/parse-input.js';
import { Who, type Principal } from '../auth/principal.js';
import { WORK_LOOP, type WorkLoop } from '../console.tokens.js';
import { ruleCheckBody } from './requests.js';
import { problemView } from './problem-view.js';

@Controller('api/v1')
export class RulesController {
  constructor(
    @Inject(Database) private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(Engine) private readonly engine: Engine,
    @Inject(WORK_LOOP) private readonly workLoop: WorkLoop,
  ) {}

  @Post('rules/check')
  @HttpCode(200)
  async check(@Body() body: unknown) {
    const { ruleset } = await this.engine.context();
    const compilation = compileRule(parseInput(ruleCheckBody, body).text, vocabularyOf(ruleset.tiers));
    return compilation.ok
      ? { ok: true, metrics: compilation.rule.metrics }
      : { ok: false, problems: compilation.problems.map(problemView) };
  }

  @Post('reviews')
  @HttpCode(200)
  async review(@Who() who: Principal): Promise<{ reviewed: number; changed: number }> {
    await this.db.write((tx) =>
      auditStore.append(tx, { who: who.name, what: 'review_asked', detail: {} }, this.clock.now()),
    );
    const { reviewed, changed } = await this.workLoop.review();
    return { reviewed, changed };
  }
}
