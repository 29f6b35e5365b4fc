import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Put } from '@nestjs/common';
import { parse } from 'yaml';
import { cutToCharacters } from '../../domain/cut-text.js';
import { isRuleDocument, type RuleDocument } from '../../domain/rule-document.js';
import {
  RulesService,
  type DocumentEdit,
  type DocumentInFull,
  type Publication,
} from '../../features/ruleset/rules.service.js';
import { CLOCK, type Clock } from '../../platform/clock.js';
import { OperatorMistake } from '../../platform/errors.js';
import { parseInput } from '../../platform/http/parse-input.js';
import { Who, type Principal } from '../auth/principal.js';
import { publishedOrRefused } from './rules-published.js';
import { compileBody, draftBody, publishBody, publishOneBody, restoreBody, versionParam } from './rule-requests.js';

/** The rules as documents with versions: read, drafted, checked, published and restored. */
@Controller('api/v1/rules')
export class RuleDocumentsController {
  constructor(
    @Inject(RulesService) private readonly rules: RulesService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  async list() {
    return { items: await this.rules.list(), next: null };
  }

  /** The texts in force, as the files of the config folder. */
  @Get('export')
  export() {
    return { files: this.rules.files };
  }

  /** Checks texts together with those in force of the other documents. */
  @Post('compile')
  @HttpCode(200)
  async compile(@Body() body: unknown) {
    const compiled = await this.rules.compile(parseInput(compileBody, body).texts);
    return compiled.ok ? { ok: true, problems: [] } : { ok: false, problems: compiled.problems };
  }

  /** Puts the texts of several documents into force: all of them or none. */
  @Post('publish')
  @HttpCode(200)
  publish(@Body() body: unknown, @Who() who: Principal) {
    const { edits, ...reason } = parseInput(publishBody, body);
    return this.publishAll(
      edits.map(({ document, text, base }) => ({ document, text, baseVersion: base })),
      reason,
      who,
    );
  }

  @Get(':document')
  async read(@Param('document') name: string) {
    return inFull(await this.rules.read(documentNamed(name)));
  }

  @Put(':document')
  async publishOne(@Param('document') name: string, @Body() body: unknown, @Who() who: Principal) {
    const { text, base, ...reason } = parseInput(publishOneBody, body);
    const document = documentNamed(name);
    await this.publishAll([{ document, text, baseVersion: base }], reason, who);
    return inFull(await this.rules.read(document));
  }

  @Get(':document/versions')
  async versions(@Param('document') name: string) {
    return { items: (await this.rules.read(documentNamed(name))).versions, next: null };
  }

  @Get(':document/versions/:version')
  version(@Param('document') name: string, @Param() params: unknown) {
    return this.versionOf(documentNamed(name), parseInput(versionParam, params).version);
  }

  /** Publishes the text of an earlier version again, as the next version. */
  @Post(':document/versions/:version/restore')
  @HttpCode(200)
  async restore(
    @Param('document') name: string,
    @Param() params: unknown,
    @Body() body: unknown,
    @Who() who: Principal,
  ) {
    const document = documentNamed(name);
    const { version } = parseInput(versionParam, params);
    const { note, accept, series } = parseInput(restoreBody, body ?? {});
    const { text } = await this.versionOf(document, version);
    const { version: baseVersion } = await this.rules.read(document);
    await this.publishAll(
      [{ document, text, baseVersion }],
      { note: note || `恢复第 ${version} 版`, accept, series },
      who,
    );
    return inFull(await this.rules.read(document));
  }

  @Put(':document/draft')
  async saveDraft(@Param('document') name: string, @Body() body: unknown, @Who() who: Principal) {
    const { text, base } = parseInput(draftBody, body);
    const document = documentNamed(name);
    await this.rules.saveDraft({ document, text, baseVersion: base }, who.name, this.clock.now());
    return inFull(await this.rules.read(document));
  }

  @Delete(':document/draft')
  @HttpCode(200)
  async discardDraft(@Param('document') name: string) {
    return { discarded: await this.rules.discardDraft(documentNamed(name)) };
  }

  private async versionOf(document: RuleDocument, version: number) {
    const found = await this.rules.version(document, version);
    if (!found) throw notFound('no_such_version', `${document} has no version ${version}`);
    return found;
  }

  private async publishAll(
    edits: readonly DocumentEdit[],
    reason: Pick<Publication, 'note' | 'accept' | 'series'>,
    who: Principal,
  ) {
    const result = await this.rules.publish({ edits, ...reason, by: who.name, now: this.clock.now() });
    return publishedOrRefused(result);
  }
}

/** `data`: the document as values; what is in force always parses. */
const inFull = (document: DocumentInFull) => ({ ...document, data: parse(document.text) as unknown });

const notFound = (code: string, message: string): OperatorMistake =>
  new OperatorMistake(code, message, undefined, { status: 404 });

function documentNamed(name: string): RuleDocument {
  if (isRuleDocument(name)) return name;
  throw notFound('no_such_document', `there are no rules ${cutToCharacters(name, 80)}`);
}
