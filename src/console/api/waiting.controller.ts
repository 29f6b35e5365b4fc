import { Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { cancelTask, handOnTask, remindOfTaps, type MassSendChanged } from '../../engine/change-mass-send.js';
import { Engine } from '../../engine/engine.js';
import type { Run } from '../../features/run.js';
import { waitingTaps } from '../../insights/waiting-taps.js';
import { reasonLabel } from '../../insights/words/reason-words.js';
import { CLOCK, type Clock } from '../../platform/clock.js';
import { Database } from '../../platform/database/database.js';
import { parseInput } from '../../platform/http/parse-input.js';
import { Who, type Principal } from '../auth/principal.js';
import { WORK_LOOP, type WorkLoop } from '../console.tokens.js';
import { waitForEngine } from './wait-for-engine.js';
import { waitingRemindBody, waitingTaskId } from './waiting-requests.js';

/** What waits for the tap of whom, and what can be done about it. */
@Controller('api/v1/waiting')
export class WaitingController {
  constructor(
    @Inject(Database) private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(Engine) private readonly engine: Engine,
    @Inject(WORK_LOOP) private readonly workLoop: WorkLoop,
  ) {}

  @Get()
  async list() {
    const { timeZone } = this.engine;
    const staff = await waitingTaps(this.db.read, { now: this.clock.now(), timeZone });
    const items = staff.map(({ tasks, ...of }) => ({
      ...of,
      tasks: tasks.map((task) => ({
        ...task,
        cancelledForLabel: task.cancelledFor === null ? null : reasonLabel(task.cancelledFor),
      })),
    }));
    return { items, next: null };
  }

  @Post('remind')
  @HttpCode(200)
  remind(@Body() body: unknown, @Who() { name: by }: Principal) {
    const { staff } = parseInput(waitingRemindBody, body);
    return this.changed((run) => remindOfTaps(run, staff, by));
  }

  @Post(':id/hand-on')
  @HttpCode(200)
  handOn(@Param() params: unknown, @Who() { name: by }: Principal) {
    const { id } = parseInput(waitingTaskId, params);
    return this.changed((run) => handOnTask(run, id, { by, engine: this.engine }));
  }

  @Post(':id/cancel')
  @HttpCode(200)
  cancel(@Param() params: unknown, @Who() { name: by }: Principal) {
    const { id } = parseInput(waitingTaskId, params);
    return this.changed((run) => cancelTask(run, id, by));
  }

  private async changed(work: (run: Run) => Promise<MassSendChanged>) {
    const context = await this.engine.context();
    const done = await this.db.write((tx) => work({ tx, context, now: this.clock.now() }));
    await waitForEngine(this.workLoop);
    return { ...done, label: reasonLabel(done.code) };
  }
}
