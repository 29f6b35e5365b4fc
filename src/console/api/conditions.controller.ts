import { Body, Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { Engine } from '../../engine/engine.js';
import { asTierLabel } from '../../insights/words/tier-words.js';
import { parseInput } from '../../platform/http/parse-input.js';
import { conditionView, metricViews } from './condition-view.js';
import { conditionsBody, ruleCheckBody } from './rule-requests.js';

/** Conditions before they stand in a rule: checked, in words, as blocks; and what they may name. */
@Controller()
export class ConditionsController {
  constructor(@Inject(Engine) private readonly engine: Engine) {}

  @Post('api/v1/rules/check')
  @HttpCode(200)
  async check(@Body() body: unknown) {
    const { ruleset, vocabulary } = await this.engine.context();
    return conditionView(parseInput(ruleCheckBody, body), vocabulary, asTierLabel(ruleset));
  }

  /** Many at once: those of a whole document. */
  @Post('api/v1/rules/conditions')
  @HttpCode(200)
  async conditions(@Body() body: unknown) {
    const { ruleset, vocabulary } = await this.engine.context();
    const { texts } = parseInput(conditionsBody, body);
    return { items: texts.map((text) => conditionView(text, vocabulary, asTierLabel(ruleset))), next: null };
  }

  @Get('console/api/metrics')
  async metrics() {
    const { ruleset, vocabulary } = await this.engine.context();
    return { items: metricViews(vocabulary, asTierLabel(ruleset)), next: null };
  }
}
