import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  HttpException,
  Inject,
  Param,
  Post,
  Put,
  Query,
} from '@nestjs/common';
import { z } from 'zod';
import { auditStore } from '../../features/audit/audit.store.js';
import { asMemberId } from '../../domain/ids.js';
import { DAY_MS, dayOf } from '../../domain/day.js';
import { templateKey, variablesWith } from '../../domain/messages/index.js';
import { Engine } from '../../engine/engine.js';
import { loadEvaluations } from '../../engine/load-evaluations.js';
import { applyQueuedChoice } from '../../features/messages/queued-messages.js';
import { type Queued, messageStore } from '../../outbox/message.store.js';
import { resolveMemberId } from '../../insights/member-profile.js';
import { clicksByTemplate } from '../../insights/clicks-by-template.js';
import { sentByTemplate } from '../../insights/sent-by-template.js';
import { CLOCK, type Clock } from '../../platform/clock.js';
import { Database } from '../../platform/database/database.js';
import { OperatorMistake } from '../../platform/errors.js';
import { parseInput } from '../../platform/http/parse-input.js';
import { TemplatesService, type TemplateEdit } from '../../features/templates/templates.service.js';
import { draftStore } from '../../features/templates/draft.store.js';
import { templateStore } from '../../features/templates/template.store.js';
import { askReview, dropDraft } from '../../engine/template-review.js';
import type { Sql } from '../../platform/database/sql.js';
import { Who, type Principal } from '../auth/principal.js';
import { noSuchMember } from './no-such-member.js';
import { templateForm } from './template-form.js';
import { previewFor, type Preview } from './preview.js';
import { problemView } from './problem-view.js';
import { cutToCharacters } from '../../domain/cut-text.js';

const text = z.string().max(200_000);
const listing = z.object({
  archived: z
    .enum(['0', '1'])
    .default('0')
    .transform((value) => value === '1'),
});
const archiving = z.strictObject({ archived: z.boolean() });
const checking = z.strictObject({ text });
const previewing = z.strictObject({ text, memberId: z.union([z.string().max(128), z.int()]).transform(String) });
/** What happens to the messages that wait. */
const queued = z.enum(['render', 'keep', 'cancel']);
const saving = z.strictObject({
  text,
  note: z.string().trim().max(500).default(''),
  baseVersion: z.int().min(0),
  /** Left out: messages whose version was pinned keep it; the others are sent with the new text. */
  queued: queued.optional(),
});
const switching = z.strictObject({ enabled: z.boolean(), queued: queued.default('cancel') });
const versioned = z.object({ version: z.coerce.number().int().min(0) });
const none: Queued = { planned: 0, waiting: 0 };

/** `queued`: number of waiting messages that changed. */
interface SavedAnswer {
  readonly version: number;
  readonly queued: number;
  /** The number of the task in which a second person is asked: the version above stays in use until then. */
  readonly review?: number;
}
interface SwitchedAnswer {
  readonly enabled: boolean;
  readonly queued: number;
}

const noSuchTemplate = (key: string): OperatorMistake =>
  new OperatorMistake('no_such_template', `there is no template ${cutToCharacters(key, 80)}`, undefined, {
    status: 404,
  });

const templateIsOn = (): OperatorMistake =>
  new OperatorMistake(
    'template_is_on',
    '模板还启用着：先停用，再归档 (the template is on: switch it off first)',
    undefined,
    {
      status: 409,
    },
  );

const notApproved = (): OperatorMistake =>
  new OperatorMistake('not_approved', 'a second person has to approve this text first: save it once more', undefined, {
    status: 409,
  });

const unreadable = { zh: '无法解析，暂不发送', en: 'does not compile; nothing is sent' };

@Controller('console/api')
export class TemplatesController {
  constructor(
    @Inject(Database) private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(Engine) private readonly engine: Engine,
    @Inject(TemplatesService) private readonly templates: TemplatesService,
  ) {}

  /** `archived`: also those that are put away. */
  @Get('templates')
  async list(@Query() query: unknown) {
    const { archived } = parseInput(listing, query);
    const sent = await sentByTemplate(this.db.read, this.clock.now() - 30 * DAY_MS);
    const waiting = await messageStore.queuedOf(this.db.read, null);
    const clicks = await clicksByTemplate(this.db.read, dayOf(this.clock.now(), this.engine.timeZone) - 29);
    const listed = (await this.templates.list()).filter(({ archivedAt }) => archived || archivedAt === null);
    const items = listed.map(({ problems, trigger, ...template }) => ({
      ...template,
      queued: waiting.get(template.key) ?? none,
      trigger: trigger ?? unreadable,
      problems: problems.map(problemView),
      sent30d: sent.get(template.key) ?? 0,
      clicks30d: (clicks.get(template.key) ?? []).reduce((sum, link) => sum + link.clicks, 0),
      links30d: clicks.get(template.key) ?? [],
    }));
    return { items, next: null };
  }

  @Get('template-variables')
  variables() {
    return {
      items: variablesWith(this.engine.vocabulary.own).all.map(({ name, label, type, example, conditionOnly }) => ({
        name,
        label,
        type,
        example,
        printable: conditionOnly !== true,
      })),
      next: null,
    };
  }

  /** What the form of a template offers: triggers with their settings, days, channels. */
  @Get('template-form')
  async form() {
    return templateForm(await this.engine.context());
  }

  @Post('templates/check')
  @HttpCode(200)
  check(@Body() body: unknown) {
    const check = this.templates.checkForSaving(parseInput(checking, body).text);
    const warnings = check.warnings.map(problemView);
    return check.ok
      ? { ok: true, problems: [], warnings, variables: check.template.variables }
      : { ok: false, problems: check.problems.map(problemView), warnings, variables: check.variables };
  }

  @Post('templates/preview')
  @HttpCode(200)
  async preview(@Body() body: unknown): Promise<Preview> {
    const { text: file, memberId } = parseInput(previewing, body);
    const check = this.templates.check(file);
    if (!check.ok) return { ok: false, problems: check.problems.map(problemView) };
    const member = await resolveMemberId(this.db.read, memberId);
    const [context, now] = [await this.engine.context(), this.clock.now()];
    const [evaluation] = member === null ? [] : await loadEvaluations(this.db.read, [asMemberId(member)], context, now);
    if (!evaluation) throw noSuchMember(memberId);
    return previewFor(this.db.read, { file, template: check.template }, evaluation, { context, now });
  }

  @Get('templates/:key')
  async read(@Param('key') key: string) {
    const template = await this.templates.read(key);
    if (!template) throw noSuchTemplate(key);
    const waiting = (await messageStore.queuedOf(this.db.read, [key])).get(key) ?? none;
    const draft = await draftStore.read(this.db.read, key);
    return { ...template, queued: waiting, draft, problems: template.problems.map(problemView) };
  }

  /** What saving this text would do: how many messages wait, and whether it switches the template on or off. */
  @Post('templates/:key/before-saving')
  @HttpCode(200)
  async beforeSaving(@Param('key') key: string, @Body() body: unknown) {
    const { text: file } = parseInput(checking, body);
    const switched = await this.templates.switchAfterSaving(key, file);
    if (switched === null) throw noSuchTemplate(key);
    const needsReview = await this.templates.needsReviewIn(this.db.read, key, file);
    return { ...switched, needsReview, queued: (await messageStore.queuedOf(this.db.read, [key])).get(key) ?? none };
  }

  @Get('templates/:key/versions/:version')
  async version(@Param('key') key: string, @Param() named: unknown) {
    const { version } = parseInput(versioned, named);
    const found = await this.templates.version(key, version);
    if (!found) throw noSuchTemplate(`${key}@${version}`);
    return found;
  }

  @Put('templates/:key')
  async save(@Param('key') key: string, @Body() body: unknown, @Who() who: Principal): Promise<SavedAnswer> {
    const { text: file, note, baseVersion, queued: asked } = parseInput(saving, body);
    parseInput(z.object({ key: templateKey }), { key });
    const now = this.clock.now();
    const edit = { key, text: file, note, baseVersion, by: who.name, now };
    const outcome = await this.db.write(async (tx) => {
      if (await this.templates.needsReviewIn(tx, key, file)) return this.saveDraft(tx, edit);
      const wasOn = await this.templates.isEnabledIn(tx, key);
      const saving = await this.templates.saveIn(tx, edit);
      if (saving.kind !== 'saved') return saving;
      const { version } = saving;
      const isOn = await this.templates.isEnabledIn(tx, key);
      const choice = asked ?? (wasOn && !isOn ? 'cancel' : null);
      const changed = { key, version, isOn };
      const concerned =
        version === baseVersion ? 0 : await applyQueuedChoice({ tx, engine: this.engine, now }, changed, choice);
      const detail = { key, version, note, ...(concerned > 0 ? { queued: choice ?? 'render', concerned } : {}) };
      await auditStore.append(tx, { who: who.name, what: 'template_saved', detail }, now);
      return { ...saving, queued: concerned };
    });
    switch (outcome.kind) {
      case 'refused': {
        const problems = outcome.problems.map(problemView);
        const message = problems[0]?.message ?? 'the template cannot be read';
        throw new HttpException({ code: 'bad_template', message, problems }, 400);
      }
      case 'conflict': {
        const message = 'somebody else saved a version meanwhile';
        throw new HttpException({ code: 'version_conflict', message, version: outcome.version }, 409);
      }
      case 'draft':
        return { version: baseVersion, queued: 0, review: outcome.task };
      case 'saved':
        return { version: outcome.version, queued: outcome.queued };
    }
  }

  /** Keeps the text for a second person instead of using it. */
  private async saveDraft(tx: Sql, edit: TemplateEdit) {
    const refusal = await this.templates.refusalIn(tx, edit);
    if (refusal) return refusal;
    const { key, text: file, note, baseVersion, by, now } = edit;
    const name = (await templateStore.nameOf(tx, key)) ?? key;
    const task = await askReview({ tx, now }, { key, name, text: file, note, baseVersion, savedBy: by, savedAt: now });
    await auditStore.append(tx, { who: by, what: 'template_draft_saved', detail: { key } }, now);
    return { kind: 'draft' as const, task };
  }

  /** Takes back a text that waits for a second person. */
  @Delete('templates/:key/draft')
  async dropDraft(@Param('key') key: string, @Who() who: Principal) {
    const now = this.clock.now();
    return this.db.write(async (tx) => {
      const dropped = await dropDraft({ tx, now }, key);
      if (dropped) await auditStore.append(tx, { who: who.name, what: 'template_draft_dropped', detail: { key } }, now);
      return { dropped };
    });
  }

  /** Puts away a template that is off, or takes it back. Its versions and its results stay. */
  @Post('templates/:key/archived')
  @HttpCode(200)
  async archive(@Param('key') key: string, @Body() body: unknown, @Who() who: Principal) {
    const { archived } = parseInput(archiving, body);
    const now = this.clock.now();
    return this.db.write(async (tx) => {
      const template = await templateStore.read(tx, key);
      if (template === null) throw noSuchTemplate(key);
      if ((template.archivedAt !== null) === archived) return { archived };
      if (!(await templateStore.setArchived(tx, key, archived ? now : null))) throw templateIsOn();
      const what = archived ? 'template_archived' : 'template_restored';
      await auditStore.append(tx, { who: who.name, what, detail: { key } }, now);
      return { archived };
    });
  }

  @Post('templates/:key/enabled')
  @HttpCode(200)
  async enable(@Param('key') key: string, @Body() body: unknown, @Who() who: Principal): Promise<SwitchedAnswer> {
    const { enabled, queued: choice } = parseInput(switching, body);
    const now = this.clock.now();
    const found = await this.db.write(async (tx) => {
      if (enabled && (await this.templates.awaitsApprovalIn(tx, key))) throw notApproved();
      const version = await this.templates.setEnabledIn(tx, key, enabled, now);
      if (version === null) return null;
      const changed = { key, version, isOn: enabled };
      const concerned = enabled ? 0 : await applyQueuedChoice({ tx, engine: this.engine, now }, changed, choice);
      const detail = { key, ...(concerned > 0 ? { queued: choice, concerned } : {}) };
      await auditStore.append(
        tx,
        { who: who.name, what: enabled ? 'template_enabled' : 'template_disabled', detail },
        now,
      );
      return { enabled, queued: concerned };
    });
    if (found === null) throw noSuchTemplate(key);
    return found;
  }
}
