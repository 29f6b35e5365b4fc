import { Controller, Get, Inject, Param } from '@nestjs/common';
import { asMemberId } from '../../domain/ids.js';
import { Engine } from '../../engine/engine.js';
import { memberSeriesStore } from '../../features/members/member-series.store.js';
import { resolveMemberId } from '../../insights/member-profile.js';
import { membersAtStep, seriesOfMember, seriesOverview } from '../../insights/series.js';
import { asTierLabel } from '../../insights/words/tier-words.js';
import { Database } from '../../platform/database/database.js';
import { parseInput } from '../../platform/http/parse-input.js';
import { noSuchMember } from './no-such-member.js';
import { seriesStepParams } from './series-requests.js';

const MOST_LISTED = 100;

/** How members go through series. */
@Controller('api/v1')
export class SeriesController {
  constructor(
    @Inject(Database) private readonly db: Database,
    @Inject(Engine) private readonly engine: Engine,
  ) {}

  @Get('series')
  async list() {
    return { items: await seriesOverview(this.db.read, this.rules), next: null };
  }

  @Get('series/:series/steps/:step/members')
  async members(@Param() params: unknown) {
    return { items: await membersAtStep(this.db.read, parseInput(seriesStepParams, params), MOST_LISTED), next: null };
  }

  @Get('members/:id/series')
  async ofMember(@Param('id') given: string) {
    const member = await resolveMemberId(this.db.read, given);
    if (member === null) throw noSuchMember(given);
    const id = asMemberId(member);
    const states = (await memberSeriesStore.load(this.db.read, [id])).get(id) ?? [];
    return { items: await seriesOfMember(this.db.read, states, this.rules), next: null };
  }

  private get rules() {
    return { series: this.engine.rules.series, tierLabel: asTierLabel(this.engine.rules) };
  }
}
