import { Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { DRAW_PARTS, gateAt, judgeLaunch } from '../../domain/sending/watched-launch.js';
import { Engine } from '../../engine/engine.js';
import { openLaunch, watchedTemplate } from '../../features/watched-launches/open-launch.js';
import { watchedLaunchStore } from '../../features/watched-launches/watched-launch.store.js';
import { CLOCK, type Clock } from '../../platform/clock.js';
import { Database } from '../../platform/database/database.js';
import { parseInput } from '../../platform/http/parse-input.js';
import { Who, type Principal } from '../auth/principal.js';
import { launchParams, openLaunchBody } from './launch-requests.js';

/** Texts of which a few go first, until a person or good figures let the others go. */
@Controller('api/v1/launches')
export class LaunchesController {
  constructor(
    @Inject(Database) private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(Engine) private readonly engine: Engine,
  ) {}

  @Get(':key')
  show(@Param() params: unknown) {
    return this.shown(parseInput(launchParams, params).key);
  }

  @Post(':key/open')
  @HttpCode(200)
  async open(@Param() params: unknown, @Body() body: unknown, @Who() { name: by }: Principal) {
    const { key } = parseInput(launchParams, params);
    const seen = parseInput(openLaunchBody, body);
    const context = await this.engine.context();
    const now = this.clock.now();
    await this.db.write((tx) => openLaunch({ tx, context, now }, { template: key, ...seen, by }));
    return this.shown(key);
  }

  private async shown(key: string) {
    const { version, watched } = watchedTemplate(await this.engine.context(), key);
    const launch = { campaign: key, version };
    const state = await watchedLaunchStore.read(this.db.read, launch);
    const figures = await watchedLaunchStore.figures(this.db.read, launch);
    const stage = state?.stage ?? 0;
    const gate = gateAt(watched, stage);
    const now = this.clock.now();
    return {
      ...{ template: key, version, stage },
      gate: gate.kind === 'share' ? { kind: gate.kind, percent: percentOf(gate.below) } : gate,
      next: gate.kind === 'open' ? null : (watched.then[stage] ?? 100),
      ...{ since: state?.since ?? null, openedBy: state?.openedBy ?? null, opensAfterHours: watched.opensAfterHours },
      verdict: judgeLaunch(watched, figures, { since: state?.since ?? now, now }),
      waiting: await watchedLaunchStore.countWaiting(this.db.read, key),
      ...figures,
    };
  }
}

const percentOf = (below: number): number => (below * 100) / DRAW_PARTS;
