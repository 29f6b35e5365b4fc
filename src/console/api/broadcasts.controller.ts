import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { DAY_MS, MINUTE_MS, momentOf } from '../../domain/day.js';
import { Engine } from '../../engine/engine.js';
import { broadcastStore, type Broadcast } from '../../features/broadcasts/broadcast.store.js';
import {
  cancelBroadcast,
  noSuchRun,
  pauseBroadcast,
  resumeBroadcast,
  startBroadcast,
} from '../../features/broadcasts/control-broadcast.js';
import type { Run } from '../../features/run.js';
import { broadcastProgress } from '../../insights/broadcast-progress.js';
import { reasonLabel } from '../../insights/words/reason-words.js';
import { CLOCK, type Clock } from '../../platform/clock.js';
import { Database } from '../../platform/database/database.js';
import { parseInput } from '../../platform/http/parse-input.js';
import { Who, type Principal } from '../auth/principal.js';
import { broadcastBody, broadcastId, broadcastsQuery, resumeBody } from './broadcast-requests.js';

const MOST_LISTED = 50;

/** Templates that a person sends to their whole audience at once. */
@Controller('api/v1/broadcasts')
export class BroadcastsController {
  constructor(
    @Inject(Database) private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(Engine) private readonly engine: Engine,
  ) {}

  @Get()
  async list(@Query() query: unknown) {
    const { template } = parseInput(broadcastsQuery, query);
    const broadcasts = await (template === undefined
      ? broadcastStore.list(this.db.read, MOST_LISTED)
      : broadcastStore.listOf(this.db.read, template, MOST_LISTED));
    return { items: await Promise.all(broadcasts.map((broadcast) => this.shown(broadcast))), next: null };
  }

  @Post()
  @HttpCode(200)
  start(@Body() body: unknown, @Who() { name: by }: Principal) {
    const { template, startsAt, ...seen } = parseInput(broadcastBody, body);
    const at = typeof startsAt === 'string' ? wallMoment(startsAt, this.engine.timeZone) : startsAt;
    return this.inTurn((run) => startBroadcast(run, { template, seen, startsAt: at, by }));
  }

  @Post(':id/pause')
  @HttpCode(200)
  pause(@Param() params: unknown, @Who() { name: by }: Principal) {
    const { id } = parseInput(broadcastId, params);
    return this.changed(id, (run) => pauseBroadcast(run, id, by));
  }

  @Post(':id/resume')
  @HttpCode(200)
  resume(@Param() params: unknown, @Body() body: unknown, @Who() { name: by }: Principal) {
    const { id } = parseInput(broadcastId, params);
    const { seen = null } = parseInput(resumeBody, body ?? {});
    return this.changed(id, (run) => resumeBroadcast(run, id, { by, seen }));
  }

  @Post(':id/cancel')
  @HttpCode(200)
  cancel(@Param() params: unknown, @Who() { name: by }: Principal) {
    const { id } = parseInput(broadcastId, params);
    return this.changed(id, ({ tx, now }) => cancelBroadcast({ tx, engine: this.engine, now }, id, by));
  }

  private async changed(id: number, work: (run: Run) => Promise<unknown>) {
    await this.inTurn(work);
    const broadcast = await broadcastStore.byId(this.db.read, id);
    if (broadcast === null) throw noSuchRun();
    return this.shown(broadcast);
  }

  private async inTurn<T>(work: (run: Run) => Promise<T>): Promise<T> {
    const context = await this.engine.context();
    const done = await this.db.write((tx) => work({ tx, context, now: this.clock.now() }));
    this.engine.broadcastWaits();
    return done;
  }

  private async shown({ plannedTo: _, ...broadcast }: Broadcast) {
    const messages = await broadcastProgress(this.db.read, broadcast.id);
    return {
      ...broadcast,
      messages: messages.map((one) => ({ ...one, label: one.reason === null ? null : reasonLabel(one.reason) })),
    };
  }
}

/** The moment of `2026-12-05T10:30` on the corp's wall clock. */
function wallMoment(text: string, timeZone: string): number {
  const wall = Date.parse(`${text}Z`);
  return momentOf(Math.floor(wall / DAY_MS), (wall % DAY_MS) / MINUTE_MS, timeZone);
}
