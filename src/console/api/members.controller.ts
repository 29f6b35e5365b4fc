import { randomUUID } from 'node:crypto';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { auditStore } from '../../features/audit/audit.store.js';
import type { Fact } from '../../domain/fact.js';
import { asMemberId } from '../../domain/ids.js';
import { idsFrom } from '../../domain/member-ids.js';
import { tierOf } from '../../domain/ruleset.js';
import { Engine } from '../../engine/engine.js';
import { factStore } from '../../inbox/fact.store.js';
import { rulesNow } from '../../insights/explain.js';
import { resolveMemberId } from '../../insights/member-profile.js';
import { MemberSets } from '../../insights/member-sets.js';
import { listMembers } from '../../insights/members.js';
import { timelineOf } from '../../insights/timeline.js';
import { identityStore } from '../../features/members/identity.store.js';
import { CLOCK, type Clock } from '../../platform/clock.js';
import { Database } from '../../platform/database/database.js';
import { OperatorMistake } from '../../platform/errors.js';
import { parseInput } from '../../platform/http/parse-input.js';
import { Who, type Principal } from '../auth/principal.js';
import { WORK_LOOP, type WorkLoop } from '../console.tokens.js';
import { ClientLeft } from './client-left.js';
import { memberPage, type MemberPage } from './member-page.js';
import { noSuchMember } from './no-such-member.js';
import { Questions } from './questions.js';
import { membersQuery, tierLockBody, whyQuery } from './requests.js';
import { standingOf } from './standing.js';
import { waitForEngine } from './wait-for-engine.js';

@Controller('api/v1/members')
export class MembersController {
  constructor(
    @Inject(Database) private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(Engine) private readonly engine: Engine,
    @Inject(WORK_LOOP) private readonly workLoop: WorkLoop,
    @Inject(Questions) private readonly questions: Questions,
    @Inject(MemberSets) private readonly sets: MemberSets,
  ) {}

  @Get()
  async list(@Query() query: unknown, @ClientLeft() left: AbortSignal) {
    const { vocabulary, timeZone } = await this.engine.context();
    const on = { vocabulary, timeZone, now: this.clock.now(), sets: this.sets };
    const filter = parseInput(membersQuery, query);
    const { q, tier, stage, tag, segment, where } = filter;
    // All members are read from an index, which is cheap.
    if ((q ?? tier ?? stage ?? tag ?? segment ?? where) === undefined) return listMembers(this.db.read, filter, on);
    return this.questions.ask('members', left, (sql) => listMembers(sql, filter, on));
  }

  @Get(':id')
  async read(@Param('id') called: string): Promise<MemberPage> {
    const member = await this.memberIdOf(called);
    const page = await memberPage(this.db.read, member, await this.engine.context(), this.clock.now());
    if (!page) throw noSuchMember(called);
    return page;
  }

  @Get(':id/why')
  async why(@Param('id') called: string, @Query() query: unknown) {
    const context = await this.engine.context();
    const on = { timeZone: context.timeZone, now: this.clock.now(), ...rulesNow(context.ruleset, context.vocabulary) };
    return timelineOf(this.db.read, await this.memberIdOf(called), parseInput(whyQuery, query), on);
  }

  /** What the member is now, and why: unlike the timeline it has everything that holds, however long ago it began. */
  @Get(':id/standing')
  async standing(@Param('id') called: string) {
    const member = await this.memberIdOf(called);
    const items = await standingOf(this.db.read, member, await this.engine.context(), this.clock.now());
    if (!items) throw noSuchMember(called);
    return { items };
  }

  @Post(':id/tier-lock')
  @HttpCode(200)
  async lockTier(@Param('id') called: string, @Body() body: unknown, @Who() who: Principal) {
    const { tier } = parseInput(tierLockBody, body);
    const member = await this.memberIdOf(called);
    const { ruleset } = await this.engine.context();
    if (tier !== null && !tierOf(ruleset, tier)) {
      const known = ruleset.tiers.map(({ key }) => key).join(', ');
      throw new OperatorMistake('unknown_tier', `there is no tier ${tier}; known: ${known}`);
    }
    const now = this.clock.now();
    await this.db.write(async (tx) => {
      const ids = idsFrom(await identityStore.ofMember(tx, asMemberId(member)));
      const common = { key: `console:tier-lock:${randomUUID()}`, at: now, member: ids };
      const by = who.name;
      const fact: Fact =
        tier === null
          ? { ...common, kind: 'tier_unlocked', data: { by } }
          : { ...common, kind: 'tier_locked', data: { tier, by } };
      await factStore.append(tx, [fact], now);
      await auditStore.append(tx, { who: by, what: fact.kind, detail: { member, tier } }, now);
    });
    await waitForEngine(this.workLoop);
    return { tierLock: tier === null ? null : { tier, by: who.name } };
  }

  private async memberIdOf(called: string): Promise<number> {
    const member = await resolveMemberId(this.db.read, called);
    if (member === null) throw noSuchMember(called);
    return member;
  }
}
