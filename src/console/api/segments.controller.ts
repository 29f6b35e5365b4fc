import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { dayOf } from '../../domain/day.js';
import { Engine } from '../../engine/engine.js';
import { withSegment } from '../../features/ruleset/add-segment.js';
import { RulesService } from '../../features/ruleset/rules.service.js';
import { RulesetSource } from '../../features/ruleset/ruleset-source.js';
import type { Segment } from '../../features/ruleset/segments.js';
import { MemberSets } from '../../insights/member-sets.js';
import { listMembers } from '../../insights/members.js';
import { countSegments } from '../../insights/segments.js';
import { conditionWords } from '../../insights/words/condition-words.js';
import { asTierLabel } from '../../insights/words/tier-words.js';
import { CLOCK, type Clock } from '../../platform/clock.js';
import { OperatorMistake } from '../../platform/errors.js';
import { parseInput } from '../../platform/http/parse-input.js';
import { Who, type Principal } from '../auth/principal.js';
import { ClientLeft } from './client-left.js';
import { Questions } from './questions.js';
import { membersQuery } from './requests.js';
import { publishedOrRefused } from './rules-published.js';
import { segmentBody } from './rule-requests.js';

/** Saved rules over members, with how many members are in each now. */
@Controller('api/v1/segments')
export class SegmentsController {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(Engine) private readonly engine: Engine,
    @Inject(RulesetSource) private readonly rulesets: RulesetSource,
    @Inject(RulesService) private readonly rules: RulesService,
    @Inject(Questions) private readonly questions: Questions,
    @Inject(MemberSets) private readonly sets: MemberSets,
  ) {}

  @Get()
  async list(@ClientLeft() left: AbortSignal) {
    const { segments } = this.rulesets.compiled;
    const { corp, timeZone, ruleset } = await this.engine.context();
    const today = dayOf(this.clock.now(), timeZone);
    const { members, bySegment } = await this.questions.ask('members', left, (sql) =>
      countSegments(sql, segments, { today, corp }),
    );
    const tierLabel = asTierLabel(ruleset);
    return {
      members,
      items: segments.map(({ key, label, when, partition }) => ({
        ...{ key, label, when: when.text, partition: partition ?? null },
        words: conditionWords(when.condition, tierLabel),
        count: bySegment.get(key) ?? 0,
      })),
      next: null,
    };
  }

  @Get(':key/members')
  async members(@Param('key') key: string, @Query() query: unknown, @ClientLeft() left: AbortSignal) {
    const segment = this.named(key);
    const { vocabulary, timeZone } = await this.engine.context();
    const on = { vocabulary, timeZone, now: this.clock.now(), sets: this.sets };
    const filter = { ...parseInput(membersQuery, query), segment: segment.key };
    return this.questions.ask('members', left, (sql) => listMembers(sql, filter, on));
  }

  /** Adds a segment to the document and publishes it. */
  @Post()
  @HttpCode(200)
  async add(@Body() body: unknown, @Who() who: Principal) {
    const { note, ...segment } = parseInput(segmentBody, body);
    const { text, version } = await this.rules.read('segments');
    const edit = { document: 'segments' as const, text: withSegment(text, segment), baseVersion: version };
    const result = await this.rules.publish({ edits: [edit], note, by: who.name, now: this.clock.now() });
    return publishedOrRefused(result);
  }

  private named(key: string): Segment {
    const segment = this.rulesets.compiled.segments.find((known) => known.key === key);
    if (segment) return segment;
    throw new OperatorMistake('no_such_segment', 'there is no such segment', undefined, { status: 404 });
  }
}
