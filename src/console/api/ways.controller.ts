import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { auditStore } from '../../features/audit/audit.store.js';
import { dayOf } from '../../domain/day.js';
import { asMemberId } from '../../domain/ids.js';
import { openChannelWay, openMemberWay, retireWay } from '../../features/contact-ways/contact-way-requests.js';
import { Engine } from '../../engine/engine.js';
import { acquisitionQuota, listChannels } from '../../insights/channels.js';
import { contactWay, listContactWays } from '../../insights/contact-ways.js';
import { groupStats } from '../../insights/group-stats.js';
import { resolveMemberId } from '../../insights/member-profile.js';
import { CLOCK, type Clock } from '../../platform/clock.js';
import { Database } from '../../platform/database/database.js';
import { OperatorMistake } from '../../platform/errors.js';
import { parseInput } from '../../platform/http/parse-input.js';
import { Who, type Principal } from '../auth/principal.js';
import { WORK_LOOP, type WorkLoop } from '../console.tokens.js';
import { given, paging } from './list-query.js';
import { noSuchMember } from './no-such-member.js';
import { waitForEngine } from './wait-for-engine.js';
import { cutToCharacters } from '../../domain/cut-text.js';

const waysQuery = z.object({ ...paging, kind: z.enum(['channel', 'link', 'vip']).optional() });
/** One line that both databases can store: no control characters and no lone surrogates. */
const words = z
  .string()
  .trim()
  .min(1)
  .max(30)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'has characters in it that cannot be read');
const distinct = <T>(items: readonly T[]): readonly T[] => [...new Set(items)];
const userid = z.string().regex(/^[A-Za-z0-9_.@-]{1,64}$/);
const newWay = z
  .strictObject({
    /** Left out: the server generates one. */
    key: z
      .string()
      .regex(/^(?!vip-|qj-)[a-z0-9][a-z0-9_-]{0,29}$/)
      .optional(),
    /** A code to scan, or an acquisition link. */
    kind: z.enum(['channel', 'link']).default('channel'),
    name: words,
    staff: z.array(userid).min(1).max(100).transform(distinct),
    /** Of a link: the staff who come first. Only some industries may set it (48002). */
    priority: z.array(userid).max(100).default([]).transform(distinct),
    tags: z.array(words).max(20).default([]).transform(distinct),
    skipVerify: z.boolean().default(true),
  })
  .refine(({ kind, priority }) => kind === 'link' || priority.length === 0, {
    path: ['priority'],
    error: 'only an acquisition link has a priority',
  });
const wayId = z.coerce.number().int().min(1);
const statsQuery = z.object({ days: z.coerce.number().int().min(1).max(180).default(30), owner: given });

const noSuchWay = (id: string): OperatorMistake =>
  new OperatorMistake('no_such_way', `there is no contact way ${cutToCharacters(id, 20)}`, undefined, { status: 404 });

/** Contact ways (QR codes for new contacts), and WeCom's group statistics. */
@Controller('console/api')
export class WaysController {
  constructor(
    @Inject(Database) private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(Engine) private readonly engine: Engine,
    @Inject(WORK_LOOP) private readonly workLoop: WorkLoop,
  ) {}

  @Get('contact-ways')
  list(@Query() query: unknown) {
    return listContactWays(this.db.read, parseInput(waysQuery, query));
  }

  /** Codes, links, scenes of customer service and unknown sources, all with the same figures. */
  @Get('channels')
  async channels() {
    const items = await listChannels(this.db.read, { now: this.clock.now(), timeZone: this.engine.timeZone });
    return { items, next: null, quota: await acquisitionQuota(this.db.read) };
  }

  @Post('contact-ways')
  @HttpCode(200)
  async open(@Body() body: unknown, @Who() who: Principal) {
    const wanted = parseInput(newWay, body);
    const context = await this.engine.context();
    const now = this.clock.now();
    const id = await this.db.write(async (tx) => {
      const made = await openChannelWay({ tx, context, now }, wanted);
      await auditStore.append(
        tx,
        { who: who.name, what: 'contact_way_opened', detail: { way: made, name: wanted.name } },
        now,
      );
      return made;
    });
    return this.answerWith(id);
  }

  @Post('contact-ways/:id/retire')
  @HttpCode(200)
  async retire(@Param('id') called: string, @Who() who: Principal) {
    const read = wayId.safeParse(called);
    if (!read.success) throw noSuchWay(called);
    const now = this.clock.now();
    const context = await this.engine.context();
    const retired = await this.db.write(async (tx) => {
      if (!(await retireWay({ tx, context, now }, read.data))) return false;
      await auditStore.append(tx, { who: who.name, what: 'contact_way_retired', detail: { way: read.data } }, now);
      return true;
    });
    if (!retired) throw noSuchWay(called);
    await waitForEngine(this.workLoop);
    return { id: read.data, retired: true };
  }

  @Post('members/:id/contact-way')
  @HttpCode(200)
  async openForMember(@Param('id') called: string, @Who() who: Principal) {
    const member = await resolveMemberId(this.db.read, called);
    if (member === null) throw noSuchMember(called);
    const context = await this.engine.context();
    const now = this.clock.now();
    const way = await this.db.write(async (tx) => {
      const opened = await openMemberWay({ tx, context, now }, asMemberId(member));
      if (opened)
        await auditStore.append(
          tx,
          { who: who.name, what: 'contact_way_opened', detail: { way: opened.id, member } },
          now,
        );
      return opened;
    });
    if (!way) throw noSuchMember(called);
    return this.answerWith(way.id);
  }

  @Get('group-stats')
  async stats(@Query() query: unknown) {
    const { days, owner } = parseInput(statsQuery, query);
    const to = dayOf(this.clock.now(), this.engine.timeZone) - 1;
    return { items: await groupStats(this.db.read, { from: to - days + 1, to, owner }), next: null };
  }

  private async answerWith(id: number) {
    await waitForEngine(this.workLoop);
    return { way: await contactWay(this.db.read, id) };
  }
}
