import { createHash } from 'node:crypto';
import { Body, Controller, Get, HttpCode, HttpException, Inject, Post } from '@nestjs/common';
import { z } from 'zod';
import { testMessageKey } from '../../domain/action-keys.js';
import { cutToCharacters } from '../../domain/cut-text.js';
import { MINUTE_MS } from '../../domain/day.js';
import { asMemberId } from '../../domain/ids.js';
import { isSameUserid } from '../../domain/userid.js';
import { tryCampaign, type Tried } from '../../engine/dry-runs/try-campaign.js';
import { Engine } from '../../engine/engine.js';
import { loadEvaluations } from '../../engine/load-evaluations.js';
import { auditStore } from '../../features/audit/audit.store.js';
import { TemplatesService } from '../../features/templates/templates.service.js';
import { resolveMemberId } from '../../insights/member-profile.js';
import { memberName } from '../../insights/names.js';
import { reasonOf } from '../../insights/words/reason-words.js';
import { outboxStore } from '../../outbox/outbox.store.js';
import { CLOCK, type Clock } from '../../platform/clock.js';
import { Database } from '../../platform/database/database.js';
import { OperatorMistake } from '../../platform/errors.js';
import { parseInput } from '../../platform/http/parse-input.js';
import { Who, type Principal } from '../auth/principal.js';
import { ClientLeft } from './client-left.js';
import { noSuchMember } from './no-such-member.js';
import { previewFor } from './preview.js';
import { problemView } from './problem-view.js';
import { Questions } from './questions.js';

const text = z.string().max(200_000);
const trying = z.strictObject({
  text,
  count: z.int().min(1).max(10).default(5),
  /** Another one takes other members. */
  round: z.int().min(0).max(10_000).default(0),
});
const testing = z.strictObject({
  text,
  memberId: z.union([z.string().max(128), z.int()]).transform(String),
  staff: z.string().min(1).max(128),
  /** Whose text it is: that of the first channel when left out. */
  channel: z.string().max(32).optional(),
});
const LONGEST_TEST = 600;

/** A text tried before it is used: on real members, and on the phone of an operator. */
@Controller('console/api/templates')
export class TemplateTrialsController {
  constructor(
    @Inject(Database) private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(Engine) private readonly engine: Engine,
    @Inject(TemplatesService) private readonly templates: TemplatesService,
    @Inject(Questions) private readonly questions: Questions,
  ) {}

  /** To whom a test can be sent. */
  @Get('testers')
  testers() {
    return { items: this.engine.abilities.has('notify_staff') ? this.engine.operators : [], next: null };
  }

  /** What some members of the audience would get now, and who of them would not and why. Nothing is sent. */
  @Post('try')
  @HttpCode(200)
  async try(@Body() body: unknown, @ClientLeft() left: AbortSignal) {
    const { text: file, ...asked } = parseInput(trying, body);
    const template = this.compiled(file);
    const [context, now] = [await this.engine.context(), this.clock.now()];
    return this.questions.ask('dry_run', left, async (sql) => {
      const { found, tried } = await tryCampaign(sql, { template, ...asked }, context, now);
      const items = [];
      for (const each of tried) {
        const shown =
          each.sent === null ? await previewFor(sql, { file, template }, each.evaluation, { context, now }) : null;
        items.push(triedView(each, shown?.ok ? (shown.messages[0]?.text ?? null) : null));
      }
      return { found, items };
    });
  }

  /** Sends the text for one member to an operator, marked as a test. It counts nowhere. */
  @Post('test')
  @HttpCode(200)
  async test(@Body() body: unknown, @Who() { name: by }: Principal) {
    const { text: file, memberId, staff, channel } = parseInput(testing, body);
    const template = this.compiled(file);
    const context = await this.engine.context();
    const to = context.operators.find((operator) => isSameUserid(operator, staff));
    if (to === undefined) throw noSuchTester(staff);
    if (!context.abilities.has('notify_staff')) throw noWayToStaff();
    const now = this.clock.now();
    const member = await resolveMemberId(this.db.read, memberId);
    const [evaluation] = member === null ? [] : await loadEvaluations(this.db.read, [asMemberId(member)], context, now);
    if (!evaluation) throw noSuchMember(memberId);
    const shown = await previewFor(this.db.read, { file, template }, evaluation, { context, now });
    if (!shown.ok) throw badTemplate(shown.problems);
    const said = shown.messages.find((one) => one.channel === channel) ?? shown.messages[0];
    const words = cutToCharacters(said?.text ?? '', LONGEST_TEST, '…');
    const about = memberName({ id: evaluation.id, name: evaluation.stored.state.name });
    const action = {
      kind: 'notify_staff' as const,
      staff: [to],
      text: `【试发】「${template.name}」，以「${about}」为例，只发给你：\n${words}`,
    };
    const what = createHash('sha256').update(words).digest('hex').slice(0, 16);
    const key = testMessageKey(to, what, Math.floor(now / MINUTE_MS));
    const isNew = await this.db.write(async (tx) => {
      const added = await outboxStore.enqueue(tx, [{ key, action, notBefore: now }], now);
      if (added.size > 0)
        await auditStore.append(
          tx,
          { who: by, what: 'test_message_sent', detail: { key: template.key, name: to } },
          now,
        );
      return added.size > 0;
    });
    return { sent: isNew, staff: to };
  }

  private compiled(file: string) {
    const check = this.templates.check(file);
    if (!check.ok) throw badTemplate(check.problems.map(problemView));
    return check.template;
  }
}

const triedView = ({ evaluation, sent, held }: Tried, shown: string | null) => ({
  member: { id: evaluation.id, name: memberName({ id: evaluation.id, name: evaluation.stored.state.name }) },
  text: sent?.text ?? shown,
  channel: sent?.channel ?? null,
  notBefore: sent?.notBefore ?? null,
  held: held === null ? null : reasonOf(held),
});

const badTemplate = (problems: readonly { readonly message: string }[]): HttpException =>
  new HttpException({ code: 'bad_template', message: problems[0]?.message ?? 'unreadable', problems }, 400);

const noSuchTester = (staff: string): OperatorMistake =>
  new OperatorMistake(
    'no_such_tester',
    `${cutToCharacters(staff, 80)} 不在 operators.yaml 里 (is not in operators.yaml)`,
    undefined,
    { status: 404 },
  );

const noWayToStaff = (): OperatorMistake =>
  new OperatorMistake('no_way_to_staff', '没有能发给员工的渠道 (no channel reaches staff)', undefined, { status: 409 });
