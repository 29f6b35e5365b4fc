import { Body, Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { z } from 'zod';
import { AuditStore } from '../../audit/audit.store.js';
import { metrics } from '../../domain/metrics/index.js';
import { RulesetSource } from '../../engine/ruleset-source.js';
import { homeFigures } from '../../insights/home.js';
import { wheelLabel, whyStandingLabel } from '../../insights/words/wheel-words.js';
import { isPaused, setPaused } from '../../outbox/pause.js';
import { CLOCK, type Clock } from '../../platform/clock.js';
import { Database } from '../../platform/database/database.js';
import { parseInput } from '../../platform/http/parse-input.js';
import { Who, type Principal } from '../auth/principal.js';
import {
  CHANNEL_LIST,
  SETTINGS,
  WHEELS,
  type ChannelList,
  type ConsoleSettings,
  type WheelList,
} from '../console.tokens.js';

const switching = z.strictObject({ paused: z.boolean() });
const audit = new AuditStore();

@Controller('console/api')
export class HomeController {
  constructor(
    @Inject(Database) private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RulesetSource) private readonly rulesets: RulesetSource,
    @Inject(SETTINGS) private readonly settings: ConsoleSettings,
    @Inject(CHANNEL_LIST) private readonly channels: ChannelList,
    @Inject(WHEELS) private readonly wheels: WheelList,
  ) {}

  @Get('home')
  async home() {
    const now = this.clock.now();
    const tiers = this.rulesets.rules.tiers.map((tier) => tier.key);
    const paused = await isPaused(this.db.read);
    const figures = await homeFigures(this.db.read, { now, timeZone: this.settings.timeZone, tiers });
    const standing = (await this.wheels.standing()).map(({ wheel, forMs, why }) => ({
      wheel,
      label: wheelLabel(wheel),
      minutes: Math.floor(forMs / 60_000),
      why: whyStandingLabel(why),
    }));
    return { now, paused, ...figures, standing, channels: this.channels.list() };
  }

  @Post('pause')
  @HttpCode(200)
  async pause(@Body() body: unknown, @Who() who: Principal): Promise<{ paused: boolean }> {
    const { paused } = parseInput(switching, body);
    const now = this.clock.now();
    await setPaused(this.db, paused, now, (tx) =>
      audit.append(tx, who.name, paused ? 'paused' : 'resumed', { by: 'console' }, now),
    );
    return { paused };
  }

  @Get('metrics')
  metrics() {
    return {
      items: metrics.map(({ name, label, type, unit }) => ({ name, label, type, unit: unit ?? null })),
      next: null,
    };
  }
}
