import { Body, Controller, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { cancelDelivery, retryDelivery, sendNow, type DeliveryChanged } from '../../engine/change-delivery.js';
import { Engine } from '../../engine/engine.js';
import type { Run } from '../../features/run.js';
import { reasonLabel } from '../../insights/words/reason-words.js';
import { CLOCK, type Clock } from '../../platform/clock.js';
import { Database } from '../../platform/database/database.js';
import { parseInput } from '../../platform/http/parse-input.js';
import { Who, type Principal } from '../auth/principal.js';
import { WORK_LOOP, type WorkLoop } from '../console.tokens.js';
import { waitForEngine } from './wait-for-engine.js';
import { deliveryId, retryBody } from './waiting-requests.js';

/** What a person does with one message. */
@Controller('api/v1/deliveries')
export class DeliveriesController {
  constructor(
    @Inject(Database) private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(Engine) private readonly engine: Engine,
    @Inject(WORK_LOOP) private readonly workLoop: WorkLoop,
  ) {}

  @Post(':id/cancel')
  @HttpCode(200)
  cancel(@Param() params: unknown, @Who() { name: by }: Principal) {
    const { id } = parseInput(deliveryId, params);
    return this.changed((run) => cancelDelivery(run, id, { by, engine: this.engine }));
  }

  @Post(':id/send-now')
  @HttpCode(200)
  sendNow(@Param() params: unknown, @Who() { name: by }: Principal) {
    const { id } = parseInput(deliveryId, params);
    return this.changed((run) => sendNow(run, id, { by, engine: this.engine }));
  }

  @Post(':id/retry')
  @HttpCode(200)
  retry(@Param() params: unknown, @Body() body: unknown, @Who() { name: by }: Principal) {
    const { id } = parseInput(deliveryId, params);
    const { pastCaps = null } = parseInput(retryBody, body ?? {});
    return this.changed((run) => retryDelivery(run, id, { by, engine: this.engine, pastCaps }));
  }

  private async changed(work: (run: Run) => Promise<DeliveryChanged>) {
    const context = await this.engine.context();
    const done = await this.db.write((tx) => work({ tx, context, now: this.clock.now() }));
    await waitForEngine(this.workLoop);
    return { ...done, label: reasonLabel(done.code) };
  }
}
