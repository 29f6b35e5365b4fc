import { Body, Controller, Get, HttpCode, HttpException, Inject, Post } from '@nestjs/common';
import { auditStore } from '../../features/audit/audit.store.js';
import { dayOf } from '../../domain/day.js';
import type { MetricDefinition } from '../../domain/metrics/index.js';
import { checkMece, compileRule, type CompiledRule, type Vocabulary } from '../../domain/rules/index.js';
import { clustersOf } from '../../domain/thresholds/clusters.js';
import { distributionOf } from '../../domain/thresholds/distribution.js';
import { sampleMetric, samplePairs } from '../../features/members/metric-sample.store.js';
import { RulesService } from '../../features/ruleset/rules.service.js';
import { thresholdNotes } from '../../insights/threshold-notes.js';
import { OperatorMistake } from '../../platform/errors.js';
import { ClientLeft } from './client-left.js';
import { meceView } from './mece-view.js';
import { Questions } from './questions.js';
import { chosenCutBody, compileBody, meceBody, thresholdsBody } from './rule-requests.js';
import { Engine } from '../../engine/engine.js';
import { CLOCK, type Clock } from '../../platform/clock.js';
import { Database } from '../../platform/database/database.js';
import { runInTimeSlices } from '../../platform/time-slices.js';
import { parseInput } from '../../platform/http/parse-input.js';
import { Who, type Principal } from '../auth/principal.js';
import { WORK_LOOP, type WorkLoop } from '../console.tokens.js';
import { problemView } from './problem-view.js';

@Controller('api/v1')
export class RulesController {
  constructor(
    @Inject(Database) private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(Engine) private readonly engine: Engine,
    @Inject(WORK_LOOP) private readonly workLoop: WorkLoop,
    @Inject(Questions) private readonly questions: Questions,
    @Inject(RulesService) private readonly rules: RulesService,
  ) {}

  /** Whether every member fits exactly one of the rules. */
  @Post('rules/mece')
  @HttpCode(200)
  async mece(@Body() body: unknown, @ClientLeft() left: AbortSignal) {
    const { rules, ordered } = parseInput(meceBody, body);
    const { vocabulary, corp, timeZone } = await this.engine.context();
    const compiled = rules.map(({ key, when }) => ({ key, rule: compiledOrRefused(key, when, vocabulary) }));
    const moment = { corp, timeZone, now: this.clock.now(), own: vocabulary.own };
    return this.questions.ask('dry_run', left, async (sql) => {
      const answer = await runInTimeSlices(checkMece(compiled, vocabulary, ordered));
      return meceView(sql, { answer, compiled, vocabulary, moment });
    });
  }

  /** Whether the segments of a text that claim to partition do: each gap and overlap with a member. Nothing is stored. */
  @Post('rules/partitions')
  @HttpCode(200)
  async partitions(@Body() body: unknown, @ClientLeft() left: AbortSignal) {
    const compiled = await this.rules.compile(parseInput(compileBody, body).texts);
    if (!compiled.ok) return { ok: false, problems: compiled.problems, partitions: [] };
    const { vocabulary } = compiled.rules;
    const { corp, timeZone } = await this.engine.context();
    const moment = { corp, timeZone, now: this.clock.now(), own: vocabulary.own };
    return this.questions.ask('dry_run', left, async (sql) => {
      const partitions = [];
      for (const { name, segments } of this.rules.newPartitions(compiled.rules)) {
        const rules = segments.map(({ key, when }) => ({ key, rule: when }));
        const answer = await runInTimeSlices(checkMece(rules, vocabulary));
        partitions.push({ name, ...(await meceView(sql, { answer, compiled: rules, vocabulary, moment })) });
      }
      return { ok: true, problems: [], partitions };
    });
  }

  /** How a metric is spread over the members, and where it may be cut. */
  @Post('rules/thresholds')
  @HttpCode(200)
  async thresholds(@Body() body: unknown, @ClientLeft() left: AbortSignal) {
    const { metric: name, by, classes } = parseInput(thresholdsBody, body);
    const { vocabulary, timeZone } = await this.engine.context();
    const [metric, second] = [measurable(name, vocabulary), by === undefined ? null : measurable(by, vocabulary)];
    const today = dayOf(this.clock.now(), timeZone);
    return this.questions.ask('dry_run', left, async (sql) => {
      const { values, nulls, oneIn } = await sampleMetric(sql, metric, today);
      const distribution = { metric: name, classes, nulls, oneIn, ...distributionOf(values, classes) };
      if (second === null) return distribution;
      const { points, leftOut, oneIn: oneInPairs } = await samplePairs(sql, [metric, second], today);
      const clusters = await runInTimeSlices(clustersOf(points, classes));
      return { ...distribution, pairs: { by, leftOut, oneIn: oneInPairs, points, ...clusters } };
    });
  }

  /** Thresholds of rules that the data of this month would put elsewhere. */
  @Get('rules/thresholds/notes')
  async notes() {
    return { items: await thresholdNotes(this.db.read), next: null };
  }

  /** A person took a cut into a rule. The rule itself comes into force when it is published. */
  @Post('rules/thresholds/chosen')
  @HttpCode(200)
  async chosen(@Body() body: unknown, @Who() who: Principal) {
    const { metric, method, cut, classes } = parseInput(chosenCutBody, body);
    const { vocabulary } = await this.engine.context();
    const { name } = measurable(metric, vocabulary);
    await this.db.write((tx) =>
      auditStore.append(
        tx,
        { who: who.name, what: 'threshold_chosen', detail: { metric: name, method, cut, classes } },
        this.clock.now(),
      ),
    );
    return { noted: true };
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

/** Answers with the rule's key, the place of its mistake, and what to do. */
function compiledOrRefused(key: string, text: string, vocabulary: Vocabulary): CompiledRule {
  const compilation = compileRule(text, vocabulary);
  if (compilation.ok) return compilation.rule;
  const problems = compilation.problems.map(problemView);
  throw new HttpException({ code: 'bad_rule', message: `${key}: ${problems[0]!.message}`, key, problems }, 400);
}

/** A corp figure is the same for all, and a text or flag has no order. */
function measurable(name: string, { metrics }: Vocabulary): MetricDefinition {
  const metric = metrics.get(name);
  if (metric?.type === 'int' && !('corp' in metric.read)) return metric;
  throw new OperatorMistake('no_such_metric', `${name} is not a figure of members: name one, such as orders_90d`);
}
