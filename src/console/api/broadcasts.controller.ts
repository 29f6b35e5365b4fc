import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
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
import { TemplatesService } from '../../features/templates/templates.service.js';
import { broadcastProgress } from '../../insights/broadcast-progress.js';
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
    @Inject(TemplatesService) private readonly templates: TemplatesService,
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
    return this.inTurn((run) => startBroadcast(run, { template, seen, startsAt, by }));
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
    const { templates, engine } = this;
    return this.changed(id, ({ tx, now }) => cancelBroadcast({ tx, engine, now }, id, { by, templates }));
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
    return { ...broadcast, messages: await broadcastProgress(this.db.read, broadcast.id) };
  }
}
