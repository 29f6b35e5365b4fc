import { Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { unknownEvents } from '../../insights/unknown-events.js';
import { CLOCK, type Clock } from '../../platform/clock.js';
import { Database } from '../../platform/database/database.js';
import { CHANNEL_LIST, type ChannelList } from '../console.tokens.js';

type CheckedUp = Awaited<ReturnType<ChannelList['checkUp']>>;

/** The state of the channels, and the doctor's checks. */
@Controller('console/api/connection')
export class ConnectionController {
  private underWay: Promise<{ readonly at: number; readonly channels: CheckedUp }> | undefined;

  constructor(
    @Inject(Database) private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(CHANNEL_LIST) private readonly channels: ChannelList,
  ) {}

  @Get()
  async connection() {
    return { now: this.clock.now(), channels: this.channels.list(), unknownEvents: await unknownEvents(this.db.read) };
  }

  /** Two admins who start the checks at once share one run, so that WeCom is not called twice. */
  @Post('checks')
  @HttpCode(200)
  checks() {
    this.underWay ??= this.checkUp().finally(() => (this.underWay = undefined));
    return this.underWay;
  }

  private async checkUp() {
    const channels = await this.channels.checkUp();
    return { at: this.clock.now(), channels };
  }
}
