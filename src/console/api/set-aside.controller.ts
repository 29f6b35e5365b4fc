import { Body, Controller, Get, HttpCode, Inject, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { auditStore } from '../../features/audit/audit.store.js';
import { setAsideStore } from '../../set-aside/set-aside.store.js';
import { canBeTriedAgain, setAsideSources } from '../../domain/set-aside-source.js';
import { commandRequestStore } from '../../inbox/command-request.store.js';
import { asMemberId } from '../../domain/ids.js';
import { Engine } from '../../engine/engine.js';
import { factStore } from '../../inbox/fact.store.js';
import { listSetAside } from '../../insights/set-aside.js';
import { CLOCK, type Clock } from '../../platform/clock.js';
import { Database } from '../../platform/database/database.js';
import { OperatorMistake } from '../../platform/errors.js';
import { parseInput } from '../../platform/http/parse-input.js';
import { Who, type Principal } from '../auth/principal.js';
import { WORK_LOOP, type WorkLoop } from '../console.tokens.js';
import { paging } from './list-query.js';
import { waitForEngine } from './wait-for-engine.js';

const query = z.object({ ...paging });
const which = z.strictObject({ source: z.enum(setAsideSources), row: z.int().positive() });

/** Rows that failed and were set aside, so that the rest could go on. */
@Controller('console/api/set-aside')
export class SetAsideController {
  constructor(
    @Inject(Database) private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(WORK_LOOP) private readonly workLoop: WorkLoop,
    @Inject(Engine) private readonly engine: Engine,
  ) {}

  @Get()
  list(@Query() asked: unknown) {
    return listSetAside(this.db.read, parseInput(query, asked));
  }

  /** Retries a row, for example after an update. If it fails again, it is set aside again. */
  @Post('again')
  @HttpCode(200)
  async again(@Body() body: unknown, @Who() who: Principal): Promise<{ done: true }> {
    const { source, row } = parseInput(which, body);
    if (!canBeTriedAgain(source))
      throw new OperatorMistake('not_fitting', `a row of ${source} cannot be tried again`, undefined, { status: 409 });
    await this.removeFromList(source, row, 'row_tried_again', who);
    if (source === 'recount') await this.engine.recountMember(asMemberId(row));
    await waitForEngine(this.workLoop);
    return { done: true };
  }

  /** Removes a row from the list without a retry. */
  @Post('dismiss')
  @HttpCode(200)
  async dismiss(@Body() body: unknown, @Who() who: Principal): Promise<{ done: true }> {
    const { source, row } = parseInput(which, body);
    await this.removeFromList(source, row, 'row_dismissed', who);
    return { done: true };
  }

  private async removeFromList(
    source: (typeof setAsideSources)[number],
    row: number,
    action: 'row_tried_again' | 'row_dismissed',
    who: Principal,
  ): Promise<void> {
    await this.db.write(async (tx) => {
      if (!(await setAsideStore.has(tx, source, row)))
        throw new OperatorMistake('not_found', 'there is no such row, or it was dealt with already', undefined, {
          status: 404,
        });
      // A successful recount clears its own row; an interrupted one must stay in the list.
      if (action === 'row_dismissed' || source !== 'recount') await setAsideStore.clear(tx, source, [row]);
      if (action === 'row_tried_again' && source === 'fact') await factStore.requeue(tx, row);
      if (action === 'row_tried_again' && source === 'command') await commandRequestStore.requeue(tx, row);
      await auditStore.append(tx, { who: who.name, what: action, detail: { name: source, row } }, this.clock.now());
    });
  }
}
