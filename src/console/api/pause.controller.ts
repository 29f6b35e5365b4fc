import { randomUUID } from 'node:crypto';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { z } from 'zod';
import { pauseNoticeKey } from '../../domain/action-keys.js';
import { Engine } from '../../engine/engine.js';
import { switchSending } from '../../features/messages/switch-sending.js';
import { CLOCK, type Clock } from '../../platform/clock.js';
import { Database } from '../../platform/database/database.js';
import { parseInput } from '../../platform/http/parse-input.js';
import { Who, type Principal } from '../auth/principal.js';

const pauseBody = z.strictObject({ paused: z.boolean() });

@Controller('console/api')
export class PauseController {
  constructor(
    @Inject(Database) private readonly db: Database,
    @Inject(Engine) private readonly engine: Engine,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Post('pause')
  @HttpCode(200)
  async pause(@Body() body: unknown, @Who() who: Principal): Promise<{ paused: boolean }> {
    const { paused } = parseInput(pauseBody, body);
    const key = pauseNoticeKey(paused, randomUUID());
    await this.db.write((tx) =>
      switchSending(tx, this.engine, { paused, by: who.name, through: 'console', key }, this.clock.now()),
    );
    return { paused };
  }
}
