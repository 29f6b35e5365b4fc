import { Body, Controller, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { asMoveId } from '../../domain/ids.js';
import { Engine } from '../../engine/engine.js';
import { undoMoveOf } from '../../engine/undo-move.js';
import { reasonLabel } from '../../insights/words/reason-words.js';
import { CLOCK, type Clock } from '../../platform/clock.js';
import { Database } from '../../platform/database/database.js';
import { OperatorMistake } from '../../platform/errors.js';
import { parseInput } from '../../platform/http/parse-input.js';
import { Who, type Principal } from '../auth/principal.js';
import { WORK_LOOP, type WorkLoop } from '../console.tokens.js';
import { moveParam, undoMoveBody } from './requests.js';
import { waitForEngine } from './wait-for-engine.js';

/** What a person does to a move. */
@Controller('api/v1/moves')
export class MovesController {
  constructor(
    @Inject(Database) private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(Engine) private readonly engine: Engine,
    @Inject(WORK_LOOP) private readonly workLoop: WorkLoop,
  ) {}

  @Post(':id/undo')
  @HttpCode(200)
  async undo(@Param() given: unknown, @Body() body: unknown, @Who() who: Principal) {
    const { id } = parseInput(moveParam, given);
    const { reason } = parseInput(undoMoveBody, body);
    const context = await this.engine.context();
    const now = this.clock.now();
    const undone = await this.db.write((tx) =>
      undoMoveOf({ tx, context, now }, asMoveId(id), { by: who.name, reason }),
    );
    if (undone === null)
      throw new OperatorMistake('no_such_move', `there is no move ${id}`, undefined, { status: 404 });
    if (undone.outcome === 'refused')
      throw new OperatorMistake(undone.code, reasonLabel(undone.code).en, undefined, { status: 409 });
    await waitForEngine(this.workLoop);
    return undone;
  }
}
