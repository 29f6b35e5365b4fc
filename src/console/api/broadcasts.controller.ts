import { Body, Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { Engine } from '../../engine/engine.js';
import { auditStore } from '../../features/audit/audit.store.js';
import { broadcastStore } from '../../features/broadcasts/broadcast.store.js';
import { broadcastProgress } from '../../insights/broadcast-progress.js';
import { CLOCK, type Clock } from '../../platform/clock.js';
import { Database } from '../../platform/database/database.js';
import { OperatorMistake } from '../../platform/errors.js';
import { parseInput } from '../../platform/http/parse-input.js';
import { Who, type Principal } from '../auth/principal.js';
import { broadcastBody } from './broadcast-requests.js';

const MOST_LISTED = 50;
/** An audience changes all the time. With so many more or fewer than the person saw, it is another one. */
const TOLERANCE = { share: 0.1, people: 5 };

/** Templates that a person sends to their whole audience at once. */
@Controller('api/v1/broadcasts')
export class BroadcastsController {
  constructor(
    @Inject(Database) private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(Engine) private readonly engine: Engine,
  ) {}

  @Get()
  async list() {
    const broadcasts = await broadcastStore.list(this.db.read, MOST_LISTED);
    const items = await Promise.all(
      broadcasts.map(async ({ plannedTo: _, ...broadcast }) => ({
        ...broadcast,
        messages: await broadcastProgress(this.db.read, broadcast.id),
      })),
    );
    return { items, next: null };
  }

  @Post()
  @HttpCode(200)
  async start(@Body() body: unknown, @Who() who: Principal) {
    const { template, people: seen } = parseInput(broadcastBody, body);
    const [context, now] = [await this.engine.context(), this.clock.now()];
    const campaign = context.ruleset.campaigns.find(({ key }) => key === template);
    if (campaign?.trigger.on !== 'broadcast') throw notForBroadcasts(template);
    const people = await broadcastStore.countAudience(this.db.read, campaign.audience, { context, now });
    if (Math.abs(people - seen) > Math.max(TOLERANCE.people, seen * TOLERANCE.share)) throw otherAudience(people, seen);
    const id = await this.db.write(async (tx) => {
      const started = await broadcastStore.start(tx, { template, people, by: who.name }, now);
      if (started === null) throw underWay(template);
      const detail = { key: template, concerned: people };
      await auditStore.append(tx, { who: who.name, what: 'broadcast_started', detail }, now);
      return started;
    });
    this.engine.broadcastWaits();
    return { id, people };
  }
}

const notForBroadcasts = (key: string): OperatorMistake =>
  new OperatorMistake(
    'no_such_broadcast',
    `没有启用的、trigger 是 {on: broadcast} 的模板 ${key} (no template ${key} with the trigger {on: broadcast} is switched on)`,
    undefined,
    { status: 404 },
  );

const otherAudience = (people: number, seen: number): OperatorMistake =>
  new OperatorMistake(
    'other_audience',
    `范围内现在是 ${people} 人，不是 ${seen} 人：看过再发 (the audience has ${people} people now, not ${seen}: look again)`,
    undefined,
    { status: 409 },
  );

const underWay = (key: string): OperatorMistake =>
  new OperatorMistake('under_way', `${key} 正在群发 (a broadcast of ${key} is under way)`, undefined, { status: 409 });
