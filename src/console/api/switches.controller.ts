import { randomUUID } from 'node:crypto';
import { Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { z } from 'zod';
import { pauseNoticeKey } from '../../domain/action-keys.js';
import { pausableChannels, type PausableChannel } from '../../domain/sending/pausable.js';
import { Engine } from '../../engine/engine.js';
import { switchSending } from '../../features/messages/switch-sending.js';
import { campaignChannelLabels } from '../../insights/words/channel-words.js';
import { outboxStore } from '../../outbox/outbox.store.js';
import { readPause } from '../../outbox/pause.js';
import { CLOCK, type Clock } from '../../platform/clock.js';
import { Database } from '../../platform/database/database.js';
import { parseInput } from '../../platform/http/parse-input.js';
import { Who, type Principal } from '../auth/principal.js';
import { switchBody } from './requests.js';

const channels = Object.keys(pausableChannels) as PausableChannel[];
const params = z.object({ name: z.enum(['all', ...channels]) });

/** The switches of proactive sending: for all, and for each channel. */
@Controller('api/v1/switches')
export class SwitchesController {
  constructor(
    @Inject(Database) private readonly db: Database,
    @Inject(Engine) private readonly engine: Engine,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  async list() {
    const pause = await readPause(this.db.read);
    const usable = channels.filter(
      (channel) => this.engine.abilities.has(pausableChannels[channel]) || pause.channels.includes(channel),
    );
    const ofChannels = usable.map(async (name) => ({
      ...{ name, label: campaignChannelLabels[name], isOn: !pause.channels.includes(name) },
      waiting: await outboxStore.countPlannedProactive(this.db.read, pausableChannels[name]),
    }));
    const all = {
      ...{ name: 'all' as const, label: { zh: '所有主动消息', en: 'All proactive messages' }, isOn: !pause.all },
      waiting: await outboxStore.countPlannedProactive(this.db.read),
    };
    return { items: [all, ...(await Promise.all(ofChannels))], next: null };
  }

  /** Same effect as an operator's 暂停 and 恢复. */
  @Post(':name')
  @HttpCode(200)
  async turn(@Param() given: unknown, @Body() body: unknown, @Who() who: Principal) {
    const { name } = parseInput(params, given);
    const { on } = parseInput(switchBody, body);
    const key = pauseNoticeKey(!on, randomUUID());
    const channel = name === 'all' ? undefined : { key: name, label: campaignChannelLabels[name] };
    await this.db.write((tx) =>
      switchSending(tx, this.engine, { paused: !on, channel, by: who.name, through: 'console', key }, this.clock.now()),
    );
    return this.list();
  }
}
