import { Controller, Get, Inject, Query } from '@nestjs/common';
import { Engine } from '../../engine/engine.js';
import { listDeliveries } from '../../insights/deliveries.js';
import { rulesNow } from '../../insights/explain.js';
import { listGroups } from '../../insights/groups.js';
import { resolveMemberId } from '../../insights/member-profile.js';
import { listMoves } from '../../insights/moves.js';
import { CLOCK, type Clock } from '../../platform/clock.js';
import { Database } from '../../platform/database/database.js';
import { parseInput } from '../../platform/http/parse-input.js';
import { noSuchMember } from './no-such-member.js';
import { deliveriesQuery, movesQuery } from './requests.js';

@Controller('api/v1')
export class ListsController {
  constructor(
    @Inject(Database) private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(Engine) private readonly engine: Engine,
  ) {}

  @Get('moves')
  async moves(@Query() query: unknown) {
    const { member, stuck, ...filter } = parseInput(movesQuery, query);
    const isStuck = stuck === '1' || stuck === 'true';
    return listMoves(
      this.db.read,
      { ...filter, stuck: isStuck, member: await this.memberOf(member) },
      { now: this.clock.now(), ...this.rules },
    );
  }

  @Get('deliveries')
  async deliveries(@Query() query: unknown) {
    const { member, ...filter } = parseInput(deliveriesQuery, query);
    return listDeliveries(this.db.read, { ...filter, member: await this.memberOf(member) }, this.rules);
  }

  @Get('groups')
  async groups() {
    return { items: await listGroups(this.db.read, this.clock.now()), next: null };
  }

  private get rules() {
    return rulesNow(this.engine.rules, this.engine.vocabulary);
  }

  private async memberOf(called: string | undefined): Promise<number | undefined> {
    if (called === undefined) return undefined;
    const member = await resolveMemberId(this.db.read, called);
    if (member === null) throw noSuchMember(called);
    return member;
  }
}
