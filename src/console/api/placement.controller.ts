import { Body, Controller, Get, HttpCode, Inject, Post, Query } from '@nestjs/common';
import { dayOf } from '../../domain/day.js';
import { asMemberId } from '../../domain/ids.js';
import { Engine } from '../../engine/engine.js';
import { placeMember } from '../../engine/place-members.js';
import { listMisplaced, placement, type PlacementContext } from '../../insights/placement.js';
import { reasonLabel } from '../../insights/words/reason-words.js';
import { CLOCK, type Clock } from '../../platform/clock.js';
import { Database } from '../../platform/database/database.js';
import { parseInput } from '../../platform/http/parse-input.js';
import { Who, type Principal } from '../auth/principal.js';
import { WORK_LOOP, type WorkLoop } from '../console.tokens.js';
import { misplacedQuery, placingBody } from './requests.js';
import { waitForEngine } from './wait-for-engine.js';

/** Who is in the group of their tier, who is not and why, and what a person can do for many at once. */
@Controller('api/v1/placement')
export class PlacementController {
  constructor(
    @Inject(Database) private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(Engine) private readonly engine: Engine,
    @Inject(WORK_LOOP) private readonly workLoop: WorkLoop,
  ) {}

  @Get()
  async overview() {
    return placement(this.db.read, await this.context());
  }

  @Get('members')
  async members(@Query() query: unknown) {
    return listMisplaced(this.db.read, parseInput(misplacedQuery, query), await this.context());
  }

  /** Each member is a transaction of their own, so that a long list does not hold up other writes. A repeat goes on with the rest. */
  @Post('actions')
  @HttpCode(200)
  async act(@Body() body: unknown, @Who() who: Principal) {
    const { action, members } = parseInput(placingBody, body);
    const context = await this.engine.context();
    const items = [];
    for (const member of new Set(members)) {
      const { outcome, code } = await this.db.write((tx) =>
        placeMember({ tx, context, now: this.clock.now() }, asMemberId(member), { action, by: who.name }),
      );
      items.push({ memberId: member, outcome, code, label: reasonLabel(code) });
    }
    await waitForEngine(this.workLoop);
    return { items };
  }

  private async context(): Promise<PlacementContext> {
    const { ruleset, timeZone } = await this.engine.context();
    const now = this.clock.now();
    return { tiers: ruleset.tiers, moves: ruleset.moves, today: dayOf(now, timeZone), now, timeZone };
  }
}
