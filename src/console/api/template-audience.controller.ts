import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { z } from 'zod';
import { dayOf } from '../../domain/day.js';
import { audienceRule, figureQuestions } from '../../domain/messages/audience-figures.js';
import { variablesWith } from '../../domain/messages/index.js';
import { Engine } from '../../engine/engine.js';
import { TemplatesService } from '../../features/templates/templates.service.js';
import { countSegments } from '../../insights/segments.js';
import { CLOCK, type Clock } from '../../platform/clock.js';
import { parseInput } from '../../platform/http/parse-input.js';
import { ClientLeft } from './client-left.js';
import { Questions } from './questions.js';

const asking = z.strictObject({ text: z.string().max(200_000) });
const AUDIENCE = 'audience';

/** Whom a text would be for, and for how many of them a figure in it is unknown or 0. */
@Controller('console/api/templates')
export class TemplateAudienceController {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(Engine) private readonly engine: Engine,
    @Inject(TemplatesService) private readonly templates: TemplatesService,
    @Inject(Questions) private readonly questions: Questions,
  ) {}

  @Post('audience')
  @HttpCode(200)
  async audience(@Body() body: unknown, @ClientLeft() left: AbortSignal) {
    const check = this.templates.check(parseInput(asking, body).text);
    const { vocabulary, corp, timeZone } = await this.engine.context();
    const everybody = check.ok ? audienceRule(check.template, vocabulary) : null;
    if (!check.ok || !everybody) return { ok: false as const };
    const questions = figureQuestions(check.template, vocabulary);
    const asked = questions.map(({ rule }, index) => ({ key: String(index), when: rule }));
    const today = dayOf(this.clock.now(), timeZone);
    const { bySegment } = await this.questions.ask('members', left, (sql) =>
      countSegments(sql, [{ key: AUDIENCE, when: everybody }, ...asked], { today, corp }),
    );
    const variables = variablesWith(vocabulary.own).byName;
    return {
      ok: true as const,
      members: bySegment.get(AUDIENCE) ?? 0,
      figures: questions.flatMap(({ variable, asks, rule }, index) => {
        const members = bySegment.get(String(index)) ?? 0;
        const label = variables.get(variable)?.label ?? { zh: variable, en: variable };
        return members === 0 ? [] : [{ variable, label, asks, members, where: rule.text }];
      }),
    };
  }
}
