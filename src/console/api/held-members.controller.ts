import { randomUUID } from 'node:crypto';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { asMemberId } from '../../domain/ids.js';
import { idsFrom } from '../../domain/member-ids.js';
import { tierOf } from '../../domain/ruleset.js';
import { Engine } from '../../engine/engine.js';
import { loadEvaluationsById } from '../../engine/load-evaluations.js';
import { auditStore } from '../../features/audit/audit.store.js';
import { identityStore } from '../../features/members/identity.store.js';
import { memberStore } from '../../features/members/member.store.js';
import { factStore } from '../../inbox/fact.store.js';
import { memberName } from '../../insights/names.js';
import { explained, rulesNow, type Unexplained } from '../../insights/explain.js';
import type { responses } from './responses.js';
import { CLOCK, type Clock } from '../../platform/clock.js';
import { Database } from '../../platform/database/database.js';
import { OperatorMistake } from '../../platform/errors.js';
import { parseInput } from '../../platform/http/parse-input.js';
import { Who, type Principal } from '../auth/principal.js';
import { WORK_LOOP, type WorkLoop } from '../console.tokens.js';
import { heldMembersQuery } from './requests.js';
import { waitForEngine } from './wait-for-engine.js';

type HeldMember = z.output<typeof responses.heldMembers>['items'][number];

const params = z.object({ id: z.coerce.number().int().positive() });

/** Members who swing between tiers and are held in one. */
@Controller('api/v1/held-members')
export class HeldMembersController {
  constructor(
    @Inject(Database) private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(Engine) private readonly engine: Engine,
    @Inject(WORK_LOOP) private readonly workLoop: WorkLoop,
  ) {}

  @Get()
  async list(@Query() query: unknown) {
    const { cursor, limit } = parseInput(heldMembersQuery, query);
    const after = Number(cursor ?? 0);
    const held = await memberStore.held(this.db.read, { after: Number.isSafeInteger(after) ? after : 0, limit });
    const context = await this.engine.context();
    const now = this.clock.now();
    const ids = held.map(({ id }) => id);
    const evaluations = await loadEvaluationsById(this.db.read, ids, context, now);
    const tier = (key: string | null) => {
      const label = tierOf(context.ruleset, key)?.label ?? { zh: key ?? '—', en: key ?? '—' };
      return { key, label };
    };
    const items = held.map(({ id, name, tier: current, to, until }): Unexplained<HeldMember> => ({
      member: { id, name: memberName({ id, name }) },
      ...{ tier: tier(current), to: tier(to), until },
      because: evaluations.get(id)?.decision.tier.because ?? null,
    }));
    return {
      items: await explained<HeldMember>(this.db.read, items, rulesNow(context.ruleset, context.vocabulary), () => now),
      next: held.length < limit ? null : String(held.at(-1)!.id),
    };
  }

  /** The member follows the rules again at once; changes of tier from now on are counted anew. */
  @Post(':id/release')
  @HttpCode(200)
  async release(@Param() given: unknown, @Body() _: unknown, @Who() who: Principal) {
    const { id } = parseInput(params, given);
    const member = asMemberId(id);
    const now = this.clock.now();
    await this.db.write(async (tx) => {
      const stored = (await memberStore.load(tx, [member])).get(member);
      if (!stored || stored.heldUntil === null)
        throw new OperatorMistake('not_held', `member ${id} is not held in a tier`, undefined, { status: 409 });
      const ids = idsFrom(await identityStore.ofMember(tx, member));
      const key = `console:tier-hold:${randomUUID()}`;
      await factStore.append(
        tx,
        [{ key, kind: 'tier_hold_released', at: now, member: ids, data: { by: who.name } }],
        now,
      );
      await auditStore.append(tx, { who: who.name, what: 'tier_hold_released', detail: { member: id } }, now);
    });
    await waitForEngine(this.workLoop);
    return { released: true };
  }
}
