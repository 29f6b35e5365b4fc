import { Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { Engine } from '../../engine/engine.js';
import { groupWelcomeStore } from '../../features/group-posts/group-welcome.store.js';
import { postPolicyOf } from '../../features/group-posts/post-action.js';
import { syncGroupWelcomes } from '../../features/group-posts/sync-group-welcomes.js';
import { reasonLabel } from '../../insights/words/reason-words.js';
import { outboxStore } from '../../outbox/outbox.store.js';
import { CLOCK, type Clock } from '../../platform/clock.js';
import { Database } from '../../platform/database/database.js';
import { storableJson } from '../../platform/database/storable.js';
import { WORK_LOOP, type WorkLoop } from '../console.tokens.js';
import { waitForEngine } from './wait-for-engine.js';

/** The welcomes for newcomers of groups, as the rules have them and as they stand at WeCom. */
@Controller('console/api/group-welcomes')
export class GroupWelcomesController {
  constructor(
    @Inject(Database) private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(Engine) private readonly engine: Engine,
    @Inject(WORK_LOOP) private readonly workLoop: WorkLoop,
  ) {}

  @Get()
  async list() {
    const context = await this.engine.context();
    const stored = new Map((await groupWelcomeStore.all(this.db.read)).map((welcome) => [welcome.key, welcome]));
    return {
      canWrite: context.abilities.has('ensure_group_welcome'),
      items: postPolicyOf(context).welcomes.map(({ key, name, content }) => {
        const { made = null, problem = null } = stored.get(key) ?? {};
        const isCurrent = made === storableJson(content);
        return {
          ...{ key, name, content },
          // An earlier text at WeCom stays there until the new one is written.
          state: isCurrent ? 'current' : problem !== null ? 'refused' : made === null ? 'new' : 'changed',
          problemLabel: problem === null || isCurrent ? null : reasonLabel(problem),
        };
      }),
      next: null,
    };
  }

  /** Writes to WeCom what differs, also what it has refused, instead of waiting for the next day. */
  @Post('sync')
  @HttpCode(200)
  async sync() {
    const context = await this.engine.context();
    const now = this.clock.now();
    const requested = await this.db.write(async (tx) =>
      outboxStore.enqueue(tx, await syncGroupWelcomes({ tx, context, now }, { again: true }), now),
    );
    await waitForEngine(this.workLoop);
    return { requested: requested.size };
  }
}
