import { Body, Controller, Get, HttpCode, HttpException, Inject, Param, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { cutToCharacters } from '../../domain/cut-text.js';
import { plannedSizes } from '../../domain/experiments/plan.js';
import { withoutVariant } from '../../domain/messages/stop-variant.js';
import { Engine } from '../../engine/engine.js';
import { auditStore } from '../../features/audit/audit.store.js';
import { experimentPlanStore } from '../../features/experiments/experiment-plan.store.js';
import { TemplatesService } from '../../features/templates/templates.service.js';
import { CLOCK, type Clock } from '../../platform/clock.js';
import { Database } from '../../platform/database/database.js';
import { OperatorMistake } from '../../platform/errors.js';
import { parseInput } from '../../platform/http/parse-input.js';
import { Who, type Principal } from '../auth/principal.js';
import { problemView } from './problem-view.js';
import { campaignResults, globalResults, measuredTemplate, type Comparing } from './results.js';

const ofPeriod = z.object({ period: z.coerce.number().int().min(0).default(0) });
/** In percent, as people say it. */
const planning = z.strictObject({
  baseRate: z.number().min(0.1).max(99.9),
  difference: z.number().min(0.1).max(90),
  /** Also stored: from now on people count. Left out: only answered. */
  store: z.boolean().default(false),
});
const stopping = z.strictObject({ variant: z.string().min(1).max(16), baseVersion: z.int().min(1) });

const noSuchTemplate = (key: string): OperatorMistake =>
  new OperatorMistake('no_such_template', `there is no template ${cutToCharacters(key, 80)}`, undefined, {
    status: 404,
  });

/** What campaigns are worth: their arms compared, the size asked for beforehand, and a person's stop of a text. */
@Controller('console/api/results')
export class ResultsController {
  constructor(
    @Inject(Database) private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(Engine) private readonly engine: Engine,
    @Inject(TemplatesService) private readonly templates: TemplatesService,
  ) {}

  /** The campaigns whose present version has arms to compare, and all campaigns together. */
  @Get()
  async list() {
    const comparing = this.comparing();
    const items = [];
    for (const { key, enabled } of await this.templates.list()) {
      const measured = await measuredTemplate(comparing, key);
      const present = measured?.periods[0];
      if (!measured || !present || (present.holdoutPercent === 0 && present.variants.length < 2)) continue;
      const results = await campaignResults(comparing, measured, 0);
      if (results) items.push({ ...results, enabled });
    }
    return { items, global: await this.globally(comparing), next: null };
  }

  @Get(':key')
  async one(@Param('key') key: string, @Query() query: unknown) {
    const { period } = parseInput(ofPeriod, query);
    const comparing = this.comparing();
    const measured = await measuredTemplate(comparing, key);
    const results = measured && (await campaignResults(comparing, measured, period));
    if (!results) throw noSuchTemplate(key);
    return { ...results, enabled: (await this.templates.read(key))?.enabled ?? false };
  }

  /** How many people a comparison needs, and how many days that takes. Stored, people count from now on. */
  @Post(':key/plan')
  @HttpCode(200)
  async plan(@Param('key') key: string, @Body() body: unknown, @Who() who: Principal) {
    const { baseRate, difference, store } = parseInput(planning, body);
    const comparing = this.comparing();
    const measured = await measuredTemplate(comparing, key);
    const results = measured && (await campaignResults(comparing, measured, 0));
    if (!measured || !results) throw noSuchTemplate(key);
    const { holdoutPercent } = measured.periods[0]!;
    const question = { baseRate: baseRate / 100, difference: difference / 100 };
    const sizes = plannedSizes(question, { heldOut: holdoutPercent / 100 });
    if (store) {
      const plan = { ...question, sizes, madeAt: comparing.now, madeBy: who.name };
      await this.db.write(async (tx) => {
        await experimentPlanStore.add(tx, key, plan);
        const detail = { key, baseRate, difference, ...sizes };
        await auditStore.append(tx, { who: who.name, what: 'experiment_planned', detail }, comparing.now);
      });
    }
    const perDay = results.arms.reduce((sum, { due }) => sum + due, 0) / results.daysSoFar;
    return { sizes, perDay, stored: store };
  }

  /** Stops a text: a new version in which nobody is drawn for it. Only a person does this. */
  @Post(':key/stop-variant')
  @HttpCode(200)
  async stop(@Param('key') key: string, @Body() body: unknown, @Who() who: Principal): Promise<{ version: number }> {
    const { variant, baseVersion } = parseInput(stopping, body);
    const stored = await this.templates.version(key, baseVersion);
    if (!stored) throw noSuchTemplate(`${key}@${baseVersion}`);
    const text = withoutVariant(stored.text, variant);
    if (text === null) throw new OperatorMistake('no_such_variant', `${key} has no variant ${variant}`);
    const now = this.clock.now();
    const note = `停用版本 ${variant}`;
    const outcome = await this.db.write(async (tx) => {
      const saving = await this.templates.saveIn(tx, { key, text, note, baseVersion, by: who.name, now });
      if (saving.kind !== 'saved') return saving;
      const detail = { key, variant, version: saving.version };
      await auditStore.append(tx, { who: who.name, what: 'variant_stopped', detail }, now);
      return saving;
    });
    if (outcome.kind === 'saved') return { version: outcome.version };
    if (outcome.kind === 'refused') {
      const problems = outcome.problems.map(problemView);
      throw new HttpException({ code: 'bad_template', message: problems[0]!.message, problems }, 400);
    }
    const message = 'somebody else saved a version meanwhile';
    throw new HttpException({ code: 'version_conflict', message, version: outcome.version }, 409);
  }

  private comparing(): Comparing {
    return { sql: this.db.read, templates: this.templates, now: this.clock.now() };
  }

  private async globally(comparing: Comparing) {
    const { ruleset } = await this.engine.context();
    return globalResults(comparing, ruleset.sending.globalHoldoutPercent ?? 0);
  }
}
